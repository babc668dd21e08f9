"""How our own models read: one language a side, no instruction; a target's ruled first token."""

import pytest

from seqviz.catalog import find_models
from seqviz.errors import InputError
from seqviz.models.base import SpecialTokens
from seqviz.options import DecodeOptions, TargetRules
from seqviz.text.codec import PairCodec, Side, check_language, started
from seqviz.text.tokenizer import Tokenizer


@pytest.fixture(scope="module")
def codec() -> PairCodec:
    entry = next(entry for entry in find_models().entries if entry.pair == "date-iso")
    source, target = Tokenizer(entry.source_model), Tokenizer(entry.target_model)
    return PairCodec(source=source, target=target, special=SpecialTokens())


def test_a_sentence_ends_in_eos(codec: PairCodec) -> None:
    source = codec.read(" 3 May 2001 ", DecodeOptions())
    assert source.text == "3 May 2001"
    assert source.ids[-1] == codec.special.eos
    assert source.spans[-1] == (10, 10)
    assert codec.rules(DecodeOptions()) == TargetRules(never=(codec.special.unk,))


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (DecodeOptions(target_language="de"), "language_unasked"),
        (DecodeOptions(source_language="de"), "language_unasked"),
        (DecodeOptions(instruction="summarize: "), "instruction_unasked"),
    ],
)
def test_what_a_pair_cannot_do_is_refused(
    codec: PairCodec, options: DecodeOptions, code: str
) -> None:
    with pytest.raises(InputError) as caught:
        codec.read("3 May 2001", options)
    assert caught.value.code == code


def test_a_language_must_be_one_of_the_choices() -> None:
    asked = DecodeOptions(source_language="xx", target_language="deu")
    check_language(asked, "target", ("deu", "fra"))
    check_language(DecodeOptions(), "target", ("deu", "fra"))
    with pytest.raises(InputError, match="deu, fra"):
        check_language(asked, "source", ("deu", "fra"))


@pytest.mark.parametrize("side", ["source", "target"])
def test_where_there_is_no_choice_the_option_is_named(side: Side) -> None:
    asked = DecodeOptions(source_language="deu", target_language="deu")
    with pytest.raises(InputError, match=f"no choice for '{side}_language'; found 'deu'"):
        check_language(asked, side, ())


@pytest.mark.parametrize(
    ("tokens", "first", "expected"),
    [
        ((), 7, ()),
        ((4, 5), None, (4, 5)),
        ((4, 5), 7, (7, 4, 5)),
        ((7, 4), 7, (7, 4)),
    ],
)
def test_a_start_begins_with_the_ruled_first_token(
    tokens: tuple[int, ...], first: int | None, expected: tuple[int, ...]
) -> None:
    assert started(tokens, TargetRules(first=first)) == expected
