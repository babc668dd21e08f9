"""Codes of what a Trace says about itself."""

import pytest

from seqviz.trace.notices import (
    FEW,
    OUT_OF_MEMORY,
    is_notice,
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


@pytest.mark.parametrize(
    "code",
    [
        *("", "other", "unapplied:", "unapplied:a b", "unapplied:<b>", f"unapplied:{'x' * 61}"),
        *("unapplied:a=", "unapplied:a=<b>", "unchosen:other:a", "unchosen:source", "tag_unknown:"),
        *("unchosen:target:a\nb", f"unchosen:target:{'x' * 40_000}", "tag_unknown:\x1b"),
    ],
)
def test_other_codes_are_refused(code: str) -> None:
    assert not is_notice(code)
