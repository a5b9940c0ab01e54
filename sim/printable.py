"""Text without control characters, for a terminal, XML and Markdown."""

import unicodedata
from typing import Any

import numpy as np

KEPT = "\n\t"
# Marks that change the direction of what follows, so that a text reads as another one.
BIDIRECTIONAL = frozenset(
    map(chr, (0x61C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)))
)
REMOVED = frozenset(("Cc", "Cs", "Cn"))  # control, half of a pair, not a character


def printable(text: str) -> str:
    """Return the text without characters that steer a terminal or that XML does not allow."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(letter for letter in text if _is_harmless(letter))


def shown(value: Any) -> str:
    """Return a plain value as it is written, and any other object by its class alone."""
    value = value.item() if isinstance(value, np.generic) else value
    is_plain = isinstance(value, str | int | float | list | tuple | dict | None)
    return repr(value) if is_plain else f"an object of {type(value).__name__}"


def _is_harmless(letter: str) -> bool:
    if letter in KEPT:
        return True
    return unicodedata.category(letter) not in REMOVED and letter not in BIDIRECTIONAL
