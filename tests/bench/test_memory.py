import sys
from pathlib import Path

import pytest

from seqviz.bench import memory
from seqviz.bench.memory import PeakMemory

MEGABYTE = 2**20


@pytest.mark.skipif(sys.platform != "linux", reason="read from Linux's /proc")
def test_the_peak_counts_what_is_gone_again() -> None:
    peak = PeakMemory()
    passing = bytearray(b"x" * (200 * MEGABYTE))
    assert len(passing) == 200 * MEGABYTE
    del passing
    extra = peak.extra_bytes()
    assert extra is not None
    assert extra > 150 * MEGABYTE


def test_a_system_that_does_not_say_is_not_guessed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "_STATUS", Path("/no/such/file"))
    monkeypatch.setattr(memory, "_CLEAR", Path("/no/such/file"))
    assert PeakMemory().extra_bytes() is None
