"""The benchmark in a few lines: the pooled table, and a sentence for each kind of detector."""

import math
from dataclasses import dataclass

import pandas as pd

from retrainlab.reports.detection.scores import POOLED, common, speeds
from retrainlab.reports.detection.tables import DetectorBenchmark
from retrainlab.reports.text.format import count, listed, number, percent

KINDS = {
    True: "Detectors on errors, which need labels",
    False: "Detectors on inputs and predictions, which need none",
}


@dataclass(frozen=True)
class Ranking:
    """The pooled table of one kind of detector, the least restricted delay first.

    rows: of `reports.detection.scores.scores`, with `speed` in updates a second. over: the problems
    that are pooled.
    """

    title: str
    rows: pd.DataFrame
    over: list[str]
    sentence: str


def rankings(bench: DetectorBenchmark, table: pd.DataFrame) -> list[Ranking]:
    """Return a ranking of each kind of detector that ran; table: of `scores`."""
    made = []
    speed = speeds(bench)
    for labelled, title in KINDS.items():
        names = bench.of_kind(labelled)
        rows = table[(table["problem"] == POOLED) & table["detector"].isin(names)]
        if rows.empty:
            continue
        rows = rows.assign(
            speed=[speed[d] for d in rows["detector"]],
            null=[bench.info(d).null for d in rows["detector"]],
        ).sort_values(["null", "restricted_delay"], kind="stable")
        over = common(bench, names)
        made.append(Ranking(title, rows, over, _sentence(rows, over, bench)))
    return made


def _sentence(rows: pd.DataFrame, over: list[str], bench: DetectorBenchmark) -> str:
    """Say who is soonest among those with few false alarms, and who the nulls beat."""
    real, null = rows[~rows["null"]], rows[rows["null"]]
    calm = real[real["false_per_1000"] <= CALM]
    sentences = []
    if rows["restricted_delay"].isna().all():
        sentences.append(
            "No drift here counts for detectors of this kind, so there is no delay to compare, "
            "only false alarms."
        )
    elif len(calm):
        first = calm.iloc[0]
        sentences.append(
            f"Of the detectors with at most {number(1000 * CALM)} false alarms in a million rows, "
            f"{first['detector']} is the soonest: it finds {percent(first['recall'])} of the "
            f"drifts, {number(first['restricted_delay'], 0)} rows after their start on average, a "
            "miss counted with the end of its window."
        )
    else:
        sentences.append(
            f"No detector keeps to {number(1000 * CALM)} false alarms in a million rows at these "
            "settings."
        )
    beaten = [  # none in a check, which runs no null detectors
        str(name)
        for clock in null[null["detector"].str.startswith("every")].to_dict("records")
        for name in real.loc[
            (real["restricted_delay"] >= clock["restricted_delay"])
            & (real["false_per_1000"] >= clock["false_per_1000"]),
            "detector",
        ]
    ]
    if beaten:
        sentences.append(
            f"{listed(beaten)} {'is' if len(beaten) == 1 else 'are'} later than an alarm every "
            f"{bench.manifest.options.every:,} rows, with no fewer false alarms."
        )
    sentences.append(f"Pooled over {count(len(over), 'stream')}: {listed(over, 12)}.")
    return " ".join(sentences)


CALM = 0.1  # false alarms in 1,000 rows that are few


def shown(row: "pd.Series[float]", name: str, decimals: int | None = None) -> str:
    """Write a metric with its interval: "283 (235 to 323)"; a dash where it is undefined."""
    value, low, high = (float(row[key]) for key in (name, f"{name}_low", f"{name}_high"))
    as_text = _percent if name in ("recall", "precision", "f1") else lambda v: _number(v, decimals)
    if math.isnan(value):
        return as_text(value)
    if math.isnan(low) or low == high:
        return as_text(value)
    return f"{as_text(value)} ({as_text(low).removesuffix(' %')} to {as_text(high)})"


def _percent(share: float) -> str:
    return percent(share)


def _number(value: float, decimals: int | None) -> str:
    return "∞" if math.isinf(value) else number(value, decimals)
