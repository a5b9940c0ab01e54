"""Peak memory of a large stream, made and replayed, relative to its arrays."""

import subprocess
import sys
from pathlib import Path

from benchmarks.measure import Measurement

SPARE = 300e6


def run(rows: int = 2_000_000, large: int = 10_000_000, features: int = 10) -> list[Measurement]:
    """Ask processes of their own, whose peaks are not another benchmark's."""
    peak, arrays = measured(rows, features)
    allowed = 2 * arrays + SPARE
    most, stream_bytes = measured(large, features)
    return [
        Measurement(
            f"peak / (2 x stream + 300 MB), {rows:,} rows x {features}",
            peak / allowed,
            most=1,
            note=f"{peak / 1e6:.0f} of {allowed / 1e6:.0f} MB; the stream is {arrays / 1e6:.0f} MB",
        ),
        Measurement(
            f"peak / stream, {large:,} rows x {features}",
            most / stream_bytes,
            most=2.5,
            note=f"{most / 1e6:.0f} MB; the stream is {stream_bytes / 1e6:.0f} MB",
        ),
    ]


def measured(rows: int, features: int) -> tuple[int, int]:
    """Peak bytes of a process that makes and replays a stream, and bytes of its arrays."""
    command = [sys.executable, "-m", "benchmarks.peak", str(rows), str(features)]
    root = Path(__file__).parent.parent
    output = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout
    peak, arrays = map(int, output.split())
    return peak, arrays
