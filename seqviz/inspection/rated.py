"""Spans that people marked in the translations of a test set, and how they agree with our marks.

A Marot file that was inspected gave the baselines: they are what its raters read. Who reads the
table marks what its own model wrote; those spans lie among the notes.
"""

import re
import shutil
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import BinaryIO

import pandas as pd

from seqviz.files import is_file, whole
from seqviz.inspection.marot import HumanSpan, RatedSegment, is_marot, read_marot
from seqviz.inspection.reading import lines_of, opened
from seqviz.inspection.rules import Rules
from seqviz.inspection.run import INPUT
from seqviz.inspection.validation import (
    BY_PEOPLE,
    FlagReport,
    as_planted,
    judged_flags,
    observe,
)
from seqviz.records.notes import Notes
from seqviz.translator import Translator

_SPACE = re.compile(r"\s+")
Rated = Mapping[int, RatedSegment]
"""By the numbers of the sentences."""
READER = "reader"
"""Stands for the rater where who reads the table marked the errors."""


def check_rated(stream: BinaryIO, name: str) -> None:
    """Refuse a test set of Marot's whose errors cannot be read, before anything is translated.

    Args:
        stream: of a test set; of another kind, it passes.
        name: of the file, for errors.

    Raises:
        InputError: ``marot_invalid``, or the file cannot be read.
    """
    lines = lines_of(stream, name)
    first = next(lines, "")
    if is_marot(first):
        read_marot(chain([first], lines), name)


def keep_rated(file: Path, folder: Path) -> None:
    """Lay a test set of Marot's, with all that people marked in it, beside the table of its run.

    Args:
        file: the test set; of another kind, it is left where it is.
        folder: of the run.

    Raises:
        InputError: as ``rated_in``; ``file_unwritable``.
    """
    with opened(file) as stream:
        first = next(lines_of(stream, file.name), "")
    if is_marot(first):
        with whole(folder / INPUT) as part:
            shutil.copyfile(file, part)


def rated_in(folder: Path, frame: pd.DataFrame) -> Rated:
    """What people marked in the baselines of a run; nothing where no test set of Marot's is kept.

    Raises:
        InputError: as ``segments_in``.
    """
    found = segments_in(folder, frame)
    rows = zip(frame["number"], frame["baseline"], strict=True)
    flat = {int(row): (flattened(found[row]), text) for row, text in rows if row in found}
    return {number: one for number, (one, text) in flat.items() if one.target == text}


def segments_in(folder: Path, frame: pd.DataFrame) -> Rated:
    """The segments of which the rows of a run were made, as its test set of Marot's has them.

    Only those of its first system, which gave the baselines; none where no such test set is kept.

    Args:
        folder: of the run.
        frame: of the run.

    Raises:
        InputError: ``marot_invalid``, or the file cannot be read.
    """
    file = folder / INPUT
    if not is_file(file):
        return {}
    with opened(file) as stream:
        lines = list(lines_of(stream, file.name))
    if not lines or not is_marot(lines[0]):
        return {}
    segments = read_marot(lines, file.name)
    system = segments[0].system if segments else ""
    found = {one.line - 1: one for one in segments if one.system == system}  # below the header
    rows = zip(frame["number"], frame["source"], strict=True)
    return {
        int(number): found[number]
        for number, source in rows
        if number in found and " ".join(found[number].source.split()) == source
    }


def rated_by_reader(notes: Notes, frame: pd.DataFrame) -> Rated:
    """The translations of a run's own model in which its reader marked errors.

    Args:
        notes: on the run.
        frame: of the run.
    """
    spans: dict[int, list[HumanSpan]] = defaultdict(list)
    for one in notes.spans:
        spans[one.number].append(
            HumanSpan(
                side=one.side,
                start=one.start,
                end=one.end,
                category=one.category,
                severity=one.severity,
                rater=READER,
            )
        )
    rows = frame[frame["number"].isin(spans)]
    return {
        int(number): RatedSegment(
            system="",
            document="",
            number=str(number),
            source=source,
            target=translation,
            spans=tuple(spans[int(number)]),
        )
        for number, source, translation in zip(
            rows["number"], rows["source"], rows["translation"], strict=True
        )
    }


def touched(words: Sequence[str], spans: Sequence[HumanSpan]) -> list[list[HumanSpan]]:
    """The spans that lie on each word of a text; one without characters lies on that after it.

    Args:
        words: with the spaces between them; joined, they are the text.
        spans: of that text.
    """
    found, at = [], 0
    for word in words:
        end = at + len(word.rstrip())
        start = end - len(word.strip())
        found.append(
            [one for one in spans if start < max(one.end, one.start + 1) and one.start < end]
        )
        at += len(word)
    return found


def is_minor(span: HumanSpan) -> bool:
    """Whether its rater held the error for a small one."""
    return span.severity.lower() in ("minor", "neutral")


def flattened(segment: RatedSegment) -> RatedSegment:
    """The same with single spaces, as the table has its texts; spans move along."""
    texts = {"source": segment.source, "target": segment.target}
    return replace(
        segment,
        source=" ".join(segment.source.split()),
        target=" ".join(segment.target.split()),
        spans=tuple(
            replace(
                span,
                start=_place(texts[span.side], span.start),
                end=_place(texts[span.side], span.end),
            )
            for span in segment.spans
        ),
    )


def _place(text: str, place: int) -> int:
    return len(_SPACE.sub(" ", text[:place].lstrip()))


def unflattened(text: str, place: int) -> int:
    """Where a text has what stands at a place of it with single spaces."""
    at = 0
    for word in re.finditer(r"\S+", text):
        if place <= at + len(word[0]):
            return word.start() + max(0, place - at)
        at += len(word[0]) + 1
    return len(text)


def agreement(
    translator: Translator, segments: Sequence[RatedSegment], rules: Rules
) -> list[FlagReport]:
    """How our marks agree with what people marked, by words: every kind of mark.

    The model is forced to write the translations, so that it says what it makes of them.

    Raises:
        InputError: ``nothing_to_judge``: it could write none of them.
    """
    seen = observe(translator, [as_planted(one) for one in segments])
    reports = judged_flags(rules, seen.words)
    return [one for one in reports if one.planted == BY_PEOPLE]
