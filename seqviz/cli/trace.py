"""``seqviz trace``: the whole recorded search as a trace file."""

from pathlib import Path

import click

from seqviz.cli import decoding, lines, options, printing
from seqviz.cli.sentences import SentenceCommand
from seqviz.options import Precision
from seqviz.trace import Trace
from seqviz.trace.file import write_trace
from seqviz.translator import load
from seqviz.translator.devices import use_threads


@click.command(name="trace", cls=SentenceCommand)
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
    sentence = lines.from_argument(text, "TEXT")
    use_threads(threads)
    translator = load(model, device, models, precision=precision)
    chosen = decoding.chosen()
    trace = translator.translate(sentence, chosen)
    write_trace(trace, out, half_precision=half_precision)
    printing.say_notices(trace.notices)
    printing.say_cut_off("the translation" if trace.cut_off() else "")
    printing.say_unknown(trace.unknown, "TEXT")
    decoding.say_about_typed(translator, chosen)
    printing.say(_summary(trace, out))


def _summary(trace: Trace, out: Path) -> str:
    found = trace.hypotheses
    tokens, steps = int(found.lengths[0]), trace.search.steps
    return (
        f"{printing.one_line(trace.translation)} (score {found.scores[0]:.3f}, "
        f"{printing.count(tokens, 'token')}; {printing.count(steps, 'step')}, "
        f"{printing.count(len(found), 'hypothesis', 'hypotheses')}, {trace.milliseconds:.0f} ms) "
        f"→ {out} ({out.stat().st_size / 1000:.0f} kB)"
    )
