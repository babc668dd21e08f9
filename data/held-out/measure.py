"""How often SeqViz says that a number or a name of a sentence is missing, rightly and wrongly.

    python data/held-out/measure.py PAIR.dev.tsv.gz ...
    python data/held-out/measure.py --model de-en/transformer ...

With files, such as de-en.dev.tsv.gz: their references, which lack nothing; every notice is a false
alarm. With models: their translations of PAIR.numbers.tsv and PAIR.names.tsv beside this file,
right where all that is needed stands in them.
"""

import gzip
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from seqviz.text.names import missing_names
from seqviz.text.numbers import missing_numbers
from seqviz.training.augment.held_out import stands
from seqviz.translator import load

HERE = Path(__file__).parent


def rows(file: Path) -> Iterator[list[str]]:
    """The columns of every line."""
    opened = gzip.open if file.suffix == ".gz" else open
    with opened(file, "rt", encoding="utf-8") as lines:
        yield from (line.rstrip("\n").split("\t") for line in lines)


def lacking(source: str, translation: str, languages: tuple[str, str]) -> tuple[str, ...]:
    """Whatever is told to be missing."""
    numbers = missing_numbers(source, translation, languages[1])
    return (*numbers, *missing_names(source, translation, languages))


def references(file: Path) -> None:
    """Print the notices about references, and how often there is one."""
    source_language, target_language = file.name.partition(".")[0].split("-")
    found, numbered, total = 0, 0, 0
    for source, reference, *_ in rows(file):
        missing = lacking(source, reference, (source_language, target_language))
        total += 1
        numbered += any(letter.isdigit() for letter in source)
        if missing:
            found += 1
            print(f"  {', '.join(missing)}: {source} | {reference}")
    print(
        f"{file.name}: {found} false alarms in {total} sentences ({found / total:.2%}), "
        f"{numbered} of them with digits"
    )


def model(name: str) -> None:
    """Print how many translations of numbers and names are noticed, wrong ones and right ones."""
    translator = load(name)
    entry = translator.entry
    for subject in ("numbers", "names"):
        lines = list(rows(HERE / f"{entry.pair}.{subject}.tsv"))
        translations = translator.translate_all([source for source, *_ in lines])
        told: dict[bool, list[bool]] = {True: [], False: []}
        for (source, _, needed), found in zip(lines, translations, strict=True):
            missing = lacking(source, found.text, (entry.source_language, entry.target_language))
            told[stands(needed, found.text)].append(bool(missing))
        for is_right, notices in told.items():
            kind = "right" if is_right else "wrong"
            print(f"{name}, {subject}: {len(notices)} {kind}, of them noticed {sum(notices)}")


def main(arguments: Iterable[str]) -> None:
    """Measure all that is named."""
    names = [one for one in arguments if one != "--model"]
    for name in names:
        if "--model" in sys.argv:
            model(name)
        else:
            references(Path(name))


if __name__ == "__main__":
    main(sys.argv[1:])
