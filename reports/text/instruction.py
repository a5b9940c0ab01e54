"""What to do in plain English, from a strategy's words for when, what and gate."""

import re

from retrainlab.reports.analysis.manifest import StrategyInfo
from retrainlab.reports.text.format import sentence


def instruction(label: str, words: StrategyInfo, unit: str, verb: str = "retrain") -> str:
    """Write "Retrain every 20 days on everything so far (periodic every 20)."

    words: the manifest's entry of the label. unit: what a tick of the scenario is called. A part
    that is shown as code, because it has no words of its own, leaves the label alone.
    """
    when, what, gate = (_in_units(part, unit) for part in (words.when, words.what, words.gate))
    if not when or not what or "(" in when + what + gate:
        return sentence(f"{verb} with {label}")
    what = re.sub(r", at least ([\d,]+)$", r", once there are at least \1", what)
    is_clause = when.startswith("when ")
    said = f"{when}, {verb} on {what}" if is_clause else f"{verb} {when} on {what}"
    return sentence(f"{said}{_limits(gate)} ({label})")


def _in_units(text: str, unit: str) -> str:
    return re.sub(r"\btick(s?)\b", rf"{unit}\1", text)


def _limits(gate: str) -> str:
    """Say what keeps a training from starting, then what keeps its model from serving."""
    parts = [part for part in gate.split(" and ") if part not in ("", "always")]
    limits = "".join(f", {part}" for part in parts if not part.startswith("if "))
    tests = " and ".join(part for part in parts if part.startswith("if "))
    return limits + (f"; the new model serves only {tests}" if tests else "")
