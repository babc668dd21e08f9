"""``seqviz inspect``: a whole test set, every sentence with the features that tell of errors."""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

import click

from seqviz.cli import decoding, options, printing
from seqviz.files import write_whole
from seqviz.inspection.buckets import Bucket, word_counts
from seqviz.inspection.compare import Gain, Gains, comparison
from seqviz.inspection.marked import known_about
from seqviz.inspection.on_ray import ADDRESS_VARIABLE, OnRay, Recipe
from seqviz.inspection.rated import check_rated, keep_rated
from seqviz.inspection.reading import (
    Sentence,
    lines_of,
    opened,
    sentences_in,
    third_column,
    with_baseline,
)
from seqviz.inspection.report import report_page
from seqviz.inspection.rows import Examiner
from seqviz.inspection.run import OnProgress, Progress, inspect, read_run
from seqviz.inspection.spanned import spans_in
from seqviz.inspection.summary import summary
from seqviz.options import Precision
from seqviz.translator import load
from seqviz.translator.devices import compute_steadily, use_threads

REPORT = "report.html"
MOST_GAINS = 10
"""N-grams of a line."""
EVERY = 10
"""Seconds between two lines of progress, where nobody sees a bar."""


@click.command(name="inspect")
@options.model
@click.option(
    "--baseline",
    metavar="FILE2",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Another system's translations, line by line, to compare with.",
)
@click.option(
    "--training",
    metavar="FILE3",
    type=click.Path(path_type=Path, dir_okay=False),
    help="What the model was trained on, source<TAB>target or targets, to see how rare words fare; "
    "without it, words are counted in the references.",
)
@click.option(
    "--out",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="The folder of the run; made if it is not there. An unfinished run in it goes on.",
)
@click.option(
    "--trust",
    is_flag=True,
    help="Also compute how much of every translation comes from its source (ALTI+); Transformers.",
)
@click.option(
    "--engine",
    type=click.Choice(["embedded", "ray"]),
    default="embedded",
    show_default=True,
    help="What examines: this process; or Ray, on all GPUs or cores of this machine, or of the "
    f"cluster that ${ADDRESS_VARIABLE} names (pip install 'seqviz[ray]').",
)
@decoding.options
@options.device
@options.precision
@options.threads
@options.as_json
@options.models
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def command(  # noqa: PLR0913 (click hands every option over by its name)
    *,
    model: str,
    baseline: Path | None,
    training: Path | None,
    out: Path,
    trust: bool,
    engine: str,
    device: str,
    precision: Precision,
    threads: int | None,
    as_json: bool,
    models: Path | None,
    file: Path,
) -> None:
    """Translate a test set, and find the sentences that may be wrong.

    FILE holds one sentence per line: the source; source<TAB>reference, which may be empty; or
    source<TAB>reference<TAB>another system's translation. A first line may name the columns, such
    as source<TAB>reference<TAB>baseline; a third column without a name is read as another system's
    translations if it is about as long as the references and differs from line to line. Or FILE is
    a TSV of the Marot viewer. UTF-8, plain or gzip; blank lines are skipped.

    DIR gets sentences.parquet, one row per sentence with all features, and report.html, which opens
    without a network; of a Marot TSV also the errors that people marked, for Inspect on the page.
    Work is kept as it goes: stop at any moment, and the same command goes on.

    \b
    Examples:
      seqviz inspect test.tsv --model de-en/transformer --out run
      seqviz inspect test.tsv.gz --model zh-en/dot --beam 1 --out run
      seqviz inspect test.tsv --model fr-en/transformer --baseline other.txt --trust --out run
    """  # noqa: D301 (click wants the character \b itself)
    use_threads(threads)
    compute_steadily()  # so that a run that goes on ends as if it had never stopped
    translator = load(model, "cpu" if engine == "ray" else device, models, precision=precision)
    examiner = Examiner.of(translator, decoding.chosen(), contributions=trust)
    recipe = Recipe.of(examiner, model, models=models, device=device, threads=threads or 1)
    chosen = OnRay(recipe) if engine == "ray" else None
    with opened(file) as stream:
        check_rated(stream, str(file))
    read = partial(_read, file, baseline)
    with _told() as on_progress:
        table = inspect(examiner, read, out, engine=chosen, on_progress=on_progress)
    keep_rated(file, out)
    _say_third(file, baseline)
    rows = read_run(table)
    language = examiner.options.target_language or translator.entry.target_language
    counts = _counted(training, language)
    found = comparison(rows, language=language, counts=counts)
    entry = translator.entry
    page = report_page(
        rows,
        model=entry.name,
        known=known_about(translator),
        comparison=found,
        spans=spans_in(out, rows),
    )
    write_whole(out / REPORT, page.encode())
    decoding.say_about_typed(translator, decoding.chosen())
    result = summary(rows, language=language)
    if as_json:
        told = {"model": translator.entry.name, "file": str(file), "out": str(out), **result}
        told["significance"] = [vars(one) for one in found.significance]
        for name, lists in zip(("won", "lost"), zip(*found.gains, strict=True), strict=False):
            told[name] = [vars(one) for grams in lists for one in grams]
        told["buckets"] = [vars(one) for one in found.buckets]
        printing.say(printing.json_line(told))
        return
    printing.say(f"{translator.entry.name} on {file}: {printing.count(len(rows), 'sentence')}")
    for name, value in result.items():
        if name != "sentences":
            printing.say(f"{name:18} {value:.3f}")
    for one in found.significance:
        printing.say(
            f"{one.metric} {one.score:.2f}, baseline {one.baseline:.2f}: {one.difference:+.2f} "
            f"({one.low:+.2f} to {one.high:+.2f}), p {one.p_bootstrap:.3f} by bootstrap, "
            f"{one.p_randomisation:.3f} by randomisation"
        )
    _say_gains(found.gains)
    _say_buckets(found.buckets, counted=counts is not None)
    printing.say(f"{table}\n{out / REPORT}")


