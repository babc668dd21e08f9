"""The measurements on the random model, given engines that run."""

from dataclasses import asdict

import numpy as np

from seqviz.bench.plan import Case, CorpusPlan
from seqviz.bench.process import EngineProcess, Engines
from seqviz.bench.protocol import Facts, Job
from seqviz.bench.report import (
    ATTENTIONS,
    OURS,
    UNRECORDED,
    CaseResult,
    CorpusResult,
    GrowthCell,
    MemoryResult,
)
from seqviz.bench.rounds import ask_time, take_turns
from seqviz.bench.shape import random_sources
from seqviz.bench.timing import Timing

WARM_UP = -1
_SINGLE, _CORPUS = 0, 1  # kinds of sentences, each with seeds of its own


def single_job(case: Case, facts: Facts, *, seed: int, number: int) -> Job:
    """One sentence search; every number has a sentence of its own, ``WARM_UP`` too."""
    sources = random_sources(
        [case.length],
        vocabulary=facts.vocabulary,
        eos=facts.eos,
        seed=(seed, _SINGLE, case.length, number - WARM_UP),
    )
    return Job(sources=sources, beam_size=case.beam_size, length=case.length)


def measure_case(engines: Engines, case: Case, *, rounds: int, seed: int) -> CaseResult:
    """One case by every engine in turn; each round has another sentence, the same for all."""
    facts = engines.facts[OURS]
    timings = take_turns(
        engines.running,
        lambda number: [single_job(case, facts, seed=seed, number=number)],
        rounds=rounds,
    )
    return CaseResult(case=case, timings=timings)


def measure_memory(engines: Engines, case: Case, *, seed: int) -> tuple[MemoryResult, ...]:
    """The peak of every engine at one thread count; to be called before it does larger work."""
    facts = engines.facts[OURS]
    short = Case(length=min(10, case.length), beam_size=case.beam_size)
    found = []
    for name in dict.fromkeys(name for name, _ in engines.running):
        engine = next(e for (other, _), e in engines.running.items() if other == name)
        ask_time(engine, [single_job(short, facts, seed=seed, number=WARM_UP)])
        job = single_job(case, facts, seed=seed, number=0)
        answer = engine.ask({"do": "memory", "jobs": [asdict(job)]})
        found.append(
            MemoryResult(
                case=case,
                engine=name,
                extra_bytes=answer["extra_bytes"],
                kept_bytes=answer["kept_bytes"],
            )
        )
    return tuple(found)


def measure_growth(engines: Engines, case: Case, *, rounds: int, seed: int) -> GrowthCell:
    """One recorded search of ours, at the first thread count."""
    engine = next(engine for (name, _), engine in engines.running.items() if name == OURS)
    seconds, kept = [], 0
    for number in range(WARM_UP, rounds):
        job = single_job(case, engines.facts[OURS], seed=seed, number=number)
        answer = ask_time(engine, [job])
        if "refused" in answer:
            return GrowthCell(case=case, timing=None, kept_bytes=0, refused=answer["refused"])
        kept = answer["kept_bytes"]
        seconds += [answer["seconds"]] if number != WARM_UP else []
    timing = Timing(engine=OURS, threads=engine.threads, seconds=tuple(seconds))
    return GrowthCell(case=case, timing=timing, kept_bytes=kept, refused="")


def measure_corpus(engines: Engines, plan: CorpusPlan, *, rounds: int, seed: int) -> CorpusResult:
    """Many sentences in batches, the same batches for every engine.

    No engine can be told a target length for each sentence of a batch, so a batch has one: its
    longest source. Sorted by length, that is close to every sentence's own. The warm-up is the
    batch of the shortest.
    """
    batched: dict[tuple[str, int], EngineProcess] = {
        key: engine
        for key, engine in engines.running.items()
        if key[0] not in (UNRECORDED, ATTENTIONS)  # nothing is recorded, whoever translates
    }
    jobs = corpus_jobs(plan, engines.facts[OURS], seed=seed)
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
    sources = random_sources(
        sorted(lengths, reverse=True),
        vocabulary=facts.vocabulary,
        eos=facts.eos,
        seed=(seed, _CORPUS),
    )
    jobs = []
    while sources:
        longest = len(sources[0])
        count = max(1, plan.batch_tokens // (plan.beam_size * longest))
        batch, sources = sources[:count], sources[count:]
        jobs.append(Job(sources=batch, beam_size=plan.beam_size, length=longest, batched=True))
    return jobs
