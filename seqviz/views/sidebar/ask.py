"""What to translate, and with which system: the row on top of the page, and examples below it."""

import streamlit as st

from seqviz.catalog import Catalogue, ModelEntry
from seqviz.errors import SeqVizError
from seqviz.figures.theme import shorten
from seqviz.tasks.examples import EXAMPLES, Example, example_of, is_example, is_reference
from seqviz.views.session import offered, parts, state
from seqviz.views.session.i18n import Words, escape_markdown
from seqviz.views.session.language_names import pair_name
from seqviz.views.sidebar import own_model

MORE = "more"
"""The chip behind which the other examples are."""
FEW = 4
"""Chips shown at first."""
MOST_SHOWN = 28
"""Characters of a sentence's name, where there are several."""
BOX_HEIGHT = 68
"""Pixels of the sentence's box: two lines."""


def render(catalogue: Catalogue, w: Words) -> ModelEntry | SeqVizError | None:
    """Draw the row; return the model to ask, or why it cannot be; None: there is none."""
    sentence, model = st.columns([5, 4], gap="small")
    with model:
        entry = own_model.render(w)
        if entry is None and catalogue.entries:
            entry = _model(catalogue, w)
    if isinstance(entry, ModelEntry):
        pair = _examples_of(entry)
        _begin(pair)
        with sentence:
            _form(pair, w)
        _chips(pair, w)
        if state.opened_trace() is None:
            _parts(entry, w)
    return entry


def _parts(entry: ModelEntry, w: Words) -> None:
    """The sentences of a text that has several, to choose which one is shown."""
    typed = parts.typed(entry)
    found = typed[: parts.MOST]
    parts.settle(len(found))
    if len(found) > 1:
        st.segmented_control(
            w("parts.choose"),
            [*range(1, len(found) + 1), parts.WHOLE],
            key="part",
            required=True,
            format_func=lambda part: _part_name(found, part, w),
            label_visibility="collapsed",
        )
    if len(typed) > len(found):
        st.caption(w("parts.many", {"first": len(found), "count": len(typed)}))


def _part_name(found: tuple[str, ...], part: int, w: Words) -> str:
    if part == parts.WHOLE:
        return w("parts.whole")
    sentence = found[part - 1]
    return f"{part}. {escape_markdown(shorten(sentence, MOST_SHOWN))}"


def _examples_of(entry: ModelEntry) -> str:
    """The pair whose examples go with a model: its languages', where it came from elsewhere."""
    if own_model.name():
        return f"{entry.source_language}-{entry.target_language}"
    return entry.pair


def _model(catalogue: Catalogue, w: Words) -> ModelEntry:
    found = sorted(catalogue.entries, key=offered.order)
    pairs = list(dict.fromkeys(entry.pair for entry in found))
    state.keep_choice("pair", pairs)
    entries = {entry.system: entry for entry in found if entry.pair == state.text("pair")}
    systems = list(entries)
    state.keep_choice("system", systems)
    with st.container(horizontal=True, gap="small", key="model"):
        st.selectbox(
            w("sidebar.pair"),
            pairs,
            key="pair",
            format_func=lambda pair: pair_name(pair, w),
            on_change=_leave_example,
        )
        st.selectbox(
            w("sidebar.system"),
            systems,
            key="system",
            format_func=lambda system: w.name("system", system),
            help=w("sidebar.system.help"),
            on_change=state.close_trace,
        )
    return entries[state.text("system")]


def _leave_example() -> None:
    """With another pair comes its first example, but a visitor's own sentence stays."""
    state.close_trace()
    examples = EXAMPLES.get(state.text("pair"), ())
    if examples and is_example(state.text("text")):
        _choose(examples[0])


def open_pair(pair: str) -> None:
    """Show other languages, with their first example."""
    state.close_trace()
    own_model.leave()
    state.put("pair", pair)
    if EXAMPLES.get(pair):
        _choose(EXAMPLES[pair][0])


def show(model: str) -> None:
    """Turn to a model that has just come, PAIR/SYSTEM; what is typed stays with its languages."""
    pair, _, system = model.partition("/")
    if pair != state.text("pair"):
        open_pair(pair)
    own_model.leave()
    state.close_trace()
    state.put("system", system)


def _choose(example: Example) -> None:
    state.put("text", example.source)
    state.put("reference", example.reference)


def _begin(pair: str) -> None:
    """Start with the first example and its reference, unless a link holds others."""
    examples, text = EXAMPLES.get(pair, ()), state.text("text")
    if examples and state.remembered("started") != "yes":
        present = example_of(pair, text) or (None if text else examples[0])
        if present:
            state.put("text", text or present.source)
            state.put("reference", state.text("reference") or present.reference)
    state.remember("started", "yes")
    state.let_usual("text", examples[0].source if examples else "")
    known = example_of(pair, state.text("text"))
    state.let_usual("reference", known.reference if known else "")


def _form(pair: str, w: Words) -> None:
    """The sentence, in a form: it is translated once it is sent, not while one types."""
    with (
        st.form("request", border=False),
        st.container(horizontal=True, vertical_alignment="bottom", gap="small"),
    ):
        st.text_area(
            w("sidebar.text"),
            key="text",
            height=BOX_HEIGHT,
            placeholder=w("sidebar.text.placeholder"),
        )
        st.form_submit_button(
            w("sidebar.submit"),
            type="primary",
            icon=":material/translate:",
            on_click=_submit,
            args=(pair,),
        )


def _submit(pair: str) -> None:
    """With another sentence comes its reference, where it is an example, or none."""
    state.close_trace(restores=False)
    state.resume()
    example = example_of(pair, state.text("text"))
    if example:
        state.put("reference", example.reference)
    elif is_reference(state.text("reference")):
        state.put("reference", "")


def _chips(pair: str, w: Words) -> None:
    """A few examples, then all, and that what is typed is not yet translated; see ``keys.js``."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="chips"):
        codes = [example.code for example in EXAMPLES.get(pair, ())]
        present = example_of(pair, state.text("text"))
        hidden = present is not None and present.code not in codes[:FEW]
        if len(codes) > FEW and state.remembered(MORE) != pair and not hidden:
            codes[FEW:] = [MORE]
        if codes:
            state.put_choice("example", present.code if present else None)
            st.pills(
                w("sidebar.example"),
                codes,
                key="example",
                format_func=lambda code: w(f"example.{code}"),
                on_change=_take_example,
                args=(pair,),
                label_visibility="collapsed",
            )
        with st.container(key="unsent", width="content"):
            st.caption(w("sidebar.unsent"))


def _take_example(pair: str) -> None:
    chosen = state.choice("example")
    if chosen == MORE:
        state.remember(MORE, pair)
        return
    state.close_trace()
    for example in EXAMPLES.get(pair, ()):
        if example.code == chosen:
            _choose(example)
