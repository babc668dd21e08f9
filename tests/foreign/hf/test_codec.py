"""Tokenizers of ``transformers``: the ids of the library, our spelling, spans of the text."""

import random
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqviz.analysis.words import join_pieces
from seqviz.errors import InputError
from seqviz.foreign.hf.codec import TransformersCodec
from seqviz.foreign.hf.parts import transformers_parts
from seqviz.options import DecodeOptions
from seqviz.text.tokenizer import prepare_text
from tests.fixtures.added_tokens import ADDED, CLOSED, MASK, SPECIAL, add_tokens
from tests.fixtures.transformers_folders import (
    KINDS,
    TEXTS,
    entry_of,
    tokenizer_of,
    vocabulary_size,
    write_folder,
    write_tokenizer,
)
from tests.fixtures.transformers_models import theirs as model_of

Opened = tuple[Any, TransformersCodec]
LETTERS = "eESwarhktlübnéï猫我。.,!'—мирﬁ 03a\u0308☃<s>/_<0x>\u202e"
texts = st.text(st.sampled_from(LETTERS), min_size=1, max_size=25) | st.text(max_size=15)


def both(folder: Path, kind: str) -> Opened:
    """The library's tokenizer and our codec."""
    codec: Any = transformers_parts(entry_of(folder)).codec
    return tokenizer_of(folder, kind), codec


@pytest.fixture(scope="session")
def opened(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Opened]:
    """The library's tokenizer and our codec, by kind of folder."""
    found = {}
    for kind in KINDS:
        folder = tmp_path_factory.mktemp("xx-yy") / kind
        write_folder(folder, kind)
        found[kind] = both(folder, kind)
    return found


@pytest.fixture(scope="session")
def tuned(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Opened]:
    """As ``opened``, of folders to whose tokenizers a fine-tuner added tokens."""
    found = {}
    for kind in KINDS:
        folder = tmp_path_factory.mktemp("xx-yy") / kind
        write_tokenizer(folder, kind)
        words = tokenizer_of(folder, kind)
        add_tokens(words)
        words.save_pretrained(folder)
        size = vocabulary_size(tokenizer_of(folder, kind)) + len(ADDED)
        model_of(KINDS[kind][0], 1, vocabulary=size).config.save_pretrained(folder)
        found[kind] = both(folder, kind)
    return found


def is_forged(text: str) -> bool:
    """Whether it spells what nobody may type."""
    return any(token in unicodedata.normalize("NFKC", text) for token in CLOSED)


def prepared(text: str) -> str:
    try:
        return prepare_text(text)
    except InputError:
        return ""


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=20)
@given(text=texts)
def test_ids_are_the_librarys(opened: dict[str, Opened], kind: str, text: str) -> None:
    words, codec = opened[kind]
    clean = prepared(text)
    if is_forged(clean):
        return
    expected = words(clean)["input_ids"]
    if not words(clean, add_special_tokens=False)["input_ids"]:
        with pytest.raises(InputError):
            codec.read(text, DecodeOptions())
        return
    assert list(codec.read(text, DecodeOptions()).ids) == expected


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=15)
@given(
    parts=st.lists(
        st.sampled_from((*ADDED, "Es war", " ", "  ", "x", ".", "<mask>", "en_XX", "<extra_id_0>")),
        max_size=8,
    )
)
def test_added_tokens_are_those_of_the_library(
    tuned: dict[str, Opened], kind: str, parts: list[str]
) -> None:
    words, codec = tuned[kind]
    text = prepared("".join(parts))
    if words(text, add_special_tokens=False)["input_ids"]:
        assert list(codec.read(text, DecodeOptions()).ids) == words(text)["input_ids"]


