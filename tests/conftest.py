"""The same hypothesis settings for every test, and one report that many tests read."""

import json

import pytest
from fake_study import write
from hypothesis import settings

settings.register_profile("fixed", derandomize=True, deadline=None, max_examples=40)
settings.load_profile("fixed")


@pytest.fixture(scope="session")
def study(tmp_path_factory):
    """A folder with a report that knows today's policy; nobody changes its tables."""
    from retrainlab import reports

    folder = write(tmp_path_factory.mktemp("study"))
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["current_policy"] = "periodic ticks=5"
    (folder / "manifest.json").write_text(json.dumps(manifest))
    reports.build(folder)
    return folder


@pytest.fixture
def without_figures(monkeypatch):
    """A report has no figures of its scenarios, which take the most time."""
    monkeypatch.setattr("retrainlab.reports.pages.scenario.pictures", lambda *_: [])
