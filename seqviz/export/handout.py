"""A lesson as one HTML file: chapters to walk through by oneself, without a server or a network."""

from collections.abc import Mapping, Sequence
from typing import Any

from seqviz.viewer import LESSON_STYLES, lesson_words, script, style
from seqviz.viewer.markup import page_of
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
    titles = (str(chapter["title"]) for chapter in chapters)
    return page_of(
        {"chapters": list(chapters), "words": lesson_words(language)},
        program=script("handout"),
        styles=style(*STYLES),
        language=language,
        title=" · ".join([*titles, "SeqViz"]),
        no_script=(table(language)["lesson.no_script"],),
    )
