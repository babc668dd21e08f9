"""``seqviz align``: word alignments by attention, and how well they agree with people."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import click

from seqviz.aligned import MEASURES, ROWS, Measure, Row
from seqviz.analysis.gold import pharaoh, read_gold
from seqviz.cli import decoding, lines, options, printing
from seqviz.cli.pairs import tell_columns
from seqviz.errors import InputError
from seqviz.inspection.alignment import (
    Aligned,
    aligned,
    alignment_study,
    check_attends,
    default_reading,
)
from seqviz.options import DecodeOptions
from seqviz.records.alignment import AlignmentStudy
from seqviz.trace import Trace
from seqviz.training.columns import read_columns
from seqviz.training.keep_alignment import (
    MEASURED,
    TAKEN,
    check_kept,
    guesses,
    keep_alignment,
    told,
)
from seqviz.translator import Translator, load
from seqviz.translator.devices import use_threads

MOST_BYTES = 20_000_000
"""Of a file of links, unpacked."""


@click.command(name="align")
@options.model
@click.option(
    "--gold",
    metavar="GOLD.tsv",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Links that people drew, to compare every layer and head with.",
)
@click.option("--store", is_flag=True, help="With --gold: keep the result in the model's folder.")
@click.option("--links-only", is_flag=True, help="Print the links without the words.")
@click.option(
    "--layer", type=click.IntRange(0), help="From 0. Default: as the model's settings say."
)
@click.option("--head", type=click.IntRange(0), help="From 0. Default: the mean over the heads.")
@click.option("--measure", type=click.Choice(MEASURES), help="Attention weights, or norms.")
@click.option(
    "--row", type=click.Choice(ROWS), help="The step that predicts a token, or is fed it."
)
@decoding.options
@options.device
@options.threads
@options.strict
@options.as_json
@options.models
@click.argument("file", type=click.Path(path_type=Path), required=False)
def command(  # noqa: PLR0913 (click hands every option over by its name)
    *,
    model: str,
    gold: Path | None,
    store: bool,
    links_only: bool,
    layer: int | None,
    head: int | None,
    measure: Measure | None,
    row: Row | None,
    device: str,
    threads: int | None,
    strict: bool,
    as_json: bool,
    models: Path | None,
    file: Path | None,
) -> None:
    """Align words by attention: the sentences of FILE, or compare with links that people drew.

    FILE, or stdin, holds a sentence in every line, or source<TAB>translation, in UTF-8, and may be
    compressed by gzip. A given translation is forced through the model; a sentence alone is
    translated. Every line of the output holds source words, target words and links, parted by tabs:
    i-j links source word i with target word j, both counted from 0, in the form of Pharaoh. A blank
    line gives a blank line.

    GOLD.tsv has the same three columns; i?j or ipj is a possible link. With it, the alignment error
    rate (Och & Ney 2003) of every layer and head is printed, by weights and by norms, for the step
    that predicts a token and for the one that is fed it. Layers and heads count
    from 0.

    \b
    Examples:
      seqviz align --model de-en/transformer pairs.tsv > links.tsv
      seqviz align --model zh-en/transformer --links-only < sentences.txt
      seqviz align --model de-en/transformer --gold data/alignment/de-en.tsv
    """  # noqa: D301 (click wants the character \b itself)
    if gold is not None and file is not None:
        raise click.UsageError("--gold compares, FILE is aligned: give one of them.")
    if store and gold is None:
        raise click.UsageError("--store: only with --gold.")
    use_threads(threads)
    translator = load(model, device, models)
    check_attends(translator)
    if store:
        check_kept(translator.entry)
    if gold is not None:
        _compare(translator, gold, store=store, as_json=as_json)
        return
    asked = {"layer": layer, "head": head, "measure": measure, "row": row}
    changes: dict[str, Any] = {name: value for name, value in asked.items() if value is not None}
    if layer is not None:
        changes.setdefault("head", None)
    for one in _aligned(translator, file, changes, strict=strict):
        if as_json:
            printing.say(printing.json_line(_content(one)))
        else:
            printing.say("" if one is None else _line(one, links_only=links_only))


def _aligned(
    translator: Translator, file: Path | None, changes: Mapping[str, Any], *, strict: bool
) -> Iterator[Aligned | None]:
    """The lines one after the other; None: a blank one."""
    given, name = (
        (lines.from_stdin(tabbed=True), "stdin")
        if file is None
        else (lines.from_file(file), str(file))
    )
    columns = [read_columns(line) for line in given]
    if file is not None:
        tell_columns({number: len(found) for number, found in enumerate(columns, start=1)}, file)
    sources = [found[0] if found else "" for found in columns]
    places = set(lines.filled(sources, name, translator.read, strict=strict))
    chosen = replace(decoding.chosen(), record_attention=True, distribution_size=0)
    for place, found in enumerate(columns):
        if place not in places:
            yield None
            continue
        try:
            trace = _trace(translator, found, chosen)
            reading = replace(default_reading(trace), **changes)
            one = aligned(translator, trace, reading)
        except InputError as error:
            raise lines.BadInput(f"Line {place + 1} of {name}: {error}") from error
        printing.say_notices(trace.notices)
        printing.say_cut_off(f"line {place + 1} of {name}" if trace.cut_off() else "")
        printing.say_unknown(trace.unknown, f"line {place + 1} of {name}")
        yield one


def _trace(translator: Translator, found: list[str], chosen: DecodeOptions) -> Trace:
    source, *given = found
    return (
        translator.force(source, given[0], chosen)
        if given
        else translator.translate(source, chosen)
    )


def _line(one: Aligned, *, links_only: bool) -> str:
    links = pharaoh(one.links)
    return links if links_only else "\t".join((" ".join(one.source), " ".join(one.target), links))


def _content(one: Aligned | None) -> dict[str, object]:
    if one is None:
        return {"source": [], "target": [], "links": []}
    return {"source": one.source, "target": one.target, "links": sorted(one.links)}


def _compare(translator: Translator, gold: Path, *, store: bool, as_json: bool) -> None:
    """Print the error rates of every layer and head, and keep them if that is asked for."""
    pairs = read_gold(lines.from_file(gold, most=MOST_BYTES), str(gold))
    with printing.progress(len(pairs)) as on_progress:
        study = alignment_study(translator, pairs, gold.name, on_progress=on_progress)
    if store:
        keep_alignment(translator.entry, study)
    if as_json:
        guessed = {"chosen": asdict(study.chosen()), "guessed": study.guessed()}
        printing.say(printing.json_line({**asdict(study), **guessed}))
    else:
        printing.say("\n".join(_table(study)))
    if store:
        printing.notice(f"Kept in {translator.entry.folder}.")


def _table(study: AlignmentStudy) -> Iterator[str]:
    links = f"{study.sure} sure and {study.possible - study.sure} possible links"
    yield f"{study.model} on {study.gold}: {printing.count(study.pairs, 'pair')}, {links}"
    columns = study.grids[0].shape[1]
    heads = "".join(f"{f'head {head}':>8}" for head in range(columns - 1))
    yield f"{'AER, %':<41}{'mean':>8}{heads}"
    for grid in study.grids:
        for layer, rates in enumerate(grid.error_rates):
            way = f"{MEASURED[grid.measure]}, {TAKEN[grid.row]}, layer {layer}"
            yield f"{way:<41}" + "".join(f"{100 * rate:8.1f}" for rate in rates)
    chosen = study.chosen()
    yield f"default: {told(chosen, first=0)}"
    yield (
        f"AER {100 * chosen.error_rate:.1f} %, precision {100 * chosen.precision:.1f} %, "
        f"recall {100 * chosen.recall:.1f} %; the lowest AER of all is {100 * chosen.lowest:.1f} %"
    )
    if len(study.mean_norms) > 1:
        yield f"without gold: {', '.join(guesses(study, first=0))}"
