"""Artifact: the results of one work unit in one file, tables as Parquet in a zip."""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_STORED, ZipFile, ZipInfo

import pyarrow as pa
import pyarrow.parquet as pq

from retrainlab.experiments.storage.work_unit import Postponed, Task, UnitResult, WorkUnit
from retrainlab.sim.checksums import digest
from retrainlab.sim.errors import require_undamaged

METADATA = "metadata.json"
NO_COMMENT = b"\0\0"  # at the end of a zip: the length of its comment
DIGITS = 32  # of a checksum


def work(unit: WorkUnit) -> bytes | Postponed:
    """Run a unit and return its packed results; this is what engines are called with."""
    result = unit.run()
    return result if isinstance(result, Postponed) else pack(result)


def do(task: Task) -> None:
    """Do a task of a unit, whose loss harms nothing; engines are called with this as well."""
    with suppress(Exception):
        task.run()


def pack(result: UnitResult) -> bytes:
    """Return the results as one zip file."""
    metadata = {"info": result.info, "failures": result.failures, "skipped": result.skipped}
    members = {METADATA: json.dumps(metadata, default=str).encode()}
    for name, table in result.tables.items():
        buffer = BytesIO()
        pq.write_table(pa.Table.from_pandas(table, preserve_index=False), buffer)
        members[f"{name}.parquet"] = buffer.getvalue()
    return _zipped(members)


def add_failures(data: bytes, failures: Sequence[dict[str, Any]]) -> bytes:
    """Return packed results with more failures."""
    with ZipFile(BytesIO(data)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    metadata = json.loads(members[METADATA])
    metadata["failures"] += failures
    members[METADATA] = json.dumps(metadata).encode()
    return _zipped(members)


def sealed(data: bytes, key: str) -> bytes:
    """Return packed results with the name of their unit and a checksum, as comment of the zip."""
    comment = f"{key} ".encode()
    length = len(comment) + DIGITS
    body = data.removesuffix(NO_COMMENT) + length.to_bytes(2, "little") + comment
    return body + digest(body).encode()


def _require_sound(path: Path) -> None:
    """Raise `InputError` unless a file holds, to the byte, what was sealed under its name."""
    data = path.read_bytes()
    body, checksum = data[:-DIGITS], data[-DIGITS:]
    anew = "remove it, and the command of the study does this part anew"
    require_undamaged(digest(body).encode() == checksum, f"{path} is damaged; {anew}")
    right = body.endswith(f"{path.stem} ".encode())
    require_undamaged(right, f"{path} holds the results of another part of a study; {anew}")


def _zipped(members: Mapping[str, bytes]) -> bytes:
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_STORED) as archive:
        for name, content in members.items():
            archive.writestr(ZipInfo(name), content)
    return buffer.getvalue()


@dataclass(frozen=True)
class Artifact:
    """Results of a finished unit, in a file or in memory."""

    source: Path | bytes

    @property
    def info(self) -> dict[str, Any]:
        """What the manifest says of the stream; empty where it could not be made."""
        return dict(self._metadata["info"])

    @property
    def failures(self) -> list[dict[str, Any]]:
        """What failed; see `UnitResult`."""
        return list(self._metadata["failures"])

    @property
    def skipped(self) -> list[dict[str, Any]]:
        """Pieces that are impossible on this stream, with the reason."""
        return list(self._metadata["skipped"])

    @property
    def again(self) -> bool:
        """Whether something failed that may succeed the next time."""
        return any(failure.get("again") for failure in self.failures)

    def table(self, name: str) -> pa.Table | None:
        """Return a table, or None if this unit has none of the name."""
        member = self._member(f"{name}.parquet")
        return None if member is None else pq.read_table(BytesIO(member)).replace_schema_metadata()

    def schema(self, name: str) -> pa.Schema | None:
        """Return the columns of a table without reading it."""
        member = self._member(f"{name}.parquet")
        return None if member is None else pq.read_schema(BytesIO(member)).remove_metadata()

    def verify(self) -> None:
        """Raise `InputError` unless the file is, to the byte, what was written under its name."""
        _ = self._file

    @cached_property
    def _metadata(self) -> dict[str, list[Any]]:
        metadata: dict[str, list[Any]] = json.loads(self._member(METADATA))
        return metadata

    def _member(self, name: str) -> Any:
        with ZipFile(self._file) as archive:
            return archive.read(name) if name in archive.namelist() else None

    @property
    def _file(self) -> Path | BytesIO:
        if isinstance(self.source, bytes):
            return BytesIO(self.source)
        return self._sound

    @cached_property
    def _sound(self) -> Path:
        """The file, which is read whole once to compare its checksum."""
        assert isinstance(self.source, Path)
        _require_sound(self.source)
        return self.source
