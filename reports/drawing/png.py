"""PNG: pixels as a file, in half the time and fewer bytes than a general encoder takes.

Figures have large areas of one colour. A general encoder tries five filters at each row, none of
which makes such rows smaller.
"""

import struct
import zlib

import numpy as np
from numpy.typing import NDArray

SIGNATURE = b"\x89PNG\r\n\x1a\n"
EIGHT_BITS_RGB = (8, 2, 0, 0, 0)  # bits, kind of colour, compression, filter, no interlace
INCH, METRE = 0.0254, 1
LEVEL = 3  # of compression


def encoded(pixels: NDArray[np.uint8], dpi: float) -> bytes:
    """Return the bytes of a PNG of (height, width, 4) pixels, without their opacity."""
    height, width, _ = pixels.shape
    rows = np.zeros((height, 1 + 3 * width), np.uint8)  # each begins with its filter, none
    for colour in range(3):
        rows[:, 1 + colour :: 3] = pixels[..., colour]
    per_metre = round(dpi / INCH)
    chunks = (
        _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, *EIGHT_BITS_RGB)),
        _chunk(b"pHYs", struct.pack(">IIB", per_metre, per_metre, METRE)),
        _chunk(b"IDAT", zlib.compress(rows.data, LEVEL)),
        _chunk(b"IEND", b""),
    )
    return SIGNATURE + b"".join(chunks)


def _chunk(kind: bytes, content: bytes) -> bytes:
    """Return a part of the file, with its length and its check sum."""
    return (
        struct.pack(">I", len(content))
        + kind
        + content
        + struct.pack(">I", zlib.crc32(kind + content))
    )
