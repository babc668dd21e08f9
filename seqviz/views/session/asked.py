"""What the sidebar asks for: its settings as options, and in words what is unusual in them."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import cast

from seqviz.analysis.words import join_pieces
from seqviz.catalog import ModelEntry
from seqviz.options import DecodeOptions, LengthNormalisation, Sampling, StopRule
from seqviz.options.intervention import MAX_SEED
from seqviz.trace import Trace
from seqviz.views.session import state
from seqviz.views.session.i18n import Words
from seqviz.views.session.language_names import language_name
from seqviz.views.session.request import Request
from seqviz.views.session.settings import DECODING
from seqviz.words import plural

PLAIN = DecodeOptions()
EVERY_TOKEN = Sampling()
LANGUAGES = ("source_language", "target_language", "instruction")
SAMPLING = ("temperature", "top_k", "top_p", "seed")
_BETWEEN_WORDS = re.compile(r"[\s,，、;；]+")


def decode_options(entry: ModelEntry) -> DecodeOptions:
    """The decoding that the sidebar asks for.

    Args:
        entry: of the system; without attention there is no coverage penalty, and languages and
            an instruction are for those that take them.

    Raises:
        InputError: the options contradict each other.
    """
    sampling = _sampling() if state.text("how") == "sample" else None
    return DecodeOptions(
        beam_size=state.integer("samples" if sampling else "beam"),
        length_normalisation=cast(LengthNormalisation, state.text("norm")),
        alpha=state.real("alpha"),
        beta=state.real("beta") if entry.attends else 0.0,
        min_length=state.integer("min_length"),
        max_length=state.integer("max_length") or None,
        stop=cast(StopRule, state.text("stop")),
        n_best=state.integer("n_best"),
        prefix_text=state.text("start").strip(),
        banned_words=tuple(dict.fromkeys(filter(None, _BETWEEN_WORDS.split(state.text("banned"))))),
        sampling=sampling,
        source_language=_among("source_language", entry.source_languages),
        target_language=_among("target_language", entry.target_languages),
        instruction=state.text("instruction").strip() if entry.takes_instruction else "",
    )


def _among(code: str, choices: Sequence[str]) -> str:
    """The chosen language, where the system has it."""
    return state.text(code) if state.text(code) in choices else ""


def searched(request: Request) -> Request:
    """The beam search with the same other options in place of sampling."""
    options = replace(request.options, sampling=None, beam_size=state.integer("beam"))
    return replace(request, options=options)


def _sampling() -> Sampling:
    return Sampling(
        temperature=state.real("temperature"),
        top_k=state.integer("top_k"),
        top_p=state.real("top_p"),
        seed=state.integer("seed"),
    )


def reset() -> None:
    """Ask for the usual decoding again."""
    state.resume()
    state.reset(DECODING)


def as_recorded(trace: Trace) -> None:
    """Ask for the decoding that a trace records, as far as the page's own limits allow."""
    state.resume()
    state.reset(DECODING)
    options = trace.options
    values = {name: getattr(options, name) for name in ("alpha", "beta", "min_length", "n_best")}
    values |= {"norm": options.length_normalisation, "stop": options.stop}
    values |= {"max_length": options.max_length or 0}
    values |= {name: getattr(options, name) for name in LANGUAGES}
    values |= {"start": _start_of(trace), "banned": ", ".join(_banned_of(trace))}
    if options.sampling is None:
        values |= {"how": "beam", "beam": options.beam_size}
    else:
        values |= {"how": "sample", "samples": options.beam_size}
        values |= {name: getattr(options.sampling, name) for name in SAMPLING}
    for code, value in values.items():
        state.put_if_there(code, value)


def draw_again() -> None:
    """Ask for other samples: those of the next seed."""
    state.resume()
    state.put("seed", state.integer("seed") % MAX_SEED + 1)


def unusual(request: Request, w: Words) -> str:
    """Markdown that names every option which differs from its default; "" where none does."""
    return " · ".join(
        (
            *_numbers(request.options, w),
            *_typed(request.options.prefix_text, request.options.banned_words, w),
        )
    )


def recorded(trace: Trace, w: Words) -> str:
    """Markdown that names every option of a trace which differs from its default, likewise."""
    typed = _typed(_start_of(trace), _banned_of(trace), w)
    return " · ".join((*_numbers(trace.options, w), *typed))


def _start_of(trace: Trace) -> str:
    """The given start of a trace, as text."""
    pieces = [trace.vocabulary[token] for token in trace.options.prefix]
    return join_pieces(pieces).strip()


def _banned_of(trace: Trace) -> tuple[str, ...]:
    """What may not occur in a trace, as text."""
    return tuple(join_pieces([trace.vocabulary[token]]).strip() for token in trace.options.banned)


def _numbers(options: DecodeOptions, w: Words) -> Iterator[str]:
    for name in LANGUAGES:
        value = getattr(options, name)
        if value:
            shown = value if name == "instruction" else language_name(value, w)
            yield w.markdown(f"asked.{name}", {"value": shown})
    if options.sampling is not None:
        yield _sampled(options.beam_size, options.sampling, w)
    elif options.beam_size != PLAIN.beam_size:
        yield w("asked.beam", {"beam": options.beam_size})
    norm = options.length_normalisation, options.alpha
    if norm != (PLAIN.length_normalisation, PLAIN.alpha):
        yield w(f"asked.norm.{norm[0]}", {"alpha": f"{norm[1]:g}"})
    for name in ("beta", "min_length", "max_length", "n_best"):
        value = getattr(options, name)
        if value != getattr(PLAIN, name):
            yield w(f"asked.{name}", {"value": f"{value:g}"})
    if options.stop != PLAIN.stop:
        yield w(f"asked.stop.{options.stop}")


def _sampled(samples: int, sampling: Sampling, w: Words) -> str:
    facts = [f"T {sampling.temperature:g}"]
    if sampling.top_k != EVERY_TOKEN.top_k:
        facts.append(f"top-k {sampling.top_k}")
    if sampling.top_p != EVERY_TOKEN.top_p:
        facts.append(f"top-p {sampling.top_p:g}")
    facts.append(w("asked.seed", {"seed": sampling.seed}))
    return w(plural("asked.sampled", samples), {"samples": samples, "facts": ", ".join(facts)})


def _typed(start: str, banned: Iterable[str], w: Words) -> Iterator[str]:
    if start:
        yield w.markdown("asked.start", {"text": start})
    words = w("asked.comma").join(w.markdown("asked.word", {"word": word}) for word in banned)
    if words:
        yield w("asked.banned", {"words": words})
