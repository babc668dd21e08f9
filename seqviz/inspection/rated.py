"""Spans that people marked in the second system's translations of a test set, and how they agree.

A Marot file that was inspected gave the baselines: they are what its raters read.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from seqviz.inspection.marot import RatedSegment, is_marot, read_marot
from seqviz.inspection.reading import lines_of, opened
from seqviz.inspection.rules import Rules
from seqviz.inspection.validation import (
    BY_PEOPLE,
    FlagReport,
    as_planted,
    judged_flags,
    observe,
)
from seqviz.translator import Translator

_SPACE = re.compile(r"\s+")
Rated = Mapping[int, RatedSegment]
"""By the numbers of the sentences."""


def rated_in(file: Path, frame: pd.DataFrame) -> Rated:
    """What people marked in the baselines of a run; nothing where the file is none of Marot's.

    Args:
        file: the test set that was inspected.
        frame: of the run.

    Raises:
        InputError: ``marot_invalid``, or the file cannot be read.
    """
    with opened(file) as stream:
        lines = list(lines_of(stream, file.name))
    if not lines or not is_marot(lines[0]):
        return {}
    return rated_rows(read_marot(lines, file.name), frame)


def rated_rows(segments: Sequence[RatedSegment], frame: pd.DataFrame) -> Rated:
    """The segments whose texts are a row's source and baseline, each of one row.

    Args:
        segments: of a file; only those of its first system, which gave the baselines, count.
        frame: of the run.
    """
    waiting: dict[tuple[str, str], list[RatedSegment]] = defaultdict(list)
    for one in map(flattened, (one for one in segments if one.system == segments[0].system)):
        waiting[one.source, one.target].append(one)
    found = {}
    rows = zip(frame["number"], frame["source"], frame["baseline"], strict=True)
    for number, source, baseline in rows:
        if several := waiting.get((source, baseline)):
            found[int(number)] = several.pop(0)
    return found


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
