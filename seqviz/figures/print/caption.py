"""What stands below a picture for print: sentence, translation, model and how it was decoded."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from seqviz.figures import theme
from seqviz.figures.print.page import CaptionEntry
from seqviz.figures.words import WORDS
from seqviz.trace import Trace
from seqviz.trace.told import told
from seqviz.words.numbers import number

Words = Mapping[str, str]

FINGERPRINT_DIGITS = 12
NOT_SEEN = {"n_best", "distribution_size", "record_attention"}
"""Options that change nothing in a picture."""


class Run(NamedTuple):
    """One hypothesis of one decoding, with the name that tells it from others."""

    trace: Trace
    rank: int
    """0 is the best."""
    name: str
    """"" where there is one only."""


def caption(runs: Sequence[Run], *, words: Words = WORDS) -> list[CaptionEntry]:
    """Say of what a picture is: enough to make it again.

    Args:
        runs: what the picture shows, of one sentence; at least one. Several have names.
        words: the figure's words.
    """
    models = {run.trace.model.name: run.trace for run in runs}
    entries = [CaptionEntry(words["figure.print.sentence"], runs[0].trace.source.text)]
    for run in runs:
        label = run.name or words["figure.print.translation"]
        entries.append(CaptionEntry(label, run.trace.hypotheses.texts[run.rank]))
    for place, trace in enumerate(models.values()):
        label = words["figure.print.model"] if not place else ""
        entries.append(CaptionEntry(label, _model(trace, words)))
    for place, run in enumerate(_by_decoding(runs)):
        label = words["figure.print.decoding"] if not place else ""
        entries.append(CaptionEntry(label, _decoding(run, words)))
    for place, run in enumerate(runs):
        label = words["figure.print.score"] if not place else ""
        entries.append(CaptionEntry(label, _score(run, words)))
    return entries


def _by_decoding(runs: Sequence[Run]) -> list[Run]:
    """One run a decoding, unnamed where all are of one."""
    several = len({id(run.trace) for run in runs}) > 1
    return list(runs) if several else [runs[0]._replace(name="")]


def _model(trace: Trace, words: Words) -> tuple[str, ...]:
    model = trace.model
    kind = words.get(f"figure.print.kind.{model.kind}", model.kind)
    attention = words.get(f"figure.print.attention.{model.attention}", model.attention)
    parts = [model.name, kind, attention]
    if model.heads > 1:
        parts.append(_put(words, "size", {"layers": model.layers, "heads": model.heads}))
    if model.reverses_source:
        parts.append(words["figure.print.reversed"])
    parts.append(_put(words, "parameters", {"millions": number(model.parameters / 1e6, ".3g")}))
    if model.revision:
        parts.append(_put(words, "revision", {"digits": model.revision[:FINGERPRINT_DIGITS]}))
    parts.append(_put(words, "fingerprint", {"digits": model.fingerprint[:FINGERPRINT_DIGITS]}))
    return _joined(parts, "", words)


def _decoding(run: Run, words: Words) -> tuple[str, ...]:
    trace = run.trace
    machine = {"device": trace.device, "precision": trace.precision}
    given = {"beam_size", "sampling", "top_k", "top_p", "stop", "prefix"} if trace.forced else set()
    parts = told(
        trace.options,
        lambda one: _put(words, one.key, one.facts),
        pieces=trace.vocabulary,
        whole=True,
        leave=NOT_SEEN | given | ({"beam_size"} if run.name else set[str]()),
    )
    if trace.forced and not run.name:
        parts.insert(0, words["figure.print.forced"])
    return _joined([*parts, _put(words, "device", machine)], run.name, words)


def _score(run: Run, words: Words) -> tuple[str, ...]:
    found, rank = run.trace.hypotheses, run.rank
    parts = [
        number(found.scores[rank], ".3f"),
        _put(words, "log_prob", {"sum": number(found.log_probs[rank])}),
        _put(words, "tokens", {"count": int(found.lengths[rank])}),
    ]
    return _joined(parts, run.name, words)


def _joined(facts: Sequence[str], name: str, words: Words) -> tuple[str, ...]:
    """The facts with what stands between them, the run's name before them if it has one."""
    first = theme.named(name, facts[0], words) if name else facts[0]
    join = words["figure.print.join"]
    return (*(fact + join for fact in (first, *facts[1:-1])), facts[-1])


def _put(words: Words, key: str, facts: Mapping[str, object]) -> str:
    return words[f"figure.print.{key}"].format_map(facts)
