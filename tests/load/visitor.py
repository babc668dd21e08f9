"""One visitor of the page, by a websocket that speaks Streamlit's protocol, up to the picture.

He does what Streamlit's front end does: what asks to be run again after some seconds is. So who is
told to wait for room goes on as a browser would.
"""

import asyncio
import json
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException
from websockets.typing import Subprotocol

from tests.load.sentences import BEAM, MODEL

PATIENCE_SECONDS = 300.0
VIEWER = "seqviz_viewer"
EARLY = ForwardMsg.FINISHED_EARLY_FOR_RERUN


@dataclass
class Seen:
    """What a page shows, as its messages come."""

    source: str = ""
    translation: str = ""
    alerts: list[str] = field(default_factory=list)
    """Messages of the present run."""
    told: list[str] = field(default_factory=list)
    """Messages of runs that went on by themselves."""
    every: dict[str, float] = field(default_factory=dict)
    """Seconds after which parts of the page are run again, by their names."""
    is_over: bool = False
    """The run is done, and nothing goes on by itself."""

    def take(self, message: ForwardMsg) -> None:
        """Read the next message."""
        kind = message.WhichOneof("type")
        if kind == "new_session" and not message.metadata.run.fragment_ids:
            self.source = self.translation = ""
            self.alerts.clear()
            self.every.clear()
        elif kind == "auto_rerun":
            self.every[message.auto_rerun.fragment_id] = message.auto_rerun.interval
        elif kind == "stop_auto_rerun":
            for name in message.stop_auto_rerun.fragment_ids:
                self.every.pop(name, None)
        elif kind == "delta":
            self._draw(message)
        elif kind == "script_finished" and message.script_finished != EARLY:
            if not self.translation and self.every:
                self.told += self.alerts
                self.alerts.clear()
            else:
                self.is_over = True

    def _draw(self, message: ForwardMsg) -> None:
        element = message.delta.new_element
        kind = element.WhichOneof("type")
        if kind == "alert":
            self.alerts.append(element.alert.body)
        elif kind == "bidi_component" and element.bidi_component.component_name == VIEWER:
            shown = json.loads(element.bidi_component.json)["payload"]
            self.source, self.translation = shown["source"]["text"], shown["translation"]["text"]


@dataclass(frozen=True)
class Visit:
    """How it went."""

    text: str
    seconds: float
    source: str = ""
    translation: str = ""
    told: tuple[str, ...] = ()
    """What was said while there was no room yet."""
    refused: tuple[str, ...] = ()
    """What was said in place of a picture, with nothing that goes on by itself."""
    lost: str = ""
    """Why there is neither a picture nor a word."""

    @property
    def is_served(self) -> bool:
        """Whether there is a picture."""
        return bool(self.translation)


async def visit(port: int, text: str) -> Visit:
    """Open the page with a sentence, and stay until it stands."""
    began, seen, lost = time.monotonic(), Seen(), ""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS), _connected(port) as socket:
            await _follow(socket, text, seen)
    except (WebSocketException, OSError, TimeoutError) as error:
        lost = repr(error)
    if not lost and not seen.translation and not seen.alerts:
        lost = "the page stands without a picture and without a word"
    return Visit(
        text=text,
        seconds=time.monotonic() - began,
        source=seen.source,
        translation="" if lost else seen.translation,
        told=tuple(seen.told),
        refused=() if lost or seen.translation else tuple(seen.alerts),
        lost=lost,
    )


def _connected(port: int) -> connect:
    return connect(
        f"ws://127.0.0.1:{port}/_stcore/stream",
        subprotocols=[Subprotocol("streamlit")],
        max_size=None,
        open_timeout=PATIENCE_SECONDS,
        ping_interval=None,
    )


async def _follow(socket: ClientConnection, text: str, seen: Seen) -> None:
    """Read until it is over, and ask again for what is to be run again."""
    await socket.send(_asking(text))
    due: dict[str, float] = {}
    while not seen.is_over:
        now = time.monotonic()
        due = {name: due.get(name, now + every) for name, every in seen.every.items()}
        for name in [name for name, when in due.items() if when <= now]:
            await socket.send(_asking(text, name))
            due[name] = now + seen.every[name]
        try:
            async with asyncio.timeout_at(_on_the_loop(min(due.values(), default=None))):
                data = await socket.recv()
        except TimeoutError:
            continue
        message = ForwardMsg()
        message.ParseFromString(data)
        seen.take(message)


def _on_the_loop(moment: float | None) -> float | None:
    """The same moment by the clock of the event loop."""
    if moment is None:
        return None
    return asyncio.get_running_loop().time() + moment - time.monotonic()


def _asking(text: str, fragment: str = "") -> bytes:
    """The message that asks for a run of the page, or of a part of it."""
    pair, system = MODEL.split("/")
    wish = BackMsg()
    wish.rerun_script.query_string = urlencode(
        {"pair": pair, "system": system, "beam": BEAM, "text": text}
    )
    if fragment:
        wish.rerun_script.fragment_id = fragment
        wish.rerun_script.is_auto_rerun = True
    found: bytes = wish.SerializeToString()
    return found
