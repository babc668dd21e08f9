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
    missing,
    missing_in,
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


def test_missing_numbers_and_names_are_told_together() -> None:
    first, second = missing("number", ["2024", "1.234,5"]), missing("number", ["14", "2024"])
    name = missing("name", ["Müller-Vogt"])
    assert all(is_notice(one) and is_doubt(one) and is_of_translation(one) for one in (first, name))
    assert kind_of(first) == kind_of(second) != kind_of(name) != kind_of(SHORT)
    assert missing_in([first, SHORT, second, name], "number") == ("2024", "1.234,5", "14")
    assert missing_in([first, name], "name") == ("Müller-Vogt",)
    both = ("number_missing.other", {"missing": "2024”, “1.234,5”, “14"})
    assert told([first, second, SHORT]) == ((SHORT, {}), both)
    assert told([name]) == (("name_missing.one", {"missing": "Müller-Vogt"}),)
    many = missing("number", map(str, range(1000)))
    assert is_notice(many) and len(missing_in([many], "number")) == FEW
    assert not is_of_translation(TRADITIONAL) and not is_notice("number")


@pytest.mark.parametrize(
    "code",
    [
        *("number_missing:", "number_missing:x", "number_missing:1<b>", "number_missing:1\n"),
        *("number_missing:|", f"number_missing:{'1' * 41}", "name_missing:1", "name_missing:A|"),
        *("", "other", "unapplied:", "unapplied:a b", "unapplied:<b>", f"unapplied:{'x' * 61}"),
        *("unapplied:a=", "unapplied:a=<b>", "unchosen:other:a", "unchosen:source", "tag_unknown:"),
        *("unchosen:target:a\nb", f"unchosen:target:{'x' * 40_000}", "tag_unknown:\x1b"),
    ],
)
def test_other_codes_are_refused(code: str) -> None:
    assert not is_notice(code)
