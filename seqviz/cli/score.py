"""``seqviz score``: force a given translation through a model, and say whose error it is."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click

from seqviz.analysis.reference import ReferenceTokens, Verdict, reference_tokens, verdict
from seqviz.cli import decoding, lines, options, printing
from seqviz.cli.sentences import SentenceCommand
from seqviz.options import Precision
from seqviz.trace import DistributionShift, Trace
from seqviz.trace.pieces import display_piece
from seqviz.translator import load
from seqviz.translator.devices import use_threads

VERDICTS = {
    "same": "the model's own output",
    "ruled_out": "no verdict: the options rule this translation out",
    "search_error": "search error: the model scores this translation higher than its output",
    "model_error": "model error: the model scores its own output higher",
}


@click.command(name="score", cls=SentenceCommand)
@options.model
@decoding.options
@options.device
@options.precision
@options.threads
@options.as_json
@options.models
@click.argument("text")
@click.argument("target")
def command(  # noqa: PLR0913 (click hands every option over by its name)
    *,
    model: str,
    device: str,
    precision: Precision,
    threads: int | None,
    as_json: bool,
    models: Path | None,
    text: str,
    target: str,
) -> None:
    """Force TARGET, a translation of TEXT, through a model, token by token.

    Prints log-probability, surprisal in nats and rank of every token, what the model would have
    said instead, the scores of TARGET and of what a search with these options finds, and the
    verdict: search error or model error. With --edit, also how far the edits move every next-token
    distribution: total variation, and KL in nats.

    \b
    Examples:
      seqviz score --model de-en/transformer "Es war sehr kalt." "It was freezing."
      seqviz score --model de-en/transformer --edit mute-j3 "Es war sehr kalt." "It was very cold."
    """  # noqa: D301 (click wants the character \b itself)
    sentence, given = lines.from_argument(text, "TEXT"), lines.from_argument(target, "TARGET")
    use_threads(threads)
    translator = load(model, device, models, precision=precision)
    chosen = decoding.chosen()
    forced = translator.force(sentence, given, chosen)
    found = translator.translate(sentence, replace(chosen, sampling=None))
    shift = None
    if chosen.interventions:
        shift = translator.shift(sentence, forced.target(), chosen)
    unknown = translator.unknown_in_target(given)
    printing.say_notices((*forced.notices, *found.notices))
    printing.say_cut_off("the output" if found.cut_off() else "")
    printing.say_unknown(found.unknown, "TEXT")
    printing.say_unknown(unknown, "TARGET")
    decoding.say_about_typed(translator, chosen)
    judged, tokens = verdict(forced, found), reference_tokens(forced)
    if as_json:
        scores = _scores(forced, found, judged, unknown=unknown)
        content = {**scores, "tokens": _rows(tokens, shift)}
        printing.say(printing.json_line(content))
    else:
        printing.say(_table(tokens, shift))
        printing.say(_summary(forced, found, judged))


def _scores(
    forced: Trace, found: Trace, judged: Verdict, *, unknown: Sequence[str]
) -> dict[str, object]:
    def facts(trace: Trace) -> dict[str, object]:
        return {
            "text": trace.translation,
            "log_prob": float(trace.hypotheses.log_probs[0]),
            "score": float(trace.hypotheses.scores[0]),
        }

    return {
        "source": forced.source.text,
        "unknown": forced.unknown,
        "target": {**facts(forced), "unknown": unknown},
        "output": {**facts(found), "finished": not found.cut_off()},
        "verdict": judged.code,
        "score_margin": judged.score_margin,
        "log_prob_margin": judged.log_prob_margin,
    }


def _rows(tokens: ReferenceTokens, shift: DistributionShift | None) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for step, piece in enumerate(tokens.pieces):
        row: dict[str, object] = {
            "piece": piece,
            "surprisal": float(tokens.surprisals[step]),
            "prob": float(tokens.probs[step]),
            "rank": int(tokens.ranks[step]),
            "instead": tokens.other_pieces[step],
            "instead_prob": float(tokens.other_probs[step]),
        }
        if shift is not None:
            row |= {"tv": float(shift.total_variation[step]), "kl": float(shift.kl[step])}
        rows.append(row)
    return rows


def _table(tokens: ReferenceTokens, shift: DistributionShift | None) -> str:
    """One line a token; the words come last, for their width is unknown."""
    head = f"{'-log p':>8} {'p':>7} {'rank':>5}"
    lines_of = [head + ("" if shift is None else f" {'TV':>6} {'KL':>7}") + "  token (instead)"]
    for row in _rows(tokens, shift):
        numbers = f"{row['surprisal']:8.3f} {row['prob']:7.4f} {row['rank']:5d}"
        if shift is not None:
            numbers += f" {row['tv']:6.3f} {row['kl']:7.3f}"
        piece, instead = (display_piece(str(row[name])) for name in ("piece", "instead"))
        words = f"{piece} ({instead} {row['instead_prob']:.4f})"
        lines_of.append(f"{numbers}  {words}")
    return "\n".join(lines_of)


def _summary(forced: Trace, found: Trace, judged: Verdict) -> str:
    def sums(name: str, trace: Trace) -> str:
        best = trace.hypotheses
        return (
            f"{name}: {printing.one_line(trace.translation)} (Σ log p {best.log_probs[0]:.3f}, "
            f"score {best.scores[0]:.3f})"
        )

    return "\n".join(
        (sums("given", forced), sums("output", found), f"verdict: {VERDICTS[judged.code]}")
    )
