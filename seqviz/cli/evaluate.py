"""``seqviz evaluate``: quality and speed of a model on a test set."""

import time
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import click

from seqviz.analysis.quality import corpus_quality
from seqviz.cli import decoding, lines, options
from seqviz.cli.pairs import read_pairs
from seqviz.devices import use_threads
from seqviz.options import Precision
from seqviz.translator import load


@click.command(name="evaluate")
@options.model
@decoding.options
@click.option("--limit", type=click.IntRange(1), help="Take the first so many lines only.")
@options.device
@options.precision
@options.threads
@options.as_json
@options.models
@click.argument("file", type=click.Path(path_type=Path))
def command(  # noqa: PLR0913 (click hands every option over by its name)
    *,
    model: str,
    limit: int | None,
    device: str,
    precision: Precision,
    threads: int | None,
    as_json: bool,
    models: Path | None,
    file: Path,
) -> None:
    """Translate a test set and compare: BLEU and chrF by sacrebleu, and sentences per second.

    FILE holds source<TAB>reference in every line, in UTF-8, and may be compressed by gzip. The
    signatures say how the scores were computed; give them wherever you give the scores.

    \b
    Examples:
      seqviz evaluate --model de-en/transformer test.tsv
      seqviz evaluate --model zh-en/dot --beam 1 --limit 200 --json test.tsv.gz
    """  # noqa: D301 (click wants the character \b itself)
    sources, references = read_pairs(file, limit)
    use_threads(threads)
    translator = load(model, device, models, precision=precision)
    asked = decoding.chosen(translator)
    lines.check_lines(sources, str(file), translator.read)
    started = time.perf_counter()
    with lines.progress(len(sources)) as on_progress:
        translations = translator.translate_all(sources, asked, on_progress=on_progress)
    seconds = time.perf_counter() - started
    lines.say_notices(notice for found in translations for notice in found.notices)
    quality = corpus_quality(
        [found.text for found in translations],
        references,
        language=translator.entry.target_language,
    )
    result = {
        "model": translator.entry.name,
        "file": str(file),
        **asdict(quality),
        **asdict(asked),
        "device": translator.device,
        "seconds": round(seconds, 2),
        "sentences_per_second": round(len(sources) / seconds, 1),
    }
    click.echo(lines.json_line(result) if as_json else _table(result))


def _table(result: Mapping[str, object]) -> str:
    return "\n".join(
        (
            "{model} on {file}",
            "BLEU   {bleu:.1f}   {bleu_signature}",
            "chrF   {chrf:.1f}   {chrf_signature}",
            "beam {beam_size}, length normalisation {length_normalisation}, α {alpha:g}, {device}",
            "{sentences} sentences in {seconds:.1f} s, {sentences_per_second:.1f} a second",
        )
    ).format_map(result)
