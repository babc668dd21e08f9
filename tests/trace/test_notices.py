"""Codes of what a Trace says about itself."""

import pytest

from seqviz.trace.notices import (
    FEW,
    OUT_OF_MEMORY,
    SHORT,
    TRADITIONAL,
    is_doubt,
    is_notice,
    is_of_translation,
    kind_of,
    missing_numbers_in,
    number_missing,
    tag_unknown,
    told,
    unapplied,
    unchosen,
)


def test_settings_go_into_codes_and_come_back_once() -> None:
    codes = [unapplied("length_penalty", 2.0), OUT_OF_MEMORY, unapplied("constraints")] * 2
    assert all(map(is_notice, codes))
    assert told(codes) == (
        (OUT_OF_MEMORY, {}),
        ("unapplied", {"settings": "length_penalty=2.0, constraints"}),
    )
    assert unapplied("stop_strings", "a b") == "unapplied:stop_strings"


def test_choices_that_nobody_made_come_back() -> None:
    many = [f"l{number:03}" for number in range(FEW + 5)]
    codes = [
        unchosen("source", ["en", "de", "a|b"]),
        unchosen("target", many),
        unchosen("instruction", ["translate English to German:", "<2fr>"]),
        unchosen("instruction", ()),
        tag_unknown("ita"),
    ]
    assert all(map(is_notice, codes))
    source, target, instruction, missing, tag = told(codes)
    assert source == ("source_unchosen", {"found": "en", "choices": "de, en"})
    assert target == ("target_unchosen", {"choices": f"{', '.join(many[:FEW])} … ({len(many)})"})
    assert instruction[1] == {"choices": "translate English to German: | <2fr>"}
    assert missing == ("instruction_missing", {}) and tag == ("tag_unknown", {"found": "ita"})


def test_missing_numbers_are_told_together() -> None:
    first, second = number_missing(["2024", "1.234,5"]), number_missing(["14", "2024"])
    assert is_notice(first) and is_doubt(first) and is_of_translation(first)
    assert kind_of(first) == kind_of(second) != kind_of(SHORT)
    assert missing_numbers_in([first, SHORT, second]) == ("2024", "1.234,5", "14")
    both = ("number_missing.other", {"numbers": "2024”, “1.234,5”, “14"})
    assert told([first, second, SHORT]) == ((SHORT, {}), both)
    assert told([number_missing(["7"])]) == (("number_missing.one", {"numbers": "7"}),)
    many = number_missing(map(str, range(1000)))
    assert is_notice(many) and len(missing_numbers_in([many])) == FEW
    assert not is_of_translation(TRADITIONAL)


@pytest.mark.parametrize(
    "code",
    [
        *("number_missing:", "number_missing:x", "number_missing:1<b>", "number_missing:1\n"),
        *("number_missing:|", f"number_missing:{'1' * 41}"),
        *("", "other", "unapplied:", "unapplied:a b", "unapplied:<b>", f"unapplied:{'x' * 61}"),
        *("unapplied:a=", "unapplied:a=<b>", "unchosen:other:a", "unchosen:source", "tag_unknown:"),
        *("unchosen:target:a\nb", f"unchosen:target:{'x' * 40_000}", "tag_unknown:\x1b"),
    ],
)
def test_other_codes_are_refused(code: str) -> None:
    assert not is_notice(code)
