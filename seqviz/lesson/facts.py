"""The facts that a text may name: each is computed from a decoding, and so fits any sentence.

A fact that a sentence lacks, such as the second best of one hypothesis, is None; the step's
``otherwise`` stands in then. Numbers have two dresses: "83%" in a sentence, "0.83" in a formula.
"""

import math
from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

from seqviz.analysis.attention import attention_entropy
from seqviz.analysis.compare import first_difference
from seqviz.analysis.tokens import NextTokens, next_tokens_on_path
from seqviz.analysis.words import display_text, join_pieces
from seqviz.lesson.scene import Scene
from seqviz.trace import Fate
from seqviz.words.numbers import number

FEW, SOME = 0.0995, 0.00995
"""Shares below these are written with one digit more after the point."""
LEAST = 0.00005
"""A smaller share is not written as 0."""
TEN = 9.95


class Value(NamedTuple):
    """A fact: what a step's check looks at, and how it is written."""

    raw: str | float
    text: str
    formula: str


def share(value: float) -> Value:
    """A probability, or a part of a whole: a digit more in a formula, which others follow from."""
    if 0 < value < LEAST:
        return Value(value, "<0.01%", "<0.0001")
    digits = 0 if value >= FEW else 1 if value >= SOME else 2
    return Value(value, number(value, f".{digits}%"), number(value, f".{min(digits + 3, 4)}f"))


def real(value: float) -> Value:
    """A number with two digits after the point."""
    return Value(value, number(value), number(value))


def many(value: float) -> Value:
    """A number of things that need not be whole: one digit after the point below ten."""
    shown = number(value, ".1f" if value < TEN else ",.0f")
    return Value(value, shown, shown)


def count(value: int) -> Value:
    """How many."""
    return Value(value, str(value), str(value))


def words(value: str) -> Value:
    """Words of a sentence or of a translation, as they are written."""
    shown = display_text(value)
    return Value(value, shown, shown)


Fact = Callable[[Scene], Value | None]

# The sentence and its translation


def source(scene: Scene) -> Value | None:
    """The sentence."""
    return words(scene.trace.source.text)


def translation(scene: Scene) -> Value | None:
    """The best translation, or that of the hypothesis which the step shows."""
    return words(scene.trace.hypotheses.texts[scene.rank])


def reference(scene: Scene) -> Value | None:
    """A right translation, where the lesson knows one."""
    return words(scene.asked.reference) if scene.asked.reference else None


def is_right(scene: Scene) -> Value | None:
    """Whether the translation is that right one, word for word: "yes" or "no"."""
    if not scene.asked.reference:
        return None
    return words("yes" if scene.trace.translation == scene.asked.reference else "no")


def source_words(scene: Scene) -> Value | None:
    """How many words and marks the sentence has."""
    return count(len(scene.source_words) - 1)


def target_words(scene: Scene) -> Value | None:
    """How many words and marks the translation has."""
    return count(len(scene.words) - bool(scene.trace.hypotheses.finished[scene.rank]))


def source_tokens(scene: Scene) -> Value | None:
    """How many tokens the encoder reads, the end included."""
    return count(len(scene.trace.source.ids))


def steps(scene: Scene) -> Value | None:
    """How many tokens the decoder produced, the end included."""
    return count(len(scene.pieces))


def first_source_word(scene: Scene) -> Value | None:
    """The first word of the sentence."""
    return words(scene.source_words[0])


def last_source_word(scene: Scene) -> Value | None:
    """The last word of the sentence; marks do not count."""
    found = [word for word in scene.source_words[:-1] if any(map(str.isalnum, word))]
    return words(found[-1]) if found else None


def first_word(scene: Scene) -> Value | None:
    """The first word of the translation."""
    return words(scene.words[0])


def log_prob(scene: Scene) -> Value | None:
    """The sum of the log-probabilities, in nats."""
    return real(float(scene.trace.hypotheses.log_probs[scene.rank]))