@pytest.mark.parametrize("kind", KINDS)
def test_texts_with_added_tokens_come_back(tuned: dict[str, Opened], kind: str) -> None:
    words, codec = tuned[kind]
    draw, closed = random.Random(1), {*words.convert_tokens_to_ids([*CLOSED])}
    known = [token for token in range(len(words)) if token not in closed]
    tags = getattr(words, "id_to_lang_token", {}).keys() - words.added_tokens_decoder.keys()
    for _ in range(100):
        ids = [token for token in draw.choices(known, k=8) if token not in tags]
        assert codec.target.decode(ids) == words.decode(ids, skip_special_tokens=True).strip()
    umlaut = words.convert_tokens_to_ids("ü")
    assert codec.target.piece(umlaut) == "ü" and codec.target.ids_of(["ü"]) == (umlaut,)
    source = codec.read(f"Es war <ent> {SPECIAL[0]} {MASK}", DecodeOptions())
    assert {"<ent>", "⟨2fr⟩", "⟨maske⟩"} < {*source.pieces}


@pytest.mark.parametrize("kind", ["m2m_100", "nllb"])
def test_a_token_that_only_the_tokenizer_has_is_refused(kind: str, tmp_path: Path) -> None:
    write_tokenizer(tmp_path, kind)
    words = tokenizer_of(tmp_path, kind)
    size = vocabulary_size(words)
    words.add_tokens([f"<ent{number}>" for number in range(300)])  # and nobody resized the model
    words.save_pretrained(tmp_path)
    model_of(KINDS[kind][0], 1, vocabulary=size).config.save_pretrained(tmp_path)
    codec = transformers_parts(entry_of(tmp_path)).codec
    assert codec.read("Es war", DecodeOptions()).ids
    with pytest.raises(InputError, match="lacks the token id"):
        codec.read("Es war <ent299>", DecodeOptions())


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_types_the_tokens_of_the_program(tuned: dict[str, Opened], kind: str) -> None:
    words, codec = tuned[kind]
    never = {words.eos_token_id, words.pad_token_id, words.bos_token_id} - {None}
    text = "a</s> <2fr> <pad><unk> b ＜/s＞ <s>"
    found = codec.target.encode(text)
    assert not never & {*found.ids}
    assert words.convert_tokens_to_ids("<2fr>") in found.ids
    spelled = "".join(found.pieces).replace("▁", "")
    assert spelled.startswith("a</s>⟨2fr⟩<pad><unk>b"), spelled
    assert not never & {*codec.target.encode("</s>").ids}


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=20)
@given(text=texts)
def test_spans_are_in_order_and_hold_no_space_around(
    opened: dict[str, Opened], kind: str, text: str
) -> None:
    codec = opened[kind][1]
    if not codec.target.encode(prepared(text)).ids:
        return
    source, end = codec.read(text, DecodeOptions()), 0
    for first, last in source.spans:
        assert end <= first <= last <= len(source.text)
        part = source.text[first:last]
        assert part == part.strip()
        end = last


@pytest.mark.parametrize("kind", KINDS)
def test_a_sentence_by_hand(opened: dict[str, Opened], kind: str) -> None:
    words, codec = opened[kind]
    source = codec.read("  Es war kalt. ☃", DecodeOptions())
    before, after = len(codec.frame.before), len(codec.frame.after)
    inner = source.spans[before : len(source.spans) - after]
    assert "".join(source.text[slice(*span)] for span in inner) == "Eswarkalt.☃"
    assert source.spans[:before] == ((0, 0),) * before
    assert source.spans[len(source.spans) - after :] == ((14, 14),) * after
    assert "</s>" in source.pieces
    assert join_pieces(source.pieces) == "Es war kalt. ☃"
    if kind != "bart":  # whose bytes know everything
        assert codec.special.unk in source.ids
        assert "☃" in "".join(source.pieces)
        assert codec.target.decode((*source.ids, 5)).count("⁇") == 1
    assert len(codec.target) == vocabulary_size(words)


@pytest.mark.parametrize("kind", KINDS)
def test_texts_come_back(opened: dict[str, Opened], kind: str) -> None:
    words, codec = opened[kind]
    for text in TEXTS:
        found = codec.target.encode(text)
        theirs = words.decode(found.ids, skip_special_tokens=True).strip()
        if codec.special.unk not in found.ids:
            assert codec.target.decode(found.ids) == theirs
            assert join_pieces([codec.target.piece(token) for token in found.ids]) == theirs
        whole = codec.read(text, DecodeOptions()).ids
        assert codec.target.decode(whole) == codec.target.decode(found.ids)


