"""The words of commands without a root config: which are options, and which are plain."""

import re
from collections.abc import Sequence
from pathlib import Path

OPTION = re.compile(r"[^/\\]+?=")


def is_option(word: str) -> bool:
    """Whether a word is an option such as `target=y`, and no path such as `day=2024-01-01/a.csv`.

    A path is what exists, or has a slash before its equals sign.
    """
    return bool(OPTION.match(word)) and not Path(word).exists()


def divided(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the plain words, and the options."""
    options = [word for word in words if is_option(word)]
    return [word for word in words if word not in options], options
