"""A visitor of the load client: goes on as a browser would, and says honestly how it went."""

import asyncio
import json
from collections.abc import Sequence

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.server import ServerConnection, serve
from websockets.typing import Subprotocol

from seqviz.translator import load
from tests.load.sentences import MODEL, TOKENS, crossed, sentences
from tests.load.visitor import VIEWER, Visit, visit

SENTENCE, ANSWER = "es war kalt", "it was cold"
FULL = "too many"


def begun() -> ForwardMsg:
    message = ForwardMsg()
    message.new_session.name = "page"
    return message


def alert() -> ForwardMsg:
    message = ForwardMsg()
    message.delta.new_element.alert.body = FULL
    return message


def again(seconds: float) -> ForwardMsg:
    message = ForwardMsg()
    message.auto_rerun.fragment_id, message.auto_rerun.interval = "knock", seconds
    return message


def picture(text: str = SENTENCE) -> ForwardMsg:
    message = ForwardMsg()
    component = message.delta.new_element.bidi_component
    component.component_name = VIEWER
    payload = {"source": {"text": text}, "translation": {"text": ANSWER}}
    component.json = json.dumps({"payload": payload})
    return message


def done(
    status: ForwardMsg.ScriptFinishedStatus.ValueType = ForwardMsg.FINISHED_SUCCESSFULLY,
) -> ForwardMsg:
    return ForwardMsg(script_finished=status)


def visited(*answers: Sequence[ForwardMsg]) -> tuple[Visit, list[BackMsg]]:
    """A visit to a server that answers one question after the other, and what was asked."""
    asked, left = list[BackMsg](), iter(answers)

    async def answer(socket: ServerConnection) -> None:
        async for data in socket:
            assert isinstance(data, bytes)
            asked.append(BackMsg.FromString(data))
            for message in next(left, ()):
                await socket.send(message.SerializeToString())
            if len(asked) == len(answers):
                await socket.close()

    async def run() -> Visit:
        protocol = Subprotocol("streamlit")
        async with serve(answer, "127.0.0.1", 0, subprotocols=[protocol]) as server:
            return await visit(next(iter(server.sockets)).getsockname()[1], SENTENCE)

    return asyncio.run(run()), asked


def test_who_is_served_at_once() -> None:
    found, asked = visited([begun(), picture(), done()])
    assert found.is_served and (found.source, found.translation) == (SENTENCE, ANSWER)
    assert not (found.told or found.refused or found.lost)
    assert "text=es+war+kalt" in asked[0].rerun_script.query_string


def test_who_is_told_to_wait_asks_again_until_there_is_room() -> None:
    found, asked = visited(
        [begun(), alert(), again(0.05), done()],
        [done(ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)],
        [begun(), done(ForwardMsg.FINISHED_EARLY_FOR_RERUN), begun(), picture(), done()],
    )
    assert found.is_served and found.told == (FULL,)
    assert [one.rerun_script.fragment_id for one in asked] == ["", "knock", "knock"]
    assert asked[1].rerun_script.query_string == asked[0].rerun_script.query_string


@pytest.mark.parametrize(
    ("messages", "refused", "lost"),
    [
        ([begun(), alert(), done()], (FULL,), ""),
        ([begun(), done()], (), "the page stands without a picture and without a word"),
        ([begun(), picture()], (), "ConnectionClosed"),
        ([begun(), alert(), again(0.01)], (), "ConnectionClosed"),
    ],
)
def test_who_sees_no_picture(
    messages: list[ForwardMsg], refused: tuple[str, ...], lost: str
) -> None:
    found, _ = visited(messages)
    assert not found.is_served and found.refused == refused
    assert found.lost.startswith(lost) and bool(found.lost) == bool(lost)


def test_what_somebody_else_asked_for_is_found() -> None:
    translator = load(MODEL)
    texts = sentences(40, translator)
    assert len(set(texts)) == 40 and {len(translator.read(one).ids) for one in texts} == {TOKENS}
    answers = [translator.translate(one, beam_size=5).translation for one in texts[:2]]
    right = {text: (text, answer) for text, answer in zip(texts, answers, strict=False)}
    assert crossed(right, translator) == []
    others = {texts[0]: (texts[1], answers[0]), texts[1]: (texts[1], answers[0])}
    assert crossed(others, translator) == texts[:2]
