"""The page's state: session values, and the link that holds them. Nothing else touches either.

The settings themselves stand in ``settings``. A value that is not there falls back, with a notice.
"""

from collections.abc import Mapping, Sequence
from typing import cast
from urllib.parse import urlencode
from uuid import uuid4

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.typing import UploadedFile

from seqviz.trace import Trace
from seqviz.views.session import link as links
from seqviz.views.session.settings import FORM, GONE, SETTINGS, SWAPPED, Value
from seqviz.words import LANGUAGES

TRACE_REFUSAL, TYPED, DRAWN_HOW, OPENED = "trace_refusal", "typed", "drawn_how", "opened_settings"
"""Under them a session remembers why the last file was no trace, what was typed before one, for
which way of decoding options were drawn last, and that somebody has looked at the settings."""


def begin() -> None:
    """Start a run: read the link where it counts, and keep values of widgets not shown.

    It counts when the page is opened, and after the browser's Back or Forward.
    """
    st.session_state["_linked"] = "_stands" not in st.session_state or _went_through_history()
    st.session_state["_refused"], st.session_state["_unknown"] = [], []
    if st.session_state["_linked"]:
        _read_link(st.query_params.to_dict())
    before: Mapping[str, Value] = st.session_state["_form"]
    language = text("lang")
    spoke = st.session_state.get("_spoke", language)
    how, drawn = st.session_state.get("how"), remembered(DRAWN_HOW)
    undrawn = FORM[1:] if drawn is None else SWAPPED if drawn != how else ()
    for code in SETTINGS:
        # A widget that is not drawn loses its value, unless that is set anew: always, or for what
        # one types, once it was not drawn, and in another language, whose labels are no values. One
        # that a run, broken off, did not come to keeps its value, but has not told the browser.
        if code not in FORM or (code in undrawn and code in st.session_state):
            st.session_state[code] = st.session_state[code]
        elif code not in st.session_state or (spoke != language and code in before):
            st.session_state[code] = before[code]
    st.session_state["_form"] = {code: st.session_state[code] for code in FORM}
    st.session_state["_spoke"] = language


def begin_again() -> None:
    """Read the link again in the next run: this one draws nothing of what it asks for."""
    del st.session_state["_stands"]


def _went_through_history() -> bool:
    """Whether the browser's Back or Forward asked for this run, which the link does not tell."""
    context = get_script_run_ctx()
    return context is not None and context.is_history_navigation


def _read_link(link: Mapping[str, str]) -> None:
    """Fill the session from a link: all that it holds, and what it once could not hold."""
    values, st.session_state["_refused"] = links.read_link(link)
    st.session_state.setdefault("_usual", {})
    spoken = (st.context.locale or "")[:2]  # of the browser, such as "zh-CN"
    if spoken in LANGUAGES:
        let_usual("lang", spoken)
        values |= {} if "lang" in link else {"lang": spoken}
    left_out = st.session_state.setdefault("_links", links.WrittenLinks()).left_out_of(link)
    remember("started", None)  # a link without a sentence stands for the first example
    for code, value in (values | left_out).items():
        st.session_state[code] = value
    known = {*SETTINGS, *GONE}
    st.session_state["_unknown"] = [code for code in link if code not in known]
    st.session_state["_form"] = {}
    st.session_state["_stands"] = None


def refused() -> list[str]:
    """Codes of the link's values that were refused in this run, which read the link."""
    return list(st.session_state["_refused"])


def unknown() -> list[str]:
    """What the link holds that is no setting, in the run that read it; anybody may type it."""
    return list(st.session_state["_unknown"])


def refuse(code: str) -> None:
    """Note that a setting names what is not there: worth a notice only where a link did."""
    if st.session_state["_linked"]:
        st.session_state["_refused"].append(code)


def text(code: str) -> str:
    """Value of a setting that is a code or a text."""
    return str(st.session_state[code])


def integer(code: str) -> int:
    """Value of a whole-number setting."""
    return int(st.session_state[code])


def real(code: str) -> float:
    """Value of a real-number setting."""
    return float(st.session_state[code])


def flag(code: str) -> bool:
    """Value of a yes-or-no setting."""
    return bool(st.session_state[code])


def value(code: str) -> Value:
    """Value of any setting."""
    return cast(Value, st.session_state[code])


def put(code: str, value: Value) -> None:
    """Change a setting; a widget of that code must not have been drawn yet in this run."""
    st.session_state[code] = value
    if code in FORM and "_form" in st.session_state:
        st.session_state["_form"][code] = value  # sent, though nobody pressed the button


def put_choice(widget: str, code: str | int | Mapping[str, object] | None) -> None:
    """Set what a widget that is no setting of its own shows as chosen."""
    st.session_state[widget] = code


def choice(widget: str) -> str | int | None:
    """What is chosen in a widget that is no setting of its own."""
    return cast(str | int | None, st.session_state.get(widget))


def put_if_there(code: str, found: object) -> None:
    """Change a setting to a value from elsewhere; to its default where there is no such value."""
    try:
        put(code, SETTINGS[code].parse(links.code_of(cast(Value, found))))
    except (ValueError, OverflowError):
        reset([code])


def reset(codes: Sequence[str]) -> None:
    """Take settings back to what they were at first."""
    for code in codes:
        put(code, SETTINGS[code].default)


