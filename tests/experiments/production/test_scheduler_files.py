"""The files for schedulers: short, valid, and right for any name of a folder and any tick."""

import ast
import re
import shlex
import subprocess
from datetime import datetime

import pytest
import yaml
from production import made

from retrainlab.experiments.production import scheduler_files
from retrainlab.experiments.production.data import tick_date

LONGEST = {"airflow_dag.py": 20, "metaflow_flow.py": 50, "kubeflow_pipeline.py": 50}
ODD = """it's a "shop", 100 %: #1"""
EVERY = {
    "hour": "2013-02-01T05",
    "day": "2013-02-01",
    "week": "2013-02-04",
    "month": "2013-02",
    "quarter": "2013-01",
    "year": "2013",
}


def written(folder, every="day", zone=None, name=ODD):
    """The files of a policy, by name; its label has a line break and quotes."""
    _, policy = made(folder / "made")
    object.__setattr__(policy.columns, "time_zone", zone)
    object.__setattr__(policy, "label", 'a\n"""b"""')
    object.__setattr__(policy.columns, "every", every)
    place = folder / name
    names = scheduler_files.write(policy, place, EVERY[every])
    return place, {name: (place / name).read_text() for name in names}


def test_they_are_thin_and_valid(tmp_path):
    _, texts = written(tmp_path)
    assert set(LONGEST) < set(texts)
    for name, longest in LONGEST.items():
        assert len(texts[name].splitlines()) <= longest, name
        ast.parse(texts[name])


@pytest.mark.parametrize("every", EVERY)
def test_they_name_the_folder_whatever_it_is_called(tmp_path, every):
    place, texts = written(tmp_path, every)
    words = shlex.split(texts["crontab"].splitlines()[-1].replace(r"\%", "%"))
    assert words[5:8] == ["retrainlab", "tick", str(place)]
    date_of = texts["crontab"].splitlines()[-2].removeprefix("# ").replace(r"\%", "%")
    shell = subprocess.run(["sh", "-c", f"echo {date_of}"], capture_output=True, text=True)
    before, newest = (tick_date(d, every) for d in (shell.stdout, datetime.now().isoformat()))
    assert before < newest or (every not in ("hour", "day") and before == newest)
    assigned = {
        name: ast.literal_eval(node.value)
        for name, text in texts.items()
        if name.endswith(".py")
        for node in ast.parse(text).body
        if isinstance(node, ast.Assign) and not isinstance(node.value, ast.Call)
    }
    quoted, date = assigned["airflow_dag.py"]
    assert shlex.split(quoted) == [str(place)]
    assert date == ("{{ ts }}" if every == "hour" else "{{ ds }}")
    assert assigned["metaflow_flow.py"] == str(place)
    pipeline = yaml.safe_load(texts["kubeflow_pipeline.yaml"])
    given = pipeline["root"]["inputDefinitions"]["parameters"]
    assert given["folder"]["defaultValue"] == str(place)
    called = pipeline["root"]["dag"]["tasks"]["retrainlab"]["inputs"]["parameters"]
    assert called["hours"]["runtimeValue"]["constant"] == (1 if every == "hour" else 24)


def test_the_first_run_is_that_of_the_first_tick(tmp_path):
    for every, start in {
        "hour": "2013-02-01T05:00",
        "month": "2013-02-01T00:00",
        "year": "2013-01-01T00:00",
    }.items():
        _, texts = written(tmp_path / every, every)
        assert f'pendulum.parse("{start}", tz="UTC")' in texts["airflow_dag.py"]


@pytest.mark.parametrize(
    ("file", "id_"),
    [
        ("airflow_dag.py", 'dag_id="(.*)"'),
        ("metaflow_flow.py", r"class (.*)\(FlowSpec"),
        ("kubeflow_pipeline.yaml", "# Name: (.*)"),
    ],
)
def test_folders_that_differ_in_letters_beyond_ascii_have_ids_of_their_own(tmp_path, file, id_):
    names = ("магазин", "полёты", "shop ü", "shop ö", "shop")
    texts = [written(tmp_path / name, name=name)[1][file] for name in names]
    assert len({re.findall(id_, text)[0] for text in texts}) == len(names)


@pytest.mark.parametrize("every", ["hour", "day"])
def test_ticks_of_a_zone_are_over_by_its_clock(tmp_path, every):
    zone = "America/Los_Angeles"
    _, texts = written(tmp_path, every, zone)
    word = "ts" if every == "hour" else "ds"
    assert f"{{{{ logical_date.in_timezone('{zone}') | {word} }}}}" in texts["airflow_dag.py"]
    assert f'timezone="{zone}"' in texts["airflow_dag.py"]
    assert f'tz="{zone}"' in texts["airflow_dag.py"]
    assert f'datetime.now(ZoneInfo("{zone}"))' in texts["metaflow_flow.py"]
    pipeline = yaml.safe_load(texts["kubeflow_pipeline.yaml"])
    called = pipeline["root"]["dag"]["tasks"]["retrainlab"]["inputs"]["parameters"]
    assert called["zone"]["runtimeValue"]["constant"] == zone
