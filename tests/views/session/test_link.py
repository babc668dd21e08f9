"""A link is read whatever it holds, and what is written is read as it was."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqviz.views.session.link import (
    MAX_LINK_CHARACTERS,
    code_of,
    read_link,
    too_long,
    written_link,
)
from seqviz.views.session.settings import SETTINGS
from tests.views.test_page import LINK

NASTY = ["", "0", "-1", "1e3", "nan", "inf", "\x00", "\ufffd", "9" * 5000, "²", "1.2", "²".upper()]
NASTY += ["5-5.6.7", "uniform-s0", "mute-j3", "de-en/dot", "<b>", "None", "True", " 5 ", "٥"]
CODES = st.sampled_from([*SETTINGS, "sort", "__class__", ""])
LINKS = st.dictionaries(CODES, st.one_of(st.text(), st.sampled_from(NASTY)))


@given(LINKS)
def test_any_link_is_read_and_what_is_written_of_it_reads_the_same(link: dict[str, str]) -> None:
    values, refused = read_link(link)
    assert list(values) == list(SETTINGS)
    for code in refused:
        assert values[code] == SETTINGS[code].default
    again, refused_again = read_link(written_link(values))
    assert not refused_again
    kept = values.keys() - set(too_long(values))
    assert {code: again[code] for code in kept} == {code: values[code] for code in kept}


def test_a_screen_that_moved_opens_where_it_is_now() -> None:
    values, refused = read_link({"view": "trust", "text": "kalt"})
    assert not refused
    assert written_link(values) == {"text": "kalt", "why": "1"}


def test_an_empty_link_is_all_defaults() -> None:
    values, refused = read_link({})
    assert values == {code: setting.default for code, setting in SETTINGS.items()}
    assert not refused


@pytest.mark.parametrize("code", SETTINGS)
def test_every_setting_goes_through_a_link(code: str) -> None:
    link = LINK | {"own": "owner/model"}
    values, refused = read_link({code: link[code]})
    assert not refused
    assert values[code] != SETTINGS[code].default
    assert code_of(values[code]) == link[code]
    assert written_link(values)[code] == link[code]


def test_what_is_empty_is_left_out_whatever_is_usual() -> None:
    values, _ = read_link({})
    usual = {"text": "a sentence", "reference": "another"}
    assert written_link(values | {"text": "", "reference": "mine"}, usual) == {"reference": "mine"}


def test_what_is_too_long_is_left_out_and_named() -> None:
    values, _ = read_link({"text": "x" * (MAX_LINK_CHARACTERS + 1), "reference": "kurz"})
    assert too_long(values) == ["text"]
    assert "text" not in written_link(values)
    assert written_link(values)["reference"] == "kurz"
