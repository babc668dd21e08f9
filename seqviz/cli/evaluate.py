"""``seqviz evaluate``: quality and speed of a model on a test set."""

import time
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from seqviz.analysis.quality import corpus_quality, exact_match
from seqviz.catalog import resolve
from seqviz.cli import decoding, options, printing
from seqviz.cli.pairs import find_test_set
from seqviz.options import Precision
from seqviz.training.augment.held_out import stands
from seqviz.translator import load
from seqviz.translator.devices import use_threads


@click.command(name="evaluate")
@options.model
@decoding.options
@click.option("--limit", type=click.IntRange(1), help="Take the first so many lines only.")
@options.device
@options.precision
@click.option(
    "--changed",
    is_flag=True,
    help="Also translate in float32, and count what --precision changes.",
)
@click.option(
    "--needed",
    is_flag=True,
    help="Also count translations that hold what a third column of FILE names.",
)
@options.threads
@options.strict
@options.as_json
@options.models
@click.argument("file", type=click.Path(path_type=Path), required=False)
def command(  # noqa: PLR0913 (click hands every option over by its name)
    *,
    model: str,
    limit: int | None,
    device: str,
    precision: Precision,
    changed: bool,
    needed: bool,
    threads: int | None,
    strict: bool,
    as_json: bool,
    models: Path | None,
    file: Path | None,
) -> None:
    """Translate a test set and compare: BLEU, chrF, exact matches, sentences per second.

    FILE holds source<TAB>reference in every line, in UTF-8, and may be compressed by gzip; blank
    lines are passed over, and what follows a second tab is not read: notices name them. Models of a
    synthetic task, such as date-iso/dot, need none: 2,000 cases are generated, the same ones every
    time, of values that no such model is trained on.

    The signatures say how sacrebleu computed BLEU and chrF; give them wherever you give the scores.
    An exact match is right to the letter. With --needed, a third column names what has to stand in
    a translation, such as a name or a number; several things are parted by "; ".

    \b
    Examples:
      seqviz evaluate --model de-en/transformer test.tsv
      seqviz evaluate --model zh-en/dot --beam 1 --limit 200 --json test.tsv.gz
      seqviz evaluate --model date-iso/dot
      seqviz evaluate --model de-en/transformer --needed data/held-out/de-en.names.tsv
      seqviz evaluate --model de-en/transformer --precision bfloat16 --changed test.tsv
    """  # noqa: D301 (click wants the character \b itself)
    found = find_test_set(file, limit, resolve(model, models), strict=strict, needed=needed)
    use_threads(threads)
    translator = load(model, device, models, precision=precision)
    chosen = decoding.chosen()
    found.check(translator.read)
    started = time.perf_counter()
    with printing.progress(len(found.sources)) as on_progress:
        translations = translator.translate_all(found.sources, chosen, on_progress=on_progress)
    seconds = time.perf_counter() - started
    decoding.say_about(translations, numbers=found.numbers)
    decoding.say_about_typed(translator, chosen)
    texts = [one.text for one in translations]
    language = chosen.target_language or translator.entry.target_language
    quality = corpus_quality(texts, found.references, language=language)
    printing.say_advice(quality.advice)
    result = {
        "model": translator.entry.name,
        "file": found.name,
        **asdict(quality),
        "exact_match": exact_match(texts, found.references),
        **asdict(chosen),
        "device": translator.device,
        "precision": precision,
        "seconds": round(seconds, 2),
        "sentences_per_second": round(len(texts) / seconds, 1),
        "unfinished": sum(not one.finished for one in translations),
        "with_unknown": sum(bool(one.unknown) for one in translations),
    }
    if needed:
        right = map(stands, found.needed, texts)
        result["needed"] = 100 * sum(right) / len(texts)
    if changed:
        exact = load(model, device, models).translate_all(found.sources, chosen)
        differing = (one.text != text for one, text in zip(exact, texts, strict=True))
        result["changed"] = sum(differing)
    printing.say(printing.json_line(result) if as_json else _table(result))


def _table(result: Mapping[str, Any]) -> str:
    counted = printing.count(result["sentences"], "sentence")
    changed = "{precision} changes {changed} of {counted}, against float32"
    return "\n".join(
        (
            "{model} on {file}",
            "BLEU   {bleu:.1f}   {bleu_signature}",
            "chrF   {chrf:.1f}   {chrf_signature}",
            "exact  {exact_match:.2f} %",
            *(["needed {needed:.1f} %"] if "needed" in result else []),
            "beam {beam_size}, length normalisation {length_normalisation}, α {alpha:g}, {device}",
            "{counted} in {seconds:.1f} s, {sentences_per_second:.1f} a second",
            *([changed] if "changed" in result else []),
        )
    ).format_map({**result, "counted": counted})