@pytest.mark.parametrize("kind", KINDS)
def test_tokens_are_found_by_their_spelling(opened: dict[str, Opened], kind: str) -> None:
    target = opened[kind][1].target
    found = target.encode("kalt. war kalt.")
    known = [(token, target.piece(token)) for token in found.ids]
    assert target.ids_of([piece for _, piece in known]) == tuple(token for token, _ in known)
    assert target.ids_of(["▁nosuchpiece"]) == ()
    assert target.piece(len(target) - 1) == f"⟨{len(target) - 1}⟩"
    assert target.decode([len(target) - 1]) == ""
    with pytest.raises(IndexError):
        target.piece(len(target))


def test_byte_level_pieces_are_spelled_as_text(opened: dict[str, Opened]) -> None:
    pieces = opened["bart"][1].read("kalt über 猫 ☃", DecodeOptions()).pieces
    assert "".join(pieces) == "<s>kalt▁über▁猫▁<0xE2><0x98><0x83></s>"


LANGUAGES = {
    "m2m_100": ("de", "zh", "⟨__{}__⟩"),
    "mbart": ("de_DE", "zh_CN", "⟨{}⟩"),
    "mbart50": ("de_DE", "zh_CN", "⟨{}⟩"),
    "nllb": ("deu_Latn", "zho_Hans", "⟨{}⟩"),
}


@pytest.mark.parametrize("kind", LANGUAGES)
def test_languages_are_chosen_as_the_library_does(
    opened: dict[str, Opened], tmp_path_factory: pytest.TempPathFactory, kind: str
) -> None:
    words, codec = opened[kind]
    german, chinese, spelled = LANGUAGES[kind]
    folder = Path(tmp_path_factory.getbasetemp(), words.name_or_path)
    theirs = tokenizer_of(folder, kind, src_lang=german, tgt_lang=chinese)
    options = DecodeOptions(source_language=german, target_language=chinese)
    source = codec.read("Es war kalt.", options)
    assert list(source.ids) == theirs("Es war kalt.")["input_ids"]
    assert spelled.format(german) in source.pieces
    token = theirs.convert_tokens_to_ids(spelled.format(chinese).strip("⟨⟩"))
    rules = codec.rules(options)
    assert (rules.start if kind == "mbart" else rules.first) == token
    assert (rules.first if kind == "mbart" else rules.start) is None
    assert codec.target.piece(token) == spelled.format(chinese)
    assert codec.target.decode([token]) == ""
    with pytest.raises(InputError, match="no language 'xx'"):
        codec.rules(DecodeOptions(target_language="xx"))
    with pytest.raises(InputError, match="no language 'xx'"):
        codec.read("a", DecodeOptions(source_language="xx"))


@pytest.mark.parametrize("kind", ["t5", "mt5", "umt5"])
def test_an_instruction_is_read_before_the_sentence(opened: dict[str, Opened], kind: str) -> None:
    words, codec = opened[kind]
    source = codec.read("Es war kalt.", DecodeOptions(instruction="translate:"))
    assert list(source.ids) == words("translate: Es war kalt.")["input_ids"]
    count = len(words("translate:", add_special_tokens=False)["input_ids"])
    assert source.spans[:count] == ((0, 0),) * count
    assert source.text == "Es war kalt." and source.spans[-2] == (11, 12)


@pytest.mark.parametrize("kind", ["bart", "nllb", "pegasus"])
def test_others_take_no_instruction(opened: dict[str, Opened], kind: str) -> None:
    with pytest.raises(InputError, match="takes no instruction"):
        opened[kind][1].read("Es war kalt.", DecodeOptions(instruction="translate:"))


def test_threads_may_read_in_many_languages_at_once(opened: dict[str, Opened]) -> None:
    codec = opened["nllb"][1]
    asked = [DecodeOptions(source_language=code) for code in codec.languages] * 20
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda options: codec.read(TEXTS[0], options).ids[0], asked))
    assert found == [codec.languages[options.source_language] for options in asked]
