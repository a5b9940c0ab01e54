"""Every part that ships describes itself, and nothing reads its name instead."""

import ast
import inspect
import math
from pathlib import Path

import pytest
from configuration import composed, names
from hypothesis import given
from hypothesis import strategies as st
from streams import remedies, remedy_kinds

from retrainlab.experiments.study.cells import expand
from retrainlab.sim.replay.clause import Clause, clauses, in_ticks
from retrainlab.sim.replay.strategy import All, Gate, Strategy
from retrainlab.strategies import doubt, gate, soundness, what, when
from retrainlab.strategies.what import Everything, Last, Mixed, SinceFit
from retrainlab.strategies.when import At, Every, Never, OnAlarm

ROOT = Path(__file__).parents[2]
KINDS = {
    when: {"schedule", "condition"},
    what: {"data"},
    gate: {"limit", "test"},
    doubt: {"test"},
    soundness: {"limit"},
}
PARTS = [
    (module, part)
    for module in KINDS
    for part in vars(module).values()
    if inspect.isclass(part) and part.__module__ == module.__name__ and part.__name__[0] != "_"
]


def made(part):
    """The part with 3 for every option that it needs."""
    options = inspect.signature(part).parameters.values()
    return part(**{option.name: 3 for option in options if option.default is option.empty})


@pytest.mark.parametrize(("module", "part"), PARTS)
def test_every_part_describes_itself(module, part):
    found = clauses(made(part))
    assert {clause.kind for clause in found} <= KINDS[module]
    assert found or part is gate.Always
    assert all(clause.text and "{" not in clause.in_units("day") for clause in found)
    assert not any("tick" in clause.in_units("day") for clause in found)


@pytest.mark.parametrize("task", ["classification", "regression"])
def test_every_remedy_describes_itself(task):
    for part in remedies(task):
        (clause,) = clauses(part)
        assert clause.kind in ("data", "action")
        assert "{" not in clause.in_units("day")
        assert "tick" not in clause.in_units("day")


def test_every_remedy_is_tested():
    tested = {type(part) for task in ("classification", "regression") for part in remedies(task)}
    assert remedy_kinds() == tested


@pytest.mark.parametrize("name", names("strategy"))
def test_every_strategy_that_ships_is_described(name):
    for cell in expand(composed(f"strategy={name}")["strategy"]):
        info = cell.info()
        assert [clause.kind for clause in info.clauses][1] in ("data", "action")
        assert list(info.words) == list(info.parameters)
        assert cell.label == " ".join([name, *info.words.values()])


def test_a_strategy_says_its_numbers():
    def numbers(when, what):
        strategy = Strategy(when, what, Gate())
        return strategy.interval, strategy.phase, strategy.window

    assert numbers(Every(20, 5), Last(9)) == (20, 5, 9)
    assert numbers(Never(), Everything()) == (math.inf, 0, math.inf)
    assert Strategy(Never(), Everything(), Gate()).never
    for irregular in (At([3, 9]), OnAlarm(), lambda view: None):
        assert math.isnan(numbers(irregular, SinceFit())[0])
        assert not Strategy(irregular, SinceFit(), Gate()).never
    assert math.isnan(numbers(Every(3), SinceFit())[2])
    assert math.isnan(numbers(Every(3), Mixed(9))[2])
    assert numbers(Every(3), Mixed(9, share=0.0))[2] == 9


def test_parts_that_say_nothing_are_shown_as_code():
    def mine(view):
        return None

    assert clauses(mine) == (Clause("code", "mine"),)
    assert clauses(Gate(), "Gate(size=3)") == (Clause("code", "Gate(size=3)"),)
    assert clauses(All([Gate(), gate.Always(), gate.Budget(3)])) == (
        Clause("code", "Gate"),
        Clause("limit", "at most 3 times"),
    )
    Weird = type("Weird", (), {"interval": None, "__call__": mine})
    assert math.isnan(Strategy(Weird(), Everything(), Gate()).interval)


@given(st.text(), st.integers(0, 10**6), st.sampled_from(["tick", "day", "hour"]))
def test_only_marks_change_with_the_unit(text, number, unit):
    count = f"{number} {unit}{'' if number == 1 else 's'}"
    plain = text.replace("{", "(")
    assert Clause("data", f"{plain} {in_ticks(number)}").in_units(unit) == f"{plain} {count}"


def test_nothing_compares_with_the_name_of_a_part_or_of_a_strategy():
    """What a strategy is, it says itself: code that reads its name misses one of a user's own."""
    known = {part.__name__ for _, part in PARTS} | {f".{part.__name__}" for _, part in PARTS}
    known |= set(names("strategy"))
    wrong = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for top in ("sim", "strategies", "reports", "experiments")
        for path in (ROOT / top).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if known & _compared(node)
    ]
    assert not wrong


def _compared(node):
    """The texts that something is compared with, by an operator or by its end."""
    if isinstance(node, ast.Compare) and not _is_decision(node.left):
        sides = [node.left, *node.comparators]
    elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") in ("endswith", "eq", "ne"):
        sides = node.args
    else:
        return set()
    leaves = [leaf for side in sides for leaf in ast.walk(side)]
    constants = [leaf.value for leaf in leaves if isinstance(leaf, ast.Constant)]
    return {value for value in constants if isinstance(value, str)}


def _is_decision(node):
    """`Optimum.decision` is one of a few words of its own, of which one is `never`."""
    return isinstance(node, ast.Attribute) and node.attr == "decision"


def test_the_reason_of_a_calendar_is_in_the_singular_for_one_tick():
    assert [Every(1).reason, Every(7, 2).reason] == ["every 1 tick", "every 7 ticks, 2 later"]
