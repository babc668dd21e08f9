"""The shipped nginx.conf before two servers: sessions hold, and without its affinity they fail."""

import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

from tests.browser import server
from tests.browser.server import HOST

CONF = Path(__file__).parents[2] / "deploy" / "nginx.conf"
AFFINITY = "        hash $visitor consistent;"
NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
SECONDS = 60
pytestmark = pytest.mark.skipif(NGINX is None, reason="nginx is not installed (nginx-light)")


class Visitor:
    """A browser, as far as servers can tell: it keeps cookies, has a socket, uploads."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._jar = CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self._jar))
        self._opener.open(f"{address}/_stcore/health", timeout=SECONDS).read()

    @property
    def cookies(self) -> dict[str, str]:
        return {cookie.name: cookie.value or "" for cookie in self._jar}

    @contextmanager
    def session(self, before: str = "") -> Iterator[str]:
        """The name of its session as long as the socket is open; before: one to come back to."""
        with connect(
            f"ws://{urlsplit(self.address).netloc}/_stcore/stream",
            subprotocols=["streamlit", "x", before] if before else ["streamlit"],
            additional_headers={"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())},
            open_timeout=SECONDS,
            max_size=None,
        ) as socket_:
            asked = BackMsg()
            asked.rerun_script.query_string = ""
            socket_.send(asked.SerializeToString())
            yield _session_of(socket_)

    def upload(self, session: str, address: str = "") -> tuple[int, str]:
        """Send a file of a session; status and words of the answer."""
        bound = "bound"
        body = (
            f'--{bound}\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n'
            f"Content-Type: text/plain\r\n\r\nhello\r\n--{bound}--\r\n"
        )
        request = urllib.request.Request(
            f"{address or self.address}/_stcore/upload_file/{session}/one",
            data=body.encode(),
            method="PUT",
            headers={
                "Content-Type": f"multipart/form-data; boundary={bound}",
                "X-Xsrftoken": self.cookies["_streamlit_xsrf"],
            },
        )
        try:
            with self._opener.open(request, timeout=SECONDS) as answer:
                return answer.status, ""
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()


def _session_of(socket_: ClientConnection) -> str:
    while True:
        message = ForwardMsg()
        message.ParseFromString(bytes(socket_.recv(timeout=SECONDS)))
        if message.WhichOneof("type") == "new_session":
            return str(message.new_session.initialize.session_id)


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[str]]:
    """Two servers of a page that says one word."""
    folder = tmp_path_factory.mktemp("servers")
    script = folder / "page.py"
    script.write_text("import streamlit as st\nst.write('here')\n")
    started = [
        server.start(script, log=folder / f"{number}.log", folder=folder) for number in (1, 2)
    ]
    yield [address for _, address in started]
    server.stop(*(process for process, _ in started))


@contextmanager
def proxied(text: str, servers: list[str], folder: Path) -> Iterator[str]:
    """The address of an nginx with these settings before the servers."""
    with socket.socket() as free:
        free.bind((HOST, 0))
        port = free.getsockname()[1]
    for number, address in enumerate(servers, start=1):
        text = text.replace(f"seqviz-{number}:8501", urlsplit(address).netloc)
    text = text.replace("listen 8080;", f"listen {HOST}:{port};").replace("/tmp/", f"{folder}/")
    conf = folder / "nginx.conf"
    conf.write_text(text)
    more = "daemon off; user root;" if os.geteuid() == 0 else "daemon off;"
    assert NGINX is not None
    words = [NGINX, "-c", str(conf), "-e", "stderr", "-g", more]
    with (folder / "nginx.log").open("wb") as log:
        process = subprocess.Popen(words, stderr=log)
    try:
        wait_for(port, process, folder / "nginx.log")
        yield f"http://{HOST}:{port}"
    finally:
        process.terminate()
        process.wait(timeout=SECONDS)


def wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as asking:
            if asking.connect_ex((HOST, port)) == 0:
                return
        time.sleep(0.05)
    pytest.fail(f"nginx did not start: {log.read_text()}")


def test_with_affinity_a_session_holds(servers: list[str], tmp_path: Path) -> None:
    with proxied(CONF.read_text("utf-8"), servers, tmp_path) as address:
        homes = set()
        for _ in range(16):  # all at one server: once in 32,768 times
            visitor = Visitor(address)
            with visitor.session() as session:
                assert [visitor.upload(session)[0] for _ in range(4)] == [204] * 4
                at = [visitor.upload(session, one)[0] for one in servers]
                assert sorted(at) == [204, 400]
                homes.add(at.index(204))
            with visitor.session(session) as again:
                assert again == session
        assert homes == {0, 1}
        assert visitor.cookies["seqviz_server"].isalnum()
        for path in ("/metrics", "/_stcore/metrics"):
            with pytest.raises(urllib.error.HTTPError, match="404"):
                urllib.request.urlopen(f"{address}{path}", timeout=SECONDS)


def test_a_lecture_hall_is_let_through(servers: list[str], tmp_path: Path) -> None:
    with proxied(CONF.read_text("utf-8"), servers, tmp_path) as address, ExitStack() as held:
        place = urlsplit(address).netloc
        head = (
            f"GET /_stcore/stream HTTP/1.1\r\nHost: {place}\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
        )
        host, _, port = place.partition(":")
        for number in range(300):  # each is two connections of nginx
            one = held.enter_context(socket.create_connection((host, int(port)), SECONDS))
            one.sendall(head.encode())
            assert one.recv(99).startswith(b"HTTP/1.1 101 "), number


def test_without_affinity_the_documented_failure_shows(servers: list[str], tmp_path: Path) -> None:
    text = CONF.read_text("utf-8")
    assert text.count(AFFINITY) == 1
    with proxied(text.replace(AFFINITY, ""), servers, tmp_path) as address:
        visitor = Visitor(address)
        with visitor.session() as session:
            answers = [visitor.upload(session) for _ in range(4)]
        assert {status for status, _ in answers} == {204, 400}
        told = next(words for status, words in answers if status == 400)
        assert "without sticky sessions / session affinity" in told
        came_back = []
        for _ in range(2):
            with visitor.session(session) as again:
                came_back.append(again == session)
        assert False in came_back
