"""The lesson: chapters that one walks through step by step, in the browser.

Python decodes and packs a chapter once for all visitors, and again for one's own sentence.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, cast, get_args

import streamlit as st

from seqviz.catalog import ModelEntry
from seqviz.errors import ModelError, SeqVizError
from seqviz.export.handout import handout
from seqviz.lesson import Asked, Chapter, needed, packed_chapter
from seqviz.lesson.loaded import LoadedModels
from seqviz.lesson.models import Read
from seqviz.server.kept import kept
from seqviz.server.queue import OnWait
from seqviz.server.store import Store
from seqviz.trace import Trace
from seqviz.translator import Translator
from seqviz.viewer.computation import packed_computation
from seqviz.views.components import lesson
from seqviz.views.learn import acted, tried
from seqviz.views.session import cache, chapters, state
from seqviz.views.session.cache import OnStep
from seqviz.views.session.chapters import Listed
from seqviz.views.session.i18n import Words
from seqviz.views.session.request import Request
from seqviz.views.shell import progress as decode
from seqviz.views.shell.fragment import fragment
from seqviz.views.shell.guard import last_resort
from seqviz.views.shell.progress import Progress
from seqviz.views.shell.take_away import check_room
from seqviz.views.sidebar import open_chapter

MOST_CHAPTERS = 40
"""Packed ones that are kept, about 2 MB each; those unused for longest go."""
ASKED = "lesson-asked"
"""Under it a session remembers which numbers its lesson asked for last."""
ALONE = """<style>
[data-testid="stLayoutWrapper"]:has(> .st-key-ask), .st-key-around {{ display: none; }}
.seqviz-presents body::before {{ content: "{keys}" !important; }}
</style>"""
"""A lesson has sentences of its own, and other keys than the other screens."""


@dataclass(frozen=True, eq=False)
class Packed:
    """A chapter as the browser gets it, under a name that no other content has."""

    name: str
    listed: Listed
    own: str
    content: Mapping[str, Any]

    @property
    def chapter(self) -> Chapter:
        """Which one."""
        return self.listed.chapter


@last_resort
def render(request: Request, w: Words) -> None:
    """Show the chapter of the link with its own sentence, or the visitor's."""
    st.html(ALONE.format(keys=w("lesson.keys")))
    there, complaints = chapters.listed()
    open_chapter.say(complaints, w)
    open_chapter.say_absent(list(there), w)
    state.keep_choice("chapter", list(there))
    listed, own = there[state.text("chapter")], _own()
    if own:
        tried.note_typed(own)
    found = _packed(listed, own, request=request, w=w)
    if found is None and own:  # refused or cancelled: the chapter has a sentence of its own
        found = _packed(listed, "", request=request, w=w)
        if found is not None:
            state.put("sentence", "")
    if found is not None:
        _draw(found, request, w)
    else:
        _leave(listed, w)
    state.write_link()


@fragment
def _draw(packed: Packed, request: Request, w: Words) -> None:
    """What runs again once the visitor has gone on."""
    there, _ = chapters.listed()
    wanted = there.get(state.text("chapter"))
    if state.text("view") != "lesson" or (wanted, _own()) != (packed.listed, packed.own):
        st.rerun()
    models_of = partial(PageModels, request)
    among = {one.key: one for one in needed(packed.chapter, w.language, own=packed.own)}
    answers = {
        "computation": _computation(among, models_of, w),
        "learning": tried.learning(
            packed.chapter, w.language, request=request, models_of=models_of, w=w
        ),
        "found": tried.found(),
        "acted": acted.answer(among, models_of=models_of, w=w),
    }
    above = st.container()
    lesson.show(
        packed.name,
        packed.content,
        w,
        menu=[(name, one.chapter.title[w.language]) for name, one in there.items()],
        answers=answers,
        on_act=_act,
    )
    state.write_link()
    with above:
        tried.search(packed.chapter, packed.own, models_of=models_of, w=w)
    with st.container(horizontal=True, gap="small"):
        _handout(packed, w)
        open_chapter.offer(w)
        _leave(packed.listed, w)


def _leave(listed: Listed, w: Words) -> None:
    """Offer to go back from a chapter of one's own."""
    if listed.file:
        st.button(
            w("chapter.leave"),
            key="leave-chapter",
            icon=":material/close:",
            on_click=_left,
            args=(listed.chapter.id,),
        )


