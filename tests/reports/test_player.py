"""The time line in a real browser: slider, buttons, arrow keys, play, two settings side by side."""

from datetime import datetime, timedelta

import pytest

from retrainlab.reports.analysis.courses import courses
from retrainlab.reports.results.tables import load

OTHER = "trigger detector=ADWIN"


@pytest.fixture
def player(page):
    return page.locator('section[data-scenario="gradual"] [data-player]')


def facts(side) -> dict[str, str]:
    names, values = (side.locator(tag).all_inner_texts() for tag in ("dt", "dd"))
    return dict(zip(names, values, strict=True))


def test_a_step_shows_what_the_tables_say(study, page, player):
    side = player.locator("[data-side]").nth(1)
    side.locator("select").select_option(OTHER)
    course = courses(load(study).of("gradual"), [OTHER])[OTHER]
    for tick in (20, 63, 119):
        player.locator("input").fill(str(tick - 20))
        shown = facts(side)
        assert player.locator("output").inner_text() == f"tick {tick}"
        assert shown["money so far"] == f"{round(course.money[tick - 20]):,}"
        assert shown["alarm"] == ("alarm" if tick == 63 else "–")
        begun = course.retrainings[course.retrainings["decided"] <= tick]
        assert side.locator("li").count() == len(begun)
        served = int((course.retrainings["deployed"] <= tick).sum())
        assert shown["serving model"] == (f"number {served}" if served else "the first one")
    player.locator("input").fill(str(int(course.retrainings["decided"].iloc[0]) - 20))
    assert facts(side)["under way"] == "retraining, ready in 1"
    assert "due; 400 rows, cost 20.4;" in side.locator("li").first.inner_text()
    assert "against never" in side.locator("li").first.inner_text()


def test_drifts_are_told_as_they_come(player):
    for tick, words in ((20, "No drift so far"), (70, "It drifts: concept"), (110, "is over")):
        player.locator("input").fill(str(tick - 20))
        assert words in player.locator("[data-drift]").inner_text()


def test_buttons_and_arrow_keys_step(page, player):
    output = player.locator("output")
    player.locator('[data-move="1"]').click()
    player.locator('[data-move="1"]').press("ArrowRight")
    assert output.inner_text() == "tick 22"
    player.locator("input").press("ArrowRight")
    player.locator("[data-play]").press("ArrowLeft")
    player.locator('[data-move="-1"]').click()
    assert output.inner_text() == "tick 21"
    line = page.locator('section[data-scenario="gradual"] figure.timeline svg:not(.phone) .cursor')
    before = line.get_attribute("x1")
    player.locator("input").fill("50")
    assert float(line.get_attribute("x1")) > float(before)


def test_play_goes_on_by_itself_and_stops_at_the_end(page, player):
    play, output = player.locator("[data-play]"), player.locator("output")
    player.locator("input").fill("97")
    page.clock.install()  # time stands still, however slow the browser is
    page.clock.pause_at(datetime.now() + timedelta(hours=1))
    play.click()
    assert play.inner_text() == "Pause"
    page.clock.run_for(100)
    assert (play.inner_text(), output.inner_text()) == ("Pause", "tick 118")
    page.clock.run_for(100)
    assert (play.inner_text(), output.inner_text()) == ("Play", "tick 119")


@pytest.mark.slow
def test_a_stream_of_unknown_truth_says_so(page):
    words = page.locator('section[data-scenario="shop"] [data-drift]').inner_text()
    assert words == "The drifts of this stream are unknown."
