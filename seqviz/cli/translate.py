"""``seqviz translate``: one translation a line."""

from pathlib import Path

import click

from seqviz.cli import decoding, lines, options
from seqviz.options import MAX_BEAM_SIZE, DecodeOptions, Precision
from seqviz.translator import load
from seqviz.translator.devices import use_threads
from seqviz.translator.translation import Translation


@click.command(name="translate")
@options.model
@decoding.options
@click.option(
    "--n-best",
    type=click.IntRange(1, MAX_BEAM_SIZE),
    default=1,
    show_default=True,
    help="Print so many translations of every line, best first, with line number and score.",
)
@options.device
@options.precision
@options.threads
@options.as_json
@options.models
@click.argument("text", nargs=-1)
def command(  # noqa: PLR0913 (click hands every option over by its name)
    *,
    model: str,
    n_best: int,
    device: str,
    precision: Precision,
    threads: int | None,
    as_json: bool,
    models: Path | None,
    text: tuple[str, ...],
) -> None:
    """Translate every TEXT, or the lines of stdin; print one translation a line.

    Line n of the output belongs to line n of the input. So an empty line is an error that names
    it, and nothing is translated; the same holds for a line that is too long or not UTF-8. With
    --json every line is an object: source, translation, log_prob, score and tokens. With --n-best
    or --sample every translation is a line: number of the source line, score, text, parted by tabs.

    \b
    Examples:
      seqviz translate --model de-en/transformer "Es war sehr kalt."
      seqviz translate --model zh-en/dot --beam 1 我喜欢猫。
      seqviz translate --model de-en/transformer --prefix "The weather" "Es war sehr kalt."
      seqviz translate --model de-en/transformer --ban cold --n-best 3 "Es war sehr kalt."
      seqviz translate --model de-en/transformer --sample 5 --top-p 0.9 --seed 7 "Es war kalt."
      seqviz translate --model de-en/dot --json < sentences.txt > translations.jsonl
    """  # noqa: D301 (click wants the character \b itself)
    texts = lines.from_arguments(text) if text else lines.from_stdin()
    use_threads(threads)
    translator = load(model, device, models, precision=precision)
    chosen = decoding.chosen(n_best=n_best)
    lines.check_lines(texts, "the arguments" if text else "stdin", translator.read)
    with lines.progress(len(texts)) as on_progress:
        translations = translator.translate_all(texts, chosen, on_progress=on_progress)
    lines.say_notices(notice for found in translations for notice in found.notices)
    for number, (source, found) in enumerate(zip(texts, translations, strict=True), start=1):
        if as_json:
            click.echo(lines.json_line({"source": source, **_content(found, chosen)}))
        elif chosen.n_best == 1:
            click.echo(found.text)
        else:
            for one in (found, *found.alternatives):
                click.echo(f"{number}\t{one.score:.4f}\t{one.text}")


def _content(found: Translation, chosen: DecodeOptions) -> dict[str, object]:
    content: dict[str, object] = {
        "translation": found.text,
        "log_prob": found.log_prob,
        "score": found.score,
        "tokens": found.tokens,
    }
    if chosen.n_best > 1:
        content["alternatives"] = [_content(one, DecodeOptions()) for one in found.alternatives]
    return content
