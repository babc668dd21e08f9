"""A whole run: start the engines, measure what the plan says, hand over the report.

Engines take turns, so that a busy moment of the machine hits them all. Every round has another
sentence, the same for all engines; the one before the first warms up, and is not timed. Ours and
ours unrecorded share a process and its weights: where these lie in memory alone makes a tenth.
"""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from tempfile import TemporaryDirectory

import numpy as np

from seqviz.bench.engines import ENGINES, SHIPPED
from seqviz.bench.plan import ATTENTIONS, OURS, TRANSFORMERS, UNRECORDED, Case, Plan
from seqviz.bench.process import Answer, Job, Key, Kind, Running, Words, open_engines
from seqviz.bench.random_model import random_sources, write_model
from seqviz.bench.report import Report, Timing
from seqviz.catalog import ModelEntry, find_models
from seqviz.tasks import find_task
from seqviz.translator.devices import describe_machine, installed_versions

SHORTEST, BATCH_TOKENS = 5, 4096
"""Of a corpus: the shortest sentence; padded source tokens of a batch, times beam size."""
_SETTLE_SECONDS = 0.25
"""Worker threads of OpenMP go on spinning for up to 0.2 s; the next engine shall not feel it."""
_SHORT, _LONG = 10, 100
_SINGLE, _CORPUS = 0, 1  # kinds of sentences, each with seeds of its own

OnProgress = Callable[[str, int, int], None]
"""Called before every round with what is done, the round (0: the warm-up), and of how many."""


def run_benchmark(
    plan: Plan, *, on_progress: OnProgress, kinds: Mapping[str, Kind] = ENGINES
) -> Report:
    """Measure everything that the plan says, on the random model by these kinds; ours is the first.

    Raises:
        EngineFailedError: an engine stopped in the middle.
    """
    timings: list[Timing] = []
    on_progress("opening the engines", 0, 0)
    with TemporaryDirectory(prefix="seqviz-bench-") as folder:
        write_model(folder, plan.shape, plan.seed)
        with open_engines(kinds, folder, plan.device, threads=plan.threads, together=SHIPPED) as (
            running,
            absent,
        ):
            for case in plan.cases:
                if case.part != "shipped":
                    timings += measure(_chosen(case, running), case, plan, on_progress=on_progress)
    entries = chosen_models(plan)
    for entry in entries:
        timings += _of_shipped(entry, plan, on_progress)
    models = ["models", *(["--models", plan.models] if plan.models else [])]
    for command in [["--help"], models] if entries else [["--help"]]:
        timings.append(_of_start(command, plan, on_progress))
    return Report(
        machine=describe_machine(),
        versions=installed_versions(),
        plan=plan,
        absent=absent,
        timings=tuple(timings),
    )


def _chosen(case: Case, running: Running) -> Running:
    """Who takes part: ours alone where the cost grows; of the others, who has something to add."""
    if case.part == "growth":
        return dict([next(iter(running.items()))])
    absent: tuple[str, ...] = ()
    if case.part == "corpus":
        absent = (UNRECORDED, ATTENTIONS)  # nobody records a batch
    elif case.length > _LONG:
        absent = (TRANSFORMERS, UNRECORDED)  # much time, and no target is about them
    return {key: engine for key, engine in running.items() if key[0] not in absent}


