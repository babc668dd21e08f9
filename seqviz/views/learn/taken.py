"""The lesson as a file to take home: chapters as they were shown, and the class's own sentences."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

import streamlit as st

from seqviz.errors import SeqVizError
from seqviz.export.handout import handout
from seqviz.lesson import packed_chapter, sentences_chapter
from seqviz.lesson.models import Models
from seqviz.views.learn import tried
from seqviz.views.session import chapters
from seqviz.views.session.chapters import Listed
from seqviz.views.session.i18n import Words
from seqviz.views.shell.take_away import check_room

Shown = Sequence[tuple[Listed, str]]
"""Chapters, each with the sentence in place of its own; empty: its own."""
Bets = Mapping[tuple[str, str], Mapping[str, Mapping[str, object]]]
"""See ``tried.bets``."""
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
        """Chapters as a file, with what was bet, and with the sentences of all at its end."""
        check_room()
        language = self.w.language
        contents = [
            {**self.pack(one, own), "bets": bets.get((one.chapter.id, own), {})}
            for one, own in given
        ]
        typed = sentences_chapter([(one.chapter, own) for one, own in shown], language)
        if typed is not None:
            with suppress(SeqVizError):  # a model that has gone meanwhile
                contents.append(packed_chapter(typed, language, models=self.models))
        return handout(contents, language=language).encode()

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
