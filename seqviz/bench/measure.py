"""The measurements on one model, given engines that run it.

Engines take turns, so that a busy moment of the machine hits them all. Every round has another
sentence, the same for all engines.
"""

import time
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from seqviz.bench.engine import Facts, Job
from seqviz.bench.plan import Case, CorpusPlan
from seqviz.bench.process import EngineFailedError, EngineProcess, Engines
from seqviz.bench.random_model import random_sources
from seqviz.bench.report import (
    ATTENTIONS,
    OURS,
    UNRECORDED,
    CaseResult,
    CorpusResult,
    GrowthCell,
    MemoryResult,
    Timing,
)

WARM_UP = -1
"""The round before the first; it is not timed."""
_SETTLE_SECONDS = 0.25
"""Worker threads of OpenMP go on spinning for up to 0.2 s; the next engine shall not feel it."""
_SINGLE, _CORPUS = 0, 1  # kinds of sentences, each with seeds of its own


def take_turns(
    running: Mapping[tuple[str, int], EngineProcess],
    jobs: Callable[[int], Sequence[Job]],
    *,
    rounds: int,
) -> tuple[Timing, ...]:
    """Time every engine once a round, each round another one first, after a warm-up.

    Args:
        running: the engines by name and number of threads.
        jobs: those of a round, the same for every engine.
        rounds: how often each is timed.

    Returns:
        one timing an engine; its best targets are compared with those of the first engine.

    Raises:
        EngineFailedError: an engine stopped, or refused the work.
    """
    keys = list(running)
    seconds: dict[tuple[str, int], list[float]] = {key: [] for key in keys}
    differing, compared = dict.fromkeys(keys, 0), 0
    for number in range(WARM_UP, rounds):
        first = max(number, 0) % len(keys)
        targets = {}
        for key in [*keys[first:], *keys[:first]]:
            answer = running[key].ask(jobs(number))
            if "refused" in answer:
                raise EngineFailedError(f"The engine '{key[0]}' refused: {answer['refused']}")
            targets[key] = answer["targets"]
            if number != WARM_UP:
                seconds[key].append(answer["seconds"])
            if key[1] > 1:
                time.sleep(_SETTLE_SECONDS)
        wanted = targets[keys[0]]
        compared += len(wanted)
        for key in keys:
            differing[key] += sum(a != b for a, b in zip(targets[key], wanted, strict=True))
    return tuple(
        Timing(
            engine=key[0],
            threads=key[1],
            seconds=tuple(seconds[key]),
            differing=differing[key],
            compared=compared,
        )
        for key in keys
    )


def single_job(case: Case, facts: Facts, *, seed: int, number: int) -> Job:
    """One sentence search; every number has a sentence of its own, ``WARM_UP`` too."""
    seeds = (seed, _SINGLE, case.length, number - WARM_UP)
    sources = random_sources([case.length], facts, seed=seeds)
    return Job(sources=sources, beam_size=case.beam_size, length=case.length)


def measure_case(engines: Engines, case: Case, *, rounds: int, seed: int) -> CaseResult:
    """One case by every engine in turn."""
    facts = engines.single[OURS].facts
    timings = take_turns(
        engines.running,
        lambda number: [single_job(case, facts, seed=seed, number=number)],
        rounds=rounds,
    )
    return CaseResult(**vars(case), timings=timings)


def measure_memory(engines: Engines, case: Case, *, seed: int) -> tuple[MemoryResult, ...]:
    """The peak of every engine at one thread count; to be called before it does larger work."""
    facts = engines.single[OURS].facts
    short = Case(length=min(10, case.length), beam_size=case.beam_size)
    found = []
    for name, engine in engines.single.items():
        engine.ask([single_job(short, facts, seed=seed, number=WARM_UP)])
        answer = engine.ask([single_job(case, facts, seed=seed, number=0)])
        found.append(
            MemoryResult(
                **vars(case),
                engine=name,
                extra_bytes=answer["extra_bytes"],
                record_bytes=answer["record_bytes"],
            )
        )
    return tuple(found)


def measure_growth(engines: Engines, case: Case, *, seed: int) -> GrowthCell:
    """One recorded search of ours, at the first thread count, after a warm-up."""
    engine = engines.single[OURS]
    for number in (WARM_UP, 0):
        answer = engine.ask([single_job(case, engine.facts, seed=seed, number=number)])
        if "refused" in answer:
            return GrowthCell(**vars(case), refused=answer["refused"])
    timing = Timing(engine=OURS, threads=engine.threads, seconds=(answer["seconds"],))
    return GrowthCell(**vars(case), timing=timing, record_bytes=answer["record_bytes"])


def measure_corpus(engines: Engines, plan: CorpusPlan, *, rounds: int, seed: int) -> CorpusResult:
    """Many sentences in batches, the same batches for every engine.

    No engine can be told a target length for each sentence of a batch, so a batch has one: its
    longest source. Sorted by length, that is close to every sentence's own. The warm-up is the
    batch of the shortest.
    """
    batched = {
        key: engine
        for key, engine in engines.running.items()
        if key[0] not in (UNRECORDED, ATTENTIONS)  # nothing is recorded, whoever translates
    }
    jobs = corpus_jobs(plan, engines.single[OURS].facts, seed=seed)
    timings = take_turns(
        batched, lambda number: jobs[-1:] if number == WARM_UP else jobs, rounds=rounds
    )
    return CorpusResult(
        sentences=plan.sentences, batches=len(jobs), beam_size=plan.beam_size, timings=timings
    )


def corpus_jobs(plan: CorpusPlan, facts: Facts, *, seed: int) -> list[Job]:
    """The batches of a corpus, longest first, each of at most ``plan.batch_tokens``."""
    generator = np.random.default_rng([seed, _CORPUS])
    lengths = generator.integers(plan.shortest, plan.longest + 1, plan.sentences).tolist()
    sources = random_sources(sorted(lengths, reverse=True), facts, seed=(seed, _CORPUS))
    jobs = []
    while sources:
        longest = len(sources[0])
        count = max(1, plan.batch_tokens // (plan.beam_size * longest))
        batch, sources = sources[:count], sources[count:]
        jobs.append(Job(sources=batch, beam_size=plan.beam_size, length=longest, batched=True))
    return jobs
