"""The measurements on one model, given engines that run it.

Engines take turns, so that a busy moment of the machine hits them all. Every round has another
sentence, the same for all engines.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from seqviz.bench.engine import Facts, Job
from seqviz.bench.plan import Case
from seqviz.bench.process import Running
from seqviz.bench.random_model import random_sources
from seqviz.bench.report import Timing, Timings

WARM_UP = -1
"""The round before the first; it is not timed."""
SHORTEST, BATCH_TOKENS = 5, 8192
"""Of a corpus: the shortest sentence; padded source tokens of a batch, times beam size."""
_SETTLE_SECONDS = 0.25
"""Worker threads of OpenMP go on spinning for up to 0.2 s; the next engine shall not feel it."""
_SHORT = 10
_SINGLE, _CORPUS = 0, 1  # kinds of sentences, each with seeds of its own


def measure(
    running: Running, case: Case, *, rounds: int, seed: int, short_warm_up: bool = False
) -> Timings:
    """Time a sentence, or a whole corpus, by every engine in turn.

    Args:
        running: the engines, ours first.
        case: what each does.
        rounds: how often each is timed.
        seed: of the sentences.
        short_warm_up: leave the peak of memory to the first round.

    Raises:
        EngineFailedError: an engine stopped.
    """
    facts = next(iter(running.values())).facts
    batches = corpus_jobs(case, facts, seed=seed) if case.sentences > 1 else []

    def jobs(number: int) -> list[Job]:
        if batches:
            return batches[-1:] if number == WARM_UP else batches
        short = short_warm_up and number == WARM_UP
        length = min(_SHORT, case.length) if short else case.length
        seeds = (seed, _SINGLE, length, number - WARM_UP)
        sources = random_sources([length], facts, seed=seeds)
        return [Job(sources=sources, beam_size=case.beam_size, length=length)]

    return take_turns(running, replace(case, batches=len(batches) or 1), jobs, rounds=rounds)


def take_turns(
    running: Running, case: Case, jobs: Callable[[int], Sequence[Job]], *, rounds: int
) -> Timings:
    """Time every engine once a round, each round another one first, after a warm-up.

    Returns:
        one timing an engine; its best targets are compared with those of the first engine.
    """
    keys = list(running)
    answers: dict[tuple[str, int], list[dict[str, Any]]] = {key: [] for key in keys}
    for number in range(WARM_UP, rounds):
        first = max(number, 0) % len(keys)
        for key in [*keys[first:], *keys[:first]]:
            answers[key].append(running[key].ask(jobs(number)))
            if key[1] > 1:
                time.sleep(_SETTLE_SECONDS)
    wanted = answers[keys[0]]
    return tuple(
        _timing(Timing(case=case, engine=name, threads=count), answers[name, count], wanted)
        for name, count in keys
    )


def _timing(
    empty: Timing, answers: Sequence[Mapping[str, Any]], wanted: Sequence[Mapping[str, Any]]
) -> Timing:
    refused = next((answer["refused"] for answer in answers if "refused" in answer), "")
    if refused:
        return replace(empty, refused=refused)
    pairs = [
        pair
        for answer, ours in zip(answers, wanted, strict=True)
        if "targets" in ours
        for pair in zip(answer["targets"], ours["targets"], strict=True)
    ]
    return replace(
        empty,
        seconds=tuple(answer["seconds"] for answer in answers[1:]),
        differing=sum(found != ours for found, ours in pairs),
        compared=len(pairs),
        extra_bytes=answers[-1]["extra_bytes"],
        record_bytes=answers[-1]["record_bytes"],
    )


def corpus_jobs(case: Case, facts: Facts, *, seed: int) -> list[Job]:
    """The batches of a corpus, longest first, the same for every engine.

    No engine can be told a target length for each sentence of a batch, so a batch has one: its
    longest source. Sorted by length, that is close to every sentence's own. The warm-up is the
    batch of the shortest.
    """
    generator = np.random.default_rng([seed, _CORPUS])
    lengths = generator.integers(SHORTEST, case.length + 1, case.sentences).tolist()
    sources = random_sources(sorted(lengths, reverse=True), facts, seed=(seed, _CORPUS))
    jobs = []
    while sources:
        longest = len(sources[0])
        count = max(1, BATCH_TOKENS // (case.beam_size * longest))
        batch, sources = sources[:count], sources[count:]
        jobs.append(Job(sources=batch, beam_size=case.beam_size, length=longest, batched=True))
    return jobs
