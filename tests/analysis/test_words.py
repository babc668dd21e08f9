from pathlib import Path

import numpy as np
import pytest
import sentencepiece
from hypothesis import given, settings
from hypothesis import strategies as st

from seqviz.analysis.words import (
    display_piece,
    join_pieces,
    merge_log_probs,
    merge_to_words,
    word_groups,
    word_labels,
)
from tests.fixtures.tiny_tokenizers import SHIPPED_IDS, train_pieces

CORPUS = ["the cat sat on the mat", "it's 3.5 well-known", "我喜欢猫", "a <b> & $x$"] * 40
SHIPPED = Path(__file__).parents[2] / "pretrained" / "de-en" / "target.model"


@pytest.fixture(scope="module")
def processor() -> sentencepiece.SentencePieceProcessor:
    """A small model with byte fallback, trained on the spot."""
    model = train_pieces(CORPUS, 320, byte_fallback=True, **SHIPPED_IDS)
    return sentencepiece.SentencePieceProcessor(model_proto=model)


@settings(max_examples=80)
@given(seed=st.integers(0, 2**32 - 1), count=st.integers(0, 30))
def test_join_pieces_equals_sentencepiece_on_any_pieces(
    processor: sentencepiece.SentencePieceProcessor, seed: int, count: int
) -> None:
    ids = np.random.default_rng(seed).integers(0, processor.get_piece_size(), count).tolist()
    pieces = [processor.id_to_piece(token) for token in ids]
    assert join_pieces(pieces) == processor.decode_pieces(pieces)


@given(text=st.text(max_size=40))
def test_join_pieces_reads_bytes_as_sentencepiece_does(
    processor: sentencepiece.SentencePieceProcessor, text: str
) -> None:
    pieces = processor.encode(text, out_type=str)
    assert join_pieces(pieces) == processor.decode_pieces(pieces)


@pytest.mark.skipif(not SHIPPED.exists(), reason="the shipped weights are not there")
def test_join_pieces_equals_a_shipped_model() -> None:
    shipped = sentencepiece.SentencePieceProcessor(model_file=str(SHIPPED))
    for start in range(0, shipped.get_piece_size() - 5, 5):
        pieces = [shipped.id_to_piece(token) for token in range(start, start + 5)]
        assert join_pieces(pieces) == shipped.decode_pieces(pieces)


def test_join_pieces_by_hand() -> None:
    assert join_pieces(["▁the", "▁c", "at", "</s>"]) == "the cat"
    assert join_pieces(["▁x", "<unk>", "▁y"]) == "x ⁇  y"
    assert join_pieces(["<0xE4>", "<0xBD>", "<0xA0>", "<0xE4>"]) == "你�"
    assert join_pieces([]) == ""
    assert join_pieces(["⟨deu_Latn⟩", "▁Guten", "▁Tag", "</s>"]) == "Guten Tag"
    assert join_pieces(["▁⟨x⟩", "⟨", "⟩"]) == "⟨x⟩⟨⟩"


def test_pieces_of_byte_level_bpe_mix_text_and_bytes() -> None:
    pieces = ["a<0xE4><0xBD>", "<0xA0>b", "▁<0xE4><0xBD>", "<0xA0>"]
    assert join_pieces(pieces) == "a你b 你"
    assert display_piece("a<0xE4><0xBD>") == "a⟨E4⟩⟨BD⟩"
    assert word_groups(pieces).tolist() == [0, 0, 1, 1]


def test_a_tag_is_a_word_by_itself() -> None:
    pieces = ["⟨deu_Latn⟩", "Gu", "ten", "▁Tag"]
    groups = word_groups(pieces)
    assert groups.tolist() == [0, 1, 1, 2]
    assert word_labels(pieces, groups) == ("⟨deu_Latn⟩", "Guten", "Tag")


