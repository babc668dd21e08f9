"""What only a toy can show: every sequence with its probability, and gradient steps on the spot."""

import math
from collections.abc import Callable, Mapping

import numpy as np

from seqviz.decoding.exhaustive import AllTargets
from seqviz.errors import SeqVizError
from seqviz.lesson.chart import Chart, Row
from seqviz.lesson.facts import Fact, Value, share, words
from seqviz.lesson.scene import Scene
from seqviz.translator.gradient import GradientSteps
from seqviz.words import table

LONGEST = 5
"""Letters of the sequences that are enumerated: 37,449 of them with eight letters."""
RATE, FAR_RATE = 0.001, 0.01
"""Learning rates: one that learns, and one that overshoots."""
UPDATES, FAR_UPDATES = 10, 2
LISTED = 12
"""Sequences or tokens that a chart lists."""

# Every sequence


def all_sequences(scene: Scene) -> Value | None:
    """How many sequences of up to five letters there are."""
    found = _everything(scene)
    return None if found is None else Value(len(found.tokens), *2 * (f"{len(found.tokens):,}",))


def all_best(scene: Scene) -> Value | None:
    """The most probable of all sequences."""
    found = _everything(scene)
    return None if found is None else words(_text(scene, found, 0))


def all_best_prob(scene: Scene) -> Value | None:
    """Its probability."""
    found = _everything(scene)
    return None if found is None else share(_prob(found, 0))


def all_greedy_prob(scene: Scene) -> Value | None:
    """The probability of what greedy decoding wrote."""
    return share(math.exp(float(scene.greedy.hypotheses.log_probs[0])))


def all_greedy_is_best(scene: Scene) -> Value | None:
    """Whether greedy decoding found the most probable of all sequences: "yes" or "no"."""
    found = _everything(scene)
    if found is None:
        return None
    return words("yes" if _text(scene, found, 0) == scene.greedy.translation else "no")


def sequences(scene: Scene, language: str) -> Chart | None:
    """The most probable sequences, the greedy one among them."""
    found = _everything(scene)
    if found is None:
        return None
    places = list(range(min(LISTED, len(found.tokens))))
    texts = [_text(scene, found, place) for place in places]
    if scene.greedy.translation not in texts:
        places[-1] = found.tokens.index(_greedy(scene))
    return Chart(
        series=(table(language)["lesson.chart.prob"],),
        unit="share",
        most=max(0.1, _prob(found, 0)),
        rows=tuple(_sequence(scene, found, place) for place in places),
    )


def _sequence(scene: Scene, found: AllTargets, place: int) -> Row:
    text = _text(scene, found, place)
    is_greedy = text == scene.greedy.translation
    mark = "best" if place == 0 else "greedy" if is_greedy else ""
    return Row(label=text or "∅", note=f"{place + 1}", values=(_prob(found, place),), mark=mark)  # type: ignore[arg-type] # it is one of them


def _everything(scene: Scene) -> AllTargets | None:
    """All of them; None too where the greedy one is longer, and so not among them."""
    found = scene.models.every_target(scene.asked, LONGEST)
    return None if found is None or _greedy(scene) not in found.tokens else found


def _greedy(scene: Scene) -> tuple[int, ...]:
    eos = scene.trace.model.eos
    return tuple(token for token in scene.greedy.target() if token != eos)


def _text(scene: Scene, found: AllTargets, place: int) -> str:
    return scene.models.target_text(scene.asked, found.tokens[place])


def _prob(found: AllTargets, place: int) -> float:
    return round(math.exp(float(found.log_probs[place])), 5)


# Gradient steps


def right_token(scene: Scene) -> Value | None:
    """The right token of the step at which the model was least sure of it."""
    found = _learnt(scene, RATE)
    return None if found is None else words(scene.label(found.pieces[hardest(found)[1]]))


def right_before(scene: Scene) -> Value | None:
    """Its probability before the gradient steps."""
    return _right(scene, RATE, 0)


def right_after_one(scene: Scene) -> Value | None:
    """Its probability after one gradient step."""
    return _right(scene, RATE, 1)


def right_after_ten(scene: Scene) -> Value | None:
    """Its probability after ten gradient steps."""
    return _right(scene, RATE, UPDATES)


def right_after_far(scene: Scene) -> Value | None:
    """Its probability after two steps with a learning rate that is far too large."""
    return _right(scene, FAR_RATE, FAR_UPDATES)


def learning_rate(scene: Scene) -> Value | None:
    """The learning rate of these steps."""
    return Value(RATE, f"{RATE:g}", f"{RATE:g}")


def far_rate(scene: Scene) -> Value | None:
    """The one that is far too large."""
    return Value(FAR_RATE, f"{FAR_RATE:g}", f"{FAR_RATE:g}")


def learn_one(scene: Scene, language: str) -> Chart | None:
    """Every token of the hardest step before and after one gradient step."""
    return _learning(scene, language, rate=RATE, after=1, key="lesson.chart.after_one")


def learn_ten(scene: Scene, language: str) -> Chart | None:
    """The same after ten."""
    return _learning(scene, language, rate=RATE, after=UPDATES, key="lesson.chart.after_ten")


def learn_far(scene: Scene, language: str) -> Chart | None:
    """The same after two, with a learning rate that is far too large."""
    return _learning(
        scene, language, rate=FAR_RATE, after=FAR_UPDATES, key="lesson.chart.after_two"
    )


def _learning(scene: Scene, language: str, *, rate: float, after: int, key: str) -> Chart | None:
    found = _learnt(scene, rate)
    if found is None:
        return None
    step, right = hardest(found)
    both = found.probs[[0, after], step].astype(np.float64)  # (2, V)
    order = sorted(np.argsort(-both.max(0), kind="stable")[:LISTED].tolist())
    return Chart(
        series=(table(language)["lesson.chart.before"], table(language)[key]),
        unit="share",
        most=1.0,
        rows=tuple(
            Row(
                label=scene.label(found.pieces[token]),
                values=tuple(np.round(both[:, token], 4).tolist()),
                mark="right" if token == right else "",
            )
            for token in order
        ),
    )


def _learnt(scene: Scene, rate: float) -> GradientSteps | None:
    found = descended(scene, (rate,) * UPDATES)
    return None if found is None or np.isnan(found.probs).any() else found


def descended(scene: Scene, rates: tuple[float, ...]) -> GradientSteps | None:
    """Gradient steps on the scene's sentence; None: there is nothing to learn here."""
    try:
        return scene.models.learn(scene.asked, rates) if scene.asked.reference else None
    except SeqVizError:
        return None


def hardest(found: GradientSteps) -> tuple[int, int]:
    """The step whose right token was the least probable before, and that token."""
    given = found.probs[0, np.arange(len(found.target)), found.target]
    step = int(np.argmin(given))
    return step, int(found.target[step])


def _right(scene: Scene, rate: float, update: int) -> Value | None:
    found = _learnt(scene, rate)
    if found is None:
        return None
    step, right = hardest(found)
    return share(float(found.probs[update, step, right]))


TOY_FACTS: Mapping[str, Fact] = {
    fact.__name__: fact
    for fact in (
        *(all_sequences, all_best, all_best_prob, all_greedy_prob, all_greedy_is_best),
        *(right_token, right_before, right_after_one, right_after_ten, right_after_far),
        *(learning_rate, far_rate),
    )
}
TOY_CHARTS: Mapping[str, Callable[[Scene, str], Chart | None]] = {
    chart.__name__: chart for chart in (sequences, learn_one, learn_ten, learn_far)
}
