"""How many threads a decoding has."""

import pytest

from seqviz.views.session.cores import threads_of_decoding


@pytest.mark.parametrize(
    ("value", "threads"),
    [(None, 4), ("3", 3), (" 8 ", 8), ("9", 8), ("0", 4), ("-1", 4), ("many", 4), ("", 4)],
)
def test_threads_are_asked_for_or_half_the_cores(
    value: str | None, threads: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SEQVIZ_THREADS", raising=False)
    if value is not None:
        monkeypatch.setenv("SEQVIZ_THREADS", value)
    assert threads_of_decoding(8) == threads


def test_one_core_has_one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SEQVIZ_THREADS", raising=False)
    assert threads_of_decoding(1) == 1
