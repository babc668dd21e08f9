"""What speaks against a sentence before it is translated: its language, its characters."""

from collections.abc import Sequence

from seqviz.text.chinese import simplified
from seqviz.text.languages import KNOWN, language_of
from seqviz.trace.notices import TRADITIONAL, other_language


def doubts_about(text: str, language: str, unknown: Sequence[str]) -> tuple[str, ...]:
    """Codes of notices.

    Args:
        text: as it is read.
        language: that the model reads; of one that is not told apart, nothing is said.
        unknown: what of the text its vocabulary lacks.
    """
    if language not in KNOWN:
        return ()
    found = language_of(text)
    if found not in ("", language):
        return (other_language(found, language),)
    lacking = "".join(unknown)
    is_traditional = language == "zh" and lacking and simplified(lacking) != lacking
    return (TRADITIONAL,) if is_traditional else ()
