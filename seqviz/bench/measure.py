"""The measurements on one model, given engines that run it.

Engines take turns, so that a busy moment of the machine hits them all. Every round has another
sentence, the same for all engines.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from seqviz.bench.plan import Case
from seqviz.bench.process import Answer, Facts, Job, Running
from seqviz.bench.random_model import random_sources
from seqviz.bench.report import Timing

WARM_UP = -1
"""The round before the first; it is not timed."""
SHORTEST, BATCH_TOKENS = 5, 8192
"""Of a corpus: the shortest sentence; padded source tokens of a batch, times beam size."""
_SETTLE_SECONDS = 0.25
"""Worker threads of OpenMP go on spinning for up to 0.2 s; the next engine shall not feel it."""
_SHORT = 10
_SINGLE, _CORPUS = 0, 1  # kinds of sentences, each with seeds of its own

OnRound = Callable[[int, int], None]
"""Called before every round with its number, 0 for the warm-up, and how many there are."""


def measure(
    running: Running, case: Case, *, rounds: int, seed: int, on_round: OnRound, cold: bool
) -> list[Timing]:
    """Time a sentence, or a whole corpus, by every engine in turn.

    Args:
        running: the engines, ours first.
        case: what each does.
        rounds: how often each is timed.
        seed: of the sentences.
        on_round: somebody watches.
        cold: warm up with a short sentence: sooner done, and the peak of memory is left to the
            first round.

    Raises:
        EngineFailedError: an engine stopped.
    """
    ours = next(iter(running))
    batches = corpus_jobs(case, running[ours].facts, seed=seed) if case.sentences > 1 else []

    def jobs(number: int) -> Sequence[Job]:
        if batches:
            return batches[-1:] if number == WARM_UP else batches
        length = min(_SHORT, case.length) if cold and number == WARM_UP else case.length
        seeds = (seed, _SINGLE, length, number - WARM_UP)
        sources = random_sources([length], running[ours].facts, seed=seeds)
        return [Job(sources=sources, beam_size=case.beam_size, length=length)]

    answers: dict[tuple[str, int], list[Answer]] = {key: [] for key in running}
    for number in range(WARM_UP, rounds):
        on_round(number - WARM_UP, rounds)
        first = max(number, 0) % len(running)  # each round another one begins
        for key in [*running][first:] + [*running][:first]:
            answers[key].append(running[key].ask(jobs(number)))
            if key[1] > 1:
                time.sleep(_SETTLE_SECONDS)
    return [
        _timing(Timing(case=case, engine=name, threads=count), answers[name, count], answers[ours])
        for name, count in running
    ]


def _timing(empty: Timing, answers: Sequence[Answer], wanted: Sequence[Answer]) -> Timing:
    """Of one engine, whose best targets are compared with the first engine's."""
    refused = next((answer.refused for answer in answers if answer.refused), "")
    if refused:
        return replace(empty, refused=refused)
    pairs = [
        pair
        for answer, ours in zip(answers, wanted, strict=True)
        if not ours.refused
        for pair in zip(answer.targets, ours.targets, strict=True)
    ]
    return replace(
        empty,
        seconds=tuple(answer.seconds for answer in answers[1:]),
        differing=sum(found != ours for found, ours in pairs),
        compared=len(pairs),
        extra_bytes=answers[1].extra_bytes,
        record_bytes=answers[1].record_bytes,
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
