"""Ids and texts equal those of ``transformers.MarianTokenizer``, whatever is typed."""

import json
import random
import unicodedata
import warnings
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from seqviz.catalog.untrusted import MAX_VOCABULARY_BYTES
from seqviz.errors import InputError, ModelError
from seqviz.foreign.marian.tokenizer import MarianTokenizer, read_tokenizers
from seqviz.text.tokenizer import prepare_text
from tests.fixtures.added_tokens import (
    ADDED,
    CLOSED,
    FLAGGED,
    MASK,
    SPECIAL,
    add_tokens,
    make_legacy,
    with_closed_as_text,
)
from tests.fixtures.marian_folders import sizes_of, write_tokenizer
from tests.fixtures.opus_folders import SOURCES

FRAGMENTS = (
    *(word for text in SOURCES for word in text.split()),
    *("</s>", "<unk>", "<pad>", ">>fra<<", ">>cmn_Hans<<", ">>xyz<<", ">>", "<<", "▁", " ", "  "),
    *("\u200f", "\u200b", "\u00a0", "\u3000", "\n", "\x00", "e\u0301", "ﬁ", "½", "Ａ", "ﷺ", "㍿"),
    *ADDED,
    *("👩\u200d👩\u200d👧", "😀", "שלום", "مرحبا", "猫", "🇩🇪", "<b>", "$x$", "n't", " ."),
)
ANY = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=30)
TYPED = st.lists(st.sampled_from(FRAGMENTS) | ANY, max_size=8).map("".join)
Sides = tuple[Any, MarianTokenizer, MarianTokenizer]


def sides_of(folder: Path, *, added: bool = False, legacy: bool = False, **how: bool) -> Sides:
    """The library's tokenizer, to which EOS and its like are text, and ours of both sides."""
    theirs = write_tokenizer(folder, **how)
    if added:
        add_tokens(theirs)
        theirs.save_pretrained(folder)
    if legacy:
        make_legacy(folder)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it would like sacremoses
        theirs = type(theirs).from_pretrained(folder)
    sizes = [size + 40 for size in sizes_of(folder)]
    return (with_closed_as_text(theirs), *read_tokenizers(folder, (sizes[0], sizes[1])))


@pytest.fixture(scope="module", params=["plain", "separate", "added", "legacy", "added separate"])
def sides(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Sides:
    kind = request.param
    return sides_of(
        tmp_path_factory.mktemp("tokenizer"),
        separate="separate" in kind,
        tags="separate" not in kind,
        added="added" in kind or kind == "legacy",
        legacy=kind == "legacy",
    )


def is_a_closed_part(theirs: Any, text: str) -> bool:
    """Whether a token that nobody may type stands there alone; see ``with_closed_as_text``."""
    return any(part in CLOSED for part in theirs.tokens_trie.split(text))


@given(TYPED)
@example(">>fra<<Es war </s>>>fra<< kalt")
@example("Es war <ent> kalt.")
@example("Es <W> war<W> <LRW>\u00a0<R>  kalt<W>")
@example("")
def test_ids_are_those_of_transformers(sides: Sides, text: str) -> None:
    theirs, source, target = sides
    if is_a_closed_part(theirs, text):
        return
    assert [*source.encode(text).ids, source.eos] == theirs(text).input_ids
    assert [*target.encode(text).ids, source.eos] == theirs(text_target=text).input_ids


@given(st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=20), max_size=6).map("".join))
def test_ids_of_a_prepared_text_are_those_of_transformers(sides: Sides, typed: str) -> None:
    theirs, source, _ = sides
    try:
        text = prepare_text(typed)  # no surrogates, controls, marks of direction; NFC
    except InputError:
        return
    if not is_a_closed_part(theirs, text):
        assert [*source.encode(text).ids, source.eos] == theirs(text).input_ids


@given(TYPED)
@settings(max_examples=30)
def test_spans_are_ordered_ranges_that_lose_nothing_visible(sides: Sides, text: str) -> None:
    _, source, _ = sides
    encoding, place = source.encode(text), 0
    seen: set[int] = set()
    assert len(encoding.ids) == len(encoding.pieces) == len(encoding.spans)
    for start, end in encoding.spans:
        assert place <= start <= end <= len(text)
        seen.update(range(start, end))
        place = end
    lost = {text[at] for at in range(len(text)) if at not in seen}
    assert all(unicodedata.category(letter)[0] in "ZCM" or letter == "▁" for letter in lost), lost


def test_pieces_show_what_was_typed_and_spans_where(sides: Sides) -> None:
    _, source, _ = sides
    text = ">>fra<< Es war 猫😀</s>kalt"
    encoding = source.encode(text)
    assert encoding.pieces[0] == ">>fra<<" and encoding.spans[0] == (0, 7)
    assert "".join(text[start:end] for start, end in encoding.spans) == text.replace(" ", "")


def test_decoding_is_that_of_transformers(sides: Sides) -> None:
    theirs, _, target = sides
    draw = random.Random(3)
    # theirs spells <pad> of a separate vocabulary out
    known = [token for token, piece in sorted(target.pieces.items()) if piece != "<pad>"]
    for _ in range(500):
        ids = draw.choices(known, k=draw.randint(0, 12))
        assert target.decode(ids) == theirs.decode(ids, skip_special_tokens=True)
    text = "It was very <ent> cold."
    assert target.decode(target.encode(text).ids) == theirs.decode(
        theirs(text_target=text).input_ids, skip_special_tokens=True
    )


