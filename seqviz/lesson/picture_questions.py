"""Questions about attention, the search and several systems: pure functions of a scene.

None: this sentence bears no such question. Among the wrong options are what one believes who takes
attention for a dictionary, or the most probable beginning for that of the best translation.
"""

from collections.abc import Sequence

import numpy as np

from seqviz.analysis.attention import attention_matrix, default_layer
from seqviz.analysis.compare import first_difference
from seqviz.analysis.words import display_text
from seqviz.lesson.question import CLOSE, OPTIONS, Computed, first_step, piece_of, share, token_at
from seqviz.lesson.scene import Scene
from seqviz.trace import Fate, Floats
from seqviz.words.numbers import number

NOWHERE = "∅"
"""The option that greedy decoding and beam search do not part."""

# Attention


def looked(scene: Scene, _: Sequence[str]) -> Computed | None:
    """Which source word a word looked at most, where that is not the one at the same place."""
    found = _rows(scene)
    if found is None or len(found) == 1:
        return None
    at = found.argmax(1)
    spelt = [any(map(str.isalnum, word)) for word in scene.words[: len(at)]]
    places, end = np.arange(len(at)), found.shape[1] - 1
    jumps = np.abs(at - places) * (at < end) * (places < end) * spelt
    word = same_place = int(jumps.argmax())
    ranked = np.argsort(-found[word], kind="stable").tolist()
    shown = sorted([*dict.fromkeys([ranked[0], same_place, *ranked])][:OPTIONS])
    labels = [display_text(scene.source_words[place]) for place in shown]
    if not jumps[word] or len(set(labels)) < OPTIONS:
        return None
    facts = {
        "word": display_text(scene.words[word]),
        "looked": display_text(scene.source_words[ranked[0]]),
        "weight": share(found[word][ranked[0]]),
        "same": display_text(scene.source_words[same_place]),
        "other": share(found[word][same_place]),
    }
    return Computed(
        options=tuple(labels),
        right=shown.index(ranked[0]),
        shows=("sentence", "heatmap"),
        facts=facts,
        step=first_step(scene, word),
    )


def spread(scene: Scene, _: Sequence[str]) -> Computed | None:
    """Which word spread its attention over the most source words: e to the power of entropy."""
    found = _rows(scene)
    if found is None or len(found) < OPTIONS:
        return None
    spreads = np.exp(-(found * np.log(np.maximum(found, 1e-12))).sum(1))
    order = np.argsort(-spreads, kind="stable").tolist()
    places = sorted([*order[:2], *order[-2:]])
    labels = tuple(f"{place + 1} · {display_text(scene.words[place])}" for place in places)
    if spreads[order[0]] - spreads[order[1]] < CLOSE:
        return None
    facts = {
        "word": display_text(scene.words[order[0]]),
        "most": number(spreads[order[0]], ".1f"),
        "least": number(spreads[order[-1]], ".1f"),
        "other": display_text(scene.words[order[-1]]),
    }
    return Computed(
        options=labels,
        right=places.index(order[0]),
        shows=("sentence", "heatmap"),
        facts=facts,
        step=first_step(scene, order[0]),
    )


def rest_weight(scene: Scene, _: Sequence[str]) -> Computed | None:
    """What is left of a row for all source words but the one with the largest weight."""
    found = _rows(scene)
    if found is None:
        return None
    word = int(np.abs(found.max(1) - 0.6).argmin())
    most, size = float(found[word].max()), found.shape[1]
    values = (1 - most, (1 - most) / max(1, size - 1), most, 1 / size)
    labels = list(dict.fromkeys(share(value) for value in values))
    if len(labels) < OPTIONS:
        return None
    shown = tuple(sorted(labels, key=lambda text: values[labels.index(text)]))
    facts = {"word": display_text(scene.words[word]), "most": share(most), "rest": labels[0]}
    return Computed(
        options=shown,
        right=shown.index(labels[0]),
        shows=("sentence", "heatmap"),
        facts=facts,
        step=first_step(scene, word),
    )


