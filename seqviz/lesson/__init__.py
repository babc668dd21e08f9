"""The lesson: chapters as data, what they say of a sentence, bets, and all of it packed.

Knows no Streamlit; a view, the command line and the handout show what is packed here.
"""

from seqviz.lesson.asking import needed
from seqviz.lesson.chapter import Asked, Bet, Chapter, Check, Step, View
from seqviz.lesson.given import given_chapter
from seqviz.lesson.pack import packed_chapter
from seqviz.lesson.schema import checked_chapter, read_chapter
from seqviz.lesson.sentences import sentences_chapter
from seqviz.lesson.shipped import shipped_chapter, shipped_chapters

__all__ = [
    "Asked",
    "Bet",
    "Chapter",
    "Check",
    "Step",
    "View",
    "checked_chapter",
    "given_chapter",
    "needed",
    "packed_chapter",
    "read_chapter",
    "sentences_chapter",
    "shipped_chapter",
    "shipped_chapters",
]
