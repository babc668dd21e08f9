"""Test sets: source<TAB>reference in every line, or generated for a synthetic task."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import click

from seqviz.catalog import ModelEntry
from seqviz.cli import lines, printing
from seqviz.errors import InputError
from seqviz.tasks import TASKS, TEST_PAIRS, TEST_SEED, find_task
from seqviz.training.columns import line_numbers, read_columns, too_many

COLUMNS = 2
"""Source and reference; further ones are not read."""


@dataclass(frozen=True, kw_only=True)
class Pairs:
    """Sentences and their references."""

    name: str
    sources: list[str]
    references: list[str]
    numbers: list[int]
    """Of their lines in the file."""
    needed: list[str]
    """What has to stand in a translation; empty: nothing was asked for."""

    def of(self, places: list[int]) -> "Pairs":
        """Those at some places only."""
        return Pairs(
            name=self.name,
            sources=[self.sources[place] for place in places],
            references=[self.references[place] for place in places],
            numbers=[self.numbers[place] for place in places],
            needed=[self.needed[place] for place in places] if self.needed else [],
        )

    def check(self, check: Callable[[str], object]) -> None:
        """Let every sentence be checked before the first is translated.

        Raises:
            InputError: one is blank.
            BadInput: ``check`` refused one.
        """
        lines.filled(self.sources, self.name, check, strict=True, numbers=self.numbers)


def read_pairs(
    file: Path, limit: int | None = None, *, strict: bool, needed: bool = False
) -> Pairs:
    """Sources and references, of the first ``limit`` lines or all; blank lines are passed over.

    With ``needed`` also what has to stand in a translation, a third column of every line.

    Raises:
        InputError: the file cannot be read, holds no pair, or a line has too few columns, or is
            blank, and ``strict``.
    """
    rows = [read_columns(line) for line in lines.from_file(file, first=limit)]
    blank = [number for number, columns in enumerate(rows, start=1) if not any(columns)]
    if blank and (strict or len(blank) == len(rows)):
        raise InputError("line_empty", {"line": blank[0], "name": str(file)})
    found = {number: columns for number, columns in enumerate(rows, start=1) if any(columns)}
    for number, columns in found.items():
        if len(columns) < COLUMNS or not all(columns[:COLUMNS]):
            raise InputError("columns_missing", {"line": number, "name": str(file)})
        if needed and len(columns) == COLUMNS:
            reason = "has no third column, which --needed reads"
            raise InputError("data_line", {"line": number, "name": str(file), "reason": reason})
    if blank:
        printing.notice(f"Nothing stands in {line_numbers(blank)} of {file}.")
    if not needed:
        tell_columns({number: len(columns) for number, columns in found.items()}, file)
    return Pairs(
        name=str(file),
        sources=[columns[0] for columns in found.values()],
        references=[columns[1] for columns in found.values()],
        numbers=[*found],
        needed=[columns[COLUMNS] for columns in found.values()] if needed else [],
    )


def tell_columns(counts: Mapping[int, int], file: Path) -> None:
    """A reference is never shortened in silence."""
    stray = too_many(counts, read=COLUMNS)
    alike = [number for number, count in counts.items() if count > COLUMNS and number not in stray]
    for asked, numbers in (("", alike), ("A tab too many? ", stray)):
        if numbers:
            where = f"{line_numbers(numbers)} of {file}"
            printing.notice(f"{asked}What follows the second column is not read: {where}.")


def find_test_set(
    file: Path | None,
    limit: int | None,
    entry: ModelEntry,
    *,
    strict: bool,
    needed: bool = False,
) -> Pairs:
    """What a file holds, or the test set of a model's task.

    Raises:
        InputError: as ``read_pairs``.
        UsageError: no file was given, and the model is of no synthetic task, or one is needed.
    """
    if file is not None:
        return read_pairs(file, limit, strict=strict, needed=needed)
    task = find_task(entry.source_language, entry.target_language)
    if task is None or needed:
        reason = f"Missing argument 'FILE': only models of {' and '.join(TASKS)} need none."
        raise click.UsageError(reason, click.get_current_context())
    pairs = task.pairs(train=0, dev=0, test=TEST_PAIRS, seed=TEST_SEED).test[:limit]
    return Pairs(
        name=f"the test set of {task.name} (generated, seed {TEST_SEED})",
        sources=[source for source, _ in pairs],
        references=[target for _, target in pairs],
        numbers=[*range(1, len(pairs) + 1)],
        needed=[],
    )
