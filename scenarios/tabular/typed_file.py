"""Reading files that say which values are numbers and which are texts: Parquet and JSON."""

import codecs
import io
import json
import re
from pathlib import Path

import pandas as pd
import pyarrow as pa

from retrainlab.scenarios.tabular import dialect
from retrainlab.sim.errors import require

_ROW = re.compile(r" in row (\d+)")
_MIXED = re.compile(r"Column\(/(.+)\) changed from (\w+) to (\w+)")
_KINDS = {
    "array": "arrays",
    "boolean": "true or false",
    "number": "numbers",
    "object": "objects",
    "string": "texts",
}
BLOCK = 2**24  # bytes; a row of JSON may not be longer


def read_parquet(path: Path) -> pd.DataFrame:
    """Return the table in a Parquet file."""
    import pyarrow.parquet as pq

    # Half the memory: nothing is read ahead, and a column is freed as soon as it is converted.
    # One file, not a data set: folders name columns elsewhere (`paths.partitions`).
    return _frame(pq.ParquetFile(path, pre_buffer=False).read())


def read_json(path: Path) -> pd.DataFrame:
    """Return the table in a file of JSON: an object a line, or an array of objects.

    An object in an object gives columns of its own: `{"user": {"age": 3}}` the column `user.age`.
    """
    head = dialect.head_of(path)
    dialect.require_text(head, path.name, is_json=True)
    encoding = dialect.encodings(head)[0]
    with dialect.opened(path) as file:
        data = file.read().removeprefix(codecs.BOM_UTF8)
    if not encoding.startswith("utf-8"):
        data = data.decode(encoding).encode()
    if data.lstrip()[:1] == b"[":
        rows = json.loads(data)
        require(
            all(isinstance(row, dict) for row in rows),
            f"{path.name} holds an array; each of its elements must be an object, which is a row",
        )
        data = "\n".join(map(json.dumps, rows)).encode()
    require(bool(data.strip()), f"{path.name} is empty; it needs rows")
    table = _parsed(data)
    texts = pa.schema([_with_texts(field) for field in table.schema])
    if texts != table.schema:
        # Dates are read from their texts, as in every other file: Arrow drops their time zones.
        table = _parsed(data, texts)
    while any(pa.types.is_struct(kind) for kind in table.schema.types):
        table = table.flatten()
    return _frame(table)


def _parsed(data: bytes, schema: pa.Schema | None = None) -> pa.Table:
    from pyarrow import json as lines

    try:
        return lines.read_json(
            io.BytesIO(data),
            read_options=lines.ReadOptions(block_size=BLOCK),
            parse_options=lines.ParseOptions(explicit_schema=schema),
        )
    except pa.ArrowInvalid as error:
        raise ValueError(_in_words(str(error), is_one_block=len(data) <= BLOCK)) from None


def _in_words(reason: str, is_one_block: bool) -> str:
    """Return why JSON cannot be read. Arrow counts the rows of a block, from 0."""
    row = _ROW.search(reason)
    place = f" in row {int(row[1]) + 1:,}" if row and is_one_block else ""
    if mixed := _MIXED.search(reason):
        name, *kinds = mixed.groups()
        one, other = (_KINDS.get(kind, kind) for kind in kinds)
        return (
            f"column {name.replace('/', '.')!r} holds {one} and {other}"
            f"{f' (first{place})' * bool(place)}; write all of its values in one way"
        )
    return _ROW.sub("", reason).rstrip(". ") + place


def _with_texts(field: pa.Field) -> pa.Field:
    """Return a field with texts in place of its dates, also inside of it."""
    if pa.types.is_struct(field.type):
        return field.with_type(pa.struct([_with_texts(inner) for inner in field.type]))
    return field.with_type(pa.string()) if pa.types.is_timestamp(field.type) else field


def _is_foreign(kind: pa.DataType) -> bool:
    """Whether a type is one of Arrow's own, such as a UUID or JSON, that pandas does not know."""
    return isinstance(kind, pa.BaseExtensionType) and not isinstance(kind, pa.ExtensionType)


def _frame(table: pa.Table) -> pd.DataFrame:
    for at, field in enumerate(table.schema):
        if _is_foreign(field.type):
            stored = table.column(at).cast(field.type.storage_type)
            table = table.set_column(at, field.name, stored)
    frame = table.to_pandas(ignore_metadata=True, split_blocks=True, self_destruct=True)
    frame.attrs = {"notes": []}
    return frame
