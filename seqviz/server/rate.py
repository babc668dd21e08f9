"""How often one client may ask: some times at once, and so many a minute after that.

A token bucket for each, https://en.wikipedia.org/wiki/Token_bucket. Knows nothing about what is
asked for.
"""

import ipaddress
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

MOST_CLIENTS = 10_000
IPV6_BITS = 64
"""Of an address that counts as one client: whoever has a network has all that it holds."""


@dataclass
class _Bucket:
    """What a client has left, and when that was so."""

    left: float
    since: float


class RateLimit:
    """The buckets of all clients; threads share it."""

    def __init__(
        self, *, a_minute: float, at_once: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Every client has a full bucket.

        Args:
            a_minute: how much flows back in a minute; 0: nothing is limited.
            at_once: what a full one holds.
            clock: tells seconds.
        """
        self._a_second, self._full, self._clock = a_minute / 60, at_once, clock
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, client: str, cost: float = 1) -> float:
        """Take from a client's bucket if it holds enough; one cost is at most a full bucket.

        Args:
            client: who asks; "" is nobody in particular, and not limited.
            cost: how much.

        Returns:
            0.0 if it was taken, else the seconds until there is enough.
        """
        if not self._a_second or not client:
            return 0.0
        cost = min(cost, self._full)
        with self._lock:
            bucket = self._bucket(client)
            if bucket.left < cost:
                return (cost - bucket.left) / self._a_second
            bucket.left -= cost
            return 0.0

    def _bucket(self, client: str) -> _Bucket:
        """Of a client, filled up to now; who has not asked for longest is forgotten."""
        now = self._clock()
        bucket = self._buckets.pop(client, None) or _Bucket(self._full, now)
        bucket.left = min(self._full, bucket.left + (now - bucket.since) * self._a_second)
        bucket.since = now
        self._buckets[client] = bucket
        if len(self._buckets) > MOST_CLIENTS:
            self._buckets.popitem(last=False)
        return bucket


def client_of(address: str) -> str:
    """Who an address stands for: itself, or the /64 network of an IPv6 one."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((found, IPV6_BITS), strict=False))
