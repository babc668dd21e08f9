"""The lesson as a file to take home: chapters as they were shown, and the class's own sentences."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

import streamlit as st

from seqviz.errors import SeqVizError
from seqviz.export.handout import handout
from seqviz.lesson import given_chapter, needed, packed_chapter, sentences_chapter
from seqviz.lesson.models import Models
from seqviz.views.learn import tried
from seqviz.views.learn.tried import Bets
from seqviz.views.session import chapters
from seqviz.views.session.chapters import Listed
from seqviz.views.session.i18n import Words
from seqviz.views.shell.take_away import check_room

Shown = Sequence[tuple[Listed, str]]
"""Chapters, each with the sentence in place of its own; empty: its own."""
Pack = Callable[[Listed, str], Mapping[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What makes the files, each once it is asked for."""

    pack: Pack
    """Packs a chapter with a sentence, or finds it packed."""
    models: Models
    """Decodes while nobody watches."""
    w: Words

    def offer(self, present: tuple[Listed, str]) -> None:
        """Draw the buttons: for the chapter that is shown, and for all that were, if several."""
        there, _ = chapters.listed()
        shown = [(there[chapter], own) for chapter, own in tried.shown() if chapter in there]
        last = {one.chapter.id: (one, own) for one, own in shown}
        bets = tried.bets()
        stem = f"seqviz-{present[0].chapter.id}"
        self._button("handout", stem, partial(self.made, [present], shown, bets=bets))
        if len(last) > 1:
            every = [last[chapter] for chapter in there if chapter in last]
            self._button(
                "handout_all", "seqviz-lesson", partial(self.made, every, shown, bets=bets)
            )

    def made(self, given: Shown, shown: Shown, *, bets: Bets) -> bytes:
        """Chapters as a file, with what was bet, and with the sentences of all at its end.

        Args:
            given: each with the sentence that it is taken with.
            shown: all that were, with all sentences, those seen last at the end.
            bets: see ``tried.bets``.
        """
        check_room()
        language = self.w.language
        contents = [
            given_chapter([self.pack(*one) for one in self._variants(one, shown, bets)], bets)
            for one in given
        ]
        typed = sentences_chapter([(one.chapter, own) for one, own in shown], language)
        if typed is not None:
            with suppress(SeqVizError):  # a model that has gone meanwhile
                contents.append(packed_chapter(typed, language, models=self.models))
        return handout(contents, language=language).encode()

    def _variants(self, given: tuple[Listed, str], shown: Shown, bets: Bets) -> Shown:
        """The chapter with every sentence on which something was bet; with its own at the end."""
        chapter = given[0].chapter
        wanted = {decoding for of, _, decoding in bets if of == chapter.id}
        found: list[tuple[Listed, str]] = []
        for one in (given, *reversed([other for other in shown if other[0] == given[0]])):
            asked = needed(chapter, self.w.language, own=one[1])
            decodings = wanted.intersection(asked_for.key for asked_for in asked)
            if one == given or decodings:
                found.insert(0, one)
            wanted -= decodings
        return found

    def _button(self, name: str, stem: str, made: Callable[[], bytes]) -> None:
        st.download_button(
            self.w(f"lesson.{name}"),
            made,
            file_name=f"{stem}.html",
            mime="text/html",
            key=f"lesson-{name}",
            icon=":material/download:",
            help=self.w("lesson.handout_about"),
            on_click="ignore",
        )
