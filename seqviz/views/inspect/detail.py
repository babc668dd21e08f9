"""One sentence of a test set: its words with what is to be said of them, its numbers, a note."""

import math
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from seqviz.inspection.evidence import rho, worth_range
from seqviz.inspection.features import FEATURES
from seqviz.inspection.marked import row_words, unmarked_source
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
        marking.marking(sentence, rows),
        w,
        sentence=which,
        key="inspect-words",
        on_word=partial(_open, sentence.run.name, which),
    )
    with st.container(horizontal=True, gap="small"):
        _way(sentence, w)
        bookmark(sentence.run, which, w)
    _unmarked(sentence, w)
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
    others = texts | {"baseline": texts["translation"]}
    words = {
        name: people.words_in(text, other=others[name], w=w) for name, text in texts.items() if text
    }
    words |= _marked(sentence, w)
    segment = people.rated_by_people(sentence.run).get(sentence.number)
    for name, side in (("source", "source"), ("baseline", "target")):
        spans = [one for one in (segment.spans if segment else ()) if one.side == side]
        if name in words:
            words[name] = people.with_spans(words[name], spans, w)
    return [
        judged.Row(
            name=name,
            title=w(f"inspect.column.{name}"),
            language=source if name == "source" else target,
            words=found,
        )
        for name, found in words.items()
    ]


def _marked(sentence: Sentence, w: Words) -> dict[str, list[judged.Word]]:
    """The words of source and translation with the model's marks.

    A word of the translation tells its surprisal. A source that the model reads as another text,
    such as one with a soft hyphen, goes without.
    """
    if not sentence.list("pieces"):
        return {}
    found = row_words(dict(sentence.row), runs.known(sentence.run).rules)
    names = {"source": found["source"], "translation": found["target"]}
    return {
        name: [
            judged.Word(
                text=word.text,
                marks=word.marks,
                said=""
                if math.isnan(word.surprisal)
                else w("inspect.surprisal", {"nats": number(word.surprisal, ".1f")}),
            )
            for word in words
        ]
        for name, words in names.items()
        if words
        and (name == "translation" or "".join(one.text for one in words) == sentence.text(name))
    }


def _unmarked(sentence: Sentence, w: Words) -> None:
    """Say why no source word can be marked as left out, where that is so."""
    run, attends = sentence.run, sentence.row.get("read_past") is not None
    if (found := unmarked_source(runs.known(run).rules, attends=attends, model=run.model)) is None:
        return
    if sentence.list("pieces"):
        st.caption(w.error(found))


def _open(run: str, which: int, *word: Any) -> None:
    """Look at the search of the sentence, at the word that was pressed if it is a translation's."""
    row, place = word
    if row in ("source", "translation"):
        watched.open_search(run, which, word=place if row == "translation" else None)


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
    row, found = sentence.row, runs.known(sentence.run)
    heads = [w("inspect.number"), w("inspect.value")]
    heads += [w("inspect.evidence.head"), w("inspect.evidence.rho")]
    lines = [f"| {' | '.join(heads)} |", "|:--|--:|--:|--:|"]
    for name, feature in FEATURES.items():
        if feature.group in groups and pd.notna(row.get(name)):
            known = [worth_range(name, found), rho(name, found)]
            cells = [w(feature.label), _value(row[name], w), *known]
            lines.append(f"| {' | '.join(cells)} |")
    st.markdown("\n".join(lines), help=w("inspect.evidence.about"))


def _value(value: Any, w: Words) -> str:
    if isinstance(value, bool | np.bool_):
        return w("inspect.yes" if value else "inspect.no")
    return number(float(value), "g" if float(value).is_integer() else ".2f")
