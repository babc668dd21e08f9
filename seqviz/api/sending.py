"""Large answers: sent in pieces to whoever reads slowly, and not more at once than memory holds."""

import threading
import weakref
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping

from starlette.responses import StreamingResponse

from seqviz.errors import InputError
from seqviz.server.gate import Receive, Scope, Send

PIECE = 2**18
AGAIN_SECONDS = 5
"""After which to come back where there is no room."""


class Place:
    """Room that an answer has until somebody says so, or nobody holds this any more."""

    def __init__(self, give_back: Callable[[int], None], size: int) -> None:
        """It was taken."""
        self.leave: Callable[[], object] = weakref.finalize(self, give_back, size)


class Room:
    """Bytes of all answers that are made or sent at this moment; threads share it."""

    def __init__(self, most: int) -> None:
        """Nothing is sent yet; a single answer may have more than ``most``."""
        self._most, self._taken = most, 0
        self._lock = threading.RLock()  # garbage may be collected while it is held

    def take(self, size: int) -> Place:
        """Room for an answer.

        Raises:
            InputError: ``server_busy``: the answers of others fill it.
        """
        with self._lock:
            if self._taken and self._taken + size > self._most:
                raise InputError("server_busy", {"seconds": AGAIN_SECONDS})
            self._taken += size
        return Place(self._give_back, size)

    def _give_back(self, size: int) -> None:
        with self._lock:
            self._taken -= size


class InPieces(StreamingResponse):
    """An answer of which the server holds one copy, however slowly it is read."""

    def __init__(self, content: bytes, headers: Mapping[str, str], place: Place) -> None:
        """Send JSON, and keep its place until then."""
        self._pieces, self._place = _sent(content), place
        whole = {**headers, "content-length": str(len(content))}
        super().__init__(self._pieces, headers=whole, media_type="application/json")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it, or stop where the client is gone."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            await self._pieces.aclose()
            self._place.leave()


def cut(content: bytes) -> Iterator[bytes]:
    """Pieces of which the next is sent once the client has read most of the last."""
    for start in range(0, len(content), PIECE):
        yield content[start : start + PIECE]


async def _sent(content: bytes) -> AsyncGenerator[bytes]:
    for piece in cut(content):
        yield piece
