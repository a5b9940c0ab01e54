"""Seals: what a tick reads again of models and rows, and what only `verify` reads."""

import os
import shutil

import pytest
from production import at, dates, days, everything, made, write

from retrainlab.experiments.production import model_file, seals, steps
from retrainlab.experiments.production.data import FolderSource
from retrainlab.experiments.production.folder import opened
from retrainlab.experiments.production.verify import verify
from retrainlab.sim.errors import InputError


@pytest.fixture
def path(tmp_path):
    """A folder that has lived through four ticks and a retraining, and can go on from there."""
    path, _ = made(tmp_path, strategy="periodic", clocks=(0, 0))
    for date in dates()[:4]:
        at(path, steps.tick, date)
    return path


@pytest.fixture
def read(monkeypatch):
    """Names of the models that are compared by SHA-256 and dates whose rows are read, in order."""
    names = []
    checked, table = model_file.checked, FolderSource.table

    def count_model(file, sha256):
        names.append(file.stem)
        return checked(file, sha256)

    def count_rows(source, date):
        names.append(date)
        return table(source, date)

    monkeypatch.setattr(model_file, "checked", count_model)
    monkeypatch.setattr(FolderSource, "table", count_rows)
    return names


def models(path):
    """Names of the stored models, the newest last."""
    return sorted((file.stem for file in (path / "models").iterdir()), key=_last_row)


def _last_row(name):
    return int(name.split("-")[-1])


def with_another_byte(file):
    """Flip a bit; the size, and the time of the change that can be set, stay the same."""
    status, data = file.stat(), bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))


def test_what_is_sealed_is_not_read_again(path, read):
    with opened(path, wait=0):
        assert read == []
    old, *_ = models(path)
    at(path, steps.tick, dates()[4])
    assert old not in read
    assert not {*days("recurrent")} - {*dates()} & {*read}


def test_verify_reads_everything(path, read):
    at(path, verify)
    assert {*read} == {*models(path), *list(days("recurrent"))[: 6 + 4]}


@pytest.mark.parametrize("which", [0, -1])
def test_a_model_with_another_byte_and_its_old_date_is_noticed(path, which):
    with_another_byte(path / "models" / f"{models(path)[which]}.skops")
    before = everything(path)
    for step, words in ((steps.tick, [dates()[4]]), (steps.deploy, [dates()[3]]), (verify, [])):
        with pytest.raises(InputError, match="SHA-256 differs"):
            at(path, step, *words)
    assert everything(path) == before


def test_a_closed_day_with_another_value_and_its_old_date_is_noticed(path):
    file = path.parent / "days" / f"{dates()[0]}.csv"
    status, rows = file.stat(), days("recurrent")[dates()[0]].copy()
    rows["label"] = 1 - rows["label"]
    write(file.parent, dates()[0], rows)
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert file.stat().st_size == status.st_size
    with pytest.raises(InputError, match=f"the labels of {dates()[0]} are not what they were"):
        at(path, steps.tick, dates()[4])


@pytest.mark.parametrize("damage", ["gone", "no JSON", "of another checkpoint"])
def test_without_seals_everything_is_read_and_comes_out_the_same(path, read, damage, tmp_path):
    whole = tmp_path / "whole"
    shutil.copytree(path, whole)
    at(whole, steps.tick, dates()[4])
    file = path / seals.FILE
    if damage == "of another checkpoint":
        file.write_text(file.read_text().replace('"key": "', '"key": "0'))
    else:
        file.write_text("{")
    if damage == "gone":
        file.unlink()
    read.clear()
    trained = models(path)
    at(path, steps.tick, dates()[4])
    assert {*trained, *list(days("recurrent"))[: 6 + 5]} <= {*read}
    one, other = everything(path), everything(whole)
    assert one.keys() == other.keys()
    assert all(one[name] == other[name] for name in one if name != seals.FILE)
