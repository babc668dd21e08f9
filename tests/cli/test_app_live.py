"""``seqviz app`` as it serves: limits, what it tells, who leaves, who comes back, and a restart."""

import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.message import Message
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus

from seqviz.options import DecodeOptions
from seqviz.translator import load
from tests.browser.server import stop
from tests.fixtures import rude_sender
from tests.fixtures.raw_page import SECONDS, RawPage

PACKAGE = Path(__file__).parents[2]
SENTENCES = ("Der Hund schläft unter dem Tisch.", "Wir fahren morgen nach Köln.")
LONG = " ".join(["sehr"] * 50)
"""No other sentence has as many tokens; a search with a wide beam takes minutes."""
WIDE = {"beam": "100", "max_length": "400", "stop": "max_length"}
RATE = 2
"""One at once, and another half a minute later: slower than the slowest of machines."""


@dataclass(frozen=True)
class Served:
    """A server and what it writes."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    def ask(self, path: str) -> tuple[int, str, Message]:
        """Status, body and headers of an answer; 0 where nobody listens."""
        try:
            address = f"http://127.0.0.1:{self.port}/{path}"
            with urllib.request.urlopen(address, timeout=SECONDS) as answer:
                return answer.status, answer.read().decode("utf-8"), answer.headers
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode("utf-8"), error.headers
        except (urllib.error.URLError, ConnectionError):
            return 0, "", Message()

    def counts(self, name: str) -> float:
        """A value of /metrics."""
        found = re.search(rf"^{re.escape(name)} (\S+)$", self.ask("metrics")[1], re.MULTILINE)
        assert found is not None, name
        return float(found.group(1))


def events_of(served: Served) -> list[dict[str, Any]]:
    """The lines of its log, all of which are JSON but the first, which stands on stdout."""
    _, *lines = served.log.read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def wait_until(happens: Callable[[], bool]) -> None:
    until = time.monotonic() + SECONDS
    while not happens():
        assert time.monotonic() < until
        time.sleep(0.1)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def start(folder: Path, port: int) -> Served:
    """Start it in a folder of no meaning, and wait until it is ready."""
    options = f"--port {port} --rate {RATE} --embed https://moodle.test --log".split()
    log = folder / f"{time.monotonic_ns()}.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "seqviz", "app", *options],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(PACKAGE)},
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    served, statuses = Served(process, port, log), list[int]()

    def is_ready() -> bool:
        assert process.poll() is None, log.read_text()
        statuses.append(served.ask("readyz")[0])
        return statuses[-1] == 200

    try:
        wait_until(is_ready)
        assert set(statuses) <= {0, 503, 200}
    except AssertionError:
        stop(process)
        raise
    return served


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("elsewhere")


@pytest.fixture(scope="module")
def served(folder: Path) -> Iterator[Served]:
    """One server for all tests."""
    server = start(folder, free_port())
    yield server
    stop(server.process)


@pytest.fixture(scope="module")
def translations() -> list[str]:
    return [load("de-en/transformer").translate(one).translation for one in SENTENCES]


def test_it_is_ready_after_a_decoding_and_tells_what_it_does(
    served: Served, translations: list[str]
) -> None:
    assert served.counts("seqviz_ready") == 1
    before = served.counts("seqviz_decoding_seconds_count")
    assert before >= 1
    with RawPage(served.port, {"text": SENTENCES[0]}) as page:
        assert page.read_until(translations[0])
        assert served.counts("seqviz_sessions") == 1
    assert served.counts("seqviz_decoding_seconds_count") > before
    assert served.counts("process_resident_memory_bytes") > 1e8
    headers = served.ask("")[2]
    assert "frame-ancestors 'self' https://moodle.test" in headers["content-security-policy"]
    assert "unsafe-eval" not in headers["content-security-policy"]


def test_no_sentence_stands_in_the_log(served: Served, translations: list[str]) -> None:
    with RawPage(served.port, {"text": SENTENCES[1]}) as page:
        assert page.read_until(translations[1])
        page.read_until("")
    first, *lines = served.log.read_text("utf-8").splitlines()
    assert first.startswith(f"SeqViz is starting: http://127.0.0.1:{served.port}/ ")
    assert {"started", "decoded", "answered"} <= {line["event"] for line in events_of(served)}
    assert not any(word in "".join(lines) for word in ("Hund", "Köln", "K%C3%B6ln", "127.0.0.1"))


def test_one_address_is_told_to_wait_and_others_are_served(served: Served) -> None:
    asks = RawPage(served.port, {"text": SENTENCES[0], "view": "systems"}).open(address="192.0.2.7")
    asks.read_until("")
    assert any("Your address has asked" in said for said in asks.alerts)
    asks.cut()
    texts = [f"Ich habe {number} Katzen." for number in range(9)]
    with pytest.raises(InvalidStatus) as refused:
        for text in texts:
            RawPage(served.port, {"text": text}).open(address="192.0.2.7").cut()
    assert refused.value.response.status_code == 429
    assert int(refused.value.response.headers["retry-after"]) >= 1
    RawPage(served.port, {"text": texts[0]}).open(address="192.0.2.8").cut()


def test_who_sends_too_much_is_cut_off(served: Served) -> None:
    answer, sent = rude_sender.send_all(
        f"http://127.0.0.1:{served.port}",
        "PUT /_stcore/upload_file/a/b",
        "Content-Length: 10000000000",
    )
    assert answer == b"HTTP/1.1 507 Insufficient Storage" and sent < rude_sender.GIGABYTE / 10


def test_who_leaves_frees_the_place_for_who_waits(served: Served, translations: list[str]) -> None:
    inside = served.counts("seqviz_inside")
    leaves = RawPage(served.port, WIDE | {"text": LONG}).open()
    wait_until(lambda: served.counts("seqviz_inside") > inside)
    with RawPage(served.port, {"text": SENTENCES[0], "beam": "4"}) as stays:
        wait_until(lambda: served.counts("seqviz_queue_length") == 1)
        leaves.cut()
        assert stays.read_until(translations[0])
    wait_until(lambda: served.counts("seqviz_inside") == 0)
    lengths = [line["source"] for line in events_of(served) if line["event"] == "decoded"]
    assert len(load("de-en/transformer").read(LONG, DecodeOptions()).ids) not in lengths


def test_a_cut_socket_comes_back_to_its_session(served: Served, translations: list[str]) -> None:
    page = RawPage(served.port, {"text": SENTENCES[0]}).open()
    assert page.read_until(translations[0])
    session = page.session
    page.cut()
    wait_until(lambda: served.counts("seqviz_sessions") == 0)
    page.seen = b""
    page.open()
    assert page.read_until(translations[0])
    assert page.session == session
    page.cut()


def test_a_socket_cut_in_mid_decode_comes_back_to_its_picture(served: Served) -> None:
    """On a fast machine, where a search had ended before the cut, a longer one is tried."""
    model = load("de-en/transformer")
    for beam_size, words in ((10, 40), (25, 41), (100, 42)):
        text = " ".join(["sehr"] * words)
        options = DecodeOptions(beam_size=beam_size, max_length=100, stop="max_length")
        link = {"text": text, "beam": f"{beam_size}", "max_length": "100", "stop": "max_length"}
        tokens = len(model.read(text, options).ids)
        page = RawPage(served.port, link).open()
        assert page.read_until("Sentence")
        wait_until(partial(is_decoding_or_done, served, tokens))
        page.cut()
        if not has_decoded(served, tokens):
            break
    assert not has_decoded(served, tokens)
    session, page.seen = page.session, b""
    assert page.open().read_until(model.translate(text, options).translation)
    assert page.session == session
    page.cut()


def has_decoded(served: Served, tokens: int) -> bool:
    """Whether a search has ended whose source has so many tokens."""
    decoded = [line for line in events_of(served) if line["event"] == "decoded"]
    return any(line["source"] == tokens for line in decoded)


def is_decoding_or_done(served: Served, tokens: int) -> bool:
    return served.counts("seqviz_inside") > 0 or has_decoded(served, tokens)


def test_a_restarted_server_shows_the_same_from_the_link(
    served: Served, folder: Path, translations: list[str]
) -> None:
    """The last of these tests, for it kills the server of all."""
    page = RawPage(served.port, {"text": SENTENCES[0]}).open()
    assert page.read_until(translations[0])
    served.process.kill()
    served.process.wait()
    server = start(folder, served.port)
    try:
        page.seen = b""
        assert page.open().read_until(translations[0])
        page.cut()
    finally:
        stop(server.process)
