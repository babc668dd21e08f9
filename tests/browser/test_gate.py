"""The app as ``streamlit run app.py`` serves it: what stands before Streamlit."""

import base64
import http.client
import time
import urllib.error
import urllib.request
from email.message import Message
from urllib.parse import urlsplit

import pytest

pytestmark = pytest.mark.browser


def ask(address: str, *, host: str | None = None) -> tuple[int, Message]:
    """Status and headers of an answer."""
    request = urllib.request.Request(address, headers={} if host is None else {"Host": host})
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, answer.headers
    except urllib.error.HTTPError as error:
        return error.code, error.headers


def shake_hands(address: str, *, host: str) -> int:
    """Status of the answer to somebody who wants a websocket."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=20)
    wanted = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13"}
    key = base64.b64encode(bytes(16)).decode("ascii")
    headers = {"Host": host, "Sec-WebSocket-Key": key, "Origin": f"http://{host}", **wanted}
    connection.request("GET", "/_stcore/stream", headers=headers)
    status = connection.getresponse().status
    connection.close()
    return status


def test_an_answer_leaves_at_once(app: str) -> None:
    """None waits for the browser's word that it has the answer's head: that takes 40 ms each."""
    connection = http.client.HTTPConnection(urlsplit(app).netloc, timeout=20)
    took = []
    for _ in range(20):
        began = time.perf_counter()
        connection.request("GET", "/favicon.png")
        assert connection.getresponse().read()
        took.append(time.perf_counter() - began)
    connection.close()
    assert min(took) < 0.03  # the quickest: a busy machine slows most of them, but not all


def test_the_app_stands_behind_the_gate(app: str) -> None:
    status, headers = ask(app)
    assert status == 200
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "'sha256-" in headers["Content-Security-Policy"]
    assert ask(app, host="evil.test")[0] == 403
    assert ask(f"{app}/_stcore/metrics")[0] == 404
    here = urlsplit(app).netloc
    assert shake_hands(app, host=here) == 101
    for host in ("evil.test", f"evil.test:{here.rpartition(':')[2]}", f"{here}.evil.test"):
        assert shake_hands(app, host=host) == 403
