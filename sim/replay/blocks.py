"""Blocks: ticks whose predictions are made together, the same for every replay."""

from retrainlab.sim.stream import Stream


def block_starts(stream: Stream, least: int) -> list[int]:
    """Cut the ticks into blocks of at least `least` rows; B + 1 first ticks and the end."""
    if not least:
        return [*range(stream.ticks + 1)]
    starts, first_row = [0], 0
    for tick, row in enumerate(stream.offsets.tolist()):
        if row - first_row >= least and 0 < tick < stream.ticks:
            starts.append(tick)
            first_row = row
    return [*starts, stream.ticks]
