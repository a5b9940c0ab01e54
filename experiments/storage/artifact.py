"""A unit of work: a group, or a part of its cells, and its results packed into one file."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_STORED, BadZipFile, ZipFile, ZipInfo

import pyarrow as pa
import pyarrow.parquet as pq

from retrainlab.experiments.study.group import Group, Outcome, run_group
from retrainlab.sim.errors import InputError

ABOUT = "about.json"


def work(group: Group) -> bytes:
    """Run a group and return its results, packed; this is what engines are called with."""
    return pack(run_group(group), group.swept)


def pack(outcome: Outcome, swept: dict[str, Any] | None = None) -> bytes:
    """Return the tables as Parquet in one zip file, with what is said about them.

    swept: values by key, which become columns of the runs.
    """
    about = {"info": outcome.info, "failures": outcome.failures, "skipped": outcome.skipped}
    parts = {ABOUT: json.dumps(about, default=str).encode()}
    for name, table in outcome.tables.items():
        if name == "runs" and swept:
            table = table.assign(**{f"s_{key}": value for key, value in swept.items()})
        part = BytesIO()
        pq.write_table(pa.Table.from_pandas(table, preserve_index=False), part)
        parts[f"{name}.parquet"] = part.getvalue()
    return _zipped(parts)


def failed(data: bytes, failures: Sequence[dict[str, Any]]) -> bytes:
    """Return packed results with more failures."""
    with ZipFile(BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    about = json.loads(parts[ABOUT])
    about["failures"] += failures
    parts[ABOUT] = json.dumps(about).encode()
    return _zipped(parts)


def _zipped(parts: Mapping[str, bytes]) -> bytes:
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_STORED) as archive:
        for name, content in parts.items():
            archive.writestr(ZipInfo(name), content)
    return buffer.getvalue()


@dataclass(frozen=True)
class Artifact:
    """Results of a finished unit, in a file or in memory."""

    source: Path | bytes

    @cached_property
    def about(self) -> dict[str, Any]:
        """What the stream is (`info`), `failures`, and cells that were `skipped`."""
        found: dict[str, Any] = json.loads(self._member(ABOUT))
        return found

    @property
    def again(self) -> bool:
        """Whether something failed that need not fail the next time."""
        return any(failure.get("again") for failure in self.about["failures"])

    @property
    def has_tables(self) -> bool:
        """Whether any cell was replayed."""
        return self.schema("runs") is not None

    def table(self, name: str) -> pa.Table | None:
        """Return a table, or None if this unit has no such rows."""
        part = self._member(f"{name}.parquet")
        return None if part is None else pq.read_table(BytesIO(part)).replace_schema_metadata()

    def schema(self, name: str) -> pa.Schema | None:
        """Return the columns of a table without reading it."""
        part = self._member(f"{name}.parquet")
        return None if part is None else pq.read_schema(BytesIO(part)).remove_metadata()

    def _member(self, name: str) -> Any:
        file = BytesIO(self.source) if isinstance(self.source, bytes) else self.source
        try:
            with ZipFile(file) as archive:
                return archive.read(name) if name in archive.namelist() else None
        except BadZipFile as error:
            raise InputError(f"{file} is damaged ({error}); remove it") from error
