"""What people marked in the second system's translations, and how our marks agree with it."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from seqviz.analysis.compare import MarkedWord
from seqviz.errors import SeqVizError
from seqviz.inspection.marot import HumanSpan
from seqviz.inspection.rated import Rated, agreement, rated_in
from seqviz.inspection.rules import rules_of
from seqviz.inspection.validation import FlagReport
from seqviz.server.kept import kept
from seqviz.views.components import judged
from seqviz.views.inspect import runs
from seqviz.views.inspect.listed import Mask
from seqviz.views.inspect.runs import Run
from seqviz.views.session import cache, state
from seqviz.views.session.i18n import Words
from seqviz.views.session.request import Request
from seqviz.views.shell import progress as decode
from seqviz.words.numbers import number

FOUND = "inspect_agreement"
"""Under it a session remembers on which sentences it asked last, and what came out."""
MOST = 200
"""Sentences that are forced at once: some seconds of work."""


def rated_by_people(run: Run) -> Rated:
    """What people marked; nothing where the test set is none of Marot's, or cannot be read."""
    try:
        return _rated(run)
    except SeqVizError:  # the panel says so
        return {}


@kept(most=4)
def _rated(run: Run) -> Rated:
    return rated_in(run.folder, run.frame)


def with_spans(
    words: Sequence[MarkedWord], spans: Sequence[HumanSpan], *, differs: str, w: Words
) -> list[judged.Word]:
    """Words, each with what people marked in it.

    Args:
        words: of a text; joined, they are the text.
        spans: of that text.
        differs: what is said of a word that the other text lacks.
        w: the page's words.
    """
    found, at = [], 0
    for text, is_other in words:
        end = at + len(text.rstrip())
        here = [one for one in spans if at < max(one.end, one.start + 1) and one.start < end]
        said = [differs] if is_other else []
        said += [w("inspect.people.said", _facts(one)) for one in here]
        major = any(not _is_minor(one) for one in here)
        found.append(
            judged.Word(
                text=text,
                kind="differs" if is_other else "",
                weight=int(is_other),
                said="; ".join(said),
                span=("major" if major else "minor") if here else "",
            )
        )
        at += len(text)
    return found


def _facts(span: HumanSpan) -> dict[str, str]:
    return {"rater": span.rater, "category": span.category, "severity": span.severity}


def _is_minor(span: HumanSpan) -> bool:
    return span.severity.lower() in ("minor", "neutral")


def render(run: Run, passed: Mask, *, request: Request, w: Words) -> None:
    """Draw how far our marks agree with people, on the sentences that pass; once one asks."""
    try:
        rated = _rated(run)
    except SeqVizError as error:
        decode.show_error(error, w, work="inspect-people")
        return
    folder = runs.folder_of_model(run)
    numbers = [int(one) for one in run.frame["number"][passed] if int(one) in rated][:MOST]
    if not rated or folder is None:
        return
    with st.expander(w("inspect.people"), icon=":material/groups:", expanded=True):
        facts = {"sentences": len(numbers), "most": MOST}
        st.caption(w("inspect.people.about", facts))
        key = f"{run.name} {run.changed} {hash(tuple(numbers))}"
        last: Any = state.remembered(FOUND)
        if not isinstance(last, tuple) or last[0] != key:
            st.button(
                w("inspect.people.run", facts),
                key="inspect-agree",
                icon=":material/groups:",
                disabled=not numbers,
                on_click=state.remember,
                args=(FOUND, (key, None)),
            )
            return
        segments = [rated[one] for one in numbers]
        try:
            with st.spinner(w("progress.working")):
                found = last[1]
                if found is None:
                    with cache.visits().turn(lambda _: None, request.visitor):
                        translator = cache.translator(str(folder), request.device)
                        found = agreement(translator, segments, rules_of(runs.family(run)))
        except SeqVizError as error:
            decode.show_error(error, w, work="inspect-people")
            return
        state.remember(FOUND, (key, found))
        st.markdown(agreement_table(found, w))
        st.caption(w("inspect.people.help"))


def agreement_table(found: Sequence[FlagReport], w: Words) -> str:
    """A row a kind of mark, in Markdown."""
    heads = [w(f"inspect.people.{name}") for name in ("mark", "words", "bad")]
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
