"""Options of the synthetic scenarios: a bad one is named, and the configs state them all."""

from dataclasses import fields
from pathlib import Path

import pytest
import yaml

from retrainlab.scenarios.covariate import Covariate
from retrainlab.scenarios.gradual import Gradual
from retrainlab.scenarios.prior import Prior
from retrainlab.scenarios.recurrent import Recurrent
from retrainlab.scenarios.sudden import Sudden
from retrainlab.sim.errors import InputError

CLASSES = (Sudden, Gradual, Recurrent, Covariate, Prior)
BAD = [
    (Sudden, {"ticks": 1}, "ticks is 1"),
    (Sudden, {"rows": 0}, "rows is 0"),
    (Sudden, {"rows": 2.5}, "rows is 2.5"),
    (Sudden, {"features": 1}, "features is 1"),
    (Sudden, {"noise": 0.5}, "noise is 0.5"),
    (Sudden, {"noise": "high"}, "noise is 'high'"),
    (Sudden, {"magnitude": 1.1}, "magnitude is 1.1"),
    (Sudden, {"magnitude": float("nan")}, "magnitude is nan"),
    (Sudden, {"at": [100, 300]}, r"at is \[100, 300\]; .* from 1 to 299"),
    (Sudden, {"at": [200, 100]}, "rising order"),
    (Sudden, {"at": 12.5}, "at is 12.5"),
    (Sudden, {"at": [[80, 160], 150]}, "rising order"),
    (Sudden, {"at": [[160, 80]]}, "pairs of them to draw from"),
    (Gradual, {"start": [60, 240]}, "duration is 100; .* from 1 to 60.* at tick 240"),
    (Gradual, {"start": [60, 90, 120]}, r"start is \[60, 90, 120\]; .* or a rising pair"),
    (Gradual, {"start": [60, 90.5]}, "start is"),
    (Prior, {"start": [0, 90]}, r"start is \[0, 90\]; .* from 1 to 299"),
    (Recurrent, {"start": [0, 40]}, r"start is \[0, 40\]; .* from 1 to 299"),
    (Gradual, {"start": 300}, "start is 300; .* from 0 to 299"),
    (Gradual, {"start": 250}, "duration is 100; .* from 1 to 50"),
    (Gradual, {"duration": 0}, "duration is 0"),
    (Gradual, {"mode": "melt"}, "choose one of rotate, mix"),
    (Gradual, {"shape": "cubic"}, "choose one of linear, sigmoid"),
    (Recurrent, {"period": 300}, "period is 300"),
    (Recurrent, {"concepts": 1}, "concepts is 1"),
    (Recurrent, {"mode": "calendar", "concepts": 3}, "from 2 to 2 in a calendar"),
    (Recurrent, {"concepts": 6, "magnitude": 0.4}, "magnitude is 0.4; it must be below 0.4"),
    (Recurrent, {"soft": 61}, "soft is 61; .* from 0 to 60"),
    (Recurrent, {"order": "up"}, "choose one of cycle, random"),
    (Covariate, {"magnitude": -1}, "magnitude is -1"),
    (Covariate, {"spread": 0}, "spread is 0"),
    (Covariate, {"rule": "round"}, "choose one of curved, linear"),
    (Covariate, {"shape": "season", "period": 25}, "it must be even"),
    (Prior, {"shape": "drop"}, "choose one of step, ramp"),
    (Prior, {"shape": "step", "start": 0}, "start is 0; .* from 1 to 299"),
    (Prior, {"separation": 0}, "separation is 0"),
    (Prior, {"before": 1.2}, "before is 1.2"),
    (Prior, {"before": [0.5, 0.6], "after": [0.5, 0.5]}, "add to 1"),
    (Prior, {"before": [0.2, 0.3, 0.5]}, "after is 0.2; it must have as many classes"),
    (Prior, {"magnitude": 0.6}, "magnitude is 0.6; a class would get a share below 0"),
    (Prior, {"after": 0.5, "magnitude": 0.1}, "nothing can move"),
]


@pytest.mark.parametrize(("scenario", "options", "sentence"), BAD)
def test_a_bad_option_is_named_with_its_value(scenario, options, sentence):
    with pytest.raises(InputError, match=f"^scenario.{scenario.__name__.lower()}.*{sentence}"):
        scenario(**options)


@pytest.mark.parametrize("scenario", CLASSES)
def test_the_config_states_every_option_and_its_default(scenario):
    name = scenario.__name__.lower()
    path = Path(__file__).parents[2] / "experiments" / "conf" / "scenario" / f"{name}.yaml"
    stated = yaml.safe_load(path.read_text())[name]
    assert stated.pop("_target_") == f"retrainlab.scenarios.{name}.{scenario.__name__}"
    assert list(stated) == [f.name for f in fields(scenario)]
    drawn = {"at", "start"} & {*stated}
    fixed = {f.name: f.default for f in fields(scenario) if f.name in drawn}
    assert scenario(**stated | fixed)(0).y.tobytes() == scenario()(0).y.tobytes()
    assert scenario(**stated)(0).drifts != scenario(**stated)(1).drifts


@pytest.mark.parametrize("scenario", CLASSES)
def test_one_row_a_tick_is_legal(scenario):
    stream = scenario(rows=1)(0)
    assert stream.rows == stream.ticks == 300
