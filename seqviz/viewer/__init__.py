"""The browser program that shows a trace: on the page, in the offline page, in a notebook.

``pack`` makes of a trace what the program reads, ``program`` joins the program's modules into one
script, ``words`` are what it says. Nothing here asks a server or a model.
"""

from seqviz.viewer.notebook import card
from seqviz.viewer.pack import compared, packed
from seqviz.viewer.program import LESSON_STYLES, PARTS, script, style
from seqviz.viewer.words import (
    evidence_words,
    lesson_words,
    mark_words,
    numbers_words,
    viewer_words,
)

__all__ = [
    "LESSON_STYLES",
    "PARTS",
    "card",
    "compared",
    "evidence_words",
    "lesson_words",
    "mark_words",
    "numbers_words",
    "packed",
    "script",
    "style",
    "viewer_words",
]
