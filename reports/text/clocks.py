"""The clocks of a study in words: when labels and models come, and when they come too late."""

from math import isfinite

from retrainlab.reports.results.manifest import ScenarioInfo
from retrainlab.reports.text.format import count


def clocks(info: ScenarioInfo) -> str:
    """Say in one sentence when labels, models and the count begin."""
    world, unit = info.world, info.tick_name
    fit, known = world.fit_delay, _known(info)
    trained = f"takes {count(fit, unit)}" if fit else "takes no time"
    return (
        f"The first {count(world.warmup, unit)} train the first model and are in no "
        f"accuracy and no cost; a label is known {known}, training {trained}."
    )


def _known(info: ScenarioInfo) -> str:
    """Say when a label is known."""
    unit, label, delays = info.tick_name, info.world.label_delay, info.label_delays
    if delays is None:
        return f"{count(label, unit)} after its {unit}" if label else f"at the end of its {unit}"
    late = (
        f"half within {count(int(delays.median), unit)}"
        if isfinite(delays.median)
        else ("fewer than half before the data end")
    )
    return f"at a time of its own, {late}"


def too_late(info: ScenarioInfo) -> str:
    """Say which delay lets nothing arrive before the stream ends; empty where all is in time."""
    world, last = info.world, info.ticks - 1
    ticks = info.ticks - world.warmup
    are = "is" if ticks == 1 else "are"
    served = f"within the {count(ticks, info.tick_name)} that {are} served"
    if info.label_delays is not None:
        return ""
    label, fit = f"world.label_delay={world.label_delay}", f"world.fit_delay={world.fit_delay}"
    first_label = world.warmup + world.label_delay
    if world.serves(world.warmup - 1) > last:
        return f"No retrained model serves {served}: {fit} is too long for this stream."
    if first_label > last:
        return f"No label of a served row arrives {served}: {label} is too long for this stream."
    if world.serves(first_label) > last:
        why = f"{label} and {fit} are too long together for this stream"
        if not world.label_delay and not world.fit_delay:
            why = f"a model serves from the {info.tick_name} after its training on"
        return f"No model that knows the label of a served row serves {served}: {why}."
    return ""


def few_at_first(info: ScenarioInfo) -> str:
    """Say on how few rows the first model is trained, where most labels of the warm-up came later.

    Empty where at least half of them were there.
    """
    if info.first_labels >= info.first_rows / 2:
        return ""
    return (
        f"The first model is trained on {info.first_labels:,} of the {info.first_rows:,} rows of "
        f"the first {count(info.world.warmup, info.tick_name)}, those whose labels were known by "
        "then, and what never costs rests on it; a longer world.warmup gives it more."
    )
