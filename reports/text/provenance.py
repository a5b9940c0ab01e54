"""Where the numbers of a page come from."""

from typing import Any

from retrainlab.reports.analysis.manifest import Provenance
from retrainlab.reports.text.format import pretty


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
