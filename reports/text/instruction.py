"""What to do in plain English, from the clauses with which a strategy describes itself."""

from retrainlab.reports.results.manifest import StrategyInfo
from retrainlab.reports.text.format import sentence
from retrainlab.sim.replay.clause import Kind


def instruction(label: str, info: StrategyInfo, unit: str) -> str:
    """Write "Retrain every 20 days on everything so far (periodic every 20)."

    info: the manifest's entry of the label. unit: what a tick of the scenario is called. Of a
    strategy with a part that does not describe itself, only the label is said.
    """

    def texts(kind: Kind) -> list[str]:
        return [clause.in_units(unit) for clause in info.clauses if clause.kind == kind]

    data, action = " and ".join(texts("data")), " and ".join(texts("action"))
    if texts("code") or not (data or action) or not (texts("schedule") or texts("condition")):
        return sentence(f"retrain with {label}")
    retrain = [" ".join(["retrain", *texts("schedule"), "on", data])]
    deed = [*texts("schedule"), action] if action else retrain
    start = ", ".join([*texts("condition"), *deed, *texts("limit")])
    tests = " and ".join(texts("test"))
    test = f"; the new model serves only {tests}" if tests else ""
    return sentence(f"{start}{test} ({label})")
