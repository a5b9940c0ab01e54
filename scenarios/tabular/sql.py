"""Rows of a database: a query by SQLite as it is, by others through SQLAlchemy."""

import hashlib
import os
import re
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pandas as pd

from retrainlab.scenarios.tabular.paths import ADDRESS
from retrainlab.sim.errors import InputError, require

SQLITE = "sqlite:///"
PASSWORD = "RETRAINLAB_SQL_PASSWORD"  # the variable of the environment that may hold it
SECRET = ("password", "passwd", "pwd")
HIDDEN = "***"


def rows_of(url: str, query: str, parameters: Mapping[str, Any] | None = None) -> pd.DataFrame:
    """Return the rows of a query. parameters: values of its `:name`s.

    Raises InputError for an address that is none or has a password, without SQLAlchemy for what is
    not SQLite, and for whatever the database refuses.
    """
    require(bool(ADDRESS.match(url)), f"{url!r} is no address of a database")
    require_no_password(url)
    if url.startswith(SQLITE):
        return _of_sqlite(url, query, dict(parameters or {}))
    return _of_sqlalchemy(url, query, dict(parameters or {}))


def require_no_password(url: str) -> None:
    """Raise `InputError` for an address with a password, which results would name."""
    try:
        parts = urlsplit(url)
        secret = parts.password is not None or any(
            k.lower() in SECRET for k in parse_qs(parts.query)
        )
    except ValueError:
        secret = True  # an address that cannot be read is not shown
    require(
        not secret,
        "the address of a database must not hold a password, because results name it; leave it "
        f"out and set the variable {PASSWORD} (or what the driver reads, such as ~/.pgpass)",
    )


def fingerprint(frame: pd.DataFrame) -> str:
    """Return 16 hex digits that change with any name or value."""
    total = hashlib.sha256("\0".join(map(str, frame.columns)).encode())
    plain = frame.astype({n: "str" for n in frame.columns if frame[n].dtype == object})
    total.update(pd.util.hash_pandas_object(plain, index=False).to_numpy().tobytes())
    return total.hexdigest()[:16]


def _of_sqlite(url: str, query: str, parameters: dict[str, Any]) -> pd.DataFrame:
    file = f"file:{quote(str(Path(url.removeprefix(SQLITE)).expanduser()))}?mode=ro"
    try:
        with closing(sqlite3.connect(file, uri=True)) as connection:
            return pd.read_sql_query(query, connection, params=parameters)
    except (sqlite3.Error, pd.errors.DatabaseError) as error:
        raise InputError(f"{url}: {_in_a_line(error)}") from error
    except TypeError:  # pandas asks a statement without rows for its columns
        raise InputError(f"{url}: query is {query!r}; it must be a select, with rows") from None


def _of_sqlalchemy(url: str, query: str, parameters: dict[str, Any]) -> pd.DataFrame:
    try:
        import sqlalchemy
    except ImportError:
        raise InputError(
            f"{url}: without SQLAlchemy only {SQLITE}FILE can be read: "
            "pip install 'retrainlab[sql]'"
        ) from None
    secret = os.environ.get(PASSWORD)
    try:
        address = sqlalchemy.engine.make_url(_with_driver(url))
        engine: Any = sqlalchemy.create_engine(address.set(password=secret) if secret else address)
        try:
            with engine.connect() as connection:
                return pd.read_sql_query(sqlalchemy.text(query), connection, params=parameters)
        finally:
            engine.dispose()
    except ImportError as error:
        raise InputError(f"{url}: the driver is not installed: {_in_a_line(error)}") from None
    except (sqlalchemy.exc.SQLAlchemyError, pd.errors.DatabaseError) as error:
        # The chain of errors is cut, because a driver may put the password into its own.
        text = _in_a_line(getattr(error, "orig", None) or error)
        raise InputError(f"{url}: {text.replace(secret, HIDDEN) if secret else text}") from None


def _with_driver(url: str) -> str:
    """Name the driver of PostgreSQL that the extra `sql` installs, unless another is named."""
    return re.sub(r"^postgres(?:ql)?://", "postgresql+psycopg://", url)


def _in_a_line(error: Any) -> str:
    return " ".join(str(error).split())