def prob(scene: Scene) -> Value | None:
    """The probability of the whole translation: the product of those of its tokens."""
    value = math.exp(float(scene.trace.hypotheses.log_probs[scene.rank]))
    shown = number(value, ".2g")
    return Value(value, shown, shown)


def score(scene: Scene) -> Value | None:
    """The score by which hypotheses are ranked: higher is better."""
    return real(float(scene.trace.hypotheses.scores[scene.rank]))


def length(scene: Scene) -> Value | None:
    """The length that the score is divided by, in tokens, the end included."""
    return count(int(scene.trace.hypotheses.lengths[scene.rank]))


# The step


def step(scene: Scene) -> Value | None:
    """Its number, from 1."""
    return None if scene.step is None else count(scene.step + 1)


def word(scene: Scene) -> Value | None:
    """The word of the translation that the step belongs to."""
    return None if scene.step is None else words(scene.words[int(scene.groups[scene.step])])


def word_before(scene: Scene) -> Value | None:
    """The word before it."""
    place = 0 if scene.step is None else int(scene.groups[scene.step])
    return words(scene.words[place - 1]) if place else None


def token(scene: Scene) -> Value | None:
    """The token that the step produced."""
    return None if scene.step is None else words(scene.label(scene.pieces[scene.step]))


def before(scene: Scene) -> Value | None:
    """The translation so far."""
    return words(join_pieces(scene.pieces[: scene.step])) if scene.step else None


def p(scene: Scene) -> Value | None:
    """The probability of the token that the step produced."""
    if scene.step is None:
        return None
    return share(math.exp(float(scene.trace.log_probs(scene.rank)[scene.step])))


def log_p(scene: Scene) -> Value | None:
    """Its logarithm, in nats."""
    if scene.step is None:
        return None
    return real(float(scene.trace.log_probs(scene.rank)[scene.step]))


def loss(scene: Scene) -> Value | None:
    """Its loss where it is right: −log p, in nats."""
    found = log_p(scene)
    return None if found is None else real(-float(found.raw))


def whole_loss(scene: Scene) -> Value | None:
    """The loss of the whole translation: the sum over its steps, in nats."""
    return real(-float(scene.trace.hypotheses.log_probs[scene.rank]))


def bits(scene: Scene) -> Value | None:
    """How surprising it was: −log₂ p, in bits."""
    found = log_p(scene)
    return None if found is None else real(-float(found.raw) / math.log(2))


def choices(scene: Scene) -> Value | None:
    """Between how many equally likely tokens the model wavered: e to the power of the entropy."""
    found = _next(scene)
    return None if found is None else many(math.exp(found.entropy))


def top(scene: Scene) -> Value | None:
    """The most probable next token."""
    found = _next(scene)
    return words(scene.label(found.pieces[0])) if found else None


def is_top(scene: Scene) -> Value | None:
    """Whether the step's token was the most probable one: "yes" or "no"."""
    found = _next(scene)
    return words("yes" if found.chosen_index == 0 else "no") if found else None


def p_top(scene: Scene) -> Value | None:
    """Its probability."""
    found = _next(scene)
    return share(float(found.probs[0])) if found else None


def rival(scene: Scene) -> Value | None:
    """The most probable token besides the one that was produced."""
    found = _rival(scene)
    return words(scene.label(found[0])) if found else None


def p_rival(scene: Scene) -> Value | None:
    """Its probability."""
    found = _rival(scene)
    return share(found[1]) if found else None


# Where it looked


def looked(scene: Scene) -> Value | None:
    """The source word with the largest weight."""
    found = _ranked(scene)
    return words(found[0][0]) if found else None


def weight(scene: Scene) -> Value | None:
    """Its weight."""
    found = _ranked(scene)
    return share(found[0][1]) if found else None


