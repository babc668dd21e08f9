"""What people marked in the second system's translations, or one marked oneself, and our marks."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from seqviz.analysis.compare import word_differences
from seqviz.errors import SeqVizError
from seqviz.inspection.marot import HumanSpan, RatedSegment
from seqviz.inspection.rated import (
    Rated,
    agreement,
    is_minor,
    rated_by_reader,
    rated_in,
    segments_in,
    touched,
)
from seqviz.inspection.validation import FlagReport
from seqviz.server.kept import kept
from seqviz.views.components import judged
from seqviz.views.inspect import runs
from seqviz.views.inspect.listed import Mask
from seqviz.views.inspect.notes import notes_of
from seqviz.views.inspect.runs import Run
from seqviz.views.session import cache, state
from seqviz.views.session.i18n import Words
from seqviz.views.session.request import Request
from seqviz.views.shell import progress as decode
from seqviz.words import plural
from seqviz.words.numbers import number

FOUND = "inspect_agreement"
"""Under it a session remembers on which sentences it asked last, and what came out."""
MOST = 200
"""Sentences that are forced at once: some seconds of work."""
ICONS = {"people": "groups", "reader": "edit"}


def rated_by_people(run: Run) -> Rated:
    """What people marked; nothing where the test set is none of Marot's, or cannot be read."""
    try:
        return _rated(run)
    except SeqVizError:  # the panel says so
        return {}


def segments_of(run: Run) -> Rated:
    """The segments as a test set of Marot's has them; nothing as of ``rated_by_people``."""
    try:
        return segments_in(run.folder, run.frame)
    except SeqVizError:
        return {}


@kept(most=4)
def _rated(run: Run) -> Rated:
    return rated_in(run.folder, run.frame)


def words_in(text: str, *, other: str, w: Words) -> list[judged.Word]:
    """The words of a text, each with the space after it; those that the other lacks say so."""
    said = w("inspect.words.differs")
    return [
        judged.Word(text=word, said=said if differs else "", differs=differs)
        for word, differs in word_differences(other, text)[1]
    ]


def with_spans(
    words: Sequence[judged.Word], spans: Sequence[HumanSpan], w: Words
) -> list[judged.Word]:
    """Words, each with what people marked in it, too.

    Args:
        words: of a text; joined, they are the text.
        spans: of that text.
        w: the page's words.
    """
    found = []
    for word, here in zip(words, touched([one.text for one in words], spans), strict=True):
        said = [word.said, *(w("inspect.people.said", _facts(one)) for one in here)]
        major = any(not is_minor(one) for one in here)
        span = ("major" if major else "minor") if here else ""
        told = w("evidence.mark_between").join(filter(None, said))
        found.append(replace(word, said=told, span=span))
    return found


def _facts(span: HumanSpan) -> dict[str, str]:
    return {"rater": span.rater, "category": span.category, "severity": span.severity}


def render(run: Run, passed: Mask, *, request: Request, w: Words) -> None:
    """Draw how far our marks agree with people's, and with those that one set oneself."""
    try:
        rated = _rated(run)
    except SeqVizError as error:
        decode.show_error(error, w, work="inspect-people")
        rated = {}
    own = rated_by_reader(notes_of(run), run.frame)
    for code, found in (("people", rated), ("reader", own)):
        if found and runs.folder_of_model(run) is not None:
            numbers = run.frame["number"][passed].tolist()
            segments = [found[one] for one in numbers if one in found]
            _panel(code, run, segments[:MOST], request=request, w=w)


def _panel(
    code: str, run: Run, segments: Sequence[RatedSegment], *, request: Request, w: Words
) -> None:
    """Draw the agreement on these sentences, once one asks.

    Args:
        code: whose marks, "people" or "reader".
        run: whose sentences.
        segments: what is marked in them.
        request: of the page.
        w: its words.
    """
    with st.expander(w(f"inspect.{code}"), icon=f":material/{ICONS[code]}:", expanded=True):
        facts = {"sentences": len(segments), "most": MOST}
        st.caption(w(f"inspect.{code}.about", facts))
        key = f"{run.name} {run.changed} {hash(tuple(segments))}"
        last: Any = state.remembered(f"{FOUND}-{code}")
        if not isinstance(last, tuple) or last[0] != key:
            st.button(
                w(plural("inspect.people.run", len(segments)), facts),
                key=f"inspect-agree-{code}",
                icon=":material/balance:",
                disabled=not segments,
                on_click=state.remember,
                args=(f"{FOUND}-{code}", (key, None)),
            )
            return
        try:
            with st.spinner(w("progress.working")):
                found = last[1] or _agreement(run, segments, request)
        except SeqVizError as error:
            decode.show_error(error, w, work=f"inspect-{code}")
            return
        state.remember(f"{FOUND}-{code}", (key, found))
        st.markdown(agreement_table(found, code, w))
        st.caption(w("inspect.people.help"))


def _agreement(
    run: Run, segments: Sequence[RatedSegment], request: Request
) -> Sequence[FlagReport]:
    with cache.visits().turn(lambda _: None, request.visitor):
        translator = cache.translator(str(runs.folder_of_model(run)), request.device)
        return agreement(translator, segments, runs.known(run).rules)


def agreement_table(found: Sequence[FlagReport], code: str, w: Words) -> str:
    """A row a kind of mark, in Markdown; code: see ``_panel``."""
    heads = [w("inspect.people.mark"), w("inspect.people.words"), w(f"inspect.{code}.bad")]
    lines = [f"| {' | '.join([*heads, 'MCC', 'AP', 'AUROC'])} |", "|:--|--:|--:|--:|--:|--:|"]
    for one in found:
        told = one.judgement
        share = told.bad / told.count if told.count else float("nan")
        cells = [
            w(f"evidence.kind.{one.flag}"),
            f"{told.count:,}",
            number(share),
            *(number(value) for value in (told.mcc, told.average_precision, told.auroc)),
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)