def _left(chapter: str) -> None:
    chapters.close(chapter)
    state.reset(["chapter", "at"])


def _handout(packed: Packed, w: Words) -> None:
    """The chapter as a file, made once it is asked for."""

    def made() -> bytes:
        check_room()
        return handout([packed.content], language=w.language).encode()

    st.download_button(
        w("lesson.handout"),
        made,
        file_name=f"seqviz-{packed.chapter.id}.html",
        mime="text/html",
        key="lesson-handout",
        icon=":material/download:",
        help=w("lesson.handout_about"),
        on_click="ignore",
    )


def _act(name: str, facts: Mapping[str, Any]) -> None:
    """Do what the lesson asked for; what comes from the browser may be anything."""
    if name == "chapter":
        state.put_if_there("chapter", facts.get("chapter", ""))
        state.reset(["at"])
    elif name == "own":
        state.put_if_there("sentence", facts.get("text", ""))
    elif name == "explain":
        state.remember(ASKED, dict(facts))
    elif name in ("learn", "pair"):
        tried.ask_to_learn(facts)
    elif name == "act":
        acted.note(facts)
    elif name == "find":
        tried.ask_to_search(facts)


def _own() -> str:
    """The visitor's sentence; empty: the chapter's own."""
    return state.text("sentence").strip()


def _packed(listed: Listed, own: str, *, request: Request, w: Words) -> Packed | None:
    """The chapter, packed now unless somebody has seen it before."""
    chapter = listed.chapter
    name = "|".join((chapter.id, listed.version, w.language, cache.version(), own))
    kept_one = _chapters().get(name)
    if kept_one is not None:
        return kept_one

    def pack(progress: Progress) -> Packed:
        models = PageModels(request, progress.step, progress.wait)
        content = packed_chapter(chapter, w.language, models=models, own=own)
        return Packed(name, listed, own, content)

    found = decode.shown(f"lesson-{chapter.id}", pack, w)
    if found is not None:
        _chapters().put(name, found)
    return found


@kept()
def _chapters() -> Store[Packed]:
    return Store(lambda _: 0, most=MOST_CHAPTERS, most_bytes=0)


class PageModels(LoadedModels):
    """The page's models: decodings that all visitors share, in turn, their progress shown."""

    def __init__(self, request: Request, on_step: OnStep, on_wait: OnWait) -> None:
        """Take who asks, and what shows how far the work is; see ``cache.find_or_decode``."""
        super().__init__(partial(_translator, request))
        self._request, self._told = request, (on_step, on_wait)

    def decode(self, asked: Asked) -> Trace:
        """Decode a sentence, or find it where somebody has."""
        wanted = Request(
            folder=_entry(asked.model).folder,
            text=asked.text,
            options=asked.options,
            device=self._request.device,
            visitor=self._request.visitor,
        )
        return cache.find_or_decode(wanted, *self._told)


def _translator(request: Request, model: str) -> Translator:
    return cache.translator(str(_entry(model).folder), request.device)


def _entry(model: str) -> ModelEntry:
    """A model of the page by its name.

    Raises:
        ModelError: there is none.
    """
    names = {f"{one.pair}/{one.system}": one for one in cache.models().entries}
    if model not in names:
        raise ModelError("unknown_model", {"found": model, "nearest": next(iter(names), "")})
    return names[model]


def _computation(
    among: Mapping[str, Asked], models_of: tried.ModelsOf, w: Words
) -> Mapping[str, Any] | None:
    """The numbers of a step that the chapter does not hold; "packed" is None: there are none."""
    facts = state.remembered(ASKED)
    if not isinstance(facts, Mapping) or facts.get("trace") not in among:
        return None
    asked, key, found = among[facts["trace"]], str(facts.get("key")), None
    progress = Progress(w, ASKED)
    with suppress(KeyError, TypeError, ValueError, IndexError, SeqVizError):
        models = models_of(progress.step, progress.wait)
        asked = acted.asked_with(asked, facts.get("acts", ()), models)
        read, *places = key.split()
        layer, head, rank, step = map(int, places)
        if read == "none":
            read = "cross"
        if read in get_args(Read):
            found = models.explain(asked, step, rank, read=cast(Read, read), layer=layer, head=head)
    progress.clear()
    return {"trace": asked.key, "key": key, "packed": found and packed_computation(found)}
