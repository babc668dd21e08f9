"""The decoding that the sidebar asks for: its settings as options and back, and in words."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from seqviz.analysis.words import join_pieces
from seqviz.catalog import ModelEntry
from seqviz.options import DecodeOptions, Sampling
from seqviz.options.declared import Option
from seqviz.options.intervention import MAX_SEED
from seqviz.trace import Trace
from seqviz.trace.told import Told, told
from seqviz.views.session import state
from seqviz.views.session.i18n import Words
from seqviz.views.session.language_names import language_name
from seqviz.views.session.request import Request
from seqviz.views.session.settings import DECODING, DRAW_OPTIONS, SEARCH_OPTIONS

_BETWEEN_WORDS = re.compile(r"[\s,，、;；]+")


def options_for(entry: ModelEntry) -> DecodeOptions:
    """The decoding that the sidebar asks for.

    Args:
        entry: of the system; without attention there is no coverage penalty, and languages and
            an instruction are for those that take them.

    Raises:
        InputError: the options contradict each other.
    """
    values = _values(SEARCH_OPTIONS)
    if state.text("how") == "sample":
        values |= {"sampling": Sampling(**_values(DRAW_OPTIONS))}
        values |= {"beam_size": state.integer("samples")}
    usual = DecodeOptions()
    possible = {
        "beta": entry.attends,
        "source_language": values["source_language"] in entry.source_languages,
        "target_language": values["target_language"] in entry.target_languages,
        "instruction": entry.takes_instruction,
    }
    values |= {name: getattr(usual, name) for name, there in possible.items() if not there}
    return DecodeOptions(**values)


def _values(options: Mapping[str, Option]) -> dict[str, Any]:
    """What the settings say, by the names of the options."""
    return {one.name: _value(code, one) for code, one in options.items()}


def _value(code: str, one: Option) -> Any:
    if one.kind is float:
        return state.real(code)
    if one.kind is int:
        return state.integer(code)
    if one.default is None:  # 0: left open
        return state.integer(code) or None
    text = state.text(code).strip()
    if one.kind == tuple[str, ...]:
        return tuple(dict.fromkeys(word for word in _BETWEEN_WORDS.split(text) if word))
    return text


def beam_search_of(request: Request) -> Request:
    """The beam search with the same other options in place of sampling."""
    options = replace(request.options, sampling=None, beam_size=state.integer("beam"))
    return replace(request, options=options)


def reset() -> None:
    """Ask for the usual decoding again."""
    state.resume()
    state.reset(DECODING)


def ask_as_recorded(trace: Trace) -> None:
    """Ask for the decoding that a trace records, as far as the page's own limits allow."""
    ask(_as_typed(trace))


def ask(options: DecodeOptions) -> None:
    """Ask for this decoding, as far as the page's own limits allow."""
    reset()
    _put(SEARCH_OPTIONS, options)
    if options.sampling is not None:
        state.reset(["beam"])
        state.put("how", "sample")
        state.put_if_there("samples", options.beam_size)
        _put(DRAW_OPTIONS, options.sampling)


def _put(asked: Mapping[str, Option], options: DecodeOptions | Sampling) -> None:
    for code, one in asked.items():
        value = getattr(options, one.name)
        value = 0 if value is None else value
        state.put_if_there(code, ", ".join(value) if isinstance(value, tuple) else value)


def draw_again() -> None:
    """Ask for other samples: those of the next seed."""
    state.resume()
    state.put("seed", state.integer("seed") % MAX_SEED + 1)


def unusual(options: DecodeOptions, w: Words) -> str:
    """Markdown that names every option which differs from its default; "" where none does."""

    def say(one: Told) -> str:
        facts = dict(one.facts)
        if one.option.endswith("_language"):
            facts["value"] = language_name(str(facts["value"]), w)
        return w.markdown(f"figure.print.{one.key}", facts)

    return " · ".join(told(options, say))


def unusual_of(trace: Trace, w: Words) -> str:
    """Markdown that names every option of a trace which differs from its default, likewise."""
    return unusual(_as_typed(trace), w)


def _as_typed(trace: Trace) -> DecodeOptions:
    """The options of a trace with its given start and banned tokens as one would type them."""
    options, pieces = trace.options, trace.vocabulary
    banned = (join_pieces([pieces[token]]).strip() for token in options.banned)
    return replace(
        options,
        prefix=(),
        prefix_text=join_pieces([pieces[token] for token in options.prefix]).strip(),
        banned=(),
        banned_words=tuple(dict.fromkeys(banned)),
    )
