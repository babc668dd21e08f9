"""Test sets: source<TAB>reference in every line."""

from pathlib import Path

from seqviz.cli import lines
from seqviz.errors import InputError

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