def looked_next(scene: Scene) -> Value | None:
    """The source word with the second largest weight."""
    found = _ranked(scene)
    return words(found[1][0]) if len(found) > 1 else None


def weight_next(scene: Scene) -> Value | None:
    """Its weight."""
    found = _ranked(scene)
    return share(found[1][1]) if len(found) > 1 else None


def weight_even(scene: Scene) -> Value | None:
    """The weight that each source word would have if all were equal."""
    return share(1 / len(scene.source_words)) if _ranked(scene) else None


def spread(scene: Scene) -> Value | None:
    """Over how many source words the row spreads: e to the power of its entropy."""
    if scene.attention is None or scene.step is None:
        return None
    row = scene.attention[scene.groups[scene.step]]
    return many(math.exp(float(attention_entropy(row))))


# The search


def beam(scene: Scene) -> Value | None:
    """How many prefixes the search keeps."""
    return count(scene.trace.options.beam_size)


def candidates(scene: Scene) -> Value | None:
    """How many candidates the search looked at, in all steps."""
    return count(int((scene.trace.search.candidate_fates != Fate.ABSENT).sum()))


def cut(scene: Scene) -> Value | None:
    """How many of them it cut."""
    return count(int((scene.trace.search.candidate_fates == Fate.PRUNED).sum()))


def hypotheses(scene: Scene) -> Value | None:
    """How many hypotheses the search ended with."""
    return count(len(scene.trace.hypotheses))


def second(scene: Scene) -> Value | None:
    """The second best translation."""
    texts = scene.trace.hypotheses.texts
    return words(texts[1]) if len(texts) > 1 else None


def score_second(scene: Scene) -> Value | None:
    """Its score."""
    scores = scene.trace.hypotheses.scores
    return real(float(scores[1])) if len(scores) > 1 else None


def greedy(scene: Scene) -> Value | None:
    """What greedy decoding finds."""
    return words(scene.greedy.translation)


def greedy_differs(scene: Scene) -> Value | None:
    """Whether it is another translation: "yes" or "no"."""
    parts = first_difference(scene.greedy, scene.trace) is not None
    return words("yes" if parts else "no")


def greedy_log_prob(scene: Scene) -> Value | None:
    """Its sum of log-probabilities, in nats."""
    return real(float(scene.greedy.hypotheses.log_probs[0]))


def _next(scene: Scene) -> NextTokens | None:
    if scene.step is None:
        return None
    found = next_tokens_on_path(scene.trace, scene.step, rank=scene.rank)
    return found if len(found.tokens) else None


def _rival(scene: Scene) -> tuple[str, float] | None:
    found = _next(scene)
    if found is None:
        return None
    others = [place for place in range(len(found.tokens)) if place != found.chosen_index]
    return (found.pieces[others[0]], float(found.probs[others[0]])) if others else None


def _ranked(scene: Scene) -> list[tuple[str, float]]:
    """Source words with their weights, the largest first; empty: there is no attention."""
    if scene.attention is None or scene.step is None:
        return []
    row = scene.attention[scene.groups[scene.step]]
    order = np.argsort(-row, kind="stable").tolist()
    return [(scene.source_words[place], float(row[place])) for place in order]


SENTENCE_FACTS: Mapping[str, Fact] = {
    fact.__name__: fact
    for fact in (
        *(source, translation, reference, is_right, source_words, target_words, source_tokens),
        *(steps, first_source_word, last_source_word, first_word, log_prob, prob, score, length),
        *(
            step,
            word,
            word_before,
            token,
            before,
            p,
            log_p,
            loss,
            whole_loss,
            bits,
            choices,
            top,
            is_top,
            p_top,
        ),
        *(rival, p_rival, looked, weight, looked_next, weight_next, weight_even, spread),
        *(beam, candidates, cut, hypotheses, second, score_second),
        *(greedy, greedy_differs, greedy_log_prob),
    )
}
"""Those of any sentence, by name."""