def head(scene: Scene, _: Sequence[str]) -> Computed | None:
    """Which head looked at one source word most sharply, for the surest row of all."""
    trace = scene.trace
    if scene.rank or scene.attention is None or trace.model.heads == 1:
        return None
    layer = default_layer(trace)
    heads = [
        attention_matrix(trace, layer=layer, head=one, words_level=True).weights
        for one in range(min(trace.model.heads, OPTIONS))
    ]
    tops = np.stack(heads)[:, : len(scene.words) - 1].max(2)
    word = int((tops.max(0) - np.median(tops, 0)).argmax())
    best, second = np.sort(tops[:, word])[[-1, -2]]
    if best - second < CLOSE:
        return None
    facts = {
        "word": display_text(scene.words[word]),
        "most": share(best),
        "next": share(second),
        "head": str(int(tops[:, word].argmax()) + 1),
        "layer": str(layer + 1),
    }
    return Computed(
        options=tuple(str(place + 1) for place in range(len(heads))),
        right=int(tops[:, word].argmax()),
        shows=("sentence", "heads"),
        facts=facts,
        step=first_step(scene, word),
        layer=layer,
    )


def _rows(scene: Scene) -> Floats | None:
    """Attention of every word of the translation but its end; None: there is none."""
    return None if scene.attention is None or len(scene.words) == 1 else scene.attention[:-1]


# The search


def lost(scene: Scene, _: Sequence[str]) -> Computed | None:
    """Which beginning was more probable than the winner's, and yet nothing of it was left."""
    search, best = scene.trace.search, scene.trace.hypotheses
    kept = np.flatnonzero(search.candidate_fates[0] == Fate.KEPT).tolist()
    firsts = [int(search.candidate_tokens[0, place]) for place in kept]
    ends = {scene.trace.target(rank)[0] for rank in range(len(best))}
    if len(kept) < 3 or firsts[0] in ends:  # noqa: PLR2004 (winner, loser, another)
        return None
    places = kept[:OPTIONS]
    winner = scene.trace.target(0)[0]
    if winner not in firsts[: len(places)]:
        return None
    labels = [piece_of(scene, token) for token in firsts[: len(places)]]
    probs = np.exp(search.candidate_log_probs[0, places])
    facts = {
        "first": labels[0],
        "prob": share(probs[0]),
        "winner": piece_of(scene, winner),
        "other": share(probs[firsts.index(winner)]),
    }
    shown = tuple(sorted(labels, key=str.casefold))
    if len(set(labels)) < len(labels):
        return None
    return Computed(options=shown, right=shown.index(labels[0]), shows=("tree",), facts=facts)


def without_norm(scene: Scene, _: Sequence[str]) -> Computed | None:
    """Which hypothesis would be first by the sum of the log-probabilities, if it is another."""
    found = scene.trace.hypotheses
    order = np.argsort(-found.log_probs, kind="stable").tolist()
    places = sorted([*dict.fromkeys([0, order[0], *range(len(found))])][:OPTIONS])
    labels = [display_text(found.texts[place]) for place in places]
    if not order[0] or len(set(labels)) < len(labels):
        return None
    if found.log_probs[order[0]] - found.log_probs[order[1]] < CLOSE:
        return None
    facts = {
        "total": number(found.log_probs[order[0]]),
        "length": str(int(found.lengths[order[0]])),
        "first": number(found.log_probs[0]),
        "first_length": str(int(found.lengths[0])),
    }
    right = places.index(order[0])
    return Computed(options=tuple(labels), right=right, shows=("hypotheses",), facts=facts)


def parting(scene: Scene, _: Sequence[str]) -> Computed | None:
    """At which step greedy decoding chooses another token than beam search, if at any."""
    found = first_difference(scene.greedy, scene.trace)
    size = len(scene.pieces)
    step = None if found is None or found.step >= size else found.step
    others = [place for place in (0, size // 2, size - 1, 1, 2) if place < size and place != step]
    places = list(dict.fromkeys([*([] if step is None else [step]), *others]))[: OPTIONS - 1]
    shown = sorted(places)
    if len(shown) < OPTIONS - 1:
        return None
    labels = [f"{place + 1} · {token_at(scene, place)}" for place in shown]
    return Computed(
        options=(*labels, NOWHERE),
        right=len(labels) if step is None else shown.index(step),
        shows=("compare",),
        facts={
            "greedy": display_text(scene.greedy.translation),
            "found": display_text(scene.trace.translation),
        },
        step=step or 0,
    )


# Several systems


def surest_system(scene: Scene, systems: Sequence[str]) -> Computed | None:
    """Which system was surest of its own translation: the mean log-probability of a token."""
    means = [float(scene.by(system).trace.log_probs().mean()) for system in systems[:OPTIONS]]
    if len(means) <= 1:
        return None
    order = np.argsort([-mean for mean in means], kind="stable").tolist()
    if means[order[0]] - means[order[1]] < CLOSE:
        return None
    facts = {"most": number(means[order[0]]), "next": number(means[order[1]])}
    shown = tuple(systems[: len(means)])
    return Computed(options=shown, right=order[0], shows=("systems",), facts=facts)
