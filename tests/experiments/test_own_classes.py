"""Classes of a user's own that are not as they must be: one sentence that names the class."""

import pytest
from command_line import run

from retrainlab.sim.exit_codes import ExitCode

TINY = [
    *("scenario=sudden", "scenario.sudden.ticks=60", "scenario.sudden.rows=20", "engine=serial"),
    *("scenario.sudden.at=[40]", "seeds=1", "references=null", "folder=out"),
]
MODULE = """
import sys
from functools import partial
from retrainlab import Gate
from retrainlab.sim.replay.clause import Clause

class Silent:
    def __call__(self, view):
        return "it is time" if view.tick % 10 == 0 else None

class Said(Silent):
    def describe(self): return "every tenth tick"

class Odd(Silent):
    def describe(self): return Clause("when", "every tenth tick")

class Often(Silent):
    interval = "often"

class Falling(Silent):
    def schedule(self, first, stop): return [stop - 1, first]

class Scheduled(Silent):
    def schedule(self, first, stop): print(first)

class Broken(Silent):
    def describe(self): return 1 / 0

class Nought(Silent):
    interval = 0

class Leaving(Silent):
    def __call__(self, view): sys.exit(0)

class Deaf(Gate):
    def accept(self, challenger, champion): return challenger.mean() < champion.mean()

class Mute(Gate):
    def admit(self, view, rows): rows.stop > 100

class Vague(Gate):
    holdout = 3
    def accept(self, challenger, champion): challenger.mean() < champion.mean()

class Backwards(Gate):
    holdout = -1

class Each:
    def __call__(self, view): return slice(0, 100, 2)

class Old:
    def update(self, value): pass
    def drift_detected(self): return False

def often(view): return "it is time"

given = partial(often)

class Beyond:
    watches, drift_detected = ("inputs",), False
    def update(self, row): pass
    def update_many(self, rows): return [len(rows)]

class Mask(Beyond):
    def update_many(self, rows): return [False] * len(rows)

class Texts:
    drift_detected = False
    def update(self, value): self.drift_detected = "no"
"""
OWN = ["strategy=own", "strategy.own.when._target_=mine_odd."]


def periodic(part: str, name: str) -> list[str]:
    return [
        *("strategy=periodic", "strategy.periodic.when.ticks=10"),
        f"strategy.periodic.{part}={{_target_:mine_odd.{name}}}",
    ]


GATE = periodic("gate", "Deaf")
REFUSED = {
    "Said": ([*OWN], "describe() of Said returns 'every tenth tick'; it must return a Clause"),
    "Odd": ([*OWN], "each of a kind: schedule, condition, data, action, limit, test, code"),
    "Often": ([*OWN], "interval of Often is 'often'; it must be a number of ticks above 0, or"),
    "Nought": ([*OWN], "interval of Nought is 0; it must be a number of ticks above 0, or None"),
    "Broken": ([*OWN], "describe() of Broken fails: ZeroDivisionError: division by zero (mine_odd"),
    "often": ([*OWN], "view is not set; often needs it. A function is called with the options of"),
    "given": ([*OWN], "view is not set; given needs it. A function"),
    "no plus": (
        [*OWN[:1], OWN[1] + "Silent", "strategy.own.when.hour=3"],
        "strategy.own.when.hour is not in the configuration; an option of the class is added by +s",
    ),
    "no module": (
        [*OWN[:1], "strategy.own.when._target_=Silent"],
        "'Silent', which is no dotted name; name a class that Python can import, as package.",
    ),
    "a file": (
        [*OWN[:1], "strategy.own.when._target_=./mine_odd.py"],
        "mine.Learner is the class Learner of mine.py in the current folder",
    ),
    "Backwards": (periodic("gate", "Backwards"), "holdout of gate Backwards is -1; it must be"),
    "Old": (
        ["strategy=trigger", "strategy.trigger.when.detector={_target_:mine_odd.Old}"],
        "drift_detected of detector Old is a method; it must be an attribute or a property",
    ),
    "Deaf": (GATE, "gate Deaf has accept, which is asked only with a holdout, and none; set"),
}
FAILED = {
    "Mask": (
        ["strategy=inputs", "strategy.inputs.when.detector={_target_:mine_odd.Mask}"],
        "update_many of Mask returns False among its answers for 20 rows; it must return the",
    ),
    "Texts": (
        ["strategy=trigger", "strategy.trigger.when.detector={_target_:mine_odd.Texts}"],
        "drift_detected of Texts is 'no' after an update; it must be True or False",
    ),
    "Falling": (
        [*OWN],
        "schedule(20, 60) of Falling holds 20; it must return whole",
    ),
    "Scheduled": ([*OWN], "schedule(20, 60) of Scheduled returns None; it must return ticks"),
    "Mute": (periodic("gate", "Mute"), "Mute.admit of a gate returns None; it must return True or"),
    "Vague": (periodic("gate", "Vague"), "Vague.accept of a gate returns None; it must return"),
    "Each": (periodic("what", "Each"), "a slice of rows has a start, a stop and no step"),
    "Leaving": ([*OWN], "own failed on seed 0 of sudden: SystemExit: 0 (mine_odd.py, line"),
    "Beyond": (
        ["strategy=inputs", "strategy.inputs.when.detector={_target_:mine_odd.Beyond}"],
        "update_many of Beyond returns 20 among its answers for 20 rows; it must return the",
    ),
}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", [*REFUSED, *FAILED])
def test_a_part_that_is_not_as_it_must_be_is_named(name, folder, capsys):
    (folder / "mine_odd.py").write_text(MODULE)
    words, sentence = (REFUSED | FAILED)[name]
    words = [word + name if word.endswith("mine_odd.") else word for word in words]
    expected = ExitCode.NO_RESULT if name in REFUSED else ExitCode.FAILED
    assert run(folder, *TINY, *words) == expected
    assert sentence in capsys.readouterr().err