def measure(running: Running, case: Case, plan: Plan, *, on_progress: OnProgress) -> list[Timing]:
    """Time a sentence, or a whole corpus, by every engine in turn; ours must be the first.

    Raises:
        EngineFailedError: an engine stopped.
    """
    keys, rounds = list(running), plan.rounds_of(case)
    words = running[keys[0]].opened.words
    answers: dict[Key, list[Answer]] = {key: [] for key in keys}
    for number in range(rounds + 1):
        on_progress(str(case), number, rounds)
        if case.sentences == 1:
            jobs = [_job(case, plan, words=words, number=number)]
        else:
            jobs = corpus_jobs(case, words, seed=plan.seed)[0 if number else -1 :]
        first = max(number - 1, 0) % len(keys)  # each round another one begins
        for key in keys[first:] + keys[:first]:
            answers[key].append(running[key].ask(jobs))
            if key[1] > 1:
                time.sleep(_SETTLE_SECONDS)
    targets = {
        key: [best for answer in found for best in answer.targets] for key, found in answers.items()
    }
    wanted = targets[keys[0]]
    return [
        Timing(
            case=case,
            engine=name,
            threads=count,
            seconds=tuple(answer.seconds for answer in found[1:]),
            differing=sum(a != b for a, b in zip(best, wanted if best else best, strict=True)),
            compared=len(best),
            extra_bytes=found[1].extra_bytes,
            record_bytes=found[1].record_bytes,
        )
        for (name, count), found in answers.items()
        for best in [targets[name, count]]  # none of the products alone
    ]


def _job(case: Case, plan: Plan, *, words: Words, number: int) -> Job:
    """One sentence; the warm-up's is short, which leaves the peak of memory to the first round.

    On a GPU it is not: the warm-up captures the step for sentences of its length.
    """
    short = number == 0 and plan.device == "cpu"
    length = min(_SHORT, case.length) if short else case.length
    sources = random_sources([length], words, seed=(plan.seed, _SINGLE, length, number))
    return Job(sources=sources, beam_size=case.beam_size, length=length)


def corpus_jobs(case: Case, words: Words, *, seed: int) -> list[Job]:
    """The batches of a corpus, longest first, the same for every engine.

    No engine can be told a target length for each sentence of a batch, so a batch has one: its
    longest source. Sorted by length, that is close to every sentence's own. The warm-up is the
    batch of the shortest.
    """
    generator = np.random.default_rng([seed, _CORPUS])
    lengths = generator.integers(SHORTEST, case.length + 1, case.sentences).tolist()
    sources = random_sources(sorted(lengths, reverse=True), words, seed=(seed, _CORPUS))
    jobs = []
    while sources:
        longest = len(sources[0])
        count = max(1, BATCH_TOKENS // (case.beam_size * longest))
        batch, sources = sources[:count], sources[count:]
        jobs.append(Job(sources=batch, beam_size=case.beam_size, length=longest, batched=True))
    return jobs


def chosen_models(plan: Plan) -> list[ModelEntry]:
    """The shipped models that translate, or the first of each kind where the plan wants only one.

    Models of a synthetic task are small, and so are their words: they say little about speed.
    """
    entries = [
        entry
        for entry in find_models(plan.models).entries
        if find_task(entry.source_language, entry.target_language) is None
    ]
    firsts = {entry.kind: entry for entry in reversed(entries)}
    return list(firsts.values()) if plan.one_of_a_kind else entries


def _of_shipped(entry: ModelEntry, plan: Plan, on_progress: OnProgress) -> Iterator[Timing]:
    """Load one shipped model in a fresh process, and let it search."""
    threads, folder = plan.threads[:1], entry.folder
    loading = Case(part="shipped", model=entry.name, kind=entry.kind)
    with open_engines(SHIPPED, folder, plan.device, threads=threads, together=SHIPPED) as opened:
        running = opened[0]
        seconds = (running[OURS, threads[0]].opened.seconds,)
        yield Timing(case=loading, engine=OURS, threads=threads[0], seconds=seconds)
        for case in plan.cases:
            if case.part == "shipped":
                own = replace(case, model=entry.name, kind=entry.kind)
                yield from measure(running, own, plan, on_progress=on_progress)


def _of_start(arguments: Sequence[str], plan: Plan, on_progress: OnProgress) -> Timing:
    """Time a command from its start to its end, in a process of its own."""
    command, name = [sys.executable, "-m", "seqviz", *arguments], f"seqviz {arguments[0]}"
    seconds = []
    for number in range(plan.rounds + 1):
        on_progress(name, number, plan.rounds)
        started = time.perf_counter()
        subprocess.run(command, capture_output=True, check=True)
        seconds.append(time.perf_counter() - started)
    return Timing(case=Case(part="start_ups"), engine=name, seconds=tuple(seconds[1:]))
