"""The class's own sentences as a chapter, for the handout: what each system made of them."""

from collections.abc import Iterable
from dataclasses import replace

from seqviz.lesson.asking import needed
from seqviz.lesson.chapter import Asked, Chapter, Step, View
from seqviz.words import table

ID = "sentences"
TEXT = "{source} → {translation}"
SHOW = ("systems", "sentence", ("heatmap", "next"))


def sentences_chapter(shown: Iterable[tuple[Chapter, str]], language: str) -> Chapter | None:
    """A step for each sentence, with all systems to which some chapter gave it; None: no sentence.

    Args:
        shown: chapters, each with a sentence that took the place of its own; empty: none did.
        language: of the lesson.
    """
    found: dict[tuple[str, str], dict[str, Asked]] = {}
    for chapter, own in shown:
        for one in needed(chapter, language, own=own) if own else ():
            if one.text == own:
                found.setdefault((own, one.pair), {}).setdefault(one.system, one)
    steps = tuple(
        _step(f"sentence-{place}", tuple(by_system.values()), language)
        for place, by_system in enumerate(found.values(), 1)
    )
    title = {language: table(language)["lesson.sentences"]}
    return Chapter(id=ID, title=title, steps=steps) if steps else None


def _step(name: str, asked: tuple[Asked, ...], language: str) -> Step:
    return Step(
        id=name,
        line=0,
        text={language: TEXT},
        otherwise={},
        reveal={},
        asked={language: replace(asked[0], reference="")},
        own=False,
        show=SHOW,
        view=View(),
        highlight=(),
        needs="none",
        bet=None,
        action="",
        checks=(),
        systems=tuple(one.system for one in asked),
    )
