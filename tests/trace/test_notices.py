"""Codes of what a Trace says about itself."""

import pytest

from seqviz.trace.notices import OUT_OF_MEMORY, is_notice, unapplied, unapplied_settings


def test_settings_go_into_codes_and_come_back_once() -> None:
    codes = [unapplied("length_penalty"), OUT_OF_MEMORY, unapplied("min_length")] * 2
    assert all(map(is_notice, codes))
    assert unapplied_settings(codes) == ("length_penalty", "min_length")


@pytest.mark.parametrize(
    "code", ["", "other", "unapplied:", "unapplied:a b", "unapplied:<b>", f"unapplied:{'x' * 61}"]
)
def test_other_codes_are_refused(code: str) -> None:
    assert not is_notice(code)
