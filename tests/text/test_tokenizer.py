from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqviz.errors import InputError, ModelError
from seqviz.options import MAX_CHARACTERS
from seqviz.text.tokenizer import Tokenizer, prepare_text
from tests.fixtures.tiny_models import SENTENCES, tiny_tokenizer_bytes
from tests.fixtures.tiny_tokenizers import train_pieces


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory: pytest.TempPathFactory) -> Tokenizer:
    path = tmp_path_factory.mktemp("tokenizer") / "source.model"
    path.write_bytes(tiny_tokenizer_bytes())
    return Tokenizer(path)


def shown(tokenizer: Tokenizer, text: str) -> list[str]:
    return [text[start:end] for start, end in tokenizer.encode(text).spans]


def test_spans_are_characters_not_bytes(tokenizer: Tokenizer) -> None:
    text = "猫😀 es war"
    encoding = tokenizer.encode(text)
    assert "".join(shown(tokenizer, text)) == "猫😀eswar"
    assert encoding.spans[-1][1] == len(text)
    assert len(encoding.ids) == len(encoding.pieces) == len(encoding.spans)


def test_spans_leave_white_space_out(tokenizer: Tokenizer) -> None:
    assert "  " not in "".join(shown(tokenizer, "es   war"))
    assert "".join(shown(tokenizer, "es   war")) == "eswar"


@pytest.mark.parametrize("space", [" ", "\u00a0", "\t", "\u3000"])
def test_spans_of_pieces_that_end_in_white_space_leave_it_out(space: str, tmp_path: Path) -> None:
    content = train_pieces(SENTENCES, 60, treat_whitespace_as_suffix=True)
    (tmp_path / "source.model").write_bytes(content)
    tokenizer = Tokenizer(tmp_path / "source.model")
    assert any(piece.endswith("▁") for piece in tokenizer.encode(f"es{space}war").pieces[:-1])
    assert "".join(shown(tokenizer, f"es{space}war")) == "eswar"


def test_spans_follow_normalisation_back(tokenizer: Tokenizer) -> None:
    assert "".join(shown(tokenizer, "eﬁ ½Ａ")) == "eﬁ½Ａ"
    assert "".join(shown(tokenizer, "e\u0301x")) == "e\u0301x"


@given(st.text(max_size=40) | st.text(alphabet="\ud800\udfff ﷺ㍿e\u0301😀\u200d猫½", max_size=12))
def test_spans_are_ordered_ranges_of_any_text(tokenizer: Tokenizer, text: str) -> None:
    place = 0
    for start, end in tokenizer.encode(text).spans:
        assert place <= start <= end <= len(text)
        place = end


@given(st.text(max_size=40))
def test_prepared_text_is_visible_or_refused(text: str) -> None:
    try:
        prepared = prepare_text(text)
    except InputError as error:
        assert error.code == "empty_text"
    else:
        assert prepared == prepared.strip() != ""
        assert not any(ord(character) < 32 for character in prepared)
        prepared.encode()


def test_preparing_composes_and_removes_what_is_invisible() -> None:
    assert prepare_text(" \ufeffe\u0301s\u00ad\u200eo\x00war\nkalt\u200bja ") == "éso war kalt ja"
    assert prepare_text("a\ud800b") == "a\ufffdb"
    assert prepare_text("<b>$x$*") == "<b>$x$*"


@pytest.mark.parametrize("text", ["", "  \t\n", "\u200b\x00", "\ufeff"])
def test_nothing_to_translate_is_refused(text: str) -> None:
    with pytest.raises(InputError) as caught:
        prepare_text(text)
    assert caught.value.code == "empty_text"


def test_text_too_long_is_refused() -> None:
    assert len(prepare_text("a" * MAX_CHARACTERS)) == MAX_CHARACTERS
    with pytest.raises(InputError) as caught:
        prepare_text("a" * (MAX_CHARACTERS + 1))
    assert caught.value.facts == {"found": MAX_CHARACTERS + 1, "limit": MAX_CHARACTERS}


def test_decoding_gives_the_text_back_without_special_tokens(tokenizer: Tokenizer) -> None:
    ids = tokenizer.encode("es war sehr kalt").ids
    assert tokenizer.decode([2, *ids, 3, 0]) == "es war sehr kalt"
    assert tokenizer.decode([]) == ""
    assert [tokenizer.piece(token) for token in ids] == list(
        tokenizer.encode("es war sehr kalt").pieces
    )


def test_a_token_that_is_not_there_is_an_error(tokenizer: Tokenizer) -> None:
    with pytest.raises(IndexError):
        tokenizer.piece(len(tokenizer))


def test_threads_may_share_a_tokenizer(tokenizer: Tokenizer) -> None:
    texts = [f"es war {'sehr ' * (number % 7)}kalt" for number in range(200)]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(tokenizer.encode, texts))
    assert together == [tokenizer.encode(text) for text in texts]


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError) as caught:
        Tokenizer(tmp_path / "source.model")
    assert caught.value.code == "file_missing"
    assert str(tmp_path / "source.model") in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"no model" * 30, tiny_tokenizer_bytes()[:1000]])
def test_a_damaged_file_is_named(
    tmp_path: Path, content: bytes, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "source.model"
    path.write_bytes(content)
    with pytest.raises(ModelError) as caught:
        Tokenizer(path)
    assert caught.value.code == "file_corrupt"
    assert str(path) in str(caught.value)
    assert capfd.readouterr() == ("", "")
