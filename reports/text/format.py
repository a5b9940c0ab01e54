"""Numbers and names as people write them."""

import json
import math
import re
from collections.abc import Iterable
from hashlib import blake2b
from typing import Any

from retrainlab.reports.results.manifest import ScenarioInfo
from retrainlab.sim.stream import Drift

MINUS = "\N{MINUS SIGN}"
UNKNOWN = "\N{EN DASH}"
LARGEST = 1e15  # what is as large is written with a power of ten
ROUNDING, LEAST = 1e-9, 1e-3  # of a mean, and of the least: a smaller half is that of equal numbers
LONGEST = 60  # characters of a name in the name of a file


def decimals_of(scale: float) -> int:
    """How many decimals a number of this size deserves: 0 from 100 on, 1 from 10 on, else 2."""
    size = abs(scale)
    return 0 if size >= 100 or size == 0 else 1 if size >= 10 else 2


def number(value: float, decimals: int | None = None, sign: bool = False) -> str:
    """Write 1240.4 as "1,240"; a dash where it is undefined; `sign` writes the plus as well."""
    if not math.isfinite(value):
        return UNKNOWN
    if decimals is None:
        decimals = 0 if float(value).is_integer() else decimals_of(value)
    text = f"{abs(value):,.{decimals}f}"
    is_zero = not any(c in text for c in "123456789")
    prefix = "" if is_zero else MINUS if value < 0 else "+" if sign else ""
    return prefix + text


def three_digits(value: float, sign: bool = False) -> str:
    """Write a computed number to three significant digits: "12,300", "29.5", "0.00417".

    So a cost, a saving and a price read the same wherever they stand; counts are written whole.
    """
    return plain(value, 3, sign)


def plain(value: float, digits: int, sign: bool = False) -> str:
    """Write a number to so many significant digits; a power of ten only where it is very large."""
    if not math.isfinite(value):
        return UNKNOWN
    rounded = float(f"{value:.{digits}g}")
    if abs(rounded) >= LARGEST:
        power = math.floor(math.log10(abs(rounded)))
        return f"{plain(float(f'{value:.{digits - 1}e}'.partition('e')[0]), digits, sign)}e{power}"
    decimals = 0 if abs(rounded) >= 1000 else 12
    text = number(rounded, decimals, sign)
    return text.rstrip("0").rstrip(".") if "." in text else text


def plus_minus(mean: float, half: float, sign: bool = False) -> str:
    """Write "1,240 ± 60"; the mean alone where there is no interval.

    The mean is written as `three_digits` does, so that it reads the same without its interval. The
    half has as many decimals as the mean, but one digit at least and few more.
    """
    middle = three_digits(mean, sign)
    if not math.isfinite(half):
        return middle
    if half <= ROUNDING * max(abs(mean), LEAST):
        return f"{middle} ± 0"
    if max(abs(mean), half) >= LARGEST:
        return f"{middle} ± {three_digits(half)}"
    one = -math.floor(math.log10(float(f"{half:.0e}")))
    few = decimals_of(half) if half >= 1 else one + 1
    decimals = max(min(len(middle.partition(".")[2]), few), one, 0)
    return f"{middle} ± {number(float(f'{half:.3g}'), decimals)}"


def interval(mean: float, low: float, high: float, sign: bool = False) -> str:
    """Write "1,240 ± 60", or "1,240, from 1,200 to 1,370" where the ends are not equally far."""
    below, above = mean - low, high - mean
    if not math.isfinite(below) or math.isclose(below, above, rel_tol=1e-6, abs_tol=1e-9):
        return plus_minus(mean, below, sign)
    return f"{three_digits(mean, sign)}, {from_to(low, high, sign)}"


def from_to(low: float, high: float, sign: bool = False) -> str:
    """Write the ends of an interval: "from 1,200 to 1,370"."""
    return f"from {three_digits(low, sign)} to {three_digits(high, sign)}"


def amount(mean: float) -> str:
    """Write a mean of counts: whole from 10 on, one decimal below; three digits from 1,000 on."""
    if not math.isfinite(mean) or float(mean).is_integer():
        return number(mean, 0)
    if abs(mean) >= 1000:
        return three_digits(mean)
    return number(mean, 0 if abs(mean) >= 10 else 1)


def money(text: str, currency: str | None) -> str:
    """Write an amount with its currency, where there are both: "1,240 ± 60 EUR"."""
    return f"{text} {currency}" if currency and text != UNKNOWN else text


def in_currency(heading: str, currency: str | None) -> str:
    """Write a heading with the currency of what is below it: "total cost (EUR)"."""
    return f"{heading} ({currency})" if currency else heading


