"""One sentence of a test set: its words with what is to be said of them, its numbers, a note."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from seqviz.analysis.compare import word_differences
from seqviz.analysis.marks import Mark, target_words, word_marks
from seqviz.analysis.words import join_pieces
from seqviz.inspection.evidence import rho, worth_range
from seqviz.inspection.features import FEATURES
from seqviz.inspection.rules import rules_of
from seqviz.views.components import judged
from seqviz.views.inspect import marking, parted, people, runs, watched
from seqviz.views.inspect.notes import bookmark, note_field
from seqviz.views.inspect.runs import Sentence
from seqviz.views.session import state
from seqviz.views.session.i18n import Words
from seqviz.views.session.request import Request
from seqviz.words.numbers import number


def render(
    sentence: Sentence, around: Mapping[str, int | None], *, request: Request, w: Words
) -> None:
    """Draw the sentence.

    Args:
        sentence: which.
        around: the numbers of the sentences "before" and "after" it in the list.
        request: of the page; the run's model is asked on its device.
        w: the page's words.
    """
    which = sentence.number
    _head(which, around, w)
    rows = _texts(sentence, w)
    judged.show(
        rows,
        marking.marking(sentence, rows, w),
        sentence=which,
        hint=w("inspect.words.hint"),
        key="inspect-words",
        on_word=partial(_open, sentence.run.name, which),
    )
    with st.container(horizontal=True, gap="small"):
        _way(sentence, w)
        bookmark(sentence.run, which, w)
    parted.render(sentence, request, w)
    note_field(sentence.run, which, w)
    _numbers(sentence, w)


def _head(which: int, around: Mapping[str, int | None], w: Words) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.subheader(w("inspect.sentence", {"number": which}), anchor=False, width="content")
        for way, icon in (("before", "arrow_upward"), ("after", "arrow_downward")):
            st.button(
                w(f"inspect.{way}"),
                key=f"inspect-{way}",
                icon=f":material/{icon}:",
                type="tertiary",
                disabled=around[way] is None,
                on_click=state.put,
                args=("row", around[way] or 0),
            )


def _texts(sentence: Sentence, w: Words) -> list[judged.Row]:
    """The source, the translation, and what there is beside it."""
    source, target = sentence.run.languages
    names = ("source", "translation", "reference", "baseline")
    texts = {name: sentence.text(name) for name in names}
    words = {name: [judged.Word(text=text)] for name, text in texts.items() if text}
    if len(sentence.list("pieces")) > 1:
        words |= {"translation": words_of(sentence, w)}
    segment = people.rated_by_people(sentence.run).get(sentence.number)
    marked = segment.spans if segment else ()
    spans = {side: [one for one in marked if one.side == side] for side in ("source", "target")}
    differs = w("inspect.differs")
    if texts["baseline"]:
        _, others = word_differences(texts["translation"], texts["baseline"])
        words |= {"baseline": people.with_spans(others, spans["target"], differs=differs, w=w)}
    own, _ = word_differences(texts["source"], texts["source"])
    words |= {"source": people.with_spans(own, spans["source"], differs=differs, w=w)}
    return [
        judged.Row(
            name=name,
            title=w(f"inspect.column.{name}"),
            language=source if name == "source" else target,
            words=found,
        )
        for name, found in words.items()
    ]


def words_of(sentence: Sentence, w: Words) -> list[judged.Word]:
    """The words of a translation, each with its surprisal and the marks of its model's family."""
    pieces, log_probs = sentence.list("pieces"), np.asarray(sentence.list("log_probs"))
    contrast = np.asarray(sentence.list("contrast"))
    target = target_words(
        pieces,
        log_probs,
        source=sentence.list("source_pieces"),
        without_source=log_probs - contrast if len(contrast) == len(pieces) else None,
    )
    marks: dict[int, list[Mark]] = defaultdict(list)
    for mark in word_marks([target], rules_of(runs.family(sentence.run))):
        marks[mark.start].append(mark)
    surprisals = target.signals["surprisal"]
    found, at = [], 0
    for (start, end), surprisal in zip(target.bounds.tolist(), surprisals, strict=True):
        before, text = (join_pieces(pieces[:place]) for place in (at, end))
        told = sorted(marks[start], key=lambda mark: -mark.strength)
        said = [w("inspect.surprisal", {"nats": number(float(surprisal), ".1f")})]
        found.append(
            judged.Word(
                text=text[len(before) :],
                kind=told[0].kind if told else "",
                weight=1 + round(2 * told[0].strength) if told else 0,
                said="; ".join([*said, *(_said(mark, w) for mark in told)]),
            )
        )
        at = end
    return found


def _said(mark: Mark, w: Words) -> str:
    """What a mark means, its value, from which on it is set, and how good it is."""
    facts = {name: number(getattr(mark, name)) for name in ("value", "threshold")}
    auroc = number(float("nan") if mark.auroc is None else mark.auroc)
    return w(f"inspect.mark.{mark.kind}", facts | {"auroc": auroc})


def _open(run: str, which: int, *word: Any) -> None:
    """Look at the search of the sentence, at the word that was pressed if it is a translation's."""
    row, place = word
    if row == "translation":
        watched.open_search(run, which, word=place)


def _way(sentence: Sentence, w: Words) -> None:
    """The button that opens the search, at the most surprising word."""
    run = sentence.run
    is_here = runs.entry_of(run) is not None or bool(runs.own_folder(run))
    st.button(
        w("inspect.watch"),
        key="inspect-watch",
        type="primary",
        icon=":material/visibility:",
        disabled=not is_here,
        help=w("inspect.watch.help"),
        on_click=watched.open_search,
        args=(run.name, sentence.number),
    )
    if not is_here:
        st.caption(w.markdown("inspect.no_model", {"model": run.model or "–"}))


def _numbers(sentence: Sentence, w: Words) -> None:
    """Every feature, the strong ones first, the weak ones folded away with the reason."""
    _table(sentence, ("strong", "reference", "baseline"), w)
    with st.expander(w("inspect.weak"), key="inspect-weak"):
        st.caption(w("inspect.weak.why"))
        _table(sentence, ("weak",), w)


def _table(sentence: Sentence, groups: Sequence[str], w: Words) -> None:
    """The features that a sentence has, each with how good it is at finding errors."""
    row, family = sentence.row, runs.family(sentence.run)
    heads = [w("inspect.number"), w("inspect.value")]
    heads += [w("inspect.evidence.head"), w("inspect.evidence.rho")]
    lines = [f"| {' | '.join(heads)} |", "|:--|--:|--:|--:|"]
    for name, feature in FEATURES.items():
        if feature.group in groups and pd.notna(row.get(name)):
            known = [worth_range(name, family), rho(name, family)]
            cells = [w(feature.label), _value(row[name], w), *known]
            lines.append(f"| {' | '.join(cells)} |")
    st.markdown("\n".join(lines), help=w("inspect.evidence.about"))


def _value(value: Any, w: Words) -> str:
    if isinstance(value, bool | np.bool_):
        return w("inspect.yes" if value else "inspect.no")
    return number(float(value), "g" if float(value).is_integer() else ".2f")
