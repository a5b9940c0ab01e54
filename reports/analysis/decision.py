"""What to do about a scenario and how sure it is, in plain sentences."""

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from retrainlab.reports.analysis.manifest import ScenarioInfo, StrategyInfo
from retrainlab.reports.analysis.statistics import corrected, estimate, paired
from retrainlab.reports.analysis.summary import by_seed, first_never, labels_of
from retrainlab.reports.text.format import count, listed, number, percent, plus_minus
from retrainlab.reports.text.instruction import instruction

Kind = Literal["retrain", "keep", "baseline"]
UNNAMED = StrategyInfo("")  # a label that the manifest has no words for
Surety = Literal["clear", "several tie", "likely", "within noise", "one stream", "one seed"]

DOUBTS = {
    "clear": "",
    "likely": ", likely but not certain",
    "within noise": ", within noise",
}
ALONE: dict[Surety, str] = {
    "one stream": "on the one stream there is, so there is no interval over streams",
    "one seed": "on one seed, so there is no interval (seeds=10 gives one)",
}


@dataclass(frozen=True)
class Verdict:
    """What to do, with what evidence.

    choice: the label that is recommended. best: the strategy with the lowest mean cost, which is
    another one where a baseline or never is recommended. surety: "clear" when the difference that
    decides stays beyond noise with all comparisons counted, "likely" when it does only on its
    own; "several tie" when retraining clearly pays but which way is open; "one stream" where the
    truth is unknown and there is a single stream, "one seed" where more could be drawn.
    """

    kind: Kind
    surety: Surety
    choice: str
    best: str
    headline: str
    evidence: str
    notes: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """The whole verdict in one paragraph."""
        return " ".join((self.headline, self.evidence, *self.notes))


@dataclass(frozen=True, eq=False)
class Field:
    """The strategies of one scenario side by side.

    costs: (seeds, labels) of strategies and baselines. scores: their means. idle: strategies that
    never retrained on any seed. confidence: of each comparison, so that all of them hold together
    at 95 %. alone: why there is no interval, None where there is one.
    """

    costs: pd.DataFrame
    scores: pd.Series
    strategies: list[str]
    baselines: list[str]
    idle: list[str]
    best: str
    confidence: float
    alone: Surety | None

    def cost(self, label: str) -> str:
        """Mean cost with its interval."""
        found = estimate(self.costs[label])
        return plus_minus(found.mean, found.half)

    def clear(self, a: str, b: str) -> bool:
        """Whether the costs of a and b differ beyond noise, the number of comparisons counted."""
        return paired(self.costs[a], self.costs[b], self.confidence).clear

    def surety(self, a: str, b: str) -> Surety:
        """Say how sure it is that the costs of a and b differ."""
        if self.alone:
            return self.alone
        if self.clear(a, b):
            return "clear"
        return "likely" if paired(self.costs[a], self.costs[b]).clear else "within noise"

    def against(self, a: str, b: str) -> str:
        """Return the paired evidence that a is cheaper than b, or is not."""
        gap, whole = paired(self.costs[a], self.costs[b]), float(self.costs[b].mean())
        way, size = "more" if gap.mean > 0 else "less", plus_minus(abs(gap.mean), gap.half)
        if whole > 0:
            said = f"{number(100 * abs(gap.mean) / whole, 0)} % {way} ({size})"
        else:
            said = f"{size} {way}"
        if self.alone:
            return f"{said}, {ALONE[self.alone]}"
        noise = DOUBTS[self.surety(a, b)]
        return f"{said}{noise}, cheaper on {gap.below} of {count(gap.seeds, 'seed')}"


def field(costs: pd.DataFrame, labels: pd.DataFrame, truth_known: bool) -> Field:
    """Set up the comparison of the labels of one scenario; labels: see `outline.labels_of`."""
    rank = costs.mean().sort_values(kind="stable").index
    ours = set(labels.index[labels["role"] == "strategy"])
    never_trained = set(labels.index[labels["retrainings"] == 0])
    strategies = [str(label) for label in rank if label in ours]
    idle = [label for label in strategies if label in never_trained]
    never = first_never(labels["never"])
    single: Surety = "one seed" if truth_known else "one stream"
    return Field(
        costs=costs,
        scores=labels["score"],
        strategies=strategies,
        baselines=[str(label) for label in rank if label not in ours],
        idle=sorted(idle, key=lambda label: label != never),
        best=strategies[0],
        confidence=corrected(len(costs.columns) - 1),
        alone=single if len(costs) < 2 else None,
    )