def percent(share: float, half: float = math.nan) -> str:
    """Write a share as "93.1 %", or "93.1 ± 0.4 %" with its interval."""
    if not math.isfinite(share):
        return UNKNOWN
    spread = f" ± {100 * half:.1f}" if math.isfinite(half) else ""
    return f"{number(100 * share, 1)}{spread} %"


def percent_of(part: float, whole: float) -> str:
    """Write a part of a whole as "12 %", "44,000 %", "0.4 %"; a dash where there is no whole."""
    if not whole > 0:
        return UNKNOWN
    share = 100 * part / whole
    if 0 < abs(share) <= 0.5:  # "0 % more" would say that there is no more
        return f"{plain(share, 1)} %"
    return f"{number(share, 0) if abs(share) < 1000 else three_digits(share)} %"


def count(amount: int, noun: str) -> str:
    """Write "1 seed", "10 seeds"."""
    return f"{number(amount)} {noun}{'' if amount == 1 else 's'}"


def mean_count(mean: float, noun: str) -> str:
    """Write "1 retraining", "2.2 retrainings", for a mean of counts."""
    return f"{amount(mean)} {noun}{'' if mean == 1 else 's'}"


def seed_of(seed: int, seeds: Iterable[int]) -> str:
    """Name one of several seeds."""
    return "the first seed" if seed == min(seeds) else f"seed {seed}"


def listed(names: list[str], at_most: int = 3) -> str:
    """Write "a, b and c", or "a, b, c and 4 more"."""
    shown, hidden = names[:at_most], len(names) - at_most
    if hidden > 0:
        return f"{', '.join(shown)} and {hidden} more"
    return " and ".join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else "".join(shown)


def drift_name(drift: Drift) -> str:
    """Say what a drift is and how large: "concept drift, 30 % of labels", or its note alone."""
    size, note = drift.magnitude, str(drift.note)
    if not math.isfinite(size):
        return note or f"{drift.kind} drift"
    unit = {
        "concept": f"{number(100 * size, 0)} % of labels",
        "prior": f"P(y) by {number(100 * size, 0)} points",
    }.get(drift.kind, f"mean by {number(size)} sd")
    harm = ""
    if drift.harm is not None:
        harm = f"stale best predictor +{number(100 * drift.harm, 1)} points of error"
    return ", ".join(part for part in (f"{drift.kind} drift", unit, harm, note) if part)


def drifts_of(scenario: ScenarioInfo) -> str:
    """Say whose the drifts are that are shown, where they differ between seeds; else nothing."""
    if scenario.drifts_of == "all seeds":
        return "Each seed has its own drift ticks; shown is their range over all seeds."
    if scenario.drifts_of:
        return f"Each seed has its own drifts; shown are those of {scenario.drifts_of}."
    return ""


def spaced(text: str) -> str:
    """Set a space before every percent sign, as the rest of the page does."""
    return re.sub(r"(\d)%", r"\1 %", text)


def plain_name(code: str) -> str:
    """Write the name of a class as words: "ZeroOne()" as "zero one"."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", code.removesuffix("()")).lower()


def tight(text: str) -> str:
    """Keep a number and its percent sign, and the two parts of an interval, on one line."""
    hard = "\N{NO-BREAK SPACE}"
    return text.replace(" %", f"{hard}%").replace(" ± ", f"{hard}±{hard}")


def sentence(text: str) -> str:
    """Give the text a capital and a full stop."""
    text = text.strip()
    return text and text[0].upper() + text[1:] + ("" if text[-1] in ".!?" else ".")


def shorten(text: str, longest: int) -> str:
    """Cut a text that is longer than so many characters, and show that it is cut.

    Not within a number: what is left of one would be another number.
    """
    if len(text) <= longest:
        return text
    kept = text[: longest - 1]
    if re.match(r"[\d.,]", text[longest - 1]):
        kept = re.sub(r"\d[\d.,]*$", "", kept)
    return kept.rstrip() + "…"


def slug(name: str) -> str:
    """Return the name as a file name and anchor; two different names never share one.

    It is short enough for every file system, however long the name is.
    """
    safe = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    if safe == name.lower().replace("_", "-") and name == name.lower() and len(safe) <= LONGEST:
        return safe
    short = safe[:LONGEST].rstrip("-") or "scenario"
    return f"{short}-{blake2b(name.encode(), digest_size=3).hexdigest()}"


def pretty(value: Any) -> str:
    """Indented JSON, for reading."""
    return json.dumps(value, indent=2, ensure_ascii=False, default=str)
