"""``seqviz trace``: the whole recorded search as a trace file."""

from pathlib import Path

import click

from seqviz.cli import decoding, lines, options
from seqviz.options import Precision
from seqviz.trace import Trace
from seqviz.trace.file import write_trace
from seqviz.translator import load
from seqviz.translator.devices import use_threads


@click.command(name="trace")
@options.model
@click.option(
    "--out",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="The trace file, FILE.json or FILE.json.gz.",
)
@click.option(
    "--half-precision", is_flag=True, help="Write attention and states with half the digits."
)
@decoding.options
@options.device
@options.precision
@options.threads
@options.models
@click.argument("text")
def command(  # noqa: PLR0913 (click hands every option over by its name)
    *,
    model: str,
    out: Path,
    half_precision: bool,
    device: str,
    precision: Precision,
    threads: int | None,
    models: Path | None,
    text: str,
) -> None:
    """Translate TEXT and write the whole search to a file: every candidate of every step.

    The file opens anywhere without the model: on the page, with 'seqviz show cold.json', and in
    Python with seqviz.trace.file.read_trace("cold.json").

    \b
    Examples:
      seqviz trace --model de-en/transformer --out cold.json "Es war sehr kalt."
      seqviz trace --model zh-en/dot --beam 20 --out cat.json.gz 我喜欢猫。
    """  # noqa: D301 (click wants the character \b itself)
    (sentence,) = lines.from_arguments([text])
    use_threads(threads)
    translator = load(model, device, models, precision=precision)
    trace = translator.translate(sentence, decoding.chosen())
    lines.say_notices(trace.notices)
    write_trace(trace, out, half_precision=half_precision)
    click.echo(_summary(trace, out))


def _summary(trace: Trace, out: Path) -> str:
    hypotheses = trace.hypotheses
    return (
        f"{trace.translation} (score {hypotheses.scores[0]:.3f}, {hypotheses.lengths[0]} tokens; "
        f"{trace.search.steps} steps, {len(hypotheses)} hypotheses, {trace.milliseconds:.0f} ms) "
        f"→ {out} ({out.stat().st_size / 1000:.0f} kB)"
    )
