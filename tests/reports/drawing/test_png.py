"""PNG files of figures: the same pixels as were drawn, the same bytes each time."""

import io

import numpy as np
from PIL import Image

from retrainlab.reports.drawing.png import encoded


def test_a_file_has_the_pixels_without_their_opacity_and_the_resolution():
    pixels = np.random.default_rng(0).integers(0, 256, (7, 13, 4), np.uint8)
    content = encoded(pixels, 200.0)
    assert content == encoded(pixels, 200.0)
    read = Image.open(io.BytesIO(content))
    read.load()  # raises an error where a check sum is wrong
    assert read.mode == "RGB"
    assert round(read.info["dpi"][0]) == 200
    assert (np.asarray(read) == pixels[..., :3]).all()
