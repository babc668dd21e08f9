"""The sidebar: what to translate, with which system, and how. It returns the request."""

import streamlit as st

from seqviz.catalog import Catalogue, ModelEntry
from seqviz.errors import InputError, SeqVizError
from seqviz.kinds import OFFERED_FIRST
from seqviz.tasks import TASKS, find_task
from seqviz.translator.devices import available_devices
from seqviz.views.session import cache, decoding, state
from seqviz.views.session.i18n import Words
from seqviz.views.session.language_names import language_name
from seqviz.views.session.request import Request
from seqviz.views.sidebar import foreign_card, language_fields, open_trace, options_form, own_model
from seqviz.views.sidebar.examples import EXAMPLES, Example, example_of, is_example, is_reference
from seqviz.words import LANGUAGES, table

EXAMPLE_CHARACTERS = 46


def render(w: Words) -> Request | SeqVizError | None:
    """Draw the sidebar; None when there is no model to ask, an error when one cannot be asked."""
    catalogue = cache.models()
    with st.sidebar:
        _head(w)
        entry = own_model.render(w)
        if entry is None and catalogue.entries:
            entry = _model(catalogue, w)
        own_model.offer(w)
        if isinstance(entry, ModelEntry):
            pair = _examples_of(entry)
            _example(pair, w)
            _form(entry, pair, w)
        open_trace.offer(w)
        _broken(catalogue, w)
    return _request(entry) if isinstance(entry, ModelEntry) else entry


def _request(entry: ModelEntry) -> Request | InputError:
    try:
        options = decoding.options_for(entry)
    except InputError as error:
        return error
    return Request(
        folder=entry.folder,
        text=state.text("text"),
        options=options,
        device=state.text("device"),
        visitor=state.visitor(),
    )


def _examples_of(entry: ModelEntry) -> str:
    """The pair whose examples go with a model: its languages', where it came from elsewhere."""
    if own_model.name():
        return f"{entry.source_language}-{entry.target_language}"
    return entry.pair


def _head(w: Words) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader("SeqViz", anchor=False, width="stretch")
        st.segmented_control(
            w("sidebar.language"),
            LANGUAGES,
            key="lang",
            required=True,
            format_func=lambda language: table(language)["page.own_name"],
            label_visibility="collapsed",
        )


def _model(catalogue: Catalogue, w: Words) -> ModelEntry:
    pairs = sorted({entry.pair for entry in catalogue.entries}, key=_pair_order)
    state.keep_choice("pair", pairs)
    st.selectbox(
        w("sidebar.pair"),
        pairs,
        key="pair",
        format_func=lambda pair: pair_name(pair, w),
        on_change=_leave_example,
    )
    entries = {e.system: e for e in catalogue.entries if e.pair == state.text("pair")}
    systems = sorted(entries, key=_system_order)
    state.keep_choice("system", systems)
    st.selectbox(
        w("sidebar.system"),
        systems,
        key="system",
        format_func=lambda system: w.name("system", system),
        help=w("sidebar.system.help"),
        on_change=state.close_trace,
    )
    entry = entries[state.text("system")]
    if entry.format == foreign_card.OURS:
        st.caption(_facts(entry, w))
    else:
        foreign_card.render(entry, w)
    return entry


def _pair_order(pair: str) -> tuple[bool, str]:
    return pair in TASKS, pair


def _system_order(system: str) -> tuple[bool, str]:
    return system != OFFERED_FIRST, system


def pair_name(pair: str, w: Words) -> str:
    """Such as "German → English"."""
    return " → ".join(language_name(code, w) for code in pair.split("-", 1))


def _facts(entry: ModelEntry, w: Words) -> str:
    facts = w("sidebar.parameters", {"count": w.count(entry.parameters)})
    score = _score(entry, w)
    return f"{facts} · {score}" if score else facts


def _score(entry: ModelEntry, w: Words) -> str:
    test = entry.scores.get("test", {})
    if find_task(entry.source_language, entry.target_language) and "exact_match" in test:
        return w("sidebar.exact", {"percent": f"{test['exact_match']:.4g}"})
    return f"BLEU {test['bleu']:.1f}" if "bleu" in test else ""


def _leave_example() -> None:
    """With another pair comes its first example, but a visitor's own sentence stays."""
    state.close_trace()
    examples = EXAMPLES.get(state.text("pair"), ())
    if examples and is_example(state.text("text")):
        _choose(examples[0])


def _choose(example: Example) -> None:
    state.put("text", example.source)
    state.put("reference", example.reference)


def _example(pair: str, w: Words) -> None:
    examples = EXAMPLES.get(pair, ())
    if not examples:
        return
    present = example_of(pair, state.text("text"))
    if state.remembered("started") != "yes":
        present = present or (None if state.text("text") else examples[0])
        if present:
            state.put("text", state.text("text") or present.source)
            state.put("reference", state.text("reference") or present.reference)
    state.remember("started", "yes")
    state.put_choice("example", present.code if present else None)
    st.selectbox(
        w("sidebar.example"),
        [example.code for example in examples],
        key="example",
        index=None,
        placeholder=w("sidebar.example.placeholder"),
        format_func=lambda code: _example_label(pair, code, w),
        on_change=_take_example,
        args=(pair,),
    )


def _example_label(pair: str, code: str, w: Words) -> str:
    source = next(example.source for example in EXAMPLES[pair] if example.code == code)
    short = source if len(source) <= EXAMPLE_CHARACTERS else source[:EXAMPLE_CHARACTERS] + "…"
    return f"{w(f'example.{code}')}: {short}"


def _take_example(pair: str) -> None:
    state.close_trace()
    for example in EXAMPLES.get(pair, ()):
        if example.code == state.choice("example"):
            _choose(example)


def _form(entry: ModelEntry, pair: str, w: Words) -> None:
    devices = available_devices()
    state.keep_choice("device", devices)
    with st.form("request", border=False):
        st.text_area(w("sidebar.text"), key="text", height=110, help=w("sidebar.text.help"))
        language_fields.render(entry, w)
        for code in ("beam", "norm", "alpha"):
            options_form.field(code, w, group="sidebar")
        st.selectbox(
            w("sidebar.device"),
            devices,
            key="device",
            format_func=lambda code: w.name("device", code),
            disabled=len(devices) == 1,
            help=w("sidebar.device.help", {"threads": cache.THREADS}),
        )
        options_form.render(w, attends=entry.attends)
        st.form_submit_button(
            w("sidebar.submit"),
            width="stretch",
            icon=":material/translate:",
            on_click=_submit,
            args=(pair,),
        )


def _submit(pair: str) -> None:
    """With another sentence comes its reference, where it is an example, or none."""
    state.close_trace()
    state.resume()
    example = example_of(pair, state.text("text"))
    if example:
        state.put("reference", example.reference)
    elif is_reference(state.text("reference")):
        state.put("reference", "")


def _broken(catalogue: Catalogue, w: Words) -> None:
    if not catalogue.broken:
        return
    with st.expander(
        w("sidebar.broken", {"count": len(catalogue.broken)}), icon=":material/warning:"
    ):
        for error in catalogue.broken.values():
            st.caption(w.error(error))
