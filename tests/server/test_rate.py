"""A client may ask so often, and another one is no worse off for it."""

import pytest

from seqviz.server import rate
from seqviz.server.rate import RateLimit, client_of


class Clock:
    """Stands still until it is moved."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_some_at_once_then_so_many_a_minute() -> None:
    clock = Clock()
    limit = RateLimit(a_minute=30, at_once=3, clock=clock)
    assert [limit.take("a") for _ in range(5)] == [0, 0, 0, 2, 2]
    assert limit.take("b") == 0
    clock.now += 1.5
    assert limit.take("a") == pytest.approx(0.5)
    clock.now += 0.5
    assert [limit.take("a"), limit.take("a")] == [0, 2]
    clock.now += 1e6
    assert [limit.take("a") for _ in range(4)] == [0, 0, 0, 2]


def test_what_costs_more_takes_more_but_never_for_ever() -> None:
    clock = Clock()
    limit = RateLimit(a_minute=60, at_once=4, clock=clock)
    assert limit.take("a", 3) == 0
    assert limit.take("a", 3) == pytest.approx(2)
    assert limit.take("b", 100) == 0
    assert limit.take("b", 100) == pytest.approx(4)


def test_nothing_is_limited_unless_asked_for() -> None:
    assert {RateLimit(a_minute=0, at_once=1).take("a") for _ in range(9)} == {0}
    assert {RateLimit(a_minute=1, at_once=1).take("") for _ in range(9)} == {0}


def test_only_so_many_clients_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate, "MOST_CLIENTS", 2)
    limit = RateLimit(a_minute=60, at_once=1, clock=Clock())
    assert [limit.take(who) for who in "aba"] == [0, 0, 1]
    assert limit.take("c") == 0  # b asked least lately
    assert [limit.take("a"), limit.take("c"), limit.take("b")] == [1, 1, 0]


@pytest.mark.parametrize(
    ("address", "client"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("testclient", "testclient"),
        ("", ""),
    ],
)
def test_a_network_of_the_sixth_version_is_one_client(address: str, client: str) -> None:
    assert client_of(address) == client
