"""Codes of positions: bytes that a browser draws, sines before cosines."""

from base64 import b64decode

import numpy as np
import pytest

from seqviz.lesson.positions import positions
from tests.lesson.small import scene


def test_codes_are_bytes_with_sines_before_cosines() -> None:
    found = positions(scene())
    assert found is not None
    codes = np.frombuffer(b64decode(found["values"]), np.int8).reshape(4, found["width"])
    angles = np.arange(4)[:, None] * np.array([1, 0.1])
    wanted = np.concatenate([np.sin(angles), np.cos(angles)], 1)
    assert codes / 127 == pytest.approx(wanted, abs=0.5 / 127)


def test_what_marks_no_positions_has_none() -> None:
    assert positions(scene().by("none")) is None
