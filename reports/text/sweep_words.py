"""Which value of a swept key is cheapest, in a sentence."""

from retrainlab.reports.analysis.sweep_wins import Wins
from retrainlab.reports.text.format import count


def cheapest_value(wins: Wins) -> str:
    """Say in how many combinations each value costs least, and whether that is significant."""
    values = ", ".join(f"{value} in {n}" for value, n in wins.cheapest.items())
    sure = "no test, too few seeds" if wins.proven is None else f"{wins.proven} significant"
    return f"{wins.key}: of {count(wins.combinations, 'comparison')} cheapest is {values}; {sure}."
