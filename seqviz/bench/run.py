"""A whole run: start the engines, measure what the plan says, hand over the report."""

import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from tempfile import TemporaryDirectory

from seqviz.bench.measure import measure_case, measure_corpus, measure_growth, measure_memory
from seqviz.bench.plan import Plan, Settings
from seqviz.bench.process import EngineKind, child_environment, open_engines
from seqviz.bench.random_model import write_model
from seqviz.bench.report import (
    ATTENTIONS,
    CTRANSLATE2,
    OURS,
    TRANSFORMERS,
    UNRECORDED,
    MemoryResult,
    Report,
    ShippedResult,
    StartUp,
    Timing,
)
from seqviz.catalog import ModelEntry, find_models
from seqviz.translator.devices import describe_machine, installed_versions


def _kind(name: str, library: str, needs: str, *, record: bool) -> EngineKind:
    module = f"seqviz.bench.engine_{library}"
    return EngineKind(name=name, module=module, needs=needs, record=record)


OUR_KINDS = (
    _kind(OURS, "ours", "torch", record=True),
    _kind(UNRECORDED, "ours", "torch", record=False),
)
KINDS = (
    *OUR_KINDS,
    _kind(ATTENTIONS, "transformers", "transformers", record=True),
    _kind(TRANSFORMERS, "transformers", "transformers", record=False),
    _kind(CTRANSLATE2, "ctranslate2", "ctranslate2", record=False),
)

OnPart = Callable[[str], None]
"""Called with a word about every part of the work before it begins."""


def run_benchmark(
    plan: Plan, settings: Settings, *, on_part: OnPart, kinds: Sequence[EngineKind] = KINDS
) -> Report:
    """Measure everything that the plan says.

    Args:
        plan: how much to measure.
        settings: threads, device, the random model and the folder of shipped ones.
        on_part: somebody watches.
        kinds: the engines; ours must be among them.

    Raises:
        EngineFailedError: an engine stopped in the middle.
    """
    seed, peers, growth, shipped = settings.seed, [], [], []
    memory: tuple[MemoryResult, ...] = ()
    corpus = None
    on_part("starting the engines")
    with TemporaryDirectory(prefix="seqviz-bench-") as folder:
        write_model(folder, settings.shape, seed)
        with open_engines(
            kinds, folder=folder, device=settings.device, threads=settings.threads
        ) as engines:
            if plan.memory:
                on_part(f"memory, {plan.memory}")
                memory = measure_memory(engines, plan.memory, seed=seed)
            for case in plan.peers:
                on_part(f"all engines, {case}")
                peers.append(measure_case(engines, case, rounds=plan.rounds, seed=seed))
            if plan.corpus:
                on_part(f"all engines, {plan.corpus.sentences} sentences in batches")
                corpus = measure_corpus(engines, plan.corpus, rounds=plan.rounds, seed=seed)
            for case in plan.growth:
                on_part(f"ours, {case}")
                growth.append(measure_growth(engines, case, seed=seed))
    entries = chosen_models(settings, plan)
    for entry in entries:
        on_part(entry.name)
        shipped.append(measure_shipped(entry, settings, plan))
    on_part("start-up")
    models = ["models", *(["--models", settings.models] if settings.models else [])]
    commands = [["--help"], models] if entries else [["--help"]]
    return Report(
        machine=describe_machine(),
        versions=installed_versions(),
        settings=settings,
        rounds=plan.rounds,
        absent=engines.absent,
        peers=tuple(peers),
        memory=memory,
        corpus=corpus,
        growth=tuple(growth),
        shipped=tuple(shipped),
        start_ups=tuple(_measure_start(command, rounds=plan.start_ups) for command in commands),
    )


def chosen_models(settings: Settings, plan: Plan) -> list[ModelEntry]:
    """All shipped models, or the first of each kind where the plan wants only one."""
    entries = find_models(settings.models).entries
    if not plan.one_of_a_kind:
        return list(entries)
    return list({entry.kind: entry for entry in reversed(entries)}.values())


def measure_shipped(entry: ModelEntry, settings: Settings, plan: Plan) -> ShippedResult:
    """Load one shipped model in two fresh processes, and let it search."""
    threads = settings.threads[:1]
    with open_engines(
        OUR_KINDS, folder=entry.folder, device=settings.device, threads=threads
    ) as engines:
        loading = tuple(engine.facts.opening_seconds for engine in engines.running.values())
        return ShippedResult(
            name=entry.name,
            kind=entry.kind,
            loading=Timing(engine=OURS, threads=threads[0], seconds=loading),
            searches=tuple(
                measure_case(engines, case, rounds=plan.rounds, seed=settings.seed)
                for case in plan.shipped
            ),
        )


def _measure_start(arguments: Sequence[str], *, rounds: int) -> StartUp:
    """Time a command from its start to its end, in a process of its own; once more to warm up."""
    command = [sys.executable, "-m", "seqviz", *arguments]
    seconds = []
    for _ in range(rounds + 1):
        started = time.perf_counter()
        subprocess.run(command, env=child_environment(1), capture_output=True, check=True)
        seconds.append(time.perf_counter() - started)
    name = f"seqviz {arguments[0]}"
    timing = Timing(engine=name, threads=1, seconds=tuple(seconds[1:]))
    return StartUp(command=name, timing=timing)