@pytest.mark.parametrize(
    ("piece", "label"),
    [
        ("▁the", "▁the"),
        ("</s>", "⟨eos⟩"),
        ("<s>", "⟨bos⟩"),
        ("<unk>", "⟨unk⟩"),
        ("<0xE4>", "⟨E4⟩"),
        ("\u202eabc", "⟨U+202E⟩abc"),
        ("a\nb", "a⟨U+000A⟩b"),
        ("a\u3000b", "a␣b"),
        ("\u200d", "⟨U+200D⟩"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("", "∅"),
        ("<b>", "<b>"),
    ],
)
def test_display_piece(piece: str, label: str) -> None:
    assert display_piece(piece) == label


@pytest.mark.parametrize(
    ("pieces", "labels"),
    [
        (["▁The", "▁c", "at", ".", "</s>"], ["The", "cat", ".", "⟨eos⟩"]),
        (["▁don", "'", "t", "▁well", "-", "known"], ["don't", "well-known"]),
        (["▁", "3", ".", "5", "▁0", ",", "▁5"], ["3.5", "0", ",", "5"]),
        (['▁"', "Hi", '"', "▁", "(", "ok", ")"], ['"', "Hi", '"', "(", "ok", ")"]),
        (["▁我", "喜欢", "猫", "。", "</s>"], ["我", "喜欢", "猫", "。", "⟨eos⟩"]),
        (["▁", "用", "i", "Phone", "打", "字"], ["用", "iPhone", "打", "字"]),
        (["▁สวัส", "ดี", "ครับ"], ["สวัส", "ดี", "ครับ"]),
        (["▁ね", "▁こ"], ["ね", "こ"]),
        (["un@@", "like@@", "ly", "so"], ["unlikely", "so"]),
        (["2", "0", "2", "6", "-", "1"], ["2", "0", "2", "6", "-", "1"]),
        (["▁na", "ï", "ve", "<unk>"], ["naïve", "⟨unk⟩"]),
        (["▁مر", "حبا", "؟"], ["مرحبا", "؟"]),
        (["▁a", "<0xE4>", "<0xBD>", "<0xA0>"], ["a你"]),
    ],
)
def test_words(pieces: list[str], labels: list[str]) -> None:
    assert list(word_labels(pieces, word_groups(pieces))) == labels


PIECES = st.lists(
    st.sampled_from(
        ["▁a", "b", "▁", "'", "-", ".", "3", "猫", "</s>", "<unk>", "<0xE4>", "x@@", "▁("]
    )
)


@given(pieces=PIECES)
def test_groups_count_up_without_gaps(pieces: list[str]) -> None:
    groups = word_groups(pieces)
    assert len(groups) == len(pieces)
    assert set(np.diff(groups)) <= {0, 1}
    assert not len(groups) or groups[0] == 0
    assert len(word_labels(pieces, groups)) == len(set(groups.tolist()))


def test_merging_sums_columns_and_averages_rows() -> None:
    attention = np.array([[0.1, 0.2, 0.7], [0.3, 0.3, 0.4]])
    merged = merge_to_words(attention, np.array([0, 0]), np.array([0, 0, 1]))
    np.testing.assert_allclose(merged, [[0.45, 0.55]])


def test_words_of_different_lengths_are_merged_each_by_its_own() -> None:
    """In every head, in the precision that came in."""
    rows = [[0.5, 0.25, 0.125, 0.125], [0.25, 0.5, 0.25, 0.0], [0.75, 0.0, 0.125, 0.125]]
    attention = np.array([rows, rows[::-1]], np.float32)
    merged = merge_to_words(attention, np.array([0, 1, 1]), np.array([0, 1, 1, 2]))
    expected = [
        [[0.5, 0.375, 0.125], [0.5, 0.4375, 0.0625]],
        [[0.75, 0.125, 0.125], [0.375, 0.5625, 0.0625]],
    ]
    np.testing.assert_array_equal(merged, np.array(expected, np.float32))
    assert merged.dtype == np.float32


@given(pieces=PIECES.filter(bool), source=PIECES.filter(bool), seed=st.integers(0, 1000))
def test_merged_rows_still_sum_to_one(pieces: list[str], source: list[str], seed: int) -> None:
    rng = np.random.default_rng(seed)
    weights = rng.dirichlet(np.ones(len(source)), size=(2, len(pieces)))
    merged = merge_to_words(weights, word_groups(pieces), word_groups(source))
    np.testing.assert_allclose(merged.sum(-1), 1)


def test_log_probs_of_a_word_add_up() -> None:
    np.testing.assert_allclose(
        merge_log_probs(np.array([-1.0, -2.0, -3.0]), np.array([0, 0, 1])), [-3.0, -3.0]
    )
