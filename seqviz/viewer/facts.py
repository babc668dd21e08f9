"""The facts about model, options and run that the viewer lists.

A fact is a pair: the key of its name, and its value: a text, or a list with the key of a sentence
and, where it has any, what stands in it.
"""

from collections.abc import Mapping, Sequence

from seqviz.trace import Trace
from seqviz.trace.notices import told as told_notices
from seqviz.trace.told import Told, told

Value = str | Sequence[str | Mapping[str, str | float]]
Fact = tuple[str, Value]

LEFT = {"max_length", "n_best", "distribution_size", "record_attention"}
"""Options that change nothing that is seen here, or are told otherwise."""
SENTENCES = {"length_normalisation", "stop", "sampling"}
"""Options that are told in a sentence."""
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
        ("kind", [f"viewer.kind.{model.kind}"]),
        ("attention", [f"viewer.attention.{model.attention}"]),
        ("layers", f"{model.layers} × {model.heads}"),
        ("parameters", f"{model.parameters:,}"),
        ("fingerprint", model.fingerprint[:SHOWN_FINGERPRINT]),
    ]
    if model.reverses_source:
        found.insert(4, ("reverses", ["figure.yes"]))
    return found


def _search(trace: Trace) -> list[Fact]:
    """What was asked for; the most tokens are those of this sentence, whoever set them."""
    limit = trace.options.length_limit(len(trace.source.ids))
    found = told(trace.options, _fact, pieces=trace.vocabulary, whole=True, leave=LEFT)
    return [*found, ("max_length", str(limit))]


def _fact(one: Told) -> Fact:
    """A value beside its name; a sentence where the value alone says too little."""
    if one.option in SENTENCES:
        return one.option, [f"figure.print.{one.key}", dict(one.facts)]
    return one.option, str(one.facts.get("value", one.value))


def _run(trace: Trace) -> list[Fact]:
    search = trace.search
    found: list[Fact] = [
        ("steps", str(search.steps)),
        ("hypotheses", str(len(trace.hypotheses))),
        ("stopped", [f"viewer.stopped.{trace.stopped_by}"]),
        ("device", trace.device),
        ("precision", trace.precision),
        ("milliseconds", f"{trace.milliseconds:.0f} ms"),
    ]
    for key, facts in told_notices(trace.notices):
        found.append((key if key == "unapplied" else "notice", [f"notice.{key}", dict(facts)]))
    return found
