"""``seqviz heads``: what every head of a model's attention does on a test set."""

from collections.abc import Iterator
from itertools import islice, product
from pathlib import Path
from typing import Any

import click

from seqviz.analysis.gold import read_gold
from seqviz.analysis.heads import HeadStudy
from seqviz.cli import decoding, lines, options, printing
from seqviz.cli.align import MOST_BYTES
from seqviz.inspection.alignment import alignment_study
from seqviz.inspection.heads import SAMPLE, SENTENCES, head_study, stored_alignment, with_alignment
from seqviz.inspection.reading import opened, sentences_in
from seqviz.records.alignment import AlignmentStudy
from seqviz.translator import Translator, load
from seqviz.translator.devices import use_threads

WIDTHS = {"entropy": 8, "eos": 6, "punctuation": 12, "diagonality": 12, "aer": 6, "change": 8}
DIGITS = 6
NAMES = {"eos": "EOS", "aer": "AER", "change": "Δ log p"}


@click.command(name="heads")
@options.model
@click.option(
    "--sentences",
    type=click.IntRange(1),
    default=SENTENCES,
    show_default=True,
    help="How many of FILE are read, from its start.",
)
@click.option(
    "--ablate",
    type=click.IntRange(0),
    default=SAMPLE,
    show_default=True,
    help="On how many of them every head is switched off.",
)
@click.option(
    "--gold",
    metavar="GOLD.tsv",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Links that people drew, as for align. Default: what is stored beside the model.",
)
@decoding.options
@options.device
@options.threads
@options.as_json
@options.models
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def command(  # noqa: PLR0913 (click hands every option over by its name)
    *,
    model: str,
    sentences: int,
    ablate: int,
    gold: Path | None,
    device: str,
    threads: int | None,
    as_json: bool,
    models: Path | None,
    file: Path,
) -> None:
    """Say what every head of the cross-attention does, over the sentences of FILE.

    FILE is a test set as for inspect. A reference is forced through the model; a sentence alone is
    translated. Columns: entropy of a row, divided by the logarithm of the source's length; share of
    the weights on EOS, and on punctuation; how near to the diagonal they lie, 0 to 1; alignment
    error rate, where links by people are there; what switching the head off adds to log p of a
    token, in nats, below 0 where the head is of use. Then the numbers of the sentences in which the
    head is most and least typical. Layers and heads count from 0.

    \b
    Examples:
      seqviz heads --model de-en/transformer test.tsv
      seqviz heads --model de-en/transformer --sentences 20 --gold data/alignment/de-en.tsv test.tsv
    """  # noqa: D301 (click wants the character \b itself)
    chosen = decoding.chosen()
    with opened(file) as stream:
        read = list(islice(sentences_in(stream, str(file)), sentences))
    use_threads(threads)
    translator = load(model, device, models)
    alignment = stored_alignment(translator) if gold is None else _aligned(translator, gold)
    total = len(read) + min(ablate, len(read)) * translator.facts.layers * translator.facts.heads
    with printing.progress(total) as on_progress:
        study = head_study(
            translator,
            read,
            str(file),
            options=chosen,
            sample=ablate,
            on_progress=on_progress,
        )
    study = with_alignment(study, alignment)
    if as_json:
        printing.say(printing.json_line(_record(study)))
    else:
        printing.say("\n".join(_table(study)))


def _aligned(translator: Translator, gold: Path) -> AlignmentStudy:
    pairs = read_gold(lines.from_file(gold, most=MOST_BYTES), str(gold))
    return alignment_study(translator, pairs, gold.name)


def _heads(study: HeadStudy) -> Iterator[dict[str, Any]]:
    values = study.values()
    for layer, head in product(*map(range, study.shape)):
        most, least = (
            [study.numbers[place] for place in places] for places in study.extremes(layer, head)
        )
        found = {name: round(float(grid[layer, head]), DIGITS) for name, grid in values.items()}
        yield {"layer": layer, "head": head, **found, "most_typical": most, "least_typical": least}


def _record(study: HeadStudy) -> dict[str, object]:
    return {
        "model": study.model,
        "fingerprint": study.fingerprint,
        "test_set": study.test_set,
        "sentences": len(study.numbers),
        "forced": study.forced,
        "ablated": study.sample,
        "gold": study.gold,
        "heads": list(_heads(study)),
    }


def _table(study: HeadStudy) -> Iterator[str]:
    read = printing.count(len(study.numbers), "sentence")
    gold = f", AER on {study.gold}" if study.gold else ""
    yield (
        f"{study.model} on {study.test_set}: {read}, {study.forced} of them with a reference, "
        f"heads switched off on {study.sample}{gold}"
    )
    names = list(study.values())
    titles = "".join(f"{NAMES.get(name, name):>{WIDTHS[name]}}" for name in names)
    yield f"layer head{titles}  most and least typical: sentences"
    for one in _heads(study):
        numbers = "".join(f"{one[name]:{WIDTHS[name]}.3f}" for name in names)
        most, least = (" ".join(map(str, one[end])) for end in ("most_typical", "least_typical"))
        yield f"{one['layer']:5d} {one['head']:4d}{numbers}  {most} | {least}"
