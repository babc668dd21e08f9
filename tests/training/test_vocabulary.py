from dataclasses import replace
from pathlib import Path

import pytest

from seqviz.errors import InputError, ModelError
from seqviz.text.tokenizer import Tokenizer
from seqviz.training.settings import VocabularySettings
from seqviz.training.vocabulary import encode_all, find_vocabularies, train_vocabularies
from tests.fixtures.tiny_models import tiny_tokenizer_bytes

PAIRS = (
    ("der hund ist hier", "the dog is here"),
    ("die katze war 12 jahre alt", "the cat was 12 years old"),
    ("es ist nicht kalt", "it is not cold"),
)
SOURCE, TARGET = VocabularySettings(size=40), VocabularySettings(size=40, kind="char")


def test_the_same_text_gives_the_same_bytes() -> None:
    one, again = (train_vocabularies(PAIRS, SOURCE, TARGET) for _ in range(2))
    assert (one.source, one.target) == (again.source, again.target)
    other = train_vocabularies(PAIRS[:2], SOURCE, TARGET)
    assert other.source != one.source


def test_special_tokens_and_kinds_are_those_asked_for(tmp_path: Path) -> None:
    made = train_vocabularies(PAIRS, replace(SOURCE, split_digits=True, dummy_prefix=False), TARGET)
    made.write(tmp_path)
    source = Tokenizer(tmp_path / "source.model")
    target = Tokenizer(tmp_path / "target.model")
    assert [source.piece(token) for token in range(4)] == ["<pad>", "<unk>", "<s>", "</s>"]
    assert source.encode("12").pieces == ("1", "2")
    assert target.encode("cat").pieces == ("▁", "c", "a", "t")
    found = find_vocabularies([tmp_path / "none", tmp_path])
    assert found is not None
    assert (found.source, found.target, found.reused) == (made.source, made.target, tmp_path)


def test_many_texts_are_encoded_as_one_is(tmp_path: Path) -> None:
    made = train_vocabularies(PAIRS, SOURCE, TARGET)
    made.write(tmp_path)
    tokenizer = Tokenizer(tmp_path / "source.model")
    texts = [source for source, _ in PAIRS]
    assert encode_all(made.source, texts) == [list(tokenizer.encode(text).ids) for text in texts]


def test_a_model_file_names_no_place() -> None:
    made = train_vocabularies(PAIRS, SOURCE, TARGET)
    for content in (made.source, made.target):
        assert b"/tmp" not in content
        assert b".txt" not in content


@pytest.mark.parametrize(
    ("pairs", "settings", "named"),
    [
        (PAIRS, replace(SOURCE, size=8), "source .* 8 pieces are fewer than its characters"),
        ((), SOURCE, "source .* too little text"),
    ],
)
def test_pieces_that_cannot_be_made_are_told(
    pairs: tuple[tuple[str, str], ...], settings: VocabularySettings, named: str
) -> None:
    with pytest.raises(InputError, match=named) as caught:
        train_vocabularies(pairs, settings, TARGET)
    assert caught.value.code == "vocabulary_failed"


def test_half_a_pair_is_not_reused(tmp_path: Path) -> None:
    (tmp_path / "source.model").write_bytes(tiny_tokenizer_bytes())
    assert find_vocabularies([tmp_path]) is None


def test_a_foreign_model_is_refused(tmp_path: Path) -> None:
    for name in ("source.model", "target.model"):
        (tmp_path / name).write_bytes(b"nonsense")
    with pytest.raises(ModelError, match="no SentencePiece model"):
        find_vocabularies([tmp_path])
