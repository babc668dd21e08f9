"""Questions at a chapter's end: every answer found again the slow way, on random decodings."""

import math
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest

from seqviz.analysis.attention import attention_matrix
from seqviz.analysis.words import piece_label
from seqviz.lesson import packed_chapter, read_chapter
from seqviz.lesson.question import Computed, share
from seqviz.lesson.questions import QUESTIONS, said
from seqviz.lesson.scene import Scene
from seqviz.lesson.shipped import shipped_chapters
from seqviz.trace import Trace
from seqviz.words import LANGUAGES
from seqviz.words.numbers import number
from tests.fixtures.toy_traces import random_trace
from tests.lesson.small import CHAPTER, SmallModels, scene

PIECES = tuple("▁" + letter * 2 for letter in "abcdefghijklm")


def scenes() -> Iterator[Scene]:
    for seed in range(12):
        heads = 3 if seed % 3 == 0 else 1
        trace = random_trace(seed, 7, 4, heads=heads, source_length=7, pieces=PIECES)
        yield scene(0, trace=trace)


ALL = list(scenes())


def path(trace: Trace) -> list[tuple[int, int]]:
    """(slot, candidate) of every step of the best hypothesis, walked back by hand."""
    search = trace.search
    step, candidate = int(trace.hypotheses.steps[0]), int(trace.hypotheses.candidates[0])
    walked: list[tuple[int, int]] = []
    while step >= 0:
        slot = int(search.candidate_parents[step, candidate])
        walked.insert(0, (slot, candidate))
        step -= 1
        if step >= 0:
            candidate = search.candidate_slots[step].tolist().index(slot)
    return walked


def log_probs(one: Scene) -> list[float]:
    found = one.trace.search.candidate_log_probs
    return [float(found[t, candidate]) for t, (_, candidate) in enumerate(path(one.trace))]


def least_sure(one: Scene) -> str:
    found = [
        float(one.trace.search.entropies[t, slot]) for t, (slot, _) in enumerate(path(one.trace))
    ]
    return labelled(one, found.index(max(found)))


def least_likely(one: Scene) -> str:
    found = log_probs(one)
    return labelled(one, found.index(min(found)))


def labelled(one: Scene, step: int) -> str:
    return f"{step + 1} · {piece_label(one.trace.target_pieces()[step])}"


def second_choice(one: Scene) -> str:
    best = (-1.0, "")
    for t, (slot, candidate) in enumerate(path(one.trace)):
        produced = int(one.trace.search.candidate_tokens[t, candidate])
        for token, value in zip(
            one.trace.search.next_tokens[t, slot].tolist(),
            one.trace.search.next_log_probs[t, slot].tolist(),
            strict=True,
        ):
            if token != produced and math.exp(value) > best[0] + 1e-7:
                best = (math.exp(value), piece_label(one.trace.vocabulary[token]))
    return best[1]


def weights(one: Scene) -> list[list[float]]:
    """Of every word of the translation but its end."""
    found = attention_matrix(one.trace, layer=None, head=None, words_level=True)
    return [list(map(float, row)) for row in found.weights[:-1]]


def looked(one: Scene) -> str:
    jumps: dict[int, int] = {}
    for place, row in enumerate(weights(one)):
        at = row.index(max(row))
        if at < len(row) - 1:
            jumps.setdefault(abs(at - place), at)
    return one.source_words[jumps[max(jumps)]]


def spread(one: Scene) -> str:
    found = [math.exp(-sum(w * math.log(w) for w in row if w > 0)) for row in weights(one)]
    place = found.index(max(found))
    return f"{place + 1} · {one.words[place]}"


def rest_weight(one: Scene) -> str:
    tops = [max(row) for row in weights(one)]
    return number(1 - min(tops, key=lambda top: abs(top - 0.6)), ".1%")


def surest_system(one: Scene) -> str:
    means = {name: np.mean(log_probs(one.by(name))) for name in ("dot", "none")}
    return max(means, key=lambda name: means[name])


def first_lost(one: Scene) -> str:
    search = one.trace.search
    token = int(search.candidate_tokens[0, search.candidate_log_probs[0].argmax()])
    begun = {one.trace.target(rank)[0] for rank in range(len(one.trace.hypotheses))}
    assert token not in begun
    return piece_label(one.trace.vocabulary[token])


def best_sum(one: Scene) -> str:
    found = one.trace.hypotheses
    sums = [float(value) for value in found.log_probs]
    return found.texts[sums.index(max(sums))]


def parted(one: Scene) -> str:
    pairs = zip(one.greedy.target(), one.trace.target(), strict=False)
    return labelled(one, next(t for t, (mine, other) in enumerate(pairs) if mine != other))


def score(one: Scene) -> str:
    return number(sum(log_probs(one)) / len(path(one.trace)))


SLOWLY: dict[str, Callable[[Scene], str]] = {
    "least_sure": least_sure,
    "least_likely": least_likely,
    "second_choice": second_choice,
    "steps_count": lambda one: str(len(path(one.trace))),
    "carried": lambda one: str(
        0 if one.trace.model.reverses_source else len(one.trace.source.ids) - 1
    ),
    "whole_prob": lambda one: number(math.prod(map(math.exp, log_probs(one))), ".2g"),
    "without_last": lambda one: number(
        float(number(sum(log_probs(one))).replace("−", "-"))
        - float(number(log_probs(one)[-1]).replace("−", "-"))
    ),
    "bits": lambda one: number(-math.log2(math.exp(min(log_probs(one))))),
    "loss": lambda one: number(-min(log_probs(one))),
    "score": score,
    "looked": looked,
    "spread": spread,
    "rest_weight": rest_weight,
    "lost": first_lost,
    "without_norm": best_sum,
    "parting": parted,
    "surest_system": surest_system,
}