def _counted(training: Path | None, language: str) -> Counter[str] | None:
    """The words of a training text's targets: of its second column, where it has more than one."""
    if training is None:
        return None
    with opened(training) as stream:
        targets = (line.split("\t")[:2][-1] for line in lines_of(stream, str(training)))
        return word_counts(targets, language=language)


def _say_third(file: Path, baseline: Path | None) -> None:
    """Say what a column without a name was taken for."""
    with opened(file) as stream:
        third = third_column(stream, str(file))
    if third == "baseline" and baseline is None:
        printing.notice(
            f"The third column of {file} is read as another system's translations. If it is not, "
            "say so in a first line: 'source<TAB>reference<TAB>other'."
        )
    elif third:
        printing.notice(
            f"What follows the second column of {file} is not read: "
            + (
                f"{baseline} holds the other system's translations."
                if baseline
                else "a first line 'source<TAB>reference<TAB>baseline' would name it."
            )
        )


def _say_buckets(found: Sequence[Bucket], *, counted: bool) -> None:
    """A line a bucket, below one that says of what."""
    where = "training text" if counted else "references"
    kinds = {
        "frequency": f"F1 of words by their count in the {where}",
        "length": "F1 of words by the length of the reference",
        "parting": "F1 of words by how many words both systems begin with",
    }
    for kind, title in kinds.items():
        some = [one for one in found if one.kind == kind]
        if some:
            printing.say(title)
        for one in some:
            other = "" if one.baseline is None else f", baseline {one.baseline:.3f}"
            count = printing.count(one.words, "word")
            printing.say(f"  {one.range:10} {count:>12}: {one.f1:.3f}{other}")


def _say_gains(found: Sequence[Gains]) -> None:
    """The n-grams won and lost, a line for each length that has any."""
    for order, both in enumerate(found, 1):
        for name, grams in zip(("won", "lost"), both, strict=True):
            if grams:
                told = " · ".join(_gram(one) for one in grams[:MOST_GAINS])
                printing.say(f"{f'{name}, {order}-grams':18} {told}")


def _gram(one: Gain) -> str:
    return f"{' '.join(one.words)} {one.difference:+d}"


def _read(file: Path, baseline: Path | None) -> Iterator[Sentence]:
    with ExitStack() as stack:
        sentences = sentences_in(stack.enter_context(opened(file)), str(file))
        if baseline is not None:
            lines = lines_of(stack.enter_context(opened(baseline)), str(baseline))
            sentences = with_baseline(sentences, lines, name=str(baseline))
        yield from sentences


@contextmanager
def _told() -> Iterator[OnProgress]:
    """Lines on stderr: how far, how fast, how long still."""
    last = time.monotonic()

    def tell(told: Progress) -> None:
        nonlocal last
        now, left = time.monotonic(), told.seconds_left
        if left is None or (now - last < EVERY and told.done < told.total):
            return
        last = now
        text = f"{told.done} of {told.total} sentences, {told.rate:.1f} a second, {left:.0f} s left"
        printing.say(text, err=True)

    yield tell
