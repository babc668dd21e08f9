"""Test sets of every form, and what is none."""

import gzip
import io
from pathlib import Path

import pytest

from seqviz.errors import InputError
from seqviz.inspection import reading
from seqviz.inspection.reading import (
    Sentence,
    lines_of,
    opened,
    sentences_in,
    third_column,
    with_baseline,
)


def read(text: str | bytes) -> list[Sentence]:
    content = text if isinstance(text, bytes) else text.encode()
    return list(sentences_in(io.BytesIO(content), "the test set"))


def test_plain_text_is_sources_by_line() -> None:
    found = read("\ufeffEin Hund.\r\n\n  Eine Katze.  \n")
    assert found == [
        Sentence(number=1, source="Ein Hund."),
        Sentence(number=3, source="Eine Katze."),
    ]


def test_columns_are_a_source_and_a_reference() -> None:
    (found,) = read('"Ein\tA "dog\t\n')
    assert found == Sentence(number=1, source='"Ein', reference='A "dog')


TEXTS = ("Ein Hund\tA dog", "Eine Katze\tA cat", "Zwei Hunde\tTwo dogs")
BASELINES = ("a dog", "one cat", "two hounds")


@pytest.mark.parametrize(
    ("third", "expected"),
    [
        (BASELINES, "baseline"),
        (("a dog", "", "two hounds"), "baseline"),
        (("", "", ""), ""),
        (("corpus", "corpus", "talks"), "unread"),  # an origin: the same again and again
        (("1", "2", "3"), "unread"),  # a number: much shorter
        (("a dog and so on and on", "a cat", "two dogs and so on, and on"), "unread"),  # longer
        (("", "", "two dogs"), "unread"),  # of one line alone
        (("a dog\t1", "a cat\t2", "two dogs\t3"), "unread"),  # which of them?
    ],
)
def test_a_third_column_is_another_systems_if_it_looks_like_translations(
    third: tuple[str, ...], expected: str
) -> None:
    lines = [f"{text}\t{one}" for text, one in zip(TEXTS, third, strict=True)]
    content = "\n\n".join(lines).encode()
    assert third_column(io.BytesIO(content), "it") == expected
    found = [one.baseline for one in read(content)]
    assert found == (list(third) if expected == "baseline" else [""] * 3)
    named = b"source\treference\tother\n" + content
    assert third_column(io.BytesIO(named), "it") == ""
    assert [one.baseline for one in read(named)] == [""] * 3


def test_a_reference_may_be_empty_before_another_systems_translation() -> None:
    content = "我吃了所有的橘子。\t\tI ate all the oranges.\n你还好吗？\t\tAre you all right?\n"
    assert [one.baseline for one in read(content)] == [
        "I ate all the oranges.",
        "Are you all right?",
    ]
    assert not any(one.reference for one in read(content))
    assert not any(one.baseline for one in read(content.replace("I ate", "I ate" * 20)))


def test_the_first_lines_tell_what_a_third_column_is() -> None:
    many = "".join(f"Satz {number}\tText {number}\ttext {number}\n" for number in range(150))
    assert all(one.baseline for one in read(many + "Ende\tEnd\tA\tB\n"))


def test_a_header_names_the_columns() -> None:
    found = read("id\tBaseline\tsource\treference\n7\tthe dog\tHund\ta dog\n8\t\tKatze\n")
    assert found == [
        Sentence(number=1, source="Hund", reference="a dog", baseline="the dog"),
        Sentence(number=2, source="Katze"),
    ]


MAROT = (
    "system\tdoc\tdoc_id\tseg_id\trater\tsource\ttarget\tcategory\tseverity\n"
    "A\td\t1\t1\tr1\tEin Hund\tA <v>cat</v>\tAccuracy\tMajor\n"
    "A\td\t1\t1\tr2\tEin Hund\t<v>A</v> cat\tStyle\tMinor\n"
    "B\td\t1\t1\tr1\tEin Hund\tA dog\tno-error\tno-error\n"
    "A\td\t1\t2\tr1\tKatze\tcat\tno-error\tno-error\n"
)


def test_of_marots_rows_every_segment_counts_once() -> None:
    assert read(MAROT) == [
        Sentence(number=1, source="Ein Hund", baseline="A cat"),
        Sentence(number=4, source="Katze", baseline="cat"),
    ]


def test_a_packed_file_is_unpacked(tmp_path: Path) -> None:
    file = tmp_path / "a.tsv.gz"
    file.write_bytes(gzip.compress(b"Hund\tdog\n"))
    with opened(file) as stream:
        assert len(list(sentences_in(stream, "a"))) == 1
    file.write_bytes(file.read_bytes()[:-9])
    with pytest.raises(InputError, match="damaged gzip"), opened(file) as stream:
        list(sentences_in(stream, "a"))


def test_a_baseline_stands_line_by_line() -> None:
    lines = lines_of(io.BytesIO(b"the dog\nnothing\nthe\tcat\n"), "b")
    found = list(with_baseline(iter(read("Hund\n\nKatze\n")), lines, name="b"))
    assert [(one.number, one.baseline) for one in found] == [(1, "the dog"), (3, "the\tcat")]
    with pytest.raises(InputError, match="b ends before line 3"):
        list(with_baseline(iter(read("Hund\n\nKatze\n")), iter(["a"]), name="b"))


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "sentences_none"),
        (b"\n \n\t\t\n", "sentences_none"),
        (b"source\treference\n", "sentences_none"),
        (b"a\n\xff\xfe", "not_utf8"),
        (b"a\x00b\n", "line_binary"),
        (b"a" + b"\t" * 100_000 + b"\n", "columns_many"),
        (b"\tA dog\n", "columns_missing"),
        (b"source\treference\n\tA dog\n", "columns_missing"),
        (b"reference\tbaseline\nA dog\tA cat\n", "columns_named"),
        (b"source\treference\tReference\nHund\tA dog\tA cat\n", "columns_named"),
        (b"a" * 1_000_001, "line_long"),
    ],
)
def test_what_is_no_test_set_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(InputError) as caught:
        read(content)
    assert caught.value.code == code


def test_a_place_that_is_not_utf8_is_counted_in_the_whole_file() -> None:
    with pytest.raises(InputError) as caught:
        read(b"ab\ncd\n\xff")
    assert caught.value.facts["position"] == 6


class Endless(io.RawIOBase):
    """A gigabyte that nobody stores."""

    def __init__(self, line: bytes) -> None:
        self.line, self.read_bytes = line, 0

    def readline(self, size: int | None = -1, /) -> bytes:
        if self.read_bytes > 2**30:
            return b""
        self.read_bytes += len(self.line)
        return self.line[:size]


def test_a_gigabyte_is_refused_long_before_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_SENTENCES", 500)
    for line, code in ((b"a\tb\n", "sentences_many"), (b"a" * 2_000_000, "line_long")):
        stream = Endless(line)
        with pytest.raises(InputError) as caught:
            list(sentences_in(stream, "it"))  # type: ignore[arg-type]  # all that is asked of it
        assert caught.value.code == code
        assert stream.read_bytes < 5_000_000
