"""The words that the viewer carries: its own, and those that figures say, too."""

from functools import cache

from seqviz.trace.told import told_keys
from seqviz.words import part, table

_SHARED = (
    *("step", "token", "prob", "log_prob", "cumulative", "normaliser", "coverage", "score"),
    *("length", "rank", "fate", "margin", "best_path", "prefix", "text", "finished", "yes"),
    *("kind.cross", "kind.encoder", "kind.decoder", "next.chosen", "tree.start"),
    *("next.kept", "next.kept_all", "next.of_allowed", "next.given"),
    *("named", "tree.legend.best"),
    *("compare.greedy", "compare.beam", "compare.title", "compare.parting"),
)
_SENTENCES = ("normalisation.", "stop.", "sampled.")
"""Of the options that ``facts`` tells in a sentence."""


@cache
def viewer_words(language: str) -> dict[str, str]:
    """Templates by key, as JSON; the same for all, and only read."""
    words = table(language)
    told = (key for key in told_keys() if key.startswith(_SENTENCES))
    names = (*_SHARED, *(f"print.{key}" for key in told))
    shared = {key: words[key] for key in (f"figure.{name}" for name in names)}
    own = (
        *("page.own_name", "page.present", "header.unfinished", "viewer.", "notice."),
        *("fate.", "reason.", "language."),
    )
    return part(words, *own) | shared


def lesson_words(language: str) -> dict[str, str]:
    """Those of a lesson, with the viewer's."""
    return viewer_words(language) | part(
        table(language), "lesson.", "numbers.", "evidence.title.together"
    )


def evidence_words(language: str) -> dict[str, str]:
    """Those of what went into a translation, alone."""
    return part(table(language), "evidence.", "agreement.")


def mark_words(language: str) -> dict[str, str]:
    """Those of marks on words, alone."""
    names = ("kind.", "value.", "data.", "mark", "measured", "unmeasured")
    return part(table(language), *(f"evidence.{name}" for name in names))


def numbers_words(language: str) -> dict[str, str]:
    """Those of the panel with every number, alone."""
    return part(table(language), "numbers.", "figure.next.chosen")
