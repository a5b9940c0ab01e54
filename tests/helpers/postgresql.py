"""A PostgreSQL server of the tests' own: a new cluster in a folder of its own, with a password."""

import os
import shutil
import socket
import subprocess
from contextlib import contextmanager
from glob import glob
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

PASSWORD = "geheim'&<7"
REQUIRED = "REQUIRE_POSTGRESQL"  # set where it is a failure that the tests cannot run


@contextmanager
def server():
    """Yield the address of a running server, without its password; skip where there is none."""
    missing = _missing()
    if missing:
        (pytest.fail if os.environ.get(REQUIRED) else pytest.skip)(missing)
    # Not in the folder of the tests: the user who runs the server may not look into that.
    with TemporaryDirectory(prefix="postgresql-") as name, _running(Path(name)) as port:
        yield f"postgresql://postgres@127.0.0.1:{port}/postgres"


@contextmanager
def _running(folder):
    """Yield the port of a server whose cluster is in a folder."""
    secret = folder / "secret"
    secret.write_text(PASSWORD)
    if os.geteuid() == 0:  # the server refuses to run as root
        shutil.chown(folder, "postgres")
        shutil.chown(secret, "postgres")
    data, port = folder / "cluster", free_port()
    _run("initdb", "-D", data, "-U", "postgres", "--auth=scram-sha-256", f"--pwfile={secret}")
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder}"
    _run("pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start")
    try:
        yield port
    finally:
        _run("pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")


def _missing():
    """Return why no server can be started here; empty where one can."""
    if not _program("initdb"):
        return "PostgreSQL is not installed"
    try:
        import psycopg  # noqa: F401
        import sqlalchemy  # noqa: F401
    except ImportError as error:
        return str(error)
    return ""


def _program(name):
    places = sorted(glob(f"/usr/lib/postgresql/*/bin/{name}"))
    return places[-1] if places else shutil.which(name)


def _run(name, *words):
    """Run a program of PostgreSQL, as the user who may."""
    user = "postgres" if os.geteuid() == 0 else None
    command = [_program(name), *map(str, words)]
    subprocess.run(command, check=True, user=user, group=user, cwd="/", stdout=subprocess.DEVNULL)


def free_port():
    """Return a port that is free on this machine."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]
