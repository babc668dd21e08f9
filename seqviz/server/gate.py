"""What reaches the server from outside, and what a browser may do with its pages.

An ASGI middleware; knows nothing about Streamlit but the addresses under which it listens.
"""

import base64
import hashlib
import re
from collections.abc import Awaitable, Callable, Iterable, MutableMapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

UPLOADS, METRICS = "/_stcore/upload_file/", "/_stcore/metrics"
"""In the address of a request; what stands before is the server's own base."""
MOST_UPLOADED_BYTES = 3 * 2**30
"""Of all files that the server holds or is being sent: three archives of the largest kind."""
POLICY_VIOLATION = 1008
"""Why a websocket is closed, https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1."""
_INLINE_SCRIPT = re.compile(rb"<script>(.*?)</script>", re.DOTALL)


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What is let in."""

    hosts: Sequence[str]
    """Names under which the server may be asked; "*.name" for those below one, "*" for all."""
    uploads: bool
    """Files may be sent to the server."""
    metrics: bool
    """Streamlit's counts of sessions and bytes may be read."""
    frames: Sequence[str]
    """Other sites, such as "https://course.example.org", whose pages may show this one."""
    scripts: Sequence[str]
    """Hashes of the scripts inside the page, as ``script_hashes`` finds them."""


class Gate:
    """Refuses what the rules do not let in, and puts the security headers on every answer."""

    def __init__(self, app: App, *, rules: Rules, held_bytes: Callable[[], int]) -> None:
        """Stand before ``app``; ``held_bytes`` tells the size of the uploaded files it holds."""
        self._app, self._rules, self._held_bytes = app, rules, held_bytes
        self._headers = headers(rules)
        self._coming = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or have it answered.

        Of a websocket only the host is looked at here; Streamlit checks its origin itself.
        """
        if scope["type"] == "websocket" and not self._knows_host(scope):
            await send({"type": "websocket.close", "code": POLICY_VIOLATION})  # to a browser: 403
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *self._headers]
            await send(message)

        size = _upload_size(scope)
        refused = self._refusal(scope, size)
        if refused is not None:
            await _refuse(answer, *refused)
            return
        self._coming += size or 0
        try:
            await self._app(scope, receive, answer)
        finally:
            self._coming -= size or 0

    def _knows_host(self, scope: Scope) -> bool:
        return is_host_allowed(_header(scope, b"host"), self._rules.hosts)

    def _refusal(self, scope: Scope, size: int | None) -> tuple[int, str] | None:
        """Status and reason; None: the request is let in."""
        if not self._knows_host(scope):
            return 403, "This host is not among those of server.allowedHosts."
        if METRICS in scope["path"] and not self._rules.metrics:
            return 404, "Not found."
        if UPLOADS in scope["path"] and scope["method"] not in ("OPTIONS", "DELETE"):
            return self._upload_refusal(size)
        return None

    def _upload_refusal(self, size: int | None) -> tuple[int, str] | None:
        if not self._rules.uploads:
            return 403, "This server takes no files."
        if size is None:
            return 411, "The length of the file is missing."
        if self._held_bytes() + self._coming + size > MOST_UPLOADED_BYTES:
            return 507, "The server holds as many files as it can. Try again later."
        return None


def headers(rules: Rules) -> list[tuple[bytes, bytes]]:
    """The security headers of every answer.

    What the policy allows beside the server's own files is what Streamlit 1.67 asks for in Chromium
    on our page: blob: for the scripts of components and saved charts, styles inside the page for
    its widgets and plotly, data: for its icons. It asks for WebAssembly, too, and does without.
    """
    policy = {
        "default-src": ["'none'"],
        "script-src": ["'self'", "blob:", *rules.scripts],
        "style-src": ["'self'", "'unsafe-inline'"],
        "img-src": ["'self'", "data:", "blob:"],
        "font-src": ["'self'", "data:"],
        "connect-src": ["'self'"],
        "media-src": ["'self'"],
        "worker-src": ["'self'", "blob:"],
        "manifest-src": ["'self'"],
        "base-uri": ["'none'"],
        "form-action": ["'none'"],
        "frame-ancestors": ["'self'", *rules.frames],
    }
    found = {
        "content-security-policy": "; ".join(" ".join([name, *policy[name]]) for name in policy),
        "x-content-type-options": "nosniff",
        "referrer-policy": "same-origin",
    }
    if not rules.frames:  # it cannot name sites; browsers of today read the policy
        found["x-frame-options"] = "SAMEORIGIN"
    return [(name.encode("ascii"), value.encode("ascii")) for name, value in found.items()]


def script_hashes(page: str) -> list[str]:
    """The hash of every script inside a page, for its policy; files are named there anyway."""
    digests = (hashlib.sha256(text).digest() for text in _INLINE_SCRIPT.findall(page.encode()))
    return [f"'sha256-{base64.b64encode(digest).decode('ascii')}'" for digest in digests]


def is_host_allowed(host: str, allowed: Iterable[str]) -> bool:
    """Whether a Host header names one of these hosts, whatever its port."""
    try:
        name = (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:
        return False
    for one in (pattern.strip().lower().rstrip(".") for pattern in allowed):
        if one in (name, "*") or (one.startswith("*.") and name.endswith(one[1:])):
            return bool(name)
    return False


def _header(scope: Scope, name: bytes) -> str:
    values = [value for key, value in scope["headers"] if key == name]
    return values[0].decode("latin-1") if len(values) == 1 else ""


def _upload_size(scope: Scope) -> int | None:
    """Bytes of a request's body; None: it does not say."""
    length = _header(scope, b"content-length")
    return int(length) if length.isascii() and length.isdigit() else None


async def _refuse(send: Send, status: int, reason: str) -> None:
    body = reason.encode("ascii")
    kind, length = (b"content-type", b"text/plain"), (b"content-length", b"%d" % len(body))
    await send({"type": "http.response.start", "status": status, "headers": [kind, length]})
    await send({"type": "http.response.body", "body": body})
