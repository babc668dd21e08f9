"""The facts about model, options and run that the offline page lists.

A fact is a pair: the key of its name, and its value: a text, or a list with the key of a sentence
and, where it has any, what stands in it.
"""

from dataclasses import fields
from typing import Any

from seqviz.options import DecodeOptions
from seqviz.trace import Trace
from seqviz.trace.notices import OUT_OF_MEMORY, unapplied_settings

Value = str | list[str | dict[str, str]]
Fact = tuple[str, Value]

_TOLD = {"beam_size", "length_normalisation", "alpha", "beta", "stop", "max_length", "sampling"}
_UNTOLD = {"distribution_size", "record_attention", "rules", "n_best"}
"""What changes nothing that is seen here."""
SHOWN_FINGERPRINT = 16
"""Hexadecimal digits of the weights' fingerprint."""


def facts(trace: Trace) -> dict[str, list[Fact]]:
    """Facts in three groups: "model", "search" and "run"."""
    return {"model": _model(trace), "search": _search(trace), "run": _run(trace)}


def _model(trace: Trace) -> list[Fact]:
    model = trace.model
    found: list[Fact] = [
        ("model", model.name),
        ("languages", f"{model.source_language} → {model.target_language}"),
        ("kind", [f"offline.kind.{model.kind}"]),
        ("attention", [f"offline.attention.{model.attention}"]),
        ("layers", f"{model.layers} × {model.heads}"),
        ("parameters", f"{model.parameters:,}"),
        ("fingerprint", model.fingerprint[:SHOWN_FINGERPRINT]),
    ]
    if model.reverses_source:
        found.insert(4, ("reverses", ["figure.yes"]))
    return found


def _search(trace: Trace) -> list[Fact]:
    options, sampling = trace.options, trace.options.sampling
    limit = options.length_limit(len(trace.source.ids))
    found: list[Fact] = [
        ("beam", str(options.beam_size)),
        ("normalisation", [f"offline.normalisation.{options.length_normalisation}"]),
        ("alpha", f"{options.alpha:g}"),
        ("stop", [f"offline.stop.{options.stop}"]),
        ("max_length", str(limit)),
    ]
    if options.beta:
        found.insert(3, ("beta", f"{options.beta:g}"))
    if sampling is not None:
        told = f"T = {sampling.temperature:g}, k = {sampling.top_k}, p = {sampling.top_p:g}"
        found.append(("sampling", f"{told}, seed = {sampling.seed}"))
    return found + _others(options)


def _others(options: DecodeOptions) -> list[Fact]:
    """Options that are not as they usually are, under their own names."""
    found: list[Fact] = []
    for field in fields(options):
        value: Any = getattr(options, field.name)
        if field.name not in _TOLD | _UNTOLD and value != field.default:
            many = isinstance(value, tuple)
            text = ", ".join(map(str, value)) if many else str(value)
            found.append((field.name, text))
    return found


def _run(trace: Trace) -> list[Fact]:
    search = trace.search
    found: list[Fact] = [
        ("steps", str(search.steps)),
        ("hypotheses", str(len(trace.hypotheses))),
        ("stopped", [f"offline.stopped.{trace.stopped_by}"]),
        ("device", trace.device),
        ("precision", trace.precision),
        ("milliseconds", f"{trace.milliseconds:.0f} ms"),
    ]
    if OUT_OF_MEMORY in trace.notices:
        found.append(("notice", ["offline.notice.out_of_memory"]))
    if settings := unapplied_settings(trace.notices):
        facts = {"settings": ", ".join(settings)}
        found.append(("unapplied", ["offline.notice.unapplied", facts]))
    return found
