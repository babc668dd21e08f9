"""What stands below a picture for print: sentence, translation, model and how it was decoded."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from seqviz.figures.print.page import CaptionEntry
from seqviz.figures.words import WORDS
from seqviz.options.editcode import encode_edits
from seqviz.trace import Trace

Words = Mapping[str, str]

FINGERPRINT_DIGITS = 12


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
    parts.append(_put(words, "parameters", {"millions": f"{model.parameters / 1e6:.3g}"}))
    if model.revision:
        parts.append(_put(words, "revision", {"digits": model.revision[:FINGERPRINT_DIGITS]}))
    parts.append(_put(words, "fingerprint", {"digits": model.fingerprint[:FINGERPRINT_DIGITS]}))
    return _joined(parts, "", words)


def _decoding(run: Run, words: Words) -> tuple[str, ...]:
    trace = run.trace
    machine = {"device": trace.device, "precision": trace.precision}
    parts = [
        *_search(trace, words, named=bool(run.name)),
        *_limits(trace, words),
        *_wishes(trace, words),
        _put(words, "device", machine),
    ]
    return _joined(parts, run.name, words)


def _score(run: Run, words: Words) -> tuple[str, ...]:
    found, rank = run.trace.hypotheses, run.rank
    parts = [
        f"{found.scores[rank]:.3f}".replace("-", "−"),
        _put(words, "log_prob", {"sum": f"{found.log_probs[rank]:.2f}".replace("-", "−")}),
        _put(words, "tokens", {"count": int(found.lengths[rank])}),
    ]
    return _joined(parts, run.name, words)


def _joined(facts: Sequence[str], name: str, words: Words) -> tuple[str, ...]:
    """The facts with what stands between them, the run's name before them if it has one."""
    first = _put(words, "part", {"name": name, "text": facts[0]}) if name else facts[0]
    join = words["figure.print.join"]
    return (*(fact + join for fact in (first, *facts[1:-1])), facts[-1])


def _search(trace: Trace, words: Words, *, named: bool) -> list[str]:
    """How the target came about, unless the run's name says it, and what ranks the hypotheses."""
    options = trace.options
    normalised = options.length_normalisation if options.alpha else "none"
    ranked = [_put(words, f"normalisation.{normalised}", {"alpha": f"{options.alpha:g}"})]
    if options.beta:
        ranked.append(_put(words, "beta", {"beta": f"{options.beta:g}"}))
    if trace.forced:
        return [*[words["figure.print.forced"]][named:], *ranked]
    if options.sampling is not None:
        drawn = options.sampling
        facts = {"count": options.beam_size, "temperature": f"{drawn.temperature:g}"}
        parts = [_put(words, "sampled", facts | {"seed": drawn.seed})]
        if drawn.top_k:
            parts.append(_put(words, "top_k", {"top_k": drawn.top_k}))
        if drawn.top_p < 1:
            parts.append(_put(words, "top_p", {"top_p": f"{drawn.top_p:g}"}))
        return [*parts, *ranked]
    how = _put(words, "greedy" if options.beam_size == 1 else "beam", {"beam": options.beam_size})
    return [*[how][named:], *ranked, words[f"figure.print.stop.{options.stop}"]]


def _limits(trace: Trace, words: Words) -> list[str]:
    """Fewest and most tokens, given and banned ones."""
    options = trace.options
    parts = []
    if options.min_length:
        parts.append(_put(words, "min_length", {"tokens": options.min_length}))
    if options.max_length is not None:
        parts.append(_put(words, "max_length", {"tokens": options.max_length}))
    if options.prefix and not trace.forced:
        parts.append(_put(words, "prefix", {"text": _spelled(trace, options.prefix)}))
    if options.banned:
        parts.append(_put(words, "banned", {"tokens": _spelled(trace, options.banned)}))
    return parts


def _wishes(trace: Trace, words: Words) -> list[str]:
    """Languages, instruction and edits, where there are any."""
    options, usual = trace.options, words["figure.print.usual"]
    parts = []
    if options.source_language or options.target_language:
        source, target = options.source_language or usual, options.target_language or usual
        parts.append(_put(words, "languages", {"source": source, "target": target}))
    if options.instruction:
        parts.append(_put(words, "instruction", {"text": options.instruction}))
    if options.interventions:
        parts.append(_put(words, "edits", {"code": encode_edits(options.interventions)}))
    return parts


def _spelled(trace: Trace, tokens: Sequence[int]) -> str:
    """Pieces of tokens; a number where the search never met the token."""
    return " ".join(trace.vocabulary.get(token, f"#{token}") for token in tokens)


def _put(words: Words, key: str, facts: Mapping[str, object]) -> str:
    return words[f"figure.print.{key}"].format_map(facts)
