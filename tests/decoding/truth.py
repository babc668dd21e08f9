"""Slow truths: every sequence, and search and sampling in plain Python floats and lists."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from seqviz.options import SMALLEST_COVERAGE, DecodeOptions, Sampling
from tests.fixtures.scripted_model import Ids, Script, numbers_of

BOS = 1


@dataclass(frozen=True, kw_only=True)
class Task:
    """What is to be decoded."""

    script: Script
    source: Ids
    options: DecodeOptions
    eos: int

    @property
    def limit(self) -> int:
        return self.options.length_limit(len(self.source))


def log_softmax(logits: list[float]) -> list[float]:
    total = math.log(sum(math.exp(logit) for logit in logits))
    return [logit - total for logit in logits]


def divisor(length: int, options: DecodeOptions) -> float:
    if options.length_normalisation == "average":
        return float(length**options.alpha)
    if options.length_normalisation == "gnmt":
        return float(((5 + length) / 6) ** options.alpha)
    return 1.0


def coverage_term(task: Task, target: Ids) -> float:
    """β Σ_j log min(c_j, 1), every c_j summed by hand from what the scripted model attends to."""
    if task.options.beta == 0:
        return 0.0
    received = [0.0] * len(task.source)
    for length in range(len(target)):
        weights = numbers_of((BOS, *target[:length]), len(task.source))[0]
        for place in range(len(task.source)):
            received[place] += float(np.mean(weights[:, :, place], dtype=np.float64))
    return task.options.beta * sum(
        math.log(min(max(share, SMALLEST_COVERAGE), 1.0)) for share in received[:-1]
    )


def score(task: Task, target: Ids, log_prob: float) -> float:
    return log_prob / divisor(len(target), task.options) + coverage_term(task, target)


def allowed(task: Task, prefix: Ids) -> dict[int, float]:
    """The tokens that may come next, with their log-probabilities."""
    options, place = task.options, len(prefix)
    rules = options.rules
    if place == 0 and rules.first is not None:
        return {rules.first: 0.0}
    log_probs = dict(enumerate(log_softmax(list(task.script(task.source, prefix)))))
    if place < len(options.prefix):
        return {options.prefix[place]: log_probs[options.prefix[place]]}
    if rules.ends and place + 1 == task.limit:
        return {task.eos: 0.0}
    return {
        token: log_prob
        for token, log_prob in log_probs.items()
        if token not in (*options.banned, *rules.never)
        and not (token == task.eos and place + 1 < options.min_length)
    }


def all_sequences(task: Task) -> Iterator[tuple[Ids, float]]:
    """Every target that ends in EOS or reaches the limit, with its log-probability."""
    waiting: list[tuple[Ids, float]] = [((), 0.0)]
    while waiting:
        prefix, total = waiting.pop()
        for token, log_prob in allowed(task, prefix).items():
            target = (*prefix, token)
            if token == task.eos or len(target) == task.limit:
                yield target, total + log_prob
            else:
                waiting.append((target, total + log_prob))


def greedy(task: Task) -> tuple[Ids, float]:
    target: Ids = ()
    total = 0.0
    while len(target) < task.limit and (not target or target[-1] != task.eos):
        log_probs = allowed(task, target)
        token = max(log_probs, key=log_probs.__getitem__)
        target, total = (*target, token), total + log_probs[token]
    return target, total


def beam(task: Task) -> tuple[list[tuple[Ids, float, bool]], str]:
    """Hypotheses (target, score, finished), best first, and what stopped the search."""
    options, width = task.options, task.options.beam_size
    live: list[tuple[Ids, float]] = [((), 0.0)]
    finished: list[tuple[Ids, float, bool]] = []
    stopped = "max_length"
    for length in range(1, task.limit + 1):
        found = sorted(
            (
                ((*prefix, token), total + log_prob)
                for prefix, total in live
                for token, log_prob in allowed(task, prefix).items()
            ),
            key=lambda item: -item[1],
        )[: 2 * width]
        ended = [(target, total) for target, total in found[:width] if target[-1] == task.eos]
        finished += [(target, score(task, target, total), True) for target, total in ended]
        live = [(target, total) for target, total in found if target[-1] != task.eos][:width]
        best = sorted((number for _, number, _ in finished), reverse=True)[:width]
        full = len(best) == width
        if not live:
            stopped = "finished"
            break
        if options.stop == "bound" and full and live[0][1] / divisor(length, options) <= best[-1]:
            stopped = "bound"
            break
        if options.stop == "first" and full:
            stopped = "first"
            break
    alive = [(target, score(task, target, total), False) for target, total in live]
    if stopped == "max_length":
        return sorted(finished + alive, key=lambda item: -item[1]), stopped
    finished.sort(key=lambda item: -item[1])
    return finished + sorted(alive, key=lambda item: -item[1]), stopped


def drawable(log_probs: dict[int, float], sampling: Sampling) -> dict[int, float]:
    """The tokens that sampling may draw, most probable first, with their probability to be."""
    ranked = sorted(log_probs.items(), key=lambda item: -item[1])
    weights = [(token, math.exp(value / sampling.temperature)) for token, value in ranked]
    weights = weights[: sampling.top_k or len(weights)]
    total = sum(weight for _, weight in weights)
    kept: dict[int, float] = {}
    for token, weight in weights:
        if not kept or sum(kept.values()) < sampling.top_p * total:
            kept[token] = weight
    return {token: weight / sum(kept.values()) for token, weight in kept.items()}


def sampled_sequences(task: Task, sampling: Sampling) -> dict[Ids, float]:
    """Every target that sampling may draw, with the probability that it is drawn."""
    found: dict[Ids, float] = {}
    waiting: list[tuple[Ids, float]] = [((), 1.0)]
    while waiting:
        prefix, chance = waiting.pop()
        for token, share in drawable(allowed(task, prefix), sampling).items():
            target = (*prefix, token)
            if token == task.eos or len(target) == task.limit:
                found[target] = chance * share
            else:
                waiting.append((target, chance * share))
    return found
