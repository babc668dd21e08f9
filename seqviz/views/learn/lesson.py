"""The lesson: chapters that one walks through step by step, in the browser.

Python decodes and packs a chapter once for all visitors, and again for one's own sentence.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, cast, get_args

import streamlit as st

from seqviz.catalog import ModelEntry
from seqviz.errors import ModelError, SeqVizError
from seqviz.lesson import Asked, Chapter, needed, packed_chapter, shipped_chapters
from seqviz.lesson.loaded import LoadedModels
from seqviz.lesson.models import Models, Read
from seqviz.options import DecodeOptions
from seqviz.server.kept import kept
from seqviz.server.queue import OnWait
from seqviz.server.store import Store
from seqviz.trace import Trace
from seqviz.trace.computation import StepComputation
from seqviz.translator import Translator
from seqviz.translator.devices import available_devices
from seqviz.viewer.computation import packed_computation
from seqviz.views.components import lesson
from seqviz.views.learn import acted, tried
from seqviz.views.learn.taken import Taken
from seqviz.views.session import cache, chapters, state
from seqviz.views.session.cache import OnStep
from seqviz.views.session.chapters import Listed
from seqviz.views.session.i18n import Words
from seqviz.views.session.request import Request
from seqviz.views.shell import progress as decode
from seqviz.views.shell import workbook
from seqviz.views.shell.fragment import fragment
from seqviz.views.shell.guard import last_resort
from seqviz.views.shell.progress import Progress
from seqviz.views.sidebar import open_chapter
from seqviz.words import LANGUAGES

MOST_CHAPTERS = 40
"""Packed ones that are kept, about 2 MB each; those unused for longest go."""
ASKED = "lesson-asked"
"""Under it a session remembers which numbers its lesson asked for last."""
ALONE = """<style>
[data-testid="stLayoutWrapper"]:has(> .st-key-ask), .st-key-around {{ display: none; }}
.st-key-lesson {{ opacity: 1 !important; }} /* one reads on while Python hears of a step */
.seqviz-presents .st-key-open-chapter, .seqviz-timer {{ display: none; }} /* it has its own */
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
    found = _packed(listed, own, request=request, w=w)
    if found is None and own:  # refused or cancelled: the chapter has a sentence of its own
        found = _packed(listed, "", request=request, w=w)
        if found is not None:
            state.put("sentence", "")
    if found is not None:
        tried.note_shown(listed.chapter.id, found.own)
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
    quiet = models_of(lambda *_: None, lambda _: None)

    def pack(listed: Listed, own: str) -> Mapping[str, Any]:
        return _found(listed, own, language=w.language, models=quiet).content

    with st.container(horizontal=True, gap="small"):
        Taken(pack=pack, models=quiet, w=w).offer((packed.listed, packed.own))
        _spreadsheet(packed, among, models=quiet, w=w)
        open_chapter.offer(w)
        _leave(packed.listed, w)


def _spreadsheet(packed: Packed, among: Mapping[str, Asked], *, models: Models, w: Words) -> None:
    """Offer the numbers of the step that one stands at, if it shows any."""
    steps = {step["id"]: step for step in packed.content["steps"]}
    shown = steps.get(state.text("at"), packed.content["steps"][0])
    if not shown["computation"] or "computation" not in str(shown["layout"]):
        return
    trace, read, *places = shown["computation"].rsplit(" ", 5)
    layer, head, rank, step = map(int, places)

    def explain() -> StepComputation:
        found = models.explain(
            among[trace], step, rank, read=cast(Read, read), layer=layer, head=head
        )
        assert found is not None, "the step was packed with its numbers"
        return found

    workbook.offer(step, explain, w, key="lesson-workbook")


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
    elif name == "bets":
        tried.note_bets(facts.get("bets"), facts.get("forgot"))
    elif name == "find":
        tried.ask_to_search(facts)


def _own() -> str:
    """The visitor's sentence; empty: the chapter's own."""
    return state.text("sentence").strip()


def _packed(listed: Listed, own: str, *, request: Request, w: Words) -> Packed | None:
    """The chapter, packed now unless somebody has seen it before."""
    ready = _chapters().get(_name(listed, own, w.language))
    if ready is not None:
        return ready

    def pack(progress: Progress) -> Packed:
        models = PageModels(request, progress.step, progress.wait)
        return _found(listed, own, language=w.language, models=models)

    return decode.shown(f"lesson-{listed.chapter.id}", pack, w)


def _found(listed: Listed, own: str, *, language: str, models: Models) -> Packed:
    """The chapter from the store, or packed now."""
    name = _name(listed, own, language)
    found = _chapters().get(name)
    if found is None:
        content = packed_chapter(listed.chapter, language, models=models, own=own)
        found = Packed(name, listed, own, content)
        _chapters().put(name, found)
    return found


def warm_up() -> None:
    """Pack what Learn opens with, before anybody asks, in every language."""
    device = available_devices()[0]
    request = Request(folder=Path(), text="", options=DecodeOptions(), device=device)
    models = PageModels(request, lambda *_: None, lambda _: None)
    for language in LANGUAGES:
        with suppress(SeqVizError):  # who asks for it is told
            _found(Listed(chapter=shipped_chapters()[0]), "", language=language, models=models)


def _name(listed: Listed, own: str, language: str) -> str:
    return "|".join((listed.chapter.id, listed.version, language, cache.version(), own))


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
