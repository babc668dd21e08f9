"""The ten items and what was learnt: answers as CSV, shares and gains by hand."""

import pytest

from seqviz.errors import InputError
from seqviz.lesson import concept_test as test
from seqviz.words import LANGUAGES


def test_ten_items_have_four_options_in_both_languages() -> None:
    found = test.items()
    assert len({item.id for item in found}) == len(found) == 10
    for item in found:
        assert len(item.options) == 4
        assert 1 <= item.right <= 4
        for language in LANGUAGES:
            assert len({option[language] for option in item.options}) == 4
            assert all((item.ask[language], item.why[language], item.concept[language]))
    assert {item.right for item in found} == {1, 2, 3, 4}


def test_both_forms_ask_the_same_in_another_order() -> None:
    before, after = test.ordered("before"), test.ordered("after")
    assert before != after
    assert set(map(id, before)) == set(map(id, after))
    assert before == test.ordered("before")


def answers(who: str, form: test.Form, right: int) -> list[test.Answer]:
    """The first so many items right."""
    return [
        test.answered(
            who,
            form,
            item,
            option=item.right if place < right else item.right % 4 + 1,
            seconds=3.14,
        )
        for place, item in enumerate(test.items())
    ]


def test_gains_are_those_of_hake() -> None:
    given: list[tuple[str, test.Form, int]]
    given = [("a", "before", 4), ("b", "before", 6), ("a", "after", 8), ("b", "after", 8)]
    both = [one for who, form, right in given for one in answers(who, form, right)]
    found = test.gains([*both, *answers("only-before", "before", 0)])
    assert found[""] == test.Gain(before=0.5, after=0.8)
    assert found[""].normalised == pytest.approx(0.6)
    fifth = found[test.items()[4].id]
    assert (fifth.before, fifth.after) == (0.5, 1.0)
    assert found[test.items()[0].id].normalised is None
    assert test.gains(answers("a", "before", 3)) == {}


def test_answers_come_back_from_csv() -> None:
    given = answers('a, "b"', "before", 3)
    text = test.written(given)
    assert text.splitlines()[0] == "respondent,form,item,answer,right,seconds"
    for spoilt in (text, "\ufeff" + text.replace("\n", "\r\n")):
        assert test.read(spoilt.encode(), "a.csv") == tuple(given)
    plain = answers("ab", "before", 3)
    semicolons = test.written(plain).replace(",", ";").replace("3.1", "3,1")
    assert test.read(semicolons.encode(), "a.csv") == tuple(plain)
    assert test.respondents([*given, *answers('a, "b"', "after", 3)]) == 1


def test_nobody_is_called_like_a_formula() -> None:
    assert test.code_of(" =@HYPERLINK(1) ") == "HYPERLINK(1)"
    assert test.code_of("-1+1") == "1+1"


NAMES = "respondent,form,item,answer,right,seconds\n"


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("", 1),
        (NAMES, 1),
        (NAMES + "a,later,beam,1,1,2\n", 2),
        (NAMES + "a,after,none,1,1,2\n", 2),
        (NAMES + "a,after,beam,5,1,2\n", 2),
        (NAMES + "a,after,beam,1,1,2\na,after,beam,1,1,2,9\n", 3),
        (NAMES + "a,after,beam,1,1\n", 2),
        (NAMES + f"a,after,beam,{'1' * 5000},1,2\n", 2),
        (NAMES + f"{'a' * 200_000},after,beam,1,1,2\n", 2),
        (NAMES + '"a,after,beam,1,1,2\n', 2),
        (NAMES + "a,after,beam,1,1,\0\n", 2),
        ("\0" * 400, 1),
        ("a,b\n1,2\n", 2),
    ],
)
def test_another_file_is_refused(content: str, line: int) -> None:
    with pytest.raises(InputError) as caught:
        test.read(content.encode(), "a.csv")
    assert (caught.value.code, caught.value.facts["line"]) == ("test_file", line)


def test_what_is_no_text_and_what_is_huge_are_refused() -> None:
    for content, code in ((b"\xff\xfe\x00PK", "test_file"), (b"a" * 1_000_001, "file_unreadable")):
        with pytest.raises(InputError) as caught:
            test.read(content, "a.csv")
        assert caught.value.code == code
