"""Titles of figures: what each shows of one scenario, in one line, from its decision."""

from collections.abc import Sequence

from retrainlab.reports.analysis.cost_curve import CostCurve
from retrainlab.reports.results.decision import Comparison, Decision, Sensitivity
from retrainlab.reports.text.decision import share
from retrainlab.reports.text.format import count, money, percent, shorten, three_digits
from retrainlab.reports.text.price_words import turns_of
from retrainlab.reports.text.values import bare, named

LABEL = 34  # characters of a setting


def short(label: str) -> str:
    """Return a setting's label as a title has room for it."""
    return shorten(label, LABEL)


def of_scores(decision: Decision, metric: str) -> str:
    """Say what the recommended setting scores, beside never: the score against its cost."""
    choice, never = decision.setting(decision.choice), decision.against.never
    text = f"{short(choice.label)}: {metric} {percent(choice.score)}"
    if never is None or never.same:
        return text
    return f"{text}, never {percent(decision.setting(never.reference).score)}"


def of_costs(decision: Decision) -> str:
    """Say what the recommended setting costs, beside never."""
    return _against_never(decision) or f"{short(decision.choice)} costs least here"


def _against_never(decision: Decision) -> str:
    never = decision.against.never
    if never is None or never.same:
        return ""
    return f"{short(decision.choice)} costs {share(never)} than never"


def of_intervals(decision: Decision, best: CostCurve | None, unit: str) -> str:
    """Say which interval of the cheapest schedule costs least."""
    if best is None:
        return of_costs(decision)
    value = named(best.best.value, best.parameter, unit)
    low, high = best.best.flat_low, best.best.flat_high
    near = f"; nearly as good: {bare(low)} to {bare(high)}" if low != high else ""
    return f"{shorten(best.strategy, LABEL)}: {value} costs least{near}"


def of_seeds(decision: Decision) -> str:
    """Say on how many seeds the recommended setting costs less than what it was weighed against."""
    never = decision.against.never
    gap: Comparison | None = decision.evidence if never is None or never.same else never
    if gap is None:
        return of_costs(decision)
    seeds = f"on {gap.cheaper} of {count(gap.seeds, 'seed')}"
    return f"{short(gap.label)} costs less than {short(gap.reference)} {seeds}"


def of_prices(effects: Sequence[Sensitivity], units: dict[str, str], currency: str | None) -> str:
    """Say up to which price the same is to be done, of the price that decides most."""
    if not effects:
        return "No price changes what to do"
    first = effects[0]
    unit, turns = units[first.name], turns_of(first)
    if turns:
        ends = [f"{side} {money(three_digits(end), currency)}" for end, side, _ in turns]
        return f"What to do changes {' and '.join(ends)} per {unit}"
    if len({regime.kind for regime in first.regimes}) == 1:
        return f"What to do is the same at every price per {unit}"
    return "No price that is shown changes what to do"


def over_time(
    label: str,
    what: str,
    means: tuple[float, float],
    never: tuple[float, float] | None,
    is_score: bool,
) -> str:
    """Say the mean of a line over time and that of its last tenth; never too where it is drawn."""

    def written(mean: float, last: float) -> list[str]:
        return [percent(x) if is_score else three_digits(x) for x in (mean, last)]

    mean, last = written(*means)
    text = f"{short(label)}: {what} {mean}, {last} in the last tenth"
    return text if never is None else f"{text}; never {' and '.join(written(*never))}"
