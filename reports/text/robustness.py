"""Robustness in words: which setting to take where nobody knows which drift will come."""

from retrainlab.reports.analysis.robustness import Robustness
from retrainlab.reports.text.format import number, shorten

WIDEST = 12  # scenarios that have a column each
LONGEST = 30  # characters of a scenario in a heading
SMALLEST = 0.005  # share that is written as 0 %


def sentence(robust: Robustness, never: str | None) -> str:
    """Say which setting is the least bad in its worst scenario, beside never."""
    excess, worst = robust.excess.loc[robust.minimax], robust.worst
    start = f"If nobody knows which of these scenarios will come: {robust.minimax} costs"
    if worst[robust.minimax] < SMALLEST:
        return f"{start} least in each of them."
    text = (
        f"{start} at most {_share(worst[robust.minimax])} more than the cheapest "
        f"setting of each (most in {excess.idxmax()})."
    )
    if never is None or never not in worst or never == robust.minimax:
        return text
    return f"{text} Never costs up to {_share(worst[never])} more ({_most(robust, never)})."


def _most(robust: Robustness, label: str) -> str:
    return f"in {robust.excess.loc[label].idxmax()}"


def rows(robust: Robustness) -> list[tuple[str, str, list[str]]]:
    """Return label, strategy and cells of each row: an excess a scenario, the highest and where."""
    shown = robust.excess if robust.excess.shape[1] <= WIDEST else robust.excess.iloc[:, :0]
    return [
        (
            str(label),
            robust.strategy[str(label)],
            [
                *(_share(value) for value in shown.loc[label]),
                _share(robust.worst[label]),
                str(robust.excess.loc[label].idxmax()),
            ],
        )
        for label in robust.excess.index
    ]


def headings(robust: Robustness) -> list[str]:
    """Return the headings of the cells."""
    names = [shorten(str(name), LONGEST) for name in robust.excess]
    return [*(names if len(names) <= WIDEST else []), "highest", "in"]


def _share(value: float) -> str:
    return f"{number(100 * value, 0)} %"
