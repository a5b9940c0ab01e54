"""A plain value as an override in Hydra's grammar, the reverse of what parses a command line."""

import re
from collections.abc import Mapping
from typing import Any

BARE = re.compile(r"[A-Za-z_][\w./-]*", re.ASCII)
RESERVED = ("null", "true", "false", "inf", "nan")


def override(path: str, value: Any) -> str:
    """Return the word that sets the value at the path, as `strategy.periodic.when.ticks=20`."""
    return f"{path}={literal(value)}"


def literal(value: Any) -> str:
    """Return a scalar, a list or a mapping as text that Hydra reads back as the same value."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, Mapping):
        return f"{{{','.join(f'{key}:{literal(part)}' for key, part in value.items())}}}"
    if isinstance(value, list | tuple):
        return f"[{','.join(map(literal, value))}]"
    return _text(value) if isinstance(value, str) else repr(value)


def _text(value: str) -> str:
    """Return a string bare where Hydra reads it as one, else in quotes."""
    if BARE.fullmatch(value) and value.lower() not in RESERVED:
        return value
    # Backslashes count only before a quote: there each of them, and the quote, takes another one.
    escaped = re.sub(r"(\\*)'", r"\1\1\\'", value)
    trailing = len(escaped) - len(escaped.rstrip("\\"))
    return f"'{escaped}{trailing * chr(92)}'"
