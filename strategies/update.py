"""Update: the model in service learns the newest rows, by partial_fit or a warm start."""

from typing import Any

from retrainlab.sim.errors import require
from retrainlab.sim.replay.clause import Clause, clauses
from retrainlab.sim.replay.memory import Memory, memory_of
from retrainlab.sim.replay.recipes import Refit, as_recipe
from retrainlab.sim.replay.recipes import Update as Recipe
from retrainlab.sim.replay.view import View


class Update:
    """Train the model in service further, on the rows that another part names.

    rows: a part that answers rows, weighted or not, such as SinceFit; learning rows twice is the
    caller's choice. It waits while another training is under way.
    """

    def __init__(self, rows: Any):
        require(callable(rows), f"rows is {rows!r}; it must be a part that names rows")
        self.rows = rows

    @property
    def memory(self) -> Memory:
        """What the part remembers that names the rows."""
        return memory_of(self.rows)

    def describe(self) -> Clause:
        """Return what it learns."""
        text = " and ".join(clause.text for clause in clauses(self.rows))
        return Clause("action", f"update the model on {text}")

    def __call__(self, view: View) -> Recipe | None:
        """Return the update, or None while there are no rows or a training is under way."""
        refit = None if view.pending else as_recipe(self.rows(view))
        if refit is None:
            return None
        require(isinstance(refit, Refit), "rows of an update must be rows, and no other recipe")
        assert isinstance(refit, Refit)
        return Recipe(view.bank.base(view.bank.serving), refit.rows, refit.weights)
