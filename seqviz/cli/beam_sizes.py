"""``seqviz beam-sizes``: what every beam size does to a model's output on a test set."""

import random
import time
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean
from typing import cast

import click

from seqviz.analysis.confidence import Resampled, beam_size_intervals, resampled
from seqviz.analysis.quality import Quality, corpus_quality
from seqviz.cli import decoding, options, printing
from seqviz.cli.pairs import Pairs, read_pairs
from seqviz.options import MAX_BEAM_SIZE, DecodeOptions, LengthNormalisation
from seqviz.records.beam_sizes import NORMALISATIONS, STUDY_FILE, BeamSizeRow, BeamSizeStudy
from seqviz.translator import Translator, load
from seqviz.translator.devices import use_threads
from seqviz.translator.translation import Translation

ALPHA = 1.0
SIZES = "1,2,3,5,8,12,16,24,32,64"


def _sizes(_context: click.Context, _option: click.Parameter, value: str) -> tuple[int, ...]:
    try:
        sizes = tuple(sorted({int(size) for size in value.split(",")}))
    except ValueError as error:
        raise click.BadParameter(f"{value!r} is no list such as {SIZES}") from error
    if not (sizes[0] >= 1 and sizes[-1] <= MAX_BEAM_SIZE):
        raise click.BadParameter(f"beam sizes lie between 1 and {MAX_BEAM_SIZE}")
    return sizes


@click.command(name="beam-sizes")
@options.model
@options.out(STUDY_FILE.name)
@click.option(
    "--sentences",
    type=click.IntRange(1),
    default=1000,
    show_default=True,
    help="How many to draw from the test set; all where it has fewer.",
)
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Of the draw.")
@click.option(
    "--beams", "sizes", default=SIZES, show_default=True, callback=_sizes, help="Beam sizes."
)
@options.device
@options.threads
@options.strict
@options.models
@click.argument("file", type=click.Path(path_type=Path))
def command(  # noqa: PLR0913 (click hands every option over by its name)
    *,
    model: str,
    out: Path,
    sentences: int,
    seed: int,
    sizes: tuple[int, ...],
    device: str,
    threads: int | None,
    strict: bool,
    models: Path | None,
    file: Path,
) -> None:
    """Decode a sample of a test set with many beam sizes, with and without length normalisation.

    FILE holds source<TAB>reference in every line, in UTF-8, and may be compressed by gzip. The
    result holds BLEU, chrF, length ratio, log-probability and the share of empty translations at
    every beam size, each with a 95 % interval (1,000 resamples of the sentences). Nothing is
    written before all is done.

    \b
    Examples:
      seqviz beam-sizes --model de-en/dot --out pretrained/de-en/dot/beam_sizes.json test.tsv
      seqviz beam-sizes --model de-en/dot --beams 1,5,64 --sentences 50 --out quick.json test.tsv
    """  # noqa: D301 (click wants the character \b itself)
    whole = read_pairs(file, strict=strict)
    use_threads(threads)
    translator = load(model, device, models)
    whole.check(translator.read)
    sample = _draw(whole, sentences, seed)
    measured = {
        name: [_measure(translator, sample, _options(name, size), seed=seed) for size in sizes]
        for name in NORMALISATIONS
    }
    first = measured[NORMALISATIONS[0]][0]
    printing.say_advice(first.quality.advice)
    decoding.say_unknown_lines(first.found, numbers=sample.numbers)
    usual = DecodeOptions().beam_size
    compared = usual if usual in sizes else sizes[0]
    study = BeamSizeStudy(
        model=translator.entry.name,
        fingerprint=translator.facts.fingerprint,
        test_set=file.name,
        sentences=len(sample.sources),
        seed=seed,
        alpha=ALPHA,
        device=translator.device,
        bleu_signature=first.quality.bleu_signature,
        chrf_signature=first.quality.chrf_signature,
        curves={name: _with_intervals(found, compared) for name, found in measured.items()},
        compared_with=compared,
    )
    STUDY_FILE.write(study, out)
    printing.say(
        f"{study.model}: {printing.count(len(sizes), 'beam size')} on "
        f"{printing.count(study.sentences, 'sentence')} → {out}"
    )


def _draw(whole: Pairs, count: int, seed: int) -> Pairs:
    """A random sample, in the order of the file; all where there are no more."""
    size = len(whole.sources)
    return whole.of(sorted(random.Random(seed).sample(range(size), min(count, size))))


def _options(normalisation: str, beam_size: int) -> DecodeOptions:
    return DecodeOptions(
        beam_size=beam_size,
        length_normalisation=cast(LengthNormalisation, normalisation),
        alpha=ALPHA,
    )


@dataclass(frozen=True, kw_only=True)
class _Measured:
    """One beam size: its numbers, without intervals, and what they were found from."""

    row: BeamSizeRow
    quality: Quality
    found: list[Translation]
    resampled: Resampled


def _with_intervals(measured: list[_Measured], compared: int) -> tuple[BeamSizeRow, ...]:
    """The rows of one normalisation; BLEU is compared with that of one of the beam sizes."""
    usual = next(one.resampled for one in measured if one.row.beam_size == compared)
    return tuple(
        replace(one.row, intervals=beam_size_intervals(one.resampled, usual)) for one in measured
    )


def _measure(
    translator: Translator, sample: Pairs, chosen: DecodeOptions, *, seed: int
) -> _Measured:
    """Decode all sentences, tell how it went on stderr, and take the numbers."""
    clock = time.process_time if translator.device == "cpu" else time.perf_counter
    started = clock()
    with printing.progress(len(sample.sources)) as on_progress:
        found = translator.translate_all(sample.sources, chosen, on_progress=on_progress)
    seconds = clock() - started
    texts = [translation.text for translation in found]
    language = translator.entry.target_language
    quality = corpus_quality(texts, sample.references, language=language)
    row = BeamSizeRow(
        beam_size=chosen.beam_size,
        bleu=round(quality.bleu, 2),
        chrf=round(quality.chrf, 2),
        length_ratio=round(quality.length_ratio, 4),
        log_prob=round(fmean(translation.log_prob for translation in found), 4),
        score=round(fmean(translation.score for translation in found), 4),
        empty=round(sum(not text.strip() for text in texts) / len(texts), 4),
        seconds=round(seconds, 2),
    )
    cut = sum(not translation.finished for translation in found)
    printing.say(_line(chosen, row) + (f", {cut} cut off" if cut else ""), err=True)
    log_probs = [translation.log_prob for translation in found]
    return _Measured(
        row=row,
        quality=quality,
        found=found,
        resampled=resampled(texts, sample.references, log_probs, language=language, seed=seed),
    )


def _line(chosen: DecodeOptions, row: BeamSizeRow) -> str:
    return (
        f"{chosen.length_normalisation}, beam {row.beam_size}: BLEU {row.bleu:.1f}, "
        f"length ratio {row.length_ratio:.3f}, Σ log p {row.log_prob:.2f}, "
        f"empty {row.empty:.1%}, {row.seconds:.1f} s"
    )
