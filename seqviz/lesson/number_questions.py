"""Questions about steps and probabilities: pure functions of a scene.

None: this sentence bears no such question. The wrong options are what one believes who has a thing
wrong: a mean for a product, nats for bits.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from seqviz.analysis.tokens import next_tokens_on_path
from seqviz.analysis.words import SPACE, display_text, piece_label
from seqviz.lesson.chapter import Layout
from seqviz.lesson.question import CLOSE, OPTIONS, Computed, share, token_at
from seqviz.lesson.scene import Scene
from seqviz.trace import Floats
from seqviz.words.numbers import number

# Steps of the translation


def least_sure(scene: Scene, _: Sequence[str]) -> Computed | None:
    """At which step was the model least sure: the highest entropy."""
    slots = scene.trace.path(scene.rank)[0]
    entropies = scene.trace.search.entropies[np.arange(len(slots)), slots]
    others = [int(scene.trace.log_probs(scene.rank).argmin()), 0, len(slots) - 1]
    return _step_question(scene, entropies, others)


def least_likely(scene: Scene, _: Sequence[str]) -> Computed | None:
    """Which token cost the model most: −log p."""
    losses = -scene.trace.log_probs(scene.rank)
    return _step_question(scene, losses, [0, len(losses) - 1])


def _step_question(scene: Scene, values: Floats, others: Sequence[int]) -> Computed | None:
    order = np.argsort(-values, kind="stable").tolist()
    places = list(dict.fromkeys([order[0], order[1] if len(order) > 1 else 0, *others, *order]))
    if len(places) < OPTIONS or values[order[0]] - values[order[1]] < CLOSE:
        return None
    shown = sorted(places[:OPTIONS])
    facts = {
        "most": number(values[order[0]]),
        "step": str(order[0] + 1),
        "token": token_at(scene, order[0]),
        "next": number(values[order[1]]),
        "other": str(order[1] + 1),
        "choices": number(math.exp(values[order[0]]), ".1f"),
    }
    options = tuple(f"{place + 1} · {token_at(scene, place)}" for place in shown)
    right = shown.index(order[0])
    shows = ("sentence", "next")
    return Computed(options=options, right=right, shows=shows, facts=facts, step=order[0])


def second_choice(scene: Scene, _: Sequence[str]) -> Computed | None:
    """Which token was the most probable besides the one that was produced, where it was closest."""
    found = [next_tokens_on_path(scene.trace, t, rank=scene.rank) for t in range(len(scene.pieces))]
    rivals = [[n for n in range(len(one.tokens)) if n != one.chosen_index] for one in found]
    probs = [
        one.probs[places[0]] if places else 0.0 for one, places in zip(found, rivals, strict=True)
    ]
    step = int(np.argmax(probs))
    places = rivals[step][:OPTIONS]
    labels = [display_text(piece_label(found[step].pieces[place])) for place in places]
    if len(set(labels)) < OPTIONS:
        return None
    facts = {
        "step": str(step + 1),
        "token": token_at(scene, step),
        "prob": share(found[step].probs[places[0]]),
        "own": share(math.exp(scene.trace.log_probs(scene.rank)[step])),
    }
    shown = tuple(sorted(labels, key=str.casefold))
    right = shown.index(labels[0])
    return Computed(options=shown, right=right, shows=("next",), facts=facts, step=step)


def steps_count(scene: Scene, _: Sequence[str]) -> Computed | None:
    """How often the decoder was asked for a next token."""
    steps = len(scene.pieces)
    if not scene.trace.hypotheses.finished[scene.rank]:
        return None
    wrong = (steps - 1, len(scene.trace.source.ids), len(scene.words) - 1, steps + 1)
    facts = {"steps": str(steps), "tokens": str(steps - 1)}
    return _counts(steps, wrong, facts=facts, shows=("sentence", "next"))


def carried(scene: Scene, _: Sequence[str]) -> Computed | None:
    """How many tokens a recurrent encoder reads after the sentence's first one.

    None after it where it reads backwards. The first one is no mere space.
    """
    source, is_reversed = scene.trace.source, scene.trace.model.reverses_source
    place = int(source.pieces[0] == SPACE)
    if scene.trace.model.kind == "transformer" or (is_reversed and place):
        return None
    size = len(source.ids)
    right, other = (0, size - 1) if is_reversed else (size - 1 - place, 0)
    first = display_text(piece_label(source.pieces[place]))
    facts = {"size": str(size), "rest": str(size - 1), "first": first}
    wrong = (other, size, len(scene.pieces) - 1, 1, 2)
    found = _counts(right, wrong, facts=facts, shows=("sentence",))
    return found and replace(found, form=".reversed" if is_reversed else "")


def _counts(
    right: int, wrong: Iterable[int], *, facts: Mapping[str, str], shows: Layout
) -> Computed | None:
    numbers = list(dict.fromkeys([right, *wrong]))
    if len(numbers) < OPTIONS:
        return None
    shown = sorted(numbers[:OPTIONS])
    options = tuple(map(str, shown))
    return Computed(options=options, right=shown.index(right), shows=shows, facts=facts)


# Probabilities


def whole_prob(scene: Scene, _: Sequence[str]) -> Computed | None:
    """The probability of the whole translation: a product, neither a mean nor a minimum."""
    probs = np.exp(scene.trace.log_probs(scene.rank).astype(np.float64))
    total = float(np.log(probs).sum())
    wrong = (float(probs.mean()), float(probs.min()), math.exp(total / len(probs)))
    facts = {"total": number(total), "prob": number(math.exp(total), ".2g")}
    return _numbers(math.exp(total), wrong, facts=facts, form=".2g")


def without_last(scene: Scene, _: Sequence[str]) -> Computed | None:
    """The log-probability of all but the last token."""
    log_probs = scene.trace.log_probs(scene.rank).astype(np.float64)
    total, last = round(float(log_probs.sum()), 2), round(float(log_probs[-1]), 2)  # as printed
    wrong = (total + last, total * (1 - 1 / len(log_probs)), total, last)
    facts = {"total": number(total), "last": number(last), "token": token_at(scene, -1)}
    return _numbers(total - last, wrong, facts=facts | {"rest": number(total - last)})


def bits(scene: Scene, _: Sequence[str]) -> Computed | None:
    """How surprising the least likely token was, in bits."""
    log_probs = scene.trace.log_probs(scene.rank).astype(np.float64)
    step = int(log_probs.argmin())
    nats = -float(log_probs[step])
    wrong = (nats, 1 - math.exp(-nats), math.exp(-nats), 2 * nats)
    facts = {"token": token_at(scene, step), "prob": share(math.exp(-nats)), "nats": number(nats)}
    return _numbers(nats / math.log(2), wrong, facts=facts, step=step)


def loss(scene: Scene, _: Sequence[str]) -> Computed | None:
    """What the least likely token would cost in training: −log p, in nats."""
    log_probs = scene.trace.log_probs(scene.rank).astype(np.float64)
    step = int(log_probs.argmin())
    nats = -float(log_probs[step])
    wrong = (1 - math.exp(-nats), math.exp(-nats), (1 - math.exp(-nats)) ** 2, nats / math.log(2))
    facts = {"token": token_at(scene, step), "prob": share(math.exp(-nats))}
    return _numbers(nats, wrong, facts=facts, step=step)


def score(scene: Scene, _: Sequence[str]) -> Computed | None:
    """The score of the best hypothesis where it is averaged over the length."""
    options, best = scene.trace.options, scene.trace.hypotheses
    total, length = float(best.log_probs[scene.rank]), int(best.lengths[scene.rank])
    right = float(best.scores[scene.rank])
    if options.length_normalisation != "average" or abs(right - total / length) > CLOSE:
        return None
    wrong = (total, total * length, total / len(scene.trace.source.ids), math.exp(total))
    return _numbers(right, wrong, facts={"total": number(total), "length": str(length)})


def _numbers(
    right: float,
    wrong: Iterable[float],
    *,
    facts: Mapping[str, str],
    form: str = ".2f",
    step: int = 0,
) -> Computed | None:
    """Numbers that are told apart as they are written, the smallest first."""
    shown = {number(value, form): value for value in (right, *wrong)}
    if len(shown) < OPTIONS:
        return None
    options = sorted(list(shown)[:OPTIONS], key=lambda text: shown[text])
    answer = number(right, form)
    return Computed(
        options=tuple(options),
        right=options.index(answer),
        shows=("sentence", "next"),
        facts={"right": answer, **facts},
        step=step,
    )