UNEQUAL = """
from dataclasses import dataclass, replace
from retrainlab.scenarios.sudden import Sudden

@dataclass(frozen=True)
class Numbered(Sudden):
    def __call__(self, seed):
        stream = super().__call__(seed)
        x = stream.x.copy()
        x[0, 0] = seed
        return replace(stream, x=x)

class NotOnTheFirst:
    def __call__(self, view):
        if view.x(0, 1)[0, 0] == 0:
            raise ValueError("no such model")
        return "it is time" if view.tick % 10 == 0 else None
"""


def test_a_strategy_that_fails_on_the_first_seed_alone_is_shown_on_the_next(folder, capsys):
    (folder / "mine_unequal.py").write_text(UNEQUAL)
    words = ["scenario=own", "scenario.own._target_=mine_unequal.Numbered", "folder=out"]
    words += ["+scenario.own.ticks=60", "+scenario.own.rows=20", "+scenario.own.at=[40]"]
    words += ["strategy=own", "strategy.own.when._target_=mine_unequal.NotOnTheFirst", "seeds=3"]
    assert run(folder, *words, "references=null", "engine=serial", page=True) == ExitCode.FAILED
    assert "own failed on seed 0 of own: ValueError: no such model" in capsys.readouterr().err
    page = (folder / "out" / "report.html").read_text()
    assert "Below, on seed 1: bands are models" in page
    assert "; seed 1 (of 3 seeds)." in page
    assert "one stream (seed 1)" in page


IMPORTED = {
    "mine_typing": ("def f(:\n", "cannot be imported (SyntaxError: invalid syntax (mine_typing.py"),
    "mine_names": ("x = nothing\n", "NameError: name 'nothing' is not defined (mine_names.py"),
    "mine_script": ("import sys\nsys.exit(0)\n", "cannot be imported (SystemExit: 0 (mine_script"),
}


@pytest.mark.parametrize("module", IMPORTED)
@pytest.mark.parametrize("command", [[], ["detect", "detector=own", "errors=[step]"]])
def test_a_module_that_cannot_be_imported_is_bad_input(command, module, folder, capsys):
    """A script without a guard that ends by sys.exit(0) is no success."""
    text, sentence = IMPORTED[module]
    (folder / f"{module}.py").write_text(text)
    words = [*TINY, "learner=own", f"learner.classification._target_={module}.Learner"]
    if command:
        words = ["scenario=[]", "seeds=1", f"detector.own.detector._target_={module}.Detector"]
    assert run(folder, *command, *words) == ExitCode.NO_RESULT
    assert sentence in capsys.readouterr().err


def test_a_class_of_a_notebook_that_another_process_asks_for_says_what_to_do(folder, capsys):
    words = ["strategy=own", "strategy.own.when._target_=__main__.OfACell"]
    assert run(folder, *TINY, *words) == ExitCode.NO_RESULT
    assert "keep it in a file beside" in capsys.readouterr().err
