"""Garbage collection while figures are drawn: put off, and then as it was."""

import gc
import weakref

import pytest

from retrainlab.reports.pages.garbage import collected_at_the_end


class Cycle:
    """An object that only a garbage collection removes."""

    def __init__(self) -> None:
        self.me = self


def test_garbage_is_left_inside_and_gone_at_the_end():
    with collected_at_the_end():
        assert not gc.isenabled()
        left = weakref.ref(Cycle())
        assert left() is not None
    assert left() is None
    assert gc.isenabled()


def test_what_was_switched_off_before_stays_off_also_after_an_error():
    gc.disable()
    try:
        with pytest.raises(ValueError, match="inside"), collected_at_the_end():
            raise ValueError("inside")
        assert not gc.isenabled()
    finally:
        gc.enable()
