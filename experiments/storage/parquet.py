"""Parquet tables of a job, written unit by unit: never all of them in memory.

Their bytes depend on the rows alone, and not on how these were cut into units.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from retrainlab.experiments.storage.artifact import Artifact
from retrainlab.sim import atomic
from retrainlab.sim.checksums import rewriting

MANIFEST = "manifest.json"
ROWS = 2**17  # written at a time


@dataclass(frozen=True)
class Layout:
    """Which tables a job leaves, by name.

    categories: columns of names, which are written as categories. named_in: the tables in which
    every such name stands; empty: each table knows its own. always: columns of numbers that a
    table has even where no unit has them.
    """

    tables: tuple[str, ...]
    categories: tuple[str, ...]
    named_in: tuple[str, ...] = ()
    always: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def save(units: Sequence[Artifact], folder: Path, layout: Layout, manifest: dict[str, Any]) -> None:
    """Write every table and then the manifest, without which a folder is not complete."""
    last = folder / MANIFEST
    last.unlink(missing_ok=True)
    with rewriting(folder, "*.parquet", MANIFEST):
        write(units, folder, layout)
        atomic.write_json(manifest, last)


def write(units: Sequence[Artifact], folder: Path, layout: Layout) -> None:
    """Write every table, with the rows of the units in their order."""
    names = _categories(units, layout, layout.named_in)
    for name in layout.tables:
        path = folder / f"{name}.parquet"
        if not layout.named_in:
            names = _categories(units, layout, (name,))
        schema = _schema(units, name, names, layout.always.get(name, ()))
        if schema is None:
            path.unlink(missing_ok=True)
            continue
        parts = (_fitted(table, schema, names) for table in tables(units, name))
        atomic.write_atomic(path, lambda half, s=schema, p=parts: _write(half, s, p))  # type: ignore[misc]


def _write(path: Path, schema: pa.Schema, parts: Iterable[pa.Table]) -> None:
    with pq.ParquetWriter(path, schema, write_page_checksum=True) as writer:
        for chunk in _chunks(parts):
            writer.write_table(chunk)


def tables(units: Sequence[Artifact], name: str) -> Iterator[pa.Table]:
    """Yield the table of this name of each unit that has it."""
    for unit in units:
        table = unit.table(name)
        if table is not None:
            yield table


def _chunks(parts: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """Yield tables of ROWS rows, the last one of fewer, or none."""
    waiting: list[pa.Table] = []
    for part in parts:
        waiting.append(part)
        if sum(map(len, waiting)) >= ROWS:
            table = pa.concat_tables(waiting)
            full = len(table) // ROWS * ROWS
            for start in range(0, full, ROWS):
                yield table.slice(start, ROWS).combine_chunks()
            waiting = [table.slice(full).combine_chunks()]
    if waiting:
        yield pa.concat_tables(waiting).combine_chunks()


def _categories(
    units: Sequence[Artifact], layout: Layout, named_in: Sequence[str]
) -> dict[str, pa.Array]:
    """Return the names that stand in these tables, sorted, by column."""
    names: dict[str, set[str]] = {column: set() for column in layout.categories}
    for table in (table for name in named_in for table in tables(units, name)):
        for column in {*names} & {*table.column_names}:
            names[column] |= set(pc.unique(table[column]).to_pylist()) - {None}
    return {column: pa.array(sorted(values), pa.string()) for column, values in names.items()}


def _schema(
    units: Sequence[Artifact], name: str, categories: Mapping[str, pa.Array], always: Sequence[str]
) -> pa.Schema | None:
    """Return columns in order of appearance, of the type that holds what all units have there."""
    types: dict[str, set[pa.DataType]] = {}
    count: dict[str, int] = {}
    schemas = [schema for unit in units if (schema := unit.schema(name)) is not None]
    for schema in schemas:
        for column in schema:
            types.setdefault(column.name, set()).add(column.type)
            count[column.name] = count.get(column.name, 0) + 1
    if not types:
        return None
    types |= {column: {pa.float64()} for column in always if column not in types}
    fields = []
    for column, kinds in types.items():
        whole = count.get(column) == len(schemas)
        kind = pa.dictionary(pa.int32(), pa.string()) if column in categories else None
        fields.append(pa.field(column, kind or _type(kinds, whole)))
    return pa.schema(fields)


def _type(kinds: set[pa.DataType], whole: bool) -> pa.DataType:
    """Return the type for these; a column of counts that some units lack needs room for nan."""
    kinds = kinds - {pa.null()}
    if not kinds:
        return pa.null()
    if any(pa.types.is_string(k) or pa.types.is_large_string(k) for k in kinds):
        return pa.string()
    if len(kinds) == 1 and (whole or not pa.types.is_integer(next(iter(kinds)))):
        return next(iter(kinds))
    if whole and all(pa.types.is_integer(k) for k in kinds):
        return pa.int64()
    return pa.float64()


def _fitted(table: pa.Table, schema: pa.Schema, categories: Mapping[str, pa.Array]) -> pa.Table:
    columns = []
    for column in schema:
        if column.name not in table.column_names:
            columns.append(pa.nulls(len(table), column.type))
        elif column.name in categories:
            names = categories[column.name]
            texts = table[column.name].combine_chunks().cast(pa.string())
            columns.append(pa.DictionaryArray.from_arrays(pc.index_in(texts, names), names))
        else:
            columns.append(table[column.name].cast(column.type))
    return pa.table(columns, schema=schema)
