"""The figures of a law as text."""

import math

from retrainlab.reports.text.format import number
from retrainlab.sim.closed_form import Check

EXACT = 1e-5  # below this a tolerance is for rounding, and figures are written in full


def shown(row: Check) -> tuple[str, str, str]:
    """Expected, measured and tolerance as text, to two digits of the tolerance."""
    if row.tolerance < EXACT:
        exact = "exact" if row.tolerance == 0 else f"{row.tolerance:.0e}"
        return f"{row.expected:.6g}", f"{row.measured:.6g}", exact
    decimals = max(0, 1 - math.floor(math.log10(row.tolerance)))
    expected, measured, tolerance = (
        number(value, decimals) for value in (row.expected, row.measured, row.tolerance)
    )
    return expected, measured, f"± {tolerance}"
