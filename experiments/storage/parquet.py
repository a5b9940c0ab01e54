"""The tables of a study, written unit by unit: never all of them in memory.

Their bytes depend on the rows alone, and not on how these were cut into units.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from retrainlab.experiments.storage import files
from retrainlab.experiments.storage.artifact import Artifact
from retrainlab.experiments.study.group import TABLES
from retrainlab.sim.replay.summary import REGRESSION

ROWS = 2**17  # written at a time
CATEGORIES = ("scenario", "learner", "label")


def write(units: Sequence[Artifact], folder: Path) -> None:
    """Write every table, with the rows of the units in their order."""
    names = _categories(units)
    for name in TABLES:
        path = folder / f"{name}.parquet"
        schema = _schema(name, units, names)
        if schema is None:
            path.unlink(missing_ok=True)
            continue
        parts = (_fitted(table, schema, names) for table in _tables(name, units))
        files.write_atomic(path, lambda half, s=schema, p=parts: _write(half, s, p))  # type: ignore[misc]


def _write(path: Path, schema: pa.Schema, parts: Iterable[pa.Table]) -> None:
    with pq.ParquetWriter(path, schema) as writer:
        for chunk in _chunks(parts):
            writer.write_table(chunk)


def _tables(name: str, units: Sequence[Artifact]) -> Iterator[pa.Table]:
    for unit in units:
        table = unit.table(name)
        if table is not None:
            yield table


def _chunks(parts: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """Yield tables of ROWS rows, the last one of fewer, or none."""
    held: list[pa.Table] = []
    for part in parts:
        held.append(part)
        if sum(map(len, held)) >= ROWS:
            table = pa.concat_tables(held)
            full = len(table) // ROWS * ROWS
            for start in range(0, full, ROWS):
                yield table.slice(start, ROWS).combine_chunks()
            held = [table.slice(full).combine_chunks()]
    if held:
        yield pa.concat_tables(held).combine_chunks()


def _categories(units: Sequence[Artifact]) -> dict[str, pa.Array]:
    """Return the names that stand in the tables, sorted, by column."""
    found: dict[str, set[str]] = {column: set() for column in CATEGORIES}
    for name in ("runs", "streams", "references"):
        for table in _tables(name, units):
            for column in {*CATEGORIES} & {*table.column_names}:
                found[column] |= set(pc.unique(table[column]).to_pylist()) - {None}
    return {column: pa.array(sorted(names), pa.string()) for column, names in found.items()}


def _schema(
    name: str, units: Sequence[Artifact], categories: dict[str, pa.Array]
) -> pa.Schema | None:
    """Return columns in order of appearance, of the type that holds what all units have there."""
    types: dict[str, set[pa.DataType]] = {}
    seen: dict[str, int] = {}
    schemas = [schema for unit in units if (schema := unit.schema(name)) is not None]
    for schema in schemas:
        for field in schema:
            types.setdefault(field.name, set()).add(field.type)
            seen[field.name] = seen.get(field.name, 0) + 1
    if not types:
        return None
    if name == "ticks":
        types |= {column: {pa.float64()} for column in REGRESSION if column not in types}
    fields = []
    for column, kinds in types.items():
        whole = seen.get(column) == len(schemas)
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


def _fitted(table: pa.Table, schema: pa.Schema, categories: dict[str, pa.Array]) -> pa.Table:
    columns = []
    for field in schema:
        if field.name not in table.column_names:
            columns.append(pa.nulls(len(table), field.type))
        elif field.name in categories:
            names = categories[field.name]
            at = pc.index_in(table[field.name].combine_chunks().cast(pa.string()), value_set=names)
            columns.append(pa.DictionaryArray.from_arrays(at, names))
        else:
            columns.append(table[field.name].cast(field.type))
    return pa.table(columns, schema=schema)
