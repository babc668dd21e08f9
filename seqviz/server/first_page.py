"""The page's HTML, naming the programs that its first screen needs.

Streamlit's front end asks for the program of an element when the element arrives, and for what
that one imports when it was read: round trips that the browser can spare itself. Knows nothing
about Streamlit but where its programs lie.
"""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from seqviz.server.gate import App, Receive, Scope, Send

PROGRAMS = Path("static") / "js"
"""In the folder of the page; a program's file is its name, a hash and the ending."""
KEPT = (
    (b"content-type", b"text/javascript; charset=utf-8"),
    (b"cache-control", b"public, immutable, max-age=31536000"),
)
"""The headers that Streamlit sends with programs, whose names change with what is in them."""
_IMPORT = re.compile(r"""(?:\bfrom|\bimport)\s*["']\./([\w.-]+\.js)["']""")


class Programs:
    """Answers with Streamlit's programs from memory; everything else is asked of the app behind.

    Streamlit opens a program's file anew each time, in another thread: two milliseconds for each of
    the hundred that a first page asks for.
    """

    def __init__(self, app: App, *, page: Path, base: str) -> None:
        """Stand before ``app``.

        Args:
            app: what is asked for everything else.
            page: Streamlit's page, beside which the programs lie.
            base: where the server's addresses begin, such as "/" or "/seqviz/".
        """
        self._app = app
        files = (page.parent / PROGRAMS).glob("*.js")
        self._files = {f"{base}{PROGRAMS.as_posix()}/{file.name}": file for file in files}
        self._read = cache(Path.read_bytes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or have it answered."""
        found = self._files.get(scope["path"]) if scope["type"] == "http" else None
        if found is None or scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        text = self._read(found)
        kept = [*KEPT, (b"content-length", b"%d" % len(text))]
        await send({"type": "http.response.start", "status": 200, "headers": kept})
        await send({"type": "http.response.body", "body": text})


def preloading(page: Path, names: Iterable[str], *, script: str = "") -> str:
    """The page, which lets the browser fetch these programs at once, and all that they import.

    A name that is not there is left out: its program comes later, as it did before.

    Args:
        page: Streamlit's.
        names: of elements.
        script: runs before anything else.
    """
    html, folder = page.read_text("utf-8"), page.parent / PROGRAMS
    waiting = [path.name for name in names for path in folder.glob(f"{name}.*.js")]
    found = dict.fromkeys(waiting)
    while waiting:
        imported = _IMPORT.findall((folder / waiting.pop()).read_text("utf-8"))
        new = [name for name in imported if name not in found and (folder / name).is_file()]
        found |= dict.fromkeys(new)
        waiting += new
    links = "".join(
        f'<link rel="modulepreload" crossorigin href="./{PROGRAMS.as_posix()}/{name}">\n'
        for name in found
        if name not in html
    )
    own = f"<script>{script}</script>\n" if script else ""
    return html.replace("</head>", f"{own}{links}</head>", 1)
