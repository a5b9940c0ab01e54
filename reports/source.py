"""Where the numbers of a page come from."""

from typing import Any

from reports.words import pretty


def source(manifest: dict[str, Any]) -> dict[str, Any]:
    """Return command, time, seeds, git state, versions and configuration of a manifest."""
    git = manifest.get("git")
    state = "not in a git checkout"
    if git:
        changed = ", with uncommitted changes" if git["dirty"] else ""
        state = f"commit {str(git['commit'])[:12]}{changed}"
    return {
        "command": manifest["command"],
        "created": str(manifest.get("created", "")),
        "seeds": ", ".join(str(seed) for seed in manifest["seeds"]),
        "git": state,
        "versions": list(manifest["versions"].items()),
        "config": pretty(manifest["config"]),
    }
