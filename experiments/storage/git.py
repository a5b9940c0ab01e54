"""The state of a git repository, asked so that nothing of the repository's own is run.

A repository may name programs in its configuration: hooks, a file system monitor, filters, helpers
of protocols. A folder that was unpacked from anywhere is a repository too.
"""

import os
import subprocess
from typing import Any

SAFELY = (
    *("git", "--no-optional-locks", "--no-pager"),
    *("-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null"),
)
WITHOUT = {
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_NO_LAZY_FETCH": "1",
}
PASSED_ON = ("PATH", "HOME", "XDG_CONFIG_HOME", "SYSTEMROOT", "TMPDIR")
SECONDS = 10
OF_FILTERS = r"^filter\..*\.(clean|smudge|process|required)$"


def state() -> dict[str, Any] | None:
    """Return commit and cleanliness of the folder's git repository, or None outside of one."""
    try:
        commit = _ask("rev-parse", "HEAD")
        changes = _ask("status", "--porcelain", "--ignore-submodules=dirty", **_without_filters())
    except (OSError, subprocess.SubprocessError, UnicodeError):
        return None
    return {"commit": commit.strip(), "dirty": bool(changes)}


def _without_filters() -> dict[str, str]:
    """Return what sets the repository's own filters to nothing; those of the user are kept."""
    scope = ("--show-scope", "--name-only", "-z", "--get-regexp", OF_FILTERS)
    try:
        entries = _ask("config", *scope).split("\0")
    except subprocess.CalledProcessError:  # there are none
        return {}
    names = [
        name
        for scope, name in zip(entries[::2], entries[1::2], strict=False)
        if scope not in ("global", "system")
    ]
    settings = {"GIT_CONFIG_COUNT": str(len(names))}
    for i, name in enumerate(names):
        settings[f"GIT_CONFIG_KEY_{i}"] = name
        settings[f"GIT_CONFIG_VALUE_{i}"] = "false" if name.endswith(".required") else ""
    return settings


def _ask(*arguments: str, **settings: str) -> str:
    """Return what git answers; settings: of its environment."""
    passed_on = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    return subprocess.run(
        [*SAFELY, *arguments],
        capture_output=True,
        text=True,
        check=True,
        timeout=SECONDS,
        stdin=subprocess.DEVNULL,
        env={**passed_on, **WITHOUT, "LC_ALL": "C", **settings},
    ).stdout
