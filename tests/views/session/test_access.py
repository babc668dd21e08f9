"""What strangers may do, and how often one address may ask: as the environment says."""

import pytest

from seqviz.views.session import access


@pytest.mark.parametrize(
    ("value", "public"), [(None, False), ("", False), ("0", False), ("1", True), ("yes", True)]
)
def test_the_environment_says_whether_strangers_visit(
    value: str | None, public: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(access.VARIABLE, raising=False)
    if value is not None:
        monkeypatch.setenv(access.VARIABLE, value)
    assert access.is_public() is public


@pytest.mark.parametrize(
    ("public", "said", "a_minute"),
    [
        ("", "", 0),
        ("0", "", 0),
        ("1", "", access.PUBLIC_RATE),
        ("1", "0", 0),
        ("", " 30 ", 30),
        ("1", "many", access.PUBLIC_RATE),
        ("", "-3", 0),
    ],
)
def test_strangers_ask_within_reason(
    public: str, said: str, a_minute: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(access.VARIABLE, public)
    monkeypatch.setenv(access.RATE, said)
    assert access.decodings_a_minute() == a_minute


def test_half_of_a_minute_is_there_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(access.RATE, "8")
    limit = access.made_limit()
    assert [not limit.take("192.0.2.7") for _ in range(5)] == [True] * 4 + [False]
    monkeypatch.setenv(access.RATE, "1")
    assert not access.made_limit().take("192.0.2.7")
