"""``seqviz confidence``: how sure a model is on sentences like those it learnt from."""

from pathlib import Path

import click

from seqviz.catalog import resolve
from seqviz.cli import options, printing
from seqviz.cli.pairs import find_test_set
from seqviz.confidence import SHARES, UNSURE
from seqviz.training.keep_confidence import check_ours, keep_confidence
from seqviz.translator import load
from seqviz.translator.devices import use_threads


@click.command(name="confidence")
@options.model
@click.option("--limit", type=click.IntRange(1), help="Take the first lines of FILE only.")
@options.device
@options.threads
@options.strict
@options.models
@click.argument("file", type=click.Path(path_type=Path), required=False)
def command(  # noqa: PLR0913 (click hands every option over by its name)
    *,
    model: str,
    limit: int | None,
    device: str,
    threads: int | None,
    strict: bool,
    models: Path | None,
    file: Path | None,
) -> None:
    """Measure how sure a model is of its translations of a development set, and keep it.

    FILE is the development set, source<TAB>reference in every line, as for evaluate; models of a
    synthetic task need none. Quantiles of the mean log-probability a token go into the model's
    settings.json; `translate` and the page compare every translation with them, and call the model
    unsure below the lowest 2 %. `seqviz train` measures it by itself.

    \b
    Examples:
      seqviz confidence --model de-en/transformer de-en.dev.tsv.gz
      seqviz confidence --model date-iso/dot
    """  # noqa: D301 (click wants the character \b itself)
    entry = resolve(model, models)
    check_ours(entry)
    given = find_test_set(file, limit, entry, strict=strict)
    use_threads(threads)
    translator = load(model, device, models)
    given.check(translator.read)
    data = given.name if file is None else file.name.encode(errors="replace").decode()
    with printing.progress(len(given.sources)) as on_progress:
        found = keep_confidence(translator, given.sources, data, on_progress=on_progress)
    low = found.quantiles[SHARES.index(UNSURE)]
    sentences = printing.count(found.sentences, "sentence")
    printing.say(f"{entry.name}: unsure below {low:.3g} nats a token, {sentences} of {data}")
