"""A chapter that somebody brings: the bytes of a file, read within bounds and checked."""

from collections.abc import Sequence

from seqviz.errors import InputError
from seqviz.lesson.chapter import Chapter
from seqviz.lesson.located import MOST_CHARACTERS
from seqviz.lesson.schema import checked_chapter

VARIABLE = "SEQVIZ_CHAPTER"
"""Environment variable: the file of a chapter that a server gives beside the shipped ones."""
ENDINGS = ("yaml", "yml")
MOST_BYTES = 4 * MOST_CHARACTERS


def opened_chapter(content: bytes, file: str) -> tuple[Chapter | None, Sequence[InputError]]:
    """Read a chapter, or tell all that is wrong with it.

    Args:
        content: of the file, UTF-8; no more than a byte beyond ``MOST_BYTES`` is needed.
        file: its name, for messages.
    """
    if len(content) > MOST_BYTES:
        most = f"{MOST_CHARACTERS:,}"
        return None, [InputError("lesson_too_long", {"file": file, "line": 1, "most": most})]
    try:
        return checked_chapter(content.decode("utf-8-sig"), file)
    except UnicodeDecodeError as error:
        return None, [InputError("not_utf8", {"name": file, "position": error.start})]
