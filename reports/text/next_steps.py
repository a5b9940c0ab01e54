"""The answer on a file in three lines: what to do, what it saves, and what to check."""

from collections.abc import Iterable

from retrainlab.reports.analysis.cost_curve import CostCurve, cheapest
from retrainlab.reports.results.decision import Comparison, Decision
from retrainlab.reports.results.tables import Tables
from retrainlab.reports.text.coming_period import meanwhile
from retrainlab.reports.text.decision import headline, savings
from retrainlab.reports.text.price_words import effects_sentence, units_of
from retrainlab.reports.text.wide_interval import least_within

UNNAMED = "; scenario.file.incumbent (what the model in service gave) would tell what you did"


def next_steps(decision: Decision, curves: Iterable[CostCurve], tables: Tables) -> tuple[str, ...]:
    """Return the three lines. curves, tables: of the decision's scenario."""
    return (
        f"Do: {_action(decision, tables)}",
        f"It saves: {_saving(decision)}",
        f"Check: {_check(decision, list(curves), tables)}",
    )


def _action(decision: Decision, tables: Tables) -> str:
    done = decision.against.incumbent
    said = headline(decision, tables.manifest)
    if done is not None and _costs_more(done):
        return (
            f"Keep to what you did: it costs less than all that was tried here. Without it: {said}"
        )
    if decision.kind != "undecided" or meanwhile(decision):
        return said
    if done is None:
        return f"Change nothing yet. {said}"
    least = " It costs less than all that was tried here, by chance perhaps." * (done.saving < 0)
    return f"Keep to what you did for now.{least} {said}"


def _costs_more(gap: Comparison) -> bool:
    return gap.clear and gap.saving < 0


def _saving(decision: Decision) -> str:
    """Say what the choice saves: against what was done, else today's policy, else never."""
    order = ("against what you did", "against today", "against never")
    lines = {line["name"]: line for line in savings(decision)}
    for start in order:
        for name, line in lines.items():
            if name.startswith(start):
                hint = UNNAMED if start == "against never" else ""
                if line["same"]:
                    return f"nothing {name}, as it is the same{hint}."
                text = f"{decision.choice} costs {line['text']} ({line['size']}) {name}{hint}."
                return f"nothing; {text}" if line["text"].endswith("more") else text
    return "unknown: there is nothing to hold it against."


def _check(decision: Decision, curves: list[CostCurve], tables: Tables) -> str:
    """Say what the answer rests on: the log, an interval that is wide, and prices that decide."""
    curve, units = cheapest(curves), units_of(tables.manifest, decision.scenario)
    wide = least_within(curve, tables) if curve is not None else ""
    prices = effects_sentence(decision.sensitivity, units, decision.prices.currency)
    return " ".join(filter(None, ("whether the time to come is like this log.", wide, prices)))
