"""Validation: laws (closed forms) that the simulator must reproduce, through the usual replay.

`retrainlab laws` measures all, `retrainlab laws quick=true` on a tenth of the data.
"""

from collections.abc import Sequence


def command(words: Sequence[str]) -> int:
    """Measure the laws, print them, write the page; return 0 if every figure is hit, else 1."""
    from retrainlab.experiments.validation import suite

    return suite.command(words)
