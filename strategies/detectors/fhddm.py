"""FHDDM that alarms when errors become more frequent."""

from typing import Any

from river.drift import binary


class FHDDM(binary.FHDDM):
    """River's FHDDM, told of hits.

    The method (Pesaranghader and Viktor 2016) alarms when the share of ones in its window falls
    below the highest seen, and its ones are hits. River 0.26 documents them as errors, so that it
    would alarm when a model gets better, and never when it gets worse.
    """

    def update(self, x: Any) -> None:
        """Take the next error: 1 for a wrong row, 0 for a right one."""
        super().update(1 - x)
