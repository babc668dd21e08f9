"""What ``seqviz inspect`` costs, as tables of Markdown: ``make measure-inspect``.

No test, for times depend on the machine. Processor's seconds of one thread, features beside plain
batched decoding of the same sentences, in turns; then the peak of memory of whole commands.
"""

import argparse
import itertools
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import torch

from seqviz.inspection.reading import Sentence, opened, sentences_in
from seqviz.inspection.rows import Examiner
from seqviz.options import DecodeOptions
from seqviz.translator import Translator, load
from seqviz.translator.devices import describe_machine

COURSE = Path(__file__).parents[2] / "data/course"
SYSTEMS = ("de-en/transformer", "zh-en/dot")
IN_MEMORY = "de-en/dot"
"""Of which memory is measured: the fastest."""
SENTENCES = 100
ROWS = (1_000, 10_000)
WANTED = 2.5
"""Of features without ALTI+, times plain decoding."""
PLAIN, FEATURES, TRUST = "plain", "features", "with --trust"


def course(pair: str, count: int) -> list[Sentence]:
    """So many sentences with references, the same again where there are no more."""
    file = COURSE / f"{pair}.tsv"
    with opened(file) as stream:
        read = list(sentences_in(stream, file.name))
    return list(itertools.islice(itertools.cycle(read), count))


def ways(translator: Translator, read: Sequence[Sentence]) -> Mapping[str, Callable[[], object]]:
    """What is timed, by its name; a recurrent model has no ALTI+."""
    options = DecodeOptions()
    texts = [one.source for one in read]

    def features(*, contributions: bool = False) -> object:
        return Examiner.of(translator, options, contributions=contributions).rows(read)

    found: dict[str, Callable[[], object]] = {
        PLAIN: lambda: list(translator.translate_all(texts, options)),
        FEATURES: features,
    }
    if translator.facts.kind == "transformer":
        found[TRUST] = lambda: features(contributions=True)
    return found


def costs(model: str, pairs: int) -> dict[str, list[float]]:
    """Seconds of the processor of every way, by turns; some sentences before do not count."""
    translator = load(model, "cpu")
    read = course(model.partition("/")[0], SENTENCES)
    for warm_up in ways(translator, read[:8]).values():
        warm_up()
    found = ways(translator, read)
    taken: dict[str, list[float]] = {name: [] for name in found}
    for _ in range(pairs):
        for name, do in found.items():
            began = time.process_time()
            do()
            taken[name].append(time.process_time() - began)
    return taken


def table_of_costs(pairs: int) -> Iterator[str]:
    """A row a system: seconds of plain decoding, and how many times as long the others take."""
    what = f"{SENTENCES} sentences, beam {DecodeOptions().beam_size}"
    yield f"| {what} | {PLAIN} | {FEATURES} | {TRUST} |"
    yield "| --- | --: | --: | --: |"
    for model in SYSTEMS:
        taken = costs(model, pairs)
        plain = taken.pop(PLAIN)
        cells = [f"{statistics.median(plain):.2f} s"]
        for name in (FEATURES, TRUST):
            times = [one / other for one, other in zip(taken.get(name, ()), plain, strict=False)]
            cells.append(
                f"**{statistics.median(times):.2f}×** ({min(times):.2f}–{max(times):.2f})"
                if times
                else "–"
            )
        yield f"| {model} | {' | '.join(cells)} |"


def table_of_memory(rows: Sequence[int]) -> Iterator[str]:
    """A row a size: the most memory of a whole command, and the rows of a second."""
    yield f"| {IN_MEMORY} | peak of memory | seconds of the processor | rows a second |"
    yield "| --- | --: | --: | --: |"
    for count in rows:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "course.tsv"
            lines = (f"{one.source}\t{one.reference}\n" for one in course("de-en", count))
            file.write_text("".join(lines), "utf-8")
            memory, seconds = spent(
                *("inspect", "--model", IN_MEMORY, "--threads", "1"),
                *("--out", f"{folder}/run", str(file)),
            )
        yield f"| {count:,} rows | {memory / 1e6:.0f} MB | {seconds:.0f} | {count / seconds:.1f} |"


def spent(*arguments: str) -> tuple[int, float]:
    """Bytes of memory at most, and seconds of the processor, of a command."""
    child = subprocess.Popen(
        [sys.executable, "-m", "seqviz", *arguments], stdout=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise subprocess.CalledProcessError(child.returncode, child.args)
    return 1024 * usage.ru_maxrss, usage.ru_utime + usage.ru_stime


def main() -> None:
    """Measure, and print each table as soon as it is there."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--rows", type=int, nargs="*", default=ROWS)
    asked = parser.parse_args()
    torch.set_num_threads(1)
    sys.stdout.write(
        f"{describe_machine()['cpu']}, one thread. Features against plain batched decoding: "
        f"medians of {asked.pairs} pairs, lowest to highest behind; wanted ≤ {WANTED}× without "
        "ALTI+.\n\n"
    )
    for line in itertools.chain(table_of_costs(asked.pairs), [""], table_of_memory(asked.rows)):
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
