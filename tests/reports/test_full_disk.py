"""A report that finds the disk full names the file, and leaves no half of one."""

import errno
from pathlib import Path

import pytest
from fake_study import TWO, write

from retrainlab import reports

FILES = ("summary.md", "decision.json", "report.html", "SHA256SUMS")


@pytest.mark.parametrize("name", FILES)
def test_the_file_is_named(tmp_path, monkeypatch, without_figures, name):
    write(tmp_path, TWO[:1], 60)
    written = Path.write_text

    def full(path, *words, **options):
        if name in path.name:
            written(path, "a half", encoding="utf-8")
            raise OSError(errno.ENOSPC, "No space left on device")
        return written(path, *words, **options)

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(OSError, match="No space left") as caught:
        reports.build(tmp_path)
    assert Path(caught.value.filename).name == name
    assert not [path for path in tmp_path.iterdir() if name in path.name]
