"""The page of a study of which every cell failed: that nothing was decided, and why."""

from pathlib import Path

from retrainlab.reports.pages.html import write_page
from retrainlab.reports.results.decision_file import FILE, save
from retrainlab.reports.results.manifest import read
from retrainlab.reports.text.failures import groups
from retrainlab.reports.text.format import count, sentence
from retrainlab.reports.text.provenance import source


def build(folder: Path) -> Path:
    """Write `report.html`, and a `decision.json` without a decision; return the page's path."""
    manifest = read(folder / "manifest.json")
    save([], folder)
    return write_page(
        folder,
        "failed.html.j2",
        failed=count(len(manifest.failures), "failure"),
        reasons=[(sentence(one.reason), one) for one in groups(manifest.failures, manifest)],
        skipped=list(dict.fromkeys(entry.why for entry in manifest.skipped)),
        may_pass_again=any(failure.again for failure in manifest.failures),
        source=source(manifest)
        | {"strategies": list(manifest.strategies.items()), "files": ["manifest.json", FILE]},
    )
