"""One HTML file that shows a trace by itself: no network, no Python, nothing to install.

Scripts and styles stand in the file and are allowed by their hashes alone; texts travel as JSON and
become text nodes, so that nothing which somebody typed is ever read as markup.
"""

from html import escape
from importlib.resources import files
from string import Template

from seqviz.errors import InputError
from seqviz.trace import Trace
from seqviz.viewer import PARTS, packed, script, style, viewer_words
from seqviz.viewer.markup import as_json, clean, policy, wrapped
from seqviz.words import LANGUAGES, table

STYLES = (*PARTS, "page", "print")
ROOM = 640_000
"""Attention weights of all hypotheses together."""


def offline_page(trace: Trace, *, greedy: Trace | None = None, language: str = "en") -> str:
    """Build a page that shows a trace by itself.

    Args:
        trace: the decoding.
        greedy: another decoding of the same sentence by the same model, to compare with; None: its
            hypotheses are compared with each other.
        language: in which the page opens, one of ``LANGUAGES``; it holds all.

    Returns:
        the HTML, to be written as UTF-8 without changing its line ends.

    Raises:
        InputError: the language is another one, or the two traces have no common ground.
    """
    if language not in LANGUAGES:
        choices = ", ".join(LANGUAGES)
        raise InputError(
            "option_unknown", {"option": "language", "found": language, "choices": choices}
        )
    program = wrapped(script("offline"))
    styles = style(*STYLES)
    words = {code: viewer_words(code) for code in LANGUAGES}
    content = packed(trace, greedy=greedy, room=ROOM) | {"language": language, "words": words}
    texts = {
        "language": language,
        "policy": policy(program, styles),
        "title": escape(clean(f"{trace.source.text} → {trace.translation} · SeqViz")),
        "no_script": escape(table(language)["viewer.no_script"]),
        "source": escape(clean(trace.source.text)),
        "translation": escape(clean(trace.translation)),
        "style": styles,
        "data": as_json(content),
        "script": program,
    }
    page = files(__package__).joinpath("page.html").read_text("utf-8")
    return Template(page).substitute(texts)