def test_nobody_types_the_tokens_of_the_program(sides: Sides) -> None:
    theirs, *ours = sides
    for side in ours:
        for text in CLOSED[:3]:
            for typed in (text, f"kalt{text}", f"{text} kalt {text}"):
                found = side.encode(typed).ids
                assert not {theirs.eos_token_id, theirs.pad_token_id} & {*found} and len(found) > 1


def test_added_tokens_are_shown_as_what_they_are(tmp_path: Path) -> None:
    theirs, source, target = sides_of(tmp_path, added=True)
    text = f"Es war <ent> {SPECIAL[0]} {MASK}.<L>"
    found = source.encode(text)
    shown = dict(zip(found.pieces, found.spans, strict=True))
    assert [text[slice(*shown[piece])] for piece in ("<ent>", "⟨2fr⟩", "⟨maske⟩", "<L>")] == [
        "<ent>",
        "<2fr>",
        MASK,
        "<L>",
    ]
    assert target.ids_of(["<L>", SPECIAL[0]]) == tuple(
        theirs.convert_tokens_to_ids(["<L>", SPECIAL[0]])
    )
    assert {*FLAGGED} <= source.added.tokens.keys()


@pytest.mark.parametrize(
    "said",
    [
        {"extra_special_tokens": {"french_token": "<2fr>", "sep2": "[SEP2]"}},
        {"extra_special_tokens": [], "french_token": "<2fr>"},
        {"extra_special_tokens": []},
        {"split_special_tokens": True},
        {"clean_up_tokenization_spaces": True},
    ],
)
def test_tokens_are_special_as_the_settings_say(tmp_path: Path, said: dict[str, Any]) -> None:
    words = write_tokenizer(tmp_path)
    add_tokens(words)
    words.save_pretrained(tmp_path)
    file = tmp_path / "tokenizer_config.json"
    file.write_text(json.dumps(json.loads(file.read_bytes()) | said), encoding="utf-8")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it would like sacremoses
        words = type(words).from_pretrained(tmp_path)
    source, _ = read_tokenizers(tmp_path, (150, 150))
    for text in ("Es war <2fr> kalt .", "[SEP2]kalt<ent> !", "<R>  <maske>"):
        ids = [*source.encode(text).ids, source.eos]
        assert ids == words(text).input_ids
        assert source.decode(ids) == words.decode(ids, skip_special_tokens=True)


def test_spaces_before_punctuation_go_where_the_folder_asks_for_it(tmp_path: Path) -> None:
    theirs = write_tokenizer(tmp_path)
    file = tmp_path / "tokenizer_config.json"
    config = json.loads(file.read_bytes()) | {"clean_up_tokenization_spaces": True}
    file.write_text(json.dumps(config), encoding="utf-8")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it would like sacremoses
        theirs = type(theirs).from_pretrained(tmp_path)
    _, target = read_tokenizers(tmp_path, sizes_of(tmp_path))
    ids = theirs(text_target="mat . is n't , ' it 's").input_ids
    plain = theirs.decode(ids, skip_special_tokens=True, clean_up_tokenization_spaces=False)
    assert target.decode(ids) == theirs.decode(ids, skip_special_tokens=True) != plain


def test_the_vocabulary_can_be_asked(sides: Sides) -> None:
    _, source, target = sides
    token = target.ids_of(["</s>", "no such piece"])
    assert token == (0,) and target.piece(0) == "</s>"
    for wrong in (-1, len(target)):
        with pytest.raises(IndexError):
            target.piece(wrong)
    assert len(source) == source.size


FILES = ("vocab.json", "source.spm", "target.spm")


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    write_tokenizer(tmp_path)
    sizes = sizes_of(tmp_path)
    (tmp_path / name).unlink()
    with pytest.raises(ModelError, match=name) as caught:
        read_tokenizers(tmp_path, sizes)
    assert caught.value.code == "foreign_missing"


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ('{"</s>": 0, "<unk>": 1, "<pad>": 1000000}', "'<pad>' is 1000000"),
        ('{"</s>": 0, "<unk>": 1, "<pad>": -1}', "-1"),
        ('{"</s>": 0, "<unk>": 1, "<pad>": "2"}', "'2'"),
        ('{"</s>": 0, "<pad>": 2}', "lacks '<unk>'"),
        ("[]", "no JSON object"),
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
    ],
)
def test_a_bad_vocabulary_is_refused(tmp_path: Path, content: str, named: str) -> None:
    write_tokenizer(tmp_path)
    (tmp_path / "vocab.json").write_text(content, encoding="utf-8")
    with pytest.raises(ModelError, match="vocab") as caught:
        read_tokenizers(tmp_path, (90, 90))
    assert caught.value.code == "settings_invalid" and named in str(caught.value)


@pytest.mark.parametrize("size", [0, 100, MAX_VOCABULARY_BYTES + 1])
def test_a_sentencepiece_model_that_is_none_is_refused(tmp_path: Path, size: int) -> None:
    write_tokenizer(tmp_path)
    with (tmp_path / "target.spm").open("wb") as file:
        file.truncate(size)
    with pytest.raises(ModelError, match=r"target\.spm") as caught:
        read_tokenizers(tmp_path, sizes_of(tmp_path))
    assert caught.value.code == ("not_supported" if size > MAX_VOCABULARY_BYTES else "file_corrupt")


def test_a_sentencepiece_model_of_millions_is_not_read(tmp_path: Path) -> None:
    write_tokenizer(tmp_path)
    (tmp_path / "source.spm").write_bytes(b"\n\x0e\n\x05" * 2_000_000)
    with pytest.raises(ModelError, match=r"entries, in .*source\.spm"):
        read_tokenizers(tmp_path, sizes_of(tmp_path))
