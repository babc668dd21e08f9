"""``seqviz translate``: one translation a line."""

from pathlib import Path

import click

from seqviz.cli import lines, options
from seqviz.options import DecodeOptions, LengthNormalisation
from seqviz.translator import load


@click.command(name="translate")
@options.model
@options.beam
@options.length_normalisation
@options.alpha
@options.max_length
@options.device
@options.as_json
@options.models
@click.argument("text", nargs=-1)
def command(  # noqa: PLR0913 (click hands every option over by its name)
    *,
    model: str,
    beam: int,
    length_normalisation: LengthNormalisation,
    alpha: float,
    max_length: int | None,
    device: str,
    as_json: bool,
    models: Path | None,
    text: tuple[str, ...],
) -> None:
    """Translate every TEXT, or the lines of stdin; print one translation a line.

    Line n of the output belongs to line n of the input. So an empty line is an error that names
    it, and nothing is translated; the same holds for a line that is too long or not UTF-8. With
    --json every line is an object: source, translation, log_prob, score and tokens.

    \b
    Examples:
      seqviz translate --model de-en/transformer "Es war sehr kalt."
      seqviz translate --model zh-en/dot --beam 1 我喜欢猫。
      seqviz translate --model de-en/dot --json < sentences.txt > translations.jsonl
    """  # noqa: D301 (click wants the character \b itself)
    texts = lines.from_arguments(text) if text else lines.from_stdin()
    chosen = DecodeOptions(
        beam_size=beam,
        length_normalisation=length_normalisation,
        alpha=alpha,
        max_length=max_length,
    )
    translator = load(model, device, models)
    lines.check_lines(texts, "the arguments" if text else "stdin", translator.read)
    with lines.progress(len(texts)) as on_progress:
        translations = translator.translate_all(texts, chosen, on_progress=on_progress)
    for source, found in zip(texts, translations, strict=True):
        if as_json:
            content = {"source": source, "translation": found.text, "log_prob": found.log_prob}
            content |= {"score": found.score, "tokens": found.tokens}
            click.echo(lines.json_line(content))
        else:
            click.echo(found.text)