def judge(runs: pd.DataFrame, strategies: dict[str, StrategyInfo], about: ScenarioInfo) -> Verdict:
    """Decide what to do about one scenario, by total cost; runs: its cells."""
    return decide(field(by_seed(runs), labels_of(runs), about.truth_known), strategies, about)


def decide(ground: Field, strategies: dict[str, StrategyInfo], about: ScenarioInfo) -> Verdict:
    """Decide between the labels of one scenario, by total cost.

    strategies: the manifest's words for each label. about: the manifest's entry of the scenario.
    A baseline that is cheaper than all strategies comes first; then never, unless some strategy
    is cheaper beyond noise; then the cheapest strategy, with those that cannot be told from it.
    """
    baseline = ground.baselines[0] if ground.baselines else None
    means = ground.costs.mean()
    if baseline is not None and means[baseline] < means[ground.best]:
        return _baseline_wins(ground, baseline)
    idle = ground.idle[0] if ground.idle else None
    if ground.best in ground.idle:
        return _keep(ground, ground.idle[0])
    if idle is not None and ground.surety(ground.best, idle) == "within noise":
        return _keep(ground, idle)
    return _retrain(ground, idle, strategies.get(ground.best, UNNAMED), about.tick_name)


def _baseline_wins(ground: Field, baseline: str) -> Verdict:
    return Verdict(
        kind="baseline",
        surety=ground.surety(baseline, ground.best),
        choice=baseline,
        best=ground.best,
        headline=f"No strategy here beats the baseline {baseline}.",
        evidence=(
            f"{baseline} costs {ground.cost(baseline)}, the cheapest strategy, {ground.best}, "
            f"{ground.cost(ground.best)}: {ground.against(baseline, ground.best)}."
        ),
    )


def _keep(ground: Field, idle: str) -> Verdict:
    active = [label for label in ground.strategies if label not in ground.idle]
    surety: Surety = ground.alone or "clear"
    evidence = f"Nothing that was tried retrained at all; {idle} costs {ground.cost(idle)}."
    if active:
        rival = active[0]
        surety = ground.surety(rival, idle)
        evidence = (
            f"Total cost {ground.cost(idle)} for {idle}; the cheapest strategy that retrains, "
            f"{rival}, costs {ground.cost(rival)}: {ground.against(rival, idle)}."
        )
    doubt = " on this evidence" if surety == "within noise" else ""
    return Verdict(
        kind="keep",
        surety=surety,
        choice=idle,
        best=ground.best,
        headline=f"Do not retrain{doubt}.",
        evidence=evidence,
        notes=_better_baselines(ground),
    )


def _retrain(ground: Field, idle: str | None, words: StrategyInfo, unit: str) -> Verdict:
    best = ground.best
    notes = _better_baselines(ground)
    tied = [
        label
        for label in ground.strategies
        if label != best and label not in ground.idle and not ground.clear(label, best)
    ]
    if tied and not ground.alone:
        others = f"{listed(tied, at_most=2)} cannot be told apart from it"
        notes = (f"Within noise: {others} with {count(len(ground.costs), 'seed')}.", *notes)
    surety: Surety = "several tie"
    evidence = (
        f"Total cost {ground.cost(best)}; never was not in this study, so it cannot say "
        "whether retraining pays at all."
    )
    if idle is not None:
        surety = ground.surety(best, idle)
        evidence = (
            f"Total cost {ground.cost(best)} against {ground.cost(idle)} for {idle}: "
            f"{ground.against(best, idle)}."
        )
    verb = "probably retrain" if surety == "likely" else "retrain"
    return Verdict(
        kind="retrain",
        surety="several tie" if tied and surety == "clear" else surety,
        choice=best,
        best=best,
        headline=instruction(best, words, unit, verb),
        evidence=evidence,
        notes=notes,
    )


def _better_baselines(ground: Field) -> tuple[str, ...]:
    """Say which baselines score higher than every strategy although they do not cost less."""
    scores = ground.scores
    top = scores[ground.strategies].max()
    higher = [label for label in ground.baselines if scores[label] > top]
    if not higher:
        return ()
    said = listed([f"{label} ({percent(scores[label])})" for label in higher])
    return (f"By score alone every strategy is behind the baseline {said}.",)
