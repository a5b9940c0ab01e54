import pytest
from matplotlib.figure import Figure

from retrainlab.reports.drawing.canvas import in_percent


def percents(values):
    axes = Figure().subplots()
    axes.plot(range(len(values)), values)
    in_percent(axes)
    axes.figure.draw_without_rendering()
    texts = (label.get_text() for label in axes.get_yticklabels())
    return [float(text.removesuffix(" %")) for text in texts if text]


@pytest.mark.parametrize("values", [[1, 1, 1], [0, 0], [0.97, 1, 0.99], [0, 1]])
def test_no_percentage_is_written_that_no_share_can_have(values):
    written = percents(values)
    assert len(written) > 1
    assert min(written) >= 0
    assert max(written) <= 100


def test_a_percentage_above_100_is_written_where_a_value_reaches_it():
    assert max(percents([0.5, 1.4])) > 100
    assert min(percents([-0.4, 0.5])) < 0
