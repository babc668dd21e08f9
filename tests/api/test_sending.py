"""Large answers take room until they are sent, or until nobody reads them any more."""

import asyncio
import gc

import pytest

from seqviz.api.sending import PIECE, InPieces, Room
from seqviz.errors import InputError
from seqviz.server.gate import Message
from tests.fixtures import event_loop

SCOPE = {"type": "http", "asgi": {"spec_version": "2.3"}}
CONTENT = b"0123456789" * PIECE


def test_there_is_room_for_one_and_for_others_beside_it() -> None:
    room = Room(5)
    first = room.take(9)  # alone, it may have more
    with pytest.raises(InputError) as caught:
        room.take(1)
    assert caught.value.code == "server_busy"
    first.leave()
    first.leave()
    held = [room.take(2), room.take(3)]
    with pytest.raises(InputError):
        room.take(1)
    held.clear()
    gc.collect()
    assert room.take(5)


def test_an_answer_comes_in_pieces_and_gives_its_room_back() -> None:
    room, sent = Room(1), list[Message]()

    async def send(message: Message) -> None:
        sent.append(message)
        with pytest.raises(InputError):
            room.take(1)

    async def receive() -> Message:
        await asyncio.Event().wait()
        return {}

    answer = InPieces(CONTENT, {"etag": "x"}, room.take(1))
    event_loop.run(answer(SCOPE, receive, send))
    start, *pieces = sent
    headers = dict(start["headers"])
    assert (headers[b"etag"], headers[b"content-length"]) == (b"x", b"%d" % len(CONTENT))
    assert b"".join(piece["body"] for piece in pieces) == CONTENT
    assert max(len(piece["body"]) for piece in pieces) == PIECE
    assert room.take(1)


def test_who_hangs_up_gives_room_back() -> None:
    room, reads = Room(1), asyncio.Event()

    async def send(message: Message) -> None:
        if message["type"] == "http.response.body":
            reads.set()
            await asyncio.Event().wait()  # nobody reads

    async def receive() -> Message:
        await reads.wait()
        return {"type": "http.disconnect"}

    answer = InPieces(CONTENT, {}, room.take(1))
    event_loop.run(answer(SCOPE, receive, send))
    assert room.take(1)
