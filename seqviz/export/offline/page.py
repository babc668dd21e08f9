"""One HTML file that shows a trace by itself: no network, no Python, nothing to install."""

from seqviz.errors import InputError
from seqviz.trace import Trace
from seqviz.viewer import PARTS, packed, script, style, viewer_words
from seqviz.viewer.markup import page_of
from seqviz.viewer.reader import ROOM
from seqviz.words import LANGUAGES, table

STYLES = (*PARTS, "page", "facts", "print")


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
    words = {code: viewer_words(code) for code in LANGUAGES}
    return page_of(
        packed(trace, greedy=greedy, room=ROOM) | {"language": language, "words": words},
        program=script("offline"),
        styles=style(*STYLES),
        language=language,
        title=f"{trace.source.text} → {trace.translation} · SeqViz",
        no_script=(
            table(language)["viewer.no_script"],
            trace.source.text,
            trace.translation,
        ),
    )
