"""Seeds: hashes of named coordinates, so that all strategies see the same data (paired seeds)."""

from hashlib import blake2b

import numpy as np


def seed_of(*coordinates: object) -> int:
    """Return the 32-bit seed at the coordinates; equal coordinates, equal seed, on every machine.

    Coordinates are compared by their `repr`, so 1 and "1" are different places.
    """
    text = "\x1f".join(repr(c) for c in coordinates)
    return int.from_bytes(blake2b(text.encode(), digest_size=4).digest(), "little")


def generator(*coordinates: object) -> np.random.Generator:
    """Return an independent random generator for the coordinates.

    SFC64 passes the same batteries as numpy's default and draws normals a sixth faster.
    """
    text = "\x1f".join(repr(c) for c in coordinates)
    seed = int.from_bytes(blake2b(text.encode(), digest_size=16).digest(), "little")
    return np.random.Generator(np.random.SFC64(seed))
