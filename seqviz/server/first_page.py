"""The page's HTML, naming the programs that its first screen needs.

Streamlit's front end asks for the program of an element when the element arrives, and for what
that one imports when it was read: round trips that the browser can spare itself. Knows nothing
about Streamlit but where its programs lie.
"""

import re
from collections.abc import Iterable
from pathlib import Path

PROGRAMS = Path("static") / "js"
"""In the folder of the page; a program's file is its name, a hash and the ending."""
_IMPORT = re.compile(r"""(?:\bfrom|\bimport)\s*["']\./([\w.-]+\.js)["']""")


def preloading(page: Path, names: Iterable[str]) -> str:
    """The page, which lets the browser fetch these programs at once, and all that they import.

    A name that is not there is left out: its program comes later, as it did before.
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
    return html.replace("</head>", f"{links}</head>", 1)
