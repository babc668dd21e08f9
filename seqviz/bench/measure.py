"""The measurements on one model, given engines that run it.

Engines take turns, so that a busy moment of the machine hits them all. Every round has another
sentence, the same for all engines; the one before the first warms up, and is not timed.
"""

import time
from collections.abc import Callable, Sequence

import numpy as np

from seqviz.bench.plan import Case, Plan
from seqviz.bench.process import Answer, Facts, Job, Running, Targets
from seqviz.bench.random_model import random_sources
from seqviz.bench.report import Timing

SHORTEST, BATCH_TOKENS = 5, 4096
"""Of a corpus: the shortest sentence; padded source tokens of a batch, times beam size."""
_SETTLE_SECONDS = 0.25
"""Worker threads of OpenMP go on spinning for up to 0.2 s; the next engine shall not feel it."""
_SHORT = 10
_SINGLE, _CORPUS = 0, 1  # kinds of sentences, each with seeds of its own

OnProgress = Callable[[str, int, int], None]
"""Called before every round with what is done, the round (0: the warm-up), and of how many."""


def measure(running: Running, case: Case, plan: Plan, *, on_progress: OnProgress) -> list[Timing]:
    """Time a sentence, or a whole corpus, by every engine in turn; ours must be the first.

    Raises:
        EngineFailedError: an engine stopped.
    """
    keys, rounds = list(running), 1 if case.part == "growth" else plan.rounds
    facts = running[keys[0]].facts
    batches = corpus_jobs(case, facts, seed=plan.seed) if case.sentences > 1 else []
    answers: dict[tuple[str, int], list[Answer]] = {key: [] for key in keys}
    for number in range(rounds + 1):
        on_progress(str(case), number, rounds)
        jobs = (batches if number else batches[-1:]) or [
            _job(case, plan, facts=facts, number=number)
        ]
        first = max(number - 1, 0) % len(keys)  # each round another one begins
        for key in keys[first:] + keys[:first]:
            answers[key].append(running[key].ask(jobs))
            if key[1] > 1:
                time.sleep(_SETTLE_SECONDS)
    wanted = _targets(answers[keys[0]])
    return [
        Timing(
            case=case,
            engine=name,
            threads=count,
            seconds=tuple(answer.seconds for answer in found[1:]),
            differing=sum(a != b for a, b in zip(_targets(found), wanted, strict=True)),
            compared=len(wanted),
            extra_bytes=found[1].extra_bytes,
            record_bytes=found[1].record_bytes,
        )
        for (name, count), found in answers.items()
    ]


def _targets(answers: Sequence[Answer]) -> Targets:
    return [target for answer in answers for target in answer.targets]


def _job(case: Case, plan: Plan, *, facts: Facts, number: int) -> Job:
    """One sentence; the warm-up's is short, which leaves the peak of memory to the first round.

    On a GPU it is not: the warm-up captures the step for sentences of its length.
    """
    short = number == 0 and plan.device == "cpu"
    length = min(_SHORT, case.length) if short else case.length
    sources = random_sources([length], facts, seed=(plan.seed, _SINGLE, length, number))
    return Job(sources=sources, beam_size=case.beam_size, length=length)


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
