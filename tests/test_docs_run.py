"""Command lines of README and docs, run in the order of each page, on few and small data."""

import re
import shlex
import sqlite3

import numpy as np
import pandas as pd
import pytest
from command_line import run
from hydra.core.override_parser.overrides_parser import OverridesParser
from test_docs import ROOT
from test_docs_commands import files_of_the_docs, lines

from retrainlab.experiments.commands import parse
from retrainlab.experiments.config.overrides import override

# What other tests run: a page, a folder of production from its export on, what needs a cluster, a
# plugin or another package, what takes minutes at any size, and the bicycles, which are downloaded.
OTHER_PAGE = "worked_example.md"
ELSEWHERE = (
    *("production/", "runs/f", "runs/big/*", "engine=dask", "lightgbm", "greykite", "=bikes"),
    *("retrainlab laws", "retrainlab check", "library build", "toilet_paper.empty"),
    *("time=[year", "show "),
)
ADDING = ROOT / "docs" / "adding.md"
# What that page names and does not write down.
BESIDE = """
from river.drift import ADWIN as Detector
from sklearn.compose import make_column_transformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline as pipeline
from sklearn.preprocessing import OneHotEncoder


def make_pipeline():
    coded = make_column_transformer((OneHotEncoder(handle_unknown="ignore"), ["answer"]))
    return pipeline(coded, LogisticRegression())
"""
STUDIES = ("run", "optimize", "map", "gates")
SIZES = {"flights": "sample=0.003", "toilet_paper_shops": "shops=5"}  # others: 10 rows a tick
SMALL = ["engine=serial", "references=null", "seeds=1"]
SMALL_SEARCH = "optimize.search={{when.ticks:{}}}"
FEW_FITS = ["strategy=[never,periodic]", "strategy.periodic.when.ticks=40"]
OF_A_COMMAND = {
    "optimize": ["seeds=2"],
    "map": ["seeds=2", *FEW_FITS],
    "detect": ["errors=[step]", "scenario=[]", "seeds=3", "engine=serial"],
    "gates": ["damage=wrong_labels", "scenario=sudden", "scenario.sudden.rows=10", "gate=canary"],
}


def pages() -> dict[str, list[str]]:
    """The command lines of each page that are run here."""
    chosen: dict[str, list[str]] = {}
    for page, line in lines():
        if page != OTHER_PAGE and not any(part in line for part in ELSEWHERE):
            chosen.setdefault(page, []).append(line)
    return chosen


@pytest.fixture
def folder(tmp_path):
    """A folder with the files that the pages name."""
    rng = np.random.default_rng(0)
    days = pd.date_range("2024-01-01", periods=120).repeat(6)
    visits = pd.DataFrame(
        {
            "when": days,
            "pages": rng.integers(1, 20, len(days)),
            "amount": rng.uniform(1, 90, len(days)).round(2),
            "answer": rng.choice(["no", "maybe", "yes"], len(days)),
        }
    )
    visits["bought"] = np.where(rng.random(len(days)) < visits.pages / 20, "yes", "no")
    visits.to_csv(tmp_path / "visits.csv", index=False)
    visits.rename(columns={"when": "date", "bought": "y"}).to_csv(tmp_path / "log.csv", index=False)
    with sqlite3.connect(tmp_path / "shop.db") as shop:
        visits.rename(columns={"when": "day"}).to_sql("visits", shop, index=False)
    for name in ("mine", "conf"):
        files_of_the_docs(tmp_path / name)
    classes = re.findall(r"```python\n(.*?)```", ADDING.read_text(), re.DOTALL)
    (tmp_path / "mine.py").write_text("\n".join([*classes, BESIDE]))
    return tmp_path


def plain(line: str) -> list[str]:
    """The words of a command line."""
    return shlex.split(line, comments=True)[1:]


def small(line: str) -> list[str]:
    """The words of a command line, and those that make it small; of a sweep, two values a key."""
    words = plain(line)
    command, _ = parse(words)
    if "--help" in words or command.name not in (*STUDIES, "detect"):
        return words
    if "-m" in words:
        words = [_two_values(word) for word in words]
    if command.name == "detect" and "detector=" not in line:
        words.append("detector=adwin")
    return [*words, *_sizes(line, words, command.name), *OF_A_COMMAND.get(command.name, [])]


def _sizes(line: str, words: list[str], command: str) -> list[str]:
    """The words that shrink streams and search."""
    if command in ("detect", "gates"):
        return SMALL if command == "gates" else []
    named = [name for word in words for name in re.findall(r"^scenario=\[?([\w,]+)", word)]
    scenarios = [name for names in named for name in names.split(",")]
    made_here = ("file", "own")
    more = [
        f"scenario.{name}.{SIZES.get(name, 'rows=10')}"
        for name in scenarios
        if name not in made_here
    ]
    if not scenarios and "quick" not in line:
        more = ["scenario=sudden", "scenario.sudden.rows=10"]
    if command == "optimize" and not re.search(r"optimize.search|strategy=[^ps]", line):
        intervals = "[3,6]" if "scenario=file" in line else "[20,40]"  # the file has few ticks
        more += [SMALL_SEARCH.format(intervals), "strategy=periodic"]
    if command == "run" and not re.search(r"strategy|experiment|quick", line):
        more += FEW_FITS
    if "boosting" in line or ("learner" not in line and "toilet" not in line):
        more.append("learner=naive_bayes")
    if "maybe" in line:
        more.append("scenario.file.target=answer")
    return [*SMALL, "forecast.ticks=20" if "forecast" in line else "forecast=null", *more]


def _two_values(word: str) -> str:
    """The first two values of a swept key, and the first of swept scenarios."""
    if word.startswith("-"):
        return word
    parsed = OverridesParser.create().parse_override(word)
    if not parsed.is_sweep_override():
        return word
    values = list(parsed.sweep_iterator())[: 1 if word.startswith("scenario=") else 2]
    key = parsed.get_key_element()
    return override(key, values[0]) + "".join(f",{value}" for value in values[1:])


@pytest.mark.slow
@pytest.mark.parametrize("page", pages())
def test_the_command_lines_of_a_page_run(page, folder, capsys):
    for number, line in enumerate(pages()[page]):
        words = small(line)
        if words != plain(line) and "folder=" not in line:
            words.append(f"folder=runs/{number}")  # two of one second would be one study
        code = run(folder, *words, figures=False)
        shown = capsys.readouterr()
        nothing_due = 99 if "decide" in line else 0
        assert (code in (0, nothing_due), line) == (True, line), shown.err
