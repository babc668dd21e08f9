"""Engines: parts may be done in any order; what cannot be examined is named, and the rest kept."""

from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest

from seqviz.errors import UNANSWERED, DecodingCancelled, InputError, ModelError
from seqviz.inspection.engine import Done, Failed, Part, embedded, examined
from seqviz.inspection.reading import Sentence
from seqviz.inspection.rows import Examiner, OnProgress
from seqviz.inspection.run import MOST_FAILED, inspect, read_run
from tests.inspection.test_run import PART, READ, sentences

ROWS = Examiner.rows
FACTS = {"address": "http://far", "reason": "r", "message": "m", "found": "f"} | {
    "choices": "c",
    "seconds": 3,
}


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> set[int]:
    """Numbers of sentences that fail, alone as well as with others."""
    numbers: set[int] = set()

    def rows(
        self: Examiner, read: Sequence[Sentence], on_progress: OnProgress | None = None
    ) -> pa.Table:
        if any(one.number in numbers for one in read):
            raise ModelError("no_prediction")
        return ROWS(self, read, on_progress)

    monkeypatch.setattr(Examiner, "rows", rows)
    return numbers


def test_sentences_that_fail_are_named_and_all_other_parts_kept(
    examiner: Examiner, failing: set[int], tmp_path: Path
) -> None:
    failing |= {3, 8}
    with pytest.raises(InputError, match="Lines 3, 8 of the test set") as caught:
        inspect(examiner, sentences, tmp_path, part_size=PART)
    assert str(ModelError("no_prediction")) in str(caught.value)
    there = sorted(file.name for file in (tmp_path / "parts").iterdir())
    assert there == [
        f"{first:08}.parquet" for first in range(0, len(READ), PART) if first not in (2, 6)
    ]
    failing.clear()
    inspect(examiner, sentences, tmp_path, part_size=PART)
    assert read_run(tmp_path)["number"].tolist() == [one.number for one in READ]


def test_a_model_that_fails_ends_the_run(
    examiner: Examiner, failing: set[int], tmp_path: Path
) -> None:
    many = [replace(READ[0], number=number) for number in range(1, 3 * MOST_FAILED + 1)]
    failing |= {one.number for one in many[:-1]}
    with pytest.raises(InputError, match=f" {MOST_FAILED}, …"):
        inspect(examiner, lambda: iter(many), tmp_path, part_size=PART)
    assert not list((tmp_path / "parts").iterdir())


@pytest.mark.parametrize("code", sorted(UNANSWERED - {"cancelled"}))
def test_who_does_not_answer_is_not_asked_again_for_each_sentence(
    examiner: Examiner, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    asked = list[int]()

    def rows(_: Examiner, read: Sequence[Sentence], *more: object) -> pa.Table:
        asked.append(len(read))
        raise ModelError(code, FACTS)

    monkeypatch.setattr(Examiner, "rows", rows)
    with pytest.raises(ModelError) as caught:
        examined(examiner, READ)
    assert caught.value.code == code and asked == [len(READ)]


def test_who_stops_answering_while_each_is_tried_alone_ends_it(
    examiner: Examiner, monkeypatch: pytest.MonkeyPatch
) -> None:
    codes = ["no_prediction", "no_prediction", "backend_away"]

    def rows(_: Examiner, read: Sequence[Sentence], *more: object) -> pa.Table:
        raise ModelError(codes.pop(0), FACTS)

    monkeypatch.setattr(Examiner, "rows", rows)
    with pytest.raises(ModelError) as caught:
        examined(examiner, READ)
    assert caught.value.code == "backend_away" and not codes


def test_what_fails_only_together_is_named_as_a_whole(
    examiner: Examiner, monkeypatch: pytest.MonkeyPatch
) -> None:
    def rows(self: Examiner, read: Sequence[Sentence], _: OnProgress | None = None) -> pa.Table:
        if len(read) > 1:
            raise ModelError("no_prediction")
        return ROWS(self, read)

    monkeypatch.setattr(Examiner, "rows", rows)
    assert examined(examiner, READ[:3]) == Failed((1, 2, 3), str(ModelError("no_prediction")))


def test_who_cancels_is_no_failure(examiner: Examiner) -> None:
    def cancel(*_: int) -> None:
        raise DecodingCancelled

    with pytest.raises(DecodingCancelled):
        examined(examiner, READ[:1], cancel)


def test_parts_may_be_done_in_any_order(examiner: Examiner, tmp_path: Path) -> None:
    def backwards(parts: Iterator[Part], on_progress: OnProgress) -> Generator[Done]:
        yield from embedded(examiner)(iter(list(parts)[::-1]), on_progress)

    folders = [tmp_path / "one", tmp_path / "other"]
    for folder, engine in zip(folders, (None, backwards), strict=True):
        inspect(examiner, sentences, folder, part_size=PART, engine=engine)
    one, other = (folder / "sentences.parquet" for folder in folders)
    assert one.read_bytes() == other.read_bytes()
