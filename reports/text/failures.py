"""Failures in words: equal reasons are one sentence, with who failed and where."""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass

from retrainlab.reports.results.manifest import Failure, Manifest
from retrainlab.reports.text.format import count, listed

FEW = 4  # names that a sentence lists


@dataclass(frozen=True)
class FailureGroup:
    """Failures of one reason.

    who: "periodic failed", or "no result" where nothing ran. where: "on all 10 seeds of sudden".
    """

    reason: str
    who: str
    where: str
    count: int


def groups(failures: Iterable[Failure], manifest: Manifest) -> list[FailureGroup]:
    """Return the failures by their reason, in the order in which these were met.

    A strategy is named alone where all of its settings failed, and its settings where some did.
    """
    by_reason: dict[str, list[Failure]] = {}
    for failure in failures:
        by_reason.setdefault(reason(failure), []).append(failure)
    return [
        FailureGroup(why, _who(of, manifest), _where(of, manifest), len(of))
        for why, of in by_reason.items()
    ]


def grouped(failures: Iterable[Failure], manifest: Manifest) -> list[str]:
    """Return a sentence for each reason: "periodic failed on all 10 seeds of sudden: why"."""
    return [f"{one.who} {one.where}: {one.reason}" for one in groups(failures, manifest)]


def reason(failure: Failure) -> str:
    """Return why it failed, without the scenario that the sentence names anyway."""
    return failure.error.removeprefix(f"scenario.{failure.scenario}: ")


def _who(failures: Sequence[Failure], manifest: Manifest) -> str:
    labels = {failure.label for failure in failures}
    if None in labels:
        return "no result"
    of_strategy: dict[str, set[str]] = {}
    for label, info in manifest.strategies.items():
        of_strategy.setdefault(info.strategy, set()).add(label)
    whole = {name for name, settings in of_strategy.items() if settings <= labels}
    covered = {label for name in whole for label in of_strategy[name]}
    names = [n for n in of_strategy if n in whole] + sorted(
        str(label) for label in labels - covered
    )
    return f"{listed(names, FEW)} failed"


def _where(failures: Sequence[Failure], manifest: Manifest) -> str:
    seeds: dict[str, set[int]] = {}
    for failure in failures:
        seeds.setdefault(str(failure.scenario), set()).add(failure.seed or 0)
    everywhere = all(of == _planned(name, manifest) for name, of in seeds.items())
    names = f"{count(len(seeds), 'scenario')}" if len(seeds) > FEW else listed([*seeds], FEW)
    return f"on {_seeds(seeds, everywhere)} of {names}"


def _planned(scenario: str, manifest: Manifest) -> Set[int]:
    """Return the seeds that the scenario has."""
    info = manifest.scenarios.get(scenario)
    return set(info.seeds if info else manifest.seeds)


def _seeds(seeds: Mapping[str, Set[int]], everywhere: bool) -> str:
    numbers = sorted({number for of in seeds.values() for number in of})
    if everywhere and len(numbers) > 1:
        return f"all {len(numbers)} seeds"
    if len(numbers) == 1:
        return f"seed {numbers[0]}"
    return f"seeds {listed([str(number) for number in numbers], FEW)}"
