"""Errors that one marks oneself: words on the page, characters of the text where they are kept."""

from collections.abc import Mapping, Sequence
from functools import partial

from seqviz.records.notes import ErrorSpan, Side
from seqviz.views.components.judged import Marking, Row, WordMark
from seqviz.views.inspect.notes import change, notes_of
from seqviz.views.inspect.runs import Sentence

SIDES: Mapping[str, Side] = {"source": "source", "translation": "target"}
"""The texts in which one marks, and what they are called where marks are kept."""
Ranges = Sequence[tuple[int, int]]


def marking(sentence: Sentence, rows: Sequence[Row]) -> Marking:
    """What is marked in the source and the translation, and how it is kept.

    Args:
        sentence: which.
        rows: its texts in words. In one whose words do not make up its text, nothing is marked.
    """
    ranges = _ranges(sentence, rows)
    return Marking(marks=_marks(sentence, ranges), on_change=partial(_keep, sentence, ranges))


def _marks(sentence: Sentence, sides: Mapping[str, Ranges]) -> Mapping[str, Sequence[WordMark]]:
    spans = notes_of(sentence.run).of(sentence.number)
    return {
        name: [
            WordMark(
                row=name,
                start=min(places),
                end=max(places) + 1,
                category=span.category,
                severity=span.severity,
            )
            for span in spans
            if span.side == SIDES[name] and (places := _places(ranges, span))
        ]
        for name, ranges in sides.items()
    }


def _keep(sentence: Sentence, sides: Mapping[str, Ranges], marks: Sequence[WordMark]) -> None:
    """Keep what is marked now in place of what was marked before; for use in a callback."""
    spans = [
        ErrorSpan(
            number=sentence.number,
            side=SIDES[one.row],
            start=sides[one.row][one.start][0],
            end=sides[one.row][one.end - 1][1],
            category=one.category,
            severity=one.severity,
        )
        for one in marks
    ]
    change(sentence.run, lambda notes: notes.with_spans(sentence.number, spans))


def _places(ranges: Ranges, span: ErrorSpan) -> Sequence[int]:
    """Of the words that a span touches."""
    return [
        place for place, (start, end) in enumerate(ranges) if start < span.end and span.start < end
    ]


def _ranges(sentence: Sentence, rows: Sequence[Row]) -> Mapping[str, Ranges]:
    """Where the words of each side are in its text, characters, half-open, without spaces."""
    found = {}
    for row in rows:
        if row.name in SIDES:
            ranges, at, text = [], 0, str(sentence.row[row.name])
            for word in row.words:
                told = word.text.strip()
                start = text.find(told, at)
                ranges.append((start, at := start + len(told)))
            if all(start >= 0 for start, _ in ranges):
                found[row.name] = ranges
    return found
