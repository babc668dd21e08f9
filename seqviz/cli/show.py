"""``seqviz show``: what a trace file holds, in a few lines. Needs neither the model nor torch."""

from collections.abc import Iterator
from pathlib import Path

import click

from seqviz.analysis.words import display_text
from seqviz.cli import options, printing
from seqviz.trace import Trace
from seqviz.trace.file import read_trace
from seqviz.trace.told import named, told

FINGERPRINT_CHARACTERS = 12


@click.command(name="show")
@click.option(
    "--n-best",
    metavar="N",
    type=click.IntRange(1),
    help="Hypotheses to print. Default: all that the search ended with.",
)
@options.as_json
@click.argument("trace", metavar="TRACE", type=click.Path(path_type=Path))
def command(*, trace: Path, n_best: int | None, as_json: bool) -> None:
    """Print what the trace file TRACE holds: source, model, options, translation, hypotheses.

    The score of a hypothesis is its sum of log-probabilities (natural logarithms) divided by the
    length normalisation, with the coverage penalty added where the search had one.

    \b
    Examples:
      seqviz show cold.json
      seqviz show --n-best 3 cold.json.gz
      seqviz show --json cold.json
    """  # noqa: D301 (click wants the character \b itself)
    found = read_trace(trace)
    printing.say_notices(found.notices)
    printing.say_unknown(found.unknown, "the source")
    printing.say_unknown(found.unknown_in_instruction, "the instruction")
    shown = min(n_best or len(found.hypotheses), len(found.hypotheses))
    if as_json:
        printing.say(printing.json_line(_content(found, shown)))
    else:
        printing.say("\n".join((*_facts(found), "", *_table(found, shown))))


def _facts(trace: Trace) -> Iterator[str]:
    model = trace.model
    fingerprint = display_text(model.fingerprint[:FINGERPRINT_CHARACTERS])
    given = ", ".join(told(trace.options, named, leave=()))  # as ``DecodeOptions`` calls them
    yield f"source: {display_text(trace.source.text)}"
    yield f"output: {display_text(trace.translation)}"
    yield f"model: {display_text(model.name)} ({display_text(model.attention)}; {fingerprint}…)"
    yield f"options: {display_text(given) or 'the usual ones'}"
    yield (
        f"search: {printing.count(trace.search.steps, 'step')}, "
        f"{printing.count(len(trace.hypotheses), 'hypothesis', 'hypotheses')}, "
        f"{printing.count(len(trace.source.ids), 'source token')}, {trace.milliseconds:.0f} ms, "
        f"stopped by {display_text(trace.stopped_by)}"
    )


def _table(trace: Trace, count: int) -> Iterator[str]:
    """One line a hypothesis; the words come last, for their width is unknown."""
    found = trace.hypotheses
    yield f"{'rank':>4} {'score':>8} {'Σ log p':>8} {'tokens':>6}  text"
    for rank in range(count):
        ending = " (unfinished)" if trace.cut_off(rank) else ""
        yield (
            f"{rank + 1:4d} {found.scores[rank]:8.3f} {found.log_probs[rank]:8.3f} "
            f"{found.lengths[rank]:6d}  {display_text(found.texts[rank])}{ending}"
        )


def _content(trace: Trace, count: int) -> dict[str, object]:
    found = trace.hypotheses
    return {
        "source": trace.source.text,
        "translation": trace.translation,
        "finished": not trace.cut_off(),
        "unknown": trace.unknown,
        "model": trace.model.name,
        "fingerprint": trace.model.fingerprint,
        "steps": trace.search.steps,
        "stopped_by": trace.stopped_by,
        "milliseconds": trace.milliseconds,
        "hypotheses": [
            {
                "text": found.texts[rank],
                "score": float(found.scores[rank]),
                "log_prob": float(found.log_probs[rank]),
                "tokens": int(found.lengths[rank]),
                "finished": not trace.cut_off(rank),
            }
            for rank in range(count)
        ],
    }
