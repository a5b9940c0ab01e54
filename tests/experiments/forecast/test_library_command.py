"""`retrainlab library`: the same bytes again, own logs, and what is wrong in one sentence."""

import numpy as np
import pandas as pd
import pytest

from retrainlab.experiments.forecast.command import LibraryOptions, all_measured, library
from retrainlab.experiments.forecast.quick_models import Discriminant, LeastSquares
from retrainlab.experiments.forecast.simulated_logs import KINDS, LogKind
from retrainlab.sim.errors import InputError
from retrainlab.sim.forecast.library import load
from retrainlab.sim.forecast.packing import packed

pytestmark = pytest.mark.slow

SMALL = ("prior=20", "scenarios=0", "seed=3")


def test_equal_seeds_give_equal_bytes_and_show_tells_what_is_in_it(tmp_path, capsys):
    paths = [tmp_path / name for name in ("a.npz", "b.npz")]
    for path in paths:
        assert library(["build", f"out={path}", *SMALL]) == 0
    assert paths[0].read_bytes() == paths[1].read_bytes()
    assert library(["show", f"out={paths[0]}"]) == 0
    shown = capsys.readouterr().out
    assert "simulated prior" in shown
    assert "20 logs, seed 3" in shown


def test_the_shipped_library_is_what_its_command_builds():
    """The first logs of a scenario, built anew, are those that are shipped."""
    shipped, options = load(), LibraryOptions()
    (first,) = all_measured([next(LogKind("sudden", KINDS["sudden"]).recipes(options.seed, 10))])
    place = shipped.kinds.index("sudden")
    same = shipped.chosen(shipped.kind == place)
    count = len(first)
    for costs in (lambda one: one.past, lambda one: one.past[:, :, None] + one.ratio):
        assert np.abs(packed(costs(same)[:count]) - packed(costs(first))).max() <= 1


def test_a_log_of_your_own_is_added(tmp_path, capsys):
    random = np.random.default_rng(0)
    x = random.normal(size=3400)
    log = tmp_path / "log.csv"
    pd.DataFrame({"x": x, "y": (x + random.normal(size=3400) > 0).astype(int)}).to_csv(log)
    out = tmp_path / "mine.npz"
    words = [str(log), f"out={out}", "target=y", "rows=20", "world.warmup=10"]
    assert library(["build", *SMALL, *words]) == 0
    counts = load(out).counts()
    assert counts.pop("own logs") == 1
    assert sum(counts.values()) == 20
    with pytest.raises(InputError, match="a log of the library needs 144"):
        library(["build", *SMALL, *words[:3], "rows=50"])


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ([], "the command is: retrainlab library build|show"),
        (["burn"], "the command is: retrainlab library build|show"),
        (["build", "prior=many"], "prior is 'many'; it must be a whole number"),
        (["build", "prior=1"], "prior is 1; it must be a whole number of logs, 10 or more"),
        (["build", "log.csv", "target=y"], "needs a file of its own; give out=library.npz"),
        (["show", "out=nowhere.npz"], "there is no library at nowhere.npz"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(words, sentence):
    with pytest.raises(InputError) as error:
        library(words)
    assert sentence in str(error.value)
    assert "\n" not in str(error.value)


def test_the_quick_models_find_a_linear_rule():
    random = np.random.default_rng(1)
    x = random.normal(size=(400, 3))
    weight = np.array([1.0, -2.0, 0.5])
    y = (x @ weight + 0.3 > 0).astype(int)
    assert (Discriminant().fit(x, y).predict(x) == y).mean() > 0.95
    assert np.abs(LeastSquares().fit(x, 4 + x @ weight).predict(x) - 4 - x @ weight).max() < 0.05
