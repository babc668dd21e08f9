"""``seqviz evaluate``: quality and speed of a model on a test set."""

import time
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import click

from seqviz.analysis.quality import corpus_quality, exact_match
from seqviz.catalog import resolve
from seqviz.cli import decoding, lines, options
from seqviz.cli.pairs import find_test_set
from seqviz.options import Precision
from seqviz.translator import load
from seqviz.translator.devices import use_threads


@click.command(name="evaluate")
@options.model
@decoding.options
@click.option("--limit", type=click.IntRange(1), help="Take the first so many lines only.")
@options.device
@options.precision
@options.threads
@options.as_json
@options.models
@click.argument("file", type=click.Path(path_type=Path), required=False)
def command(  # noqa: PLR0913 (click hands every option over by its name)
    *,
    model: str,
    limit: int | None,
    device: str,
    precision: Precision,
    threads: int | None,
    as_json: bool,
    models: Path | None,
    file: Path | None,
) -> None:
    """Translate a test set and compare: BLEU, chrF, exact matches, sentences per second.

    FILE holds source<TAB>reference in every line, in UTF-8, and may be compressed by gzip. Models
    of a synthetic task, such as date-iso/dot, need none: 2,000 cases are generated, the same ones
    every time, of values that no such model is trained on.

    The signatures say how sacrebleu computed BLEU and chrF; give them wherever you give the scores.
    An exact match is right to the letter.

    \b
    Examples:
      seqviz evaluate --model de-en/transformer test.tsv
      seqviz evaluate --model zh-en/dot --beam 1 --limit 200 --json test.tsv.gz
      seqviz evaluate --model date-iso/dot
    """  # noqa: D301 (click wants the character \b itself)
    sources, references, name = find_test_set(file, limit, resolve(model, models))
    use_threads(threads)
    translator = load(model, device, models, precision=precision)
    chosen = decoding.chosen()
    lines.check_lines(sources, name, translator.read)
    started = time.perf_counter()
    with lines.progress(len(sources)) as on_progress:
        translations = translator.translate_all(sources, chosen, on_progress=on_progress)
    seconds = time.perf_counter() - started
    lines.say_notices(notice for found in translations for notice in found.notices)
    texts = [found.text for found in translations]
    language = chosen.target_language or translator.entry.target_language
    quality = corpus_quality(texts, references, language=language)
    result = {
        "model": translator.entry.name,
        "file": name,
        **asdict(quality),
        "exact_match": exact_match(texts, references),
        **asdict(chosen),
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
            "exact  {exact_match:.2f} %",
            "beam {beam_size}, length normalisation {length_normalisation}, α {alpha:g}, {device}",
            "{sentences} sentences in {seconds:.1f} s, {sentences_per_second:.1f} a second",
        )
    ).format_map(result)
