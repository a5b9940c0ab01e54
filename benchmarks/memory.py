"""Peak memory of a big stream, made and replayed, against the stream's own arrays."""

import subprocess
import sys
from pathlib import Path

from benchmarks.measure import Figure

SPARE = 300e6


def run(rows: int = 2_000_000, features: int = 10) -> list[Figure]:
    """Ask a process of its own, whose peak is not another benchmark's."""
    command = [sys.executable, "-m", "benchmarks.peak", str(rows), str(features)]
    root = Path(__file__).parent.parent
    output = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout
    peak, arrays = map(int, output.split())
    allowed = 2 * arrays + SPARE
    megabytes = [f"{size / 1e6:.0f} MB" for size in (peak, allowed, arrays)]
    return [
        Figure(
            f"peak / (2 x stream + 300 MB), {rows:,} rows x {features}",
            peak / allowed,
            most=1,
            note="{} of {}; the stream is {}".format(*megabytes),
        )
    ]