def show_text(source: str, reference: str) -> None:
    """Put another sentence, with its reference, in place of the present one."""
    put("text", source)
    put("reference", reference)


def keep_choice(code: str, options: Sequence[Value]) -> None:
    """Fall back to the first option when the setting holds none of them.

    That is worth a notice only where a link asked for it, not after a choice on the page.
    """
    let_usual(code, options[0])
    if st.session_state[code] not in options:
        if st.session_state[code] != SETTINGS[code].default:
            refuse(code)
        st.session_state[code] = options[0]


def let_usual(code: str, value: Value) -> None:
    """Say what a setting is where nobody has chosen: a link need not hold it."""
    st.session_state.setdefault("_usual", {})[code] = value


def clamp(code: str, *, high: int) -> None:
    """Lower a whole-number setting to its present maximum."""
    if integer(code) > high:
        refuse(code)
    st.session_state[code] = min(integer(code), high)


def write_link() -> None:
    """Write what is not as usual into the page's address; what is very long is left out.

    An address that was opened stays until a setting changes: each change is a step of Back. It is
    told all the same: a run that began before Back may have told another (browser.js).
    """
    values, found = _settings(), st.query_params.to_dict()
    link = links.written_link(values, st.session_state["_usual"])
    if st.session_state["_stands"] is None:
        st.session_state["_stands"] = (found, link)
        st.query_params.from_dict(found)
    if (found, link) != st.session_state["_stands"]:
        st.session_state["_links"].keep(link, {code: values[code] for code in left_out()})
        if found != link:
            st.query_params.from_dict(link)


def address() -> str:
    """The page's whole address, with all settings that ``write_link`` writes."""
    link = links.written_link(_settings(), st.session_state["_usual"])
    return f"{(st.context.url or '').rstrip('/')}/?{urlencode(link)}".rstrip("?")


def left_out() -> list[str]:
    """Codes of the settings that are too long for a link."""
    return links.too_long(_settings())


def _settings() -> dict[str, Value]:
    return {code: st.session_state[code] for code in SETTINGS}


def clicked_point(chart: str) -> int | None:
    """``customdata`` of the plotly point that was clicked, in a chart keyed by ``fresh``."""
    told = st.session_state.get(chart)  # its view may have gone meanwhile
    points = told["selection"]["points"] if told else []
    st.session_state["_clicks"] = st.session_state.get("_clicks", 0) + 1
    return int(points[0]["customdata"]) if points else None


def fresh(chart: str) -> str:
    """A key that is new after every click, so that the next click selects again."""
    return f"{chart}-{st.session_state.get('_clicks', 0)}"


def told_by(component: str, name: str) -> object:
    """What a browser component told last under a name, unchecked; None once its view has gone."""
    told = st.session_state.get(component)
    return None if told is None else told[name]


def visitor() -> str:
    """A name for this session, known to nobody else."""
    return str(st.session_state.setdefault("_visitor", uuid4().hex))


def cancel(key: str) -> None:
    """Note that the visitor stopped this piece of work; ``key`` names it."""
    st.session_state["_cancelled"] = key


def is_cancelled(key: str) -> bool:
    """Whether the visitor stopped this piece of work and has not asked for it again."""
    return bool(st.session_state.get("_cancelled") == key)


def resume() -> None:
    """Forget what was cancelled."""
    st.session_state["_cancelled"] = ""


def keep_for(code: str, key: str) -> None:
    """Empty a setting of ``key`` once another is shown; a link says what belongs together."""
    if not st.session_state["_linked"] and remembered(code) not in (None, key):
        put(code, SETTINGS[code].default)
    remember(code, key)


def remember(name: str, value: object) -> None:
    """Keep something of this session under a name of the page's own."""
    st.session_state[f"_{name}"] = value


def remembered(name: str) -> object:
    """What ``remember`` keeps; None: nothing."""
    return st.session_state.get(f"_{name}")


def file_key(field: str) -> str:
    """The key of a field for files; a new one, and so an empty field, after every file."""
    return f"{field}-{st.session_state.get(f'_{field}', 0)}"


def take_file(field: str) -> UploadedFile | None:
    """The file in a field, which is empty from now on."""
    key, count = file_key(field), st.session_state.get(f"_{field}", 0)
    st.session_state[f"_{field}"] = count + 1
    return cast(UploadedFile | None, st.session_state.get(key))


def open_trace(name: str, trace: Trace) -> None:
    """Show a trace from a file of that name, and its sentence in the box, until it is closed."""
    remember(TYPED, remembered(TYPED) if opened_trace() else text("text"))
    st.session_state["_opened"] = (name, trace)
    put("text", trace.source.text)
    remember(TRACE_REFUSAL, None)


def opened_trace() -> tuple[str, Trace] | None:
    """The trace that was opened from a file, with the file's name; None: none is."""
    return cast(tuple[str, Trace] | None, st.session_state.get("_opened"))


def close_trace(*, restores: bool = True) -> None:
    """Go back to what was typed, or, if it is not restored, to what stands in the box now."""
    if restores and opened_trace():
        put("text", str(remembered(TYPED)))
    st.session_state["_opened"] = None
    remember(TRACE_REFUSAL, None)
