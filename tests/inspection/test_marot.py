"""Human spans: marks come off, and where they were is kept."""

import pytest

from seqviz.errors import InputError
from seqviz.inspection.marot import COLUMNS, MarotRow, is_marot, read_marot, unmarked

HEADER = "\t".join(COLUMNS)


def row(source: str, target: str, severity: str = "Major", *, system: str = "A") -> str:
    columns = (system, "doc", "1", "7", "rater1", source, target, "Accuracy/Omission", severity)
    return "\t".join(columns)


def test_rows_of_one_translation_are_collected() -> None:
    lines = [HEADER, row("猫", "a <v>dog</v>"), row("<v>猫</v>", "a dog", "Minor")]
    (found,) = read_marot([*lines, ""], "x.tsv")
    assert (found.system, found.document, found.number) == ("A", "doc", "7")
    assert (found.source, found.target) == ("猫", "a dog")
    first, second = found.spans
    assert (first.side, first.start, first.end, first.severity) == ("target", 2, 5, "Major")
    assert (second.side, second.start, second.end, second.severity) == ("source", 0, 1, "Minor")
    assert (first.category, first.rater) == ("Accuracy/Omission", "rater1")
    assert found.raters == ("rater1",)


def test_without_an_error_there_is_no_span_and_systems_stay_apart() -> None:
    rows = [row("猫", "cat", "No-error"), row("猫", "cat", "No-error", system="B") + "\t{}"]
    found = read_marot(rows, "x.tsv")
    assert [(one.system, one.spans) for one in found] == [("A", ()), ("B", ())]


def test_a_header_says_where_the_columns_are() -> None:
    header = "Source\tglobalSegId\tsystem\ttarget\tmetadata\tseverity"
    (found,) = read_marot([header, "猫\t7\tA\ta <v>dog</v>\t{}\tMajor"], "x.tsv")
    assert (found.system, found.document, found.number) == ("A", "", "7")
    assert (found.source, found.target) == ("猫", "a dog")
    (span,) = found.spans
    assert (span.start, span.end, span.severity, span.category) == (2, 5, "Major", "")


NAMED = '{"segment": {"references": {"b": "Ein", "a": " ein  Hund"}, "primary_reference": "a"}}'


@pytest.mark.parametrize(
    ("metadata", "reference"),
    [
        (NAMED, "ein Hund"),
        ('{"segment": {"references": {"b": "Ein", "a": "x"}}}', "Ein"),
        ('{"segment": {"references": {"b": 1}, "primary_reference": []}}', ""),
        ('{"segment": {"references": []}}', ""),
        ('{"segment": []}', ""),
        ("[]", ""),
        ("[" * 100_000, ""),
        ("{", ""),
        ("", ""),
    ],
)
def test_metadata_may_hold_a_reference_or_anything(metadata: str, reference: str) -> None:
    assert MarotRow(metadata=metadata).reference == reference


@pytest.mark.parametrize(
    ("marked", "plain", "ranges"),
    [
        ("no marks", "no marks", ()),
        ("<v>a</v> b <v>c</v>", "a b c", ((0, 1), (4, 5))),
        ("left <v></v>out", "left out", ((5, 5),)),
        ("to the <v>end", "to the end", ((7, 10),)),
        ("a</v> b", "a b", ()),
        ("<v>a <v>b</v> c</v>", "a b c", ((0, 3),)),
    ],
)
def test_marks_that_raters_forgot_to_close_do_no_harm(
    marked: str, plain: str, ranges: tuple[tuple[int, int], ...]
) -> None:
    assert unmarked(marked) == (plain, ranges)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["a\tb"], "Line 1 of x.tsv .* 2 columns, but 9 "),
        (["source\ttarget\tsystem", "a\tb"], "Line 2 of x.tsv .* 2 columns, but 3 "),
        ([row("猫", "cat"), row("猫", "dog")], "Line 2 of x.tsv .* not that of lines before"),
    ],
)
def test_another_layout_is_refused_in_words(lines: list[str], said: str) -> None:
    with pytest.raises(InputError, match=said):
        read_marot(lines, "x.tsv")


def test_a_file_is_known_by_its_header() -> None:
    assert is_marot(HEADER) and is_marot(f"{HEADER}\tmetadata")
    assert not is_marot("source\treference") and not is_marot(row("a", "b"))
