"""``seqviz lengths``: how well a model translates short and long sentences."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

import click

from seqviz.analysis.confidence import RESAMPLES, quality_intervals
from seqviz.analysis.quality import corpus_quality
from seqviz.catalog import resolve
from seqviz.cli import decoding, options, printing
from seqviz.cli.pairs import find_test_set
from seqviz.options import MAX_BEAM_SIZE, DecodeOptions
from seqviz.records.lengths import (
    LEAST,
    STUDY_FILE,
    LengthBucket,
    LengthStudy,
    bucket_of,
    bucket_starts,
    pairs_digest,
)
from seqviz.translator import load
from seqviz.translator.devices import use_threads


@dataclass(frozen=True, kw_only=True)
class Sentence:
    """One of the test set, translated."""

    length: int
    translation: str
    reference: str


@dataclass(frozen=True, kw_only=True)
class Resampling:
    """How the intervals come about."""

    resamples: int
    seed: int


@click.command(name="lengths")
@options.model
@options.out(STUDY_FILE.name)
@click.option(
    "--beam",
    "beam_size",
    type=click.IntRange(1, MAX_BEAM_SIZE),
    default=DecodeOptions.beam_size,
    show_default=True,
    help="Beam size; 1 is greedy.",
)
@click.option(
    "--least",
    type=click.IntRange(1),
    default=LEAST,
    show_default=True,
    help="Sentences that a bucket of lengths holds, or more.",
)
@click.option(
    "--resamples",
    type=click.IntRange(100, 100_000),
    default=RESAMPLES,
    show_default=True,
    help="For the 95 % intervals.",
)
@click.option(
    "--seed", type=click.IntRange(0), default=1, show_default=True, help="Of the resamples."
)
@options.device
@options.threads
@options.strict
@options.models
@click.argument("file", type=click.Path(path_type=Path), required=False)
def command(  # noqa: PLR0913 (click hands every option over by its name)
    *,
    model: str,
    out: Path,
    beam_size: int,
    least: int,
    resamples: int,
    seed: int,
    device: str,
    threads: int | None,
    strict: bool,
    models: Path | None,
    file: Path | None,
) -> None:
    """Translate a test set, and score its short and its long sentences apart.

    FILE holds source<TAB>reference in every line, in UTF-8, and may be compressed by gzip. Models
    of a synthetic task, such as date-iso/dot, need none: their test set is generated.

    The sentences are put into up to nine buckets by the number of their source pieces; the result
    holds BLEU, chrF and exact match of each, with 95 % intervals by resampling its sentences. The
    buckets depend on the sentences and the tokenizer alone, so all systems of a pair get the same.

    \b
    Examples:
      seqviz lengths --model de-en/dot --out pretrained/de-en/dot/lengths.json test.tsv
      seqviz lengths --model de-en/dot --beam 1 --least 5 --out quick.json test.tsv
    """  # noqa: D301 (click wants the character \b itself)
    given = find_test_set(file, None, resolve(model, models), strict=strict)
    use_threads(threads)
    translator = load(model, device, models)
    given.check(translator.read)
    lengths = [len(translator.read(source).ids) - 1 for source in given.sources]
    with printing.progress(len(lengths)) as on_progress:
        found = translator.translate_all(
            given.sources, DecodeOptions(beam_size=beam_size), on_progress=on_progress
        )
    decoding.say_about(found, numbers=given.numbers)
    texts = [translation.text for translation in found]
    sentences = [
        Sentence(length=length, translation=text, reference=reference)
        for length, text, reference in zip(lengths, texts, given.references, strict=True)
    ]
    language = translator.entry.target_language
    whole = corpus_quality(texts, given.references, language=language)
    printing.say_advice(whole.advice)
    how = Resampling(resamples=resamples, seed=seed)
    study = LengthStudy(
        model=translator.entry.name,
        fingerprint=translator.facts.fingerprint,
        weights=translator.entry.weights_digest(),
        attention=translator.entry.attention,
        test_set=(given.name if file is None else file.name).encode(errors="replace").decode(),
        digest=pairs_digest(given.sources, given.references),
        beam_size=beam_size,
        resamples=resamples,
        seed=seed,
        device=translator.device,
        bleu_signature=whole.bleu_signature,
        chrf_signature=whole.chrf_signature,
        buckets=_buckets(sentences, bucket_starts(lengths, least), language=language, how=how),
    )
    STUDY_FILE.write(study, out)
    for bucket in study.buckets:
        printing.say(_line(bucket), err=True)
    printing.say(
        f"{study.model}: {printing.count(len(study.buckets), 'bucket')} of "
        f"{printing.count(study.sentences, 'sentence')}, "
        f"BLEU {whole.bleu:.1f} → {out}"
    )


def _buckets(
    sentences: Sequence[Sentence], starts: Sequence[int], *, language: str, how: Resampling
) -> tuple[LengthBucket, ...]:
    members: list[list[Sentence]] = [[] for _ in starts]
    for sentence in sentences:
        members[bucket_of(starts, sentence.length)].append(sentence)
    ends = [*(start - 1 for start in starts[1:]), None]
    return tuple(
        _bucket(first, last, inside, language=language, how=how)
        for first, last, inside in zip(starts, ends, members, strict=True)
    )


def _bucket(
    first: int, last: int | None, /, inside: Sequence[Sentence], *, language: str, how: Resampling
) -> LengthBucket:
    found = quality_intervals(
        [sentence.translation for sentence in inside],
        [sentence.reference for sentence in inside],
        language=language,
        seed=how.seed,
        resamples=how.resamples,
    )
    return LengthBucket(
        first=first,
        last=last,
        sentences=len(inside),
        mean_length=round(fmean(sentence.length for sentence in inside), 2),
        bleu=found.bleu,
        chrf=found.chrf,
        exact=found.exact,
    )


def _line(bucket: LengthBucket) -> str:
    lengths = f"{bucket.first}–{bucket.last}" if bucket.last else f"{bucket.first} and more"
    return (
        f"{lengths} pieces, {printing.count(bucket.sentences, 'sentence')}: "
        f"BLEU {bucket.bleu.value:.1f} ({bucket.bleu.low:.1f} to {bucket.bleu.high:.1f}), "
        f"chrF {bucket.chrf.value:.1f}, exact {bucket.exact.value:.1f} %"
    )
