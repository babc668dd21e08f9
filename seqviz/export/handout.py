"""A lesson as one HTML file: chapters to walk through by oneself, without a server or a network."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from seqviz.viewer import LESSON_STYLES, lesson_words, script, style
from seqviz.viewer.markup import as_json, clean, policy, wrapped
from seqviz.words import table

STYLES = (*LESSON_STYLES, "page", "handout")


def handout(chapters: Sequence[Mapping[str, Any]], *, language: str) -> str:
    """Build a page that holds chapters and everything that they show.

    Args:
        chapters: one or more, as ``seqviz.lesson.packed_chapter`` packs them.
        language: of the page's own words, one of ``LANGUAGES``.

    Returns:
        the HTML, to be written as UTF-8 without changing its line ends. A step's address is
        "#CHAPTER/STEP".
    """
    program, styles = wrapped(script("handout")), style(*STYLES)
    content = {"chapters": list(chapters), "words": lesson_words(language)}
    title = escape(clean(" · ".join(str(chapter["title"]) for chapter in chapters)))
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(policy(program, styles))}">'
        f"<title>{title} · SeqViz</title><style>{styles}</style></head><body>"
        f"<noscript>{escape(table(language)['lesson.no_script'])}</noscript>"
        f'<script type="application/json" id="data">{as_json(content)}</script>'
        f"<script>{program}</script></body></html>"
    )
