"""Golden pictures: what three figures draw, and where, as it was looked at and found good.

After an intended change, this writes them:
`PYTHONPATH=tests/helpers python tests/reports/test_report_golden.py`
"""

import json
import re
import sys
import tempfile
import xml.etree.ElementTree as ET
from itertools import accumulate
from pathlib import Path

import pandas as pd
import pytest
from fake_study import TWO, write

from retrainlab import reports
from retrainlab.reports.decision.summary import by_seed
from retrainlab.reports.drawing.canvas import save, text_boxes, theme
from retrainlab.reports.figures.bars import breakdown
from retrainlab.reports.figures.scenario_figures import leaders
from retrainlab.reports.figures.seeds import by_seeds
from retrainlab.reports.figures.tradeoff import tradeoff
from retrainlab.reports.results.tables import load

GOLDEN = Path(__file__).parent / "golden"
NAMES = ("tradeoff", "costs", "seeds")
NEAR = 1.5  # points: versions of matplotlib and of its fonts differ by less
NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)(?:e-?\d+)?")
STYLE = re.compile(r"\b(fill|stroke|stroke-dasharray|stroke-width|opacity)\s*:\s*([^;]+)")


def figures(folder, choice="periodic ticks=20"):
    """The three figures of the first fake scenario."""
    write(folder, TWO[:1])
    rows, tables = reports.summary(folder), load(folder)
    strategy_of = dict(zip(rows["label"], rows["strategy"], strict=True))
    costs = by_seed(tables.runs)[leaders(rows)]
    return {
        "tradeoff": tradeoff(rows, choice, "gradual", "accuracy"),
        "costs": breakdown(rows, "gradual"),
        "seeds": by_seeds(costs, pd.Series(dtype=float), strategy_of, "gradual"),
    }


def described(figure, folder):
    """Every text and stroke of a figure: what it is, and the numbers of where it lies."""
    svg = ET.fromstring(save(figure, folder / "figure.png"))
    texts = [
        [f"text {text}", [round(v * 72 / figure.dpi, 1) for v in (*box.min, *box.max)]]
        for text, box in text_boxes(figure)
    ]
    return [*texts, *_strokes(svg, "")]


def _strokes(node, owner):
    found = []
    owner = node.get("data-strategy", owner)
    for child in node:
        tag = child.tag.rpartition("}")[2]
        if tag == "defs":
            continue
        if tag in ("path", "use", "rect"):
            style = " ".join(f"{k}={v.strip()}" for k, v in STYLE.findall(child.get("style", "")))
            says = node.get("data-says", "")
            where = " ".join(child.get(k, "") for k in ("x", "y", "width", "height"))
            numbers = [*_corners(child.get("d", "")), *_numbers(where)]
            found.append([f"{tag} {owner} {says} {style}", numbers])
        found += _strokes(child, owner)
    return found


def _numbers(text):
    return [round(float(v), 1) for v in NUMBER.findall(text)]


def _corners(path):
    """The numbers of a path; one of steps ("m") is added up."""
    numbers = _numbers(path)
    if path.startswith("m"):
        numbers[::2], numbers[1::2] = accumulate(numbers[::2]), accumulate(numbers[1::2])
    return [round(number, 1) for number in numbers]


def differences(golden, found):
    """What is drawn in one only, or elsewhere by more than `NEAR`."""
    return [
        (old, new)
        for old, new in zip(golden, found, strict=False)
        if old[0] != new[0]
        or len(old[1]) != len(new[1])
        or any(abs(a - b) > NEAR for a, b in zip(old[1], new[1], strict=True))
    ] + [*golden[len(found) :], *found[len(golden) :]]


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    folder = tmp_path_factory.mktemp("golden")
    with theme():
        return {name: described(one, folder) for name, one in figures(folder).items()}


@pytest.mark.parametrize("name", NAMES)
def test_a_figure_draws_what_it_drew(name, found):
    golden = json.loads((GOLDEN / f"{name}.json").read_text())
    assert len(golden) > 40
    assert differences(golden, found[name]) == []


def test_a_change_is_noticed(tmp_path, found):
    with theme():
        other = described(figures(tmp_path, "periodic ticks=40")["tradeoff"], tmp_path)
        moved = [[what, [v + 2 for v in numbers]] for what, numbers in found["costs"]]
    assert differences(found["tradeoff"], other)
    assert differences(found["costs"], moved)
    assert differences(found["costs"], found["costs"][:-1])
    recoloured = [[what.replace("#44546a", "#44546b"), n] for what, n in found["costs"]]
    assert differences(found["costs"], recoloured)


if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as place, theme():
        for called, one in figures(Path(place)).items():
            lines = ",\n".join(map(json.dumps, described(one, Path(place))))
            (GOLDEN / f"{called}.json").write_text(f"[\n{lines}\n]\n")
            print(GOLDEN / f"{called}.json", file=sys.stderr)
