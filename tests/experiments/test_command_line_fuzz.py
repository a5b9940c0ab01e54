"""A fuzz of command lines: whatever is typed, the answer is a study or one sentence."""

import re
import sys

import pytest
from command_line import run
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retrainlab.experiments.storage import files
from retrainlab.sim.exit_codes import ExitCode

KEYS = [
    *("scenario", "strategy", "learner", "loss", "world", "prices", "engine", "experiment"),
    *("seeds", "folder", "metrics", "columns", "references", "current_policy", "shard", "optimize"),
    *("references.windows", "references.every", "world.label_delay", "world.lable_delay"),
    *("prices.fit", "prices", "scenario.sudden.at", "scenario.sudden.ticks", "shard.index"),
    *("strategy.periodic", "strategy.periodic.what", "strategy.periodic.when.ticks"),
    *("strategy.periodic.gate", "strategy.periodic.grid", "strategy.own.when", "learner.name"),
    *("learner.classification", "learner.classification._target_", "scenario.file.path"),
    *("scenario.file", "engine.jobs", "engine.memo", "hydra.job.chdir", "hydra", "loss.regression"),
    *("map.axis", "nothing", "a/b", "a@b", "seeds.x", "0", "world.warmup", "optimize.search"),
]
PLAIN = """
sudden never periodic tree 5 0 -1 1.5 null true nan [] [1,2] {} {a:1} {ticks:5} [a {a a\\b
[sudden,gradual] [never,periodic] 1,2 tree,linear range(3) range(0) choice() sort() glob(*)
interval(0,1) daten_grün/b.csv a=b a#b x(1) it's ~/x ${seeds} ${x} ${ 1e999 [[1],[2]] a:b * ???
_target_ {_target_:no.X} {when.ticks:[5,10]} {_target_:retrainlab.strategies.what.Last,ticks:5}
[{_target_:retrainlab.strategies.gate.Cooldown,ticks:5}]
"""
TEXTS = [*PLAIN.split(), "", " ", '"quoted"', "'a b'"]
SIGNS = ["", "", "", "", "+", "++", "~"]
VALUES = st.sampled_from(TEXTS) | st.text(max_size=8).filter(lambda text: "\x00" not in text)


@st.composite
def words(draw):
    word = draw(st.sampled_from(SIGNS)) + draw(st.sampled_from(KEYS))
    if draw(st.integers(0, 9)):
        value = draw(VALUES)
        quote = draw(st.sampled_from(["", "", "", "'", '"']))
        word += f"={quote}{value}{quote}"
    return word


LINES = st.tuples(st.sampled_from([[], ["-m"]]), st.lists(words(), min_size=1, max_size=3))
RAW = ("Traceback", "unexpected error", "hydra.cc", "omegaconf", "antlr", "LexerNo", "mismatched")


@pytest.fixture
def only_prepared(monkeypatch):
    """Have every command end where it would begin its work: at the test of its folder."""
    monkeypatch.setattr(files, "require_writable", lambda folder: sys.exit(ExitCode.DONE))


@pytest.mark.slow
@pytest.mark.parametrize("command", ["run", "optimize", "map", "detect", "check"])
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(LINES)
def test_no_command_line_shows_a_traceback(only_prepared, tmp_path, capsys, command, line):
    flags, typed = line
    code = run(tmp_path, command, *flags, *typed)
    error = capsys.readouterr().err
    assert code in (ExitCode.DONE, ExitCode.NO_RESULT)
    assert not any(word in error for word in RAW), error
    if code == ExitCode.NO_RESULT:
        assert re.fullmatch(r"retrainlab: \S.*\n", error)
        assert not re.search(r"[Tt]here is: *$", error)
