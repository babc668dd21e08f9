"""The app as ``streamlit run app.py`` serves it: what stands before Streamlit."""

import urllib.error
import urllib.request
from email.message import Message

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


def test_the_app_stands_behind_the_gate(app: str) -> None:
    status, headers = ask(app)
    assert status == 200
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "'sha256-" in headers["Content-Security-Policy"]
    assert ask(app, host="evil.test")[0] == 403
    assert ask(f"{app}/_stcore/metrics")[0] == 404
