"""The overrides that a baseline was made with, which a later check repeats."""

import json
import shlex
import sys
from collections.abc import Sequence

# How and where a check runs, and what it does with the baseline: never of the baseline itself.
OF_THE_RUN = ("check", "engine", "folder", "shard", "hydra")
DEFAULT = "baseline.json"
BASELINE = "check.baseline"


def overrides_of(command: str) -> list[str]:
    """Return the overrides of a command line that say what is checked."""
    return _of_the_check(shlex.split(command)[1:])


def with_stored(words: Sequence[str], default: str = DEFAULT) -> list[str]:
    """Return the words of a `check`, after the overrides of its baseline that they do not replace.

    default: the file of the baseline where the words name none.

    A baseline that cannot be read adds nothing here: the check itself refuses it.
    """
    typed = [_key(word) for word in words]
    of_baseline = _stored(words, default)
    stored = [word for word in of_baseline if not _is_replaced(_key(word), typed)]
    if stored:
        print(f"retrainlab: as in the baseline: {shlex.join(stored)}", file=sys.stderr)
    # An option that the baseline added, as +threshold=20, is there for who types another value.
    added = {_key(word) for word in of_baseline if word.startswith("+")}
    return [*stored, *(f"+{word}" if word.partition("=")[0] in added else word for word in words)]


def _stored(words: Sequence[str], default: str) -> list[str]:
    paths = [word.partition("=")[2] for word in words if _key(word) == BASELINE]
    path = (paths[-1] if paths else default).strip("'\"")
    try:
        with open(path, encoding="utf-8") as file:
            stored = json.load(file)["overrides"]
    except (OSError, ValueError, RecursionError, LookupError, TypeError):
        return []
    is_list = isinstance(stored, list) and all(isinstance(word, str) for word in stored)
    return _of_the_check(stored) if is_list else []


def _of_the_check(words: Sequence[str]) -> list[str]:
    return [
        word
        for word in words
        if ("=" in word or word.startswith("~"))
        and not word.startswith("-")
        and _key(word).replace("/", ".").partition(".")[0] not in OF_THE_RUN
    ]


def _key(word: str) -> str:
    """Return what an override sets, as `detector` of `+detector=own`."""
    return word.partition("=")[0].lstrip("+~").partition("@")[0]


def _is_replaced(key: str, typed: Sequence[str]) -> bool:
    """Whether a word sets the same key, or a group or mapping that it lies in."""
    return any(key == other or key.startswith(f"{other}.") for other in typed)
