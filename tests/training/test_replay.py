from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from seqviz.training.build import build_model
from seqviz.training.observer import Observer
from seqviz.training.replay import IMPOSSIBLE, choose_sentences, frame_steps, replay_frame
from tests.fixtures.letter_training import letters_tokenizer, tiny_settings
from tests.fixtures.tiny_networks import tiny_rnn_settings

PAIRS = [(word, word[::-1]) for word in ("abcd", "eda", "abcdeabc", "abcde", "ccccc")]


def observer(folder: Path, attention: str = "dot") -> Observer:
    tokenizer = letters_tokenizer(folder)
    shape = tiny_rnn_settings(
        vocabulary=20, width=8, layers=1, attention=attention, bidirectional=attention != "none"
    )
    settings = tiny_settings(shape)
    torch.manual_seed(1)
    model = build_model(settings, source=tokenizer, target=tokenizer)
    return Observer(model=model.eval(), settings=settings, source=tokenizer, target=tokenizer)


@pytest.mark.parametrize(("steps", "frames"), [(6000, 20), (24, 20), (1, 5), (10**6, 50), (3, 2)])
def test_frames_are_at_the_start_at_the_end_and_denser_early(steps: int, frames: int) -> None:
    found = frame_steps(steps, frames)
    assert found[0] == 0
    assert found[-1] == steps
    assert list(found) == sorted(set(found))
    assert len(found) <= frames
    gaps = np.diff(found)
    assert gaps[-1] == max(gaps)


def test_no_frames_where_none_are_wanted() -> None:
    assert frame_steps(100, 0) == ()


def test_sentences_are_of_different_lengths_from_short_to_long(tmp_path: Path) -> None:
    found = choose_sentences(observer(tmp_path), PAIRS, 2)
    assert [sentence.source for sentence in found] == ["abcd", "abcdeabc"]
    assert [sentence.reference for sentence in found] == ["dcba", "cbaedcba"]
    assert found[0].pieces == ("a", "b", "c", "d", "</s>")
    assert found[0].reference_pieces == ("d", "c", "b", "a", "</s>")


def test_of_a_length_the_first_sentence_is_taken(tmp_path: Path) -> None:
    found = choose_sentences(observer(tmp_path), PAIRS, 9)
    assert [sentence.source for sentence in found] == ["abcd", "abcde", "abcdeabc"]


def test_a_frame_holds_what_the_model_makes_of_the_sentences_now(tmp_path: Path) -> None:
    watched = observer(tmp_path)
    sentences = choose_sentences(watched, PAIRS, 3)
    frame = replay_frame(watched, sentences, step=7)
    assert frame.step == 7
    for sentence, view in zip(sentences, frame.views, strict=True):
        translated = watched.translate(sentence.source, max_length=2 * len(sentence.pieces) + 4)
        assert view.translation == translated.translation
        assert view.attention.shape == (len(view.pieces), len(sentence.pieces))
        assert np.abs(view.attention.sum(1, dtype=int) - 255).max() <= len(sentence.pieces)
        forced = watched.force(sentence.source, sentence.reference)
        assert view.log_prob == pytest.approx(float(forced.hypotheses.log_probs[0]), abs=1e-3)


def test_without_attention_a_frame_has_none(tmp_path: Path) -> None:
    watched = observer(tmp_path, attention="none")
    sentences = choose_sentences(watched, PAIRS, 1)
    view = replay_frame(watched, sentences, step=0).views[0]
    assert view.attention.shape == (len(view.pieces), 0)
    assert len(view.surprisals) == 5


def test_what_is_no_number_is_shown_as_impossible(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched = observer(tmp_path)
    sentences = choose_sentences(watched, PAIRS, 1)
    found = np.array([[np.nan], [-np.inf], [-1.5], [-0.5], [-0.25]])
    forced = SimpleNamespace(search=SimpleNamespace(candidate_log_probs=found))
    monkeypatch.setattr(Observer, "force", lambda *_: forced)
    view = replay_frame(watched, sentences, step=0).views[0]
    assert view.surprisals == (IMPOSSIBLE, IMPOSSIBLE, 1.5, 0.5, 0.25)


def test_a_frame_shows_other_weights(tmp_path: Path) -> None:
    watched = observer(tmp_path)
    sentences = choose_sentences(watched, PAIRS, 1)
    before = replay_frame(watched, sentences, step=0).views[0]
    with torch.no_grad():
        watched.model.target_embedding.weight[7] += 1
    assert replay_frame(watched, sentences, step=1).views[0].surprisals != before.surprisals
