"""Where the numbers of a page come from."""

from typing import Any

from retrainlab.reports.results.manifest import Provenance
from retrainlab.reports.results.tables import Tables
from retrainlab.reports.text.format import count, pretty, shorten


def source(manifest: Provenance) -> dict[str, Any]:
    """Return command, time, seeds, git state, versions and configuration of a manifest."""
    git = manifest.git
    state = "not in a git checkout"
    if git:
        changed = ", with uncommitted changes" if git["dirty"] else ""
        state = f"commit {str(git['commit'])[:12]}{changed}"
    return {
        "command": manifest.command,
        "created": manifest.created,
        "seeds": ", ".join(str(seed) for seed in manifest.seeds),
        "git": state,
        "versions": list(manifest.versions.items()),
        "config": pretty(manifest.config),
    }


def source_line(tables: Tables) -> str:
    """Return what the foot of a picture says of where its numbers come from."""
    names, seeds = tables.scenarios, count(tables.runs["seed"].nunique(), "seed")
    what = f"scenario {shorten(names[0], 60)}" if len(names) == 1 else f"{len(names)} scenarios"
    return named_source(what, seeds, tables.manifest.created[:10])


def named_source(*facts: str) -> str:
    """Return the foot of a picture whose numbers come from what these facts name."""
    return ", ".join(["Source: retrainlab", *facts])