def asked(name: str) -> list[tuple[Scene, Computed]]:
    found = ((one, QUESTIONS[name](one, ("dot", "none"))) for one in ALL)
    return [(one, question) for one, question in found if question is not None]


@pytest.mark.parametrize("name", SLOWLY)
def test_the_answer_is_that_of_the_slow_way(name: str) -> None:
    found = asked(name)
    assert found, "no decoding bears it"
    for one, question in found:
        assert len(set(question.options)) == len(question.options) > 1
        assert question.options[question.right] == SLOWLY[name](one)


def test_the_same_place_is_one_that_the_source_has() -> None:
    """A translation may be longer than its sentence; a word without a counterpart is not asked."""
    found = []
    for seed in range(30):
        trace = random_trace(seed, 7, 4, heads=1, source_length=5, pieces=PIECES)
        one = scene(0, trace=trace)
        question = QUESTIONS["looked"](one, ())
        if question is not None:
            word = int(one.groups[question.step])
            found.append(word)
            assert question.facts["same"] == one.source_words[word]
    assert found


def test_a_share_that_is_not_nothing_is_not_written_as_nothing() -> None:
    assert [share(value) for value in (0.0, 0.0002, 0.0006, 0.5)] == [
        "0.0%",
        "<0.1%",
        "0.1%",
        "50.0%",
    ]


def test_the_sharpest_head_has_the_largest_weight_of_all_heads() -> None:
    for one, question in asked("head"):
        word = one.groups[question.step]
        tops = [
            float(
                attention_matrix(one.trace, layer=question.layer, head=head, words_level=True)
                .weights[word]
                .max()
            )
            for head in range(3)
        ]
        assert question.options[question.right] == str(tops.index(max(tops)) + 1)
    assert asked("head")


def test_a_question_that_a_sentence_does_not_bear_is_not_asked() -> None:
    assert {name for name in QUESTIONS if asked(name)} == {*SLOWLY, "head"}
    recurrent = [one for one in ALL if one.trace.model.kind == "rnn"]
    assert all(QUESTIONS["head"](one, ()) is None for one in recurrent)
    assert all(QUESTIONS["surest_system"](one, ("dot",)) is None for one in ALL)
    transformers = [one for one in ALL if one.trace.model.kind == "transformer"]
    assert all(QUESTIONS["carried"](one, ()) is None for one in transformers)


def test_who_reads_backwards_reads_nothing_after_the_first_token() -> None:
    one = next(one for one in ALL if one.trace.model.kind == "rnn")
    turned = replace(one.trace, model=replace(one.trace.model, reverses_source=True))
    question = QUESTIONS["carried"](replace(one, trace=turned), ())
    assert question is not None
    assert (question.options[question.right], question.form) == ("0", ".reversed")
    found = said("carried", one, question, language="en")
    assert "from the end" in found["bet"]["question"]


def test_a_mere_space_is_not_the_first_token() -> None:
    one = next(one for one in ALL if one.trace.model.kind == "rnn")
    source = one.trace.source
    spaced = replace(one.trace, source=replace(source, pieces=("▁", *source.pieces[1:])))
    question = QUESTIONS["carried"](replace(one, trace=spaced), ())
    assert question is not None
    assert question.options[question.right] == str(len(source.ids) - 2)
    assert question.facts["first"] == piece_label(source.pieces[1])
    turned = replace(spaced, model=replace(spaced.model, reverses_source=True))
    assert QUESTIONS["carried"](replace(one, trace=turned), ()) is None


class AtRandom(SmallModels):
    """Every sentence is a random decoding."""

    def decode(self, asked: object) -> Trace:
        return ALL[1].trace


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_question_is_a_step_in_words(language: str) -> None:
    names = ", ".join(QUESTIONS)
    text = CHAPTER.replace("steps:", f"questions: [{names}]\nsteps:", 1)
    found = packed_chapter(read_chapter(text, "c.yaml"), language, models=AtRandom())
    questions = [step for step in found["steps"] if step["id"].startswith("question-")]
    assert [step["id"] for step in questions] == ["question-1", "question-2", "question-3"]
    for step in questions:
        assert (step["needs"], step["bet"]["kind"], step["holds"]) == ("bet", "asked", True)
        assert sum(option["right"] for option in step["bet"]["options"]) == 1
        assert sum(option["bits"] for option in step["bet"]["options"]) == pytest.approx(0)
        assert "{" not in step["bet"]["question"] + step["reveal"][0][2]
        assert step["trace"] in found["traces"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_question_has_its_words(language: str) -> None:
    for name in QUESTIONS:
        text = CHAPTER.replace("steps:", f"questions: [{name}]\nsteps:", 1)
        for one in (ALL[0], ALL[1], ALL[4]):
            models = AtRandom()
            models.decode = lambda _, one=one: one.trace  # type: ignore[method-assign,misc]
            found = packed_chapter(read_chapter(text, "c.yaml"), language, models=models)
            for step in found["steps"]:
                if step["id"] == "question-1":
                    assert "{" not in step["bet"]["question"] + step["reveal"][0][2]


def test_every_shipped_chapter_names_questions() -> None:
    assert all(len(chapter.questions) > 2 for chapter in shipped_chapters())
