"""Test sets: source<TAB>reference in every line, or generated for a synthetic task."""

from pathlib import Path

import click

from seqviz.catalog import ModelEntry
from seqviz.cli import lines
from seqviz.errors import InputError
from seqviz.tasks import TASKS, TEST_PAIRS, TEST_SEED, find_task

COLUMNS = 2
"""Source and reference; further ones are not read."""


def read_pairs(file: Path, limit: int | None = None) -> tuple[list[str], list[str]]:
    """Sources and references, of the first ``limit`` lines or all.

    Raises:
        InputError: the file cannot be read, or a line has too few columns.
    """
    sources, references = [], []
    for number, line in enumerate(lines.from_file(file)[:limit], start=1):
        if not line.strip():
            raise InputError("line_empty", {"line": number, "name": str(file)})
        columns = [column.strip() for column in line.split("\t")]
        if len(columns) < COLUMNS or not columns[1]:
            facts = {"line": number, "name": str(file), "found": sum(map(bool, columns))}
            raise InputError("columns_missing", facts)
        sources.append(columns[0])
        references.append(columns[1])
    return sources, references


def find_test_set(
    file: Path | None, limit: int | None, entry: ModelEntry
) -> tuple[list[str], list[str], str]:
    """Sources, references, and what they are called: of a file, or of the task of a model.

    Raises:
        InputError: the file cannot be read, or a line has too few columns.
        UsageError: no file was given, and the model is of no synthetic task.
    """
    if file is not None:
        return *read_pairs(file, limit), str(file)
    task = find_task(entry.source_language, entry.target_language)
    if task is None:
        reason = f"Missing argument 'FILE': only models of {' and '.join(TASKS)} need none."
        raise click.UsageError(reason, click.get_current_context())
    pairs = task.pairs(train=0, dev=0, test=TEST_PAIRS, seed=TEST_SEED).test[:limit]
    name = f"the test set of {task.name} (generated, seed {TEST_SEED})"
    return [source for source, _ in pairs], [target for _, target in pairs], name
