"""The clocks in words: what the first model is trained on where labels come late."""

from dataclasses import replace

from fake_study import scenario_info

from retrainlab.reports.text.clocks import few_at_first


def test_a_first_model_of_few_labels_is_told():
    info = replace(scenario_info(), first_rows=2412, first_labels=71)
    assert few_at_first(info).startswith(
        "The first model is trained on 71 of the 2,412 rows of the first"
    )
    assert few_at_first(replace(info, first_labels=1206)) == ""
    assert few_at_first(scenario_info()) == ""
