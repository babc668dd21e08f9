"""Slow truths: every sequence, and beam search in plain Python floats and lists."""

import math
from collections.abc import Iterator

import numpy as np

from seqviz.options import DecodeOptions
from tests.decoding.scripted import Ids, Script


def log_softmax(logits: list[float]) -> list[float]:
    total = math.log(sum(math.exp(logit) for logit in logits))
    return [logit - total for logit in logits]


def divisor(length: int, options: DecodeOptions) -> float:
    if options.length_normalisation == "average":
        return float(length**options.alpha)
    if options.length_normalisation == "gnmt":
        return float(((5 + length) / 6) ** options.alpha)
    return 1.0


def all_sequences(
    script: Script, source: Ids, *, limit: int, eos: int
) -> Iterator[tuple[Ids, float]]:
    """Every target that ends in EOS or reaches the limit, with its log-probability."""
    waiting: list[tuple[Ids, float]] = [((), 0.0)]
    while waiting:
        prefix, total = waiting.pop()
        for token, log_prob in enumerate(log_softmax(list(script(source, prefix)))):
            target = (*prefix, token)
            if token == eos or len(target) == limit:
                yield target, total + log_prob
            else:
                waiting.append((target, total + log_prob))


def greedy(script: Script, source: Ids, *, limit: int, eos: int) -> tuple[Ids, float]:
    target: Ids = ()
    total = 0.0
    while len(target) < limit and (not target or target[-1] != eos):
        log_probs = log_softmax(list(script(source, target)))
        token = int(np.argmax(log_probs))
        target, total = (*target, token), total + log_probs[token]
    return target, total


def beam(
    script: Script, source: Ids, options: DecodeOptions, *, eos: int
) -> tuple[list[tuple[Ids, float, bool]], str]:
    """Hypotheses (target, score, finished), best first, and what stopped the search."""
    width, limit = options.beam_size, options.length_limit(len(source))
    live: list[tuple[Ids, float]] = [((), 0.0)]
    finished: list[tuple[Ids, float, bool]] = []
    stopped = "max_length"
    for length in range(1, limit + 1):
        found = sorted(
            (
                ((*prefix, token), total + log_prob)
                for prefix, total in live
                for token, log_prob in enumerate(log_softmax(list(script(source, prefix))))
            ),
            key=lambda item: -item[1],
        )[: 2 * width]
        below = divisor(length, options)
        ended = [(y, s) for y, s in found[:width] if y[-1] == eos]
        finished += [(target, total / below, True) for target, total in ended]
        live = [(target, total) for target, total in found if target[-1] != eos][:width]
        best = sorted((score for _, score, _ in finished), reverse=True)[:width]
        full = len(best) == width
        if not live or (options.stop == "bound" and full and live[0][1] / below <= best[-1]):
            stopped = "bound"
            break
        if options.stop == "first" and full:
            stopped = "first"
            break
    alive = [(target, total / divisor(len(target), options), False) for target, total in live]
    if stopped == "max_length":
        return sorted(finished + alive, key=lambda item: -item[1]), stopped
    finished.sort(key=lambda item: -item[1])
    return finished + sorted(alive, key=lambda item: -item[1]), stopped
