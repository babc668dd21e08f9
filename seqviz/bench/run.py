"""A whole run: start the engines, measure what the plan says, hand over the report."""

from collections.abc import Callable, Sequence
from itertools import product
from tempfile import TemporaryDirectory

from seqviz.bench.measure import measure_case, measure_corpus, measure_growth, measure_memory
from seqviz.bench.plan import Case, Plan
from seqviz.bench.process import EngineKind, Engines, open_engines
from seqviz.bench.report import (
    ATTENTIONS,
    CTRANSLATE2,
    TRANSFORMERS,
    MemoryResult,
    RandomModelResult,
    Report,
    Settings,
    ShippedResult,
    StartUp,
)
from seqviz.bench.shipped import OUR_KINDS, chosen_models, measure_shipped, measure_start
from seqviz.bench.weights import write_model
from seqviz.translator.devices import describe_machine, installed_versions

_TRANSFORMERS_MODULE = "seqviz.bench.engine_transformers"
KINDS = (
    *OUR_KINDS,
    EngineKind(name=ATTENTIONS, module=_TRANSFORMERS_MODULE, needs="transformers", record=True),
    EngineKind(name=TRANSFORMERS, module=_TRANSFORMERS_MODULE, needs="transformers", record=False),
    EngineKind(
        name=CTRANSLATE2,
        module="seqviz.bench.engine_ctranslate2",
        needs="ctranslate2",
        record=False,
    ),
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
    on_part("starting the engines")
    with TemporaryDirectory(prefix="seqviz-bench-") as folder:
        write_model(folder, settings.shape, settings.seed)
        with open_engines(
            kinds, folder=folder, device=settings.device, threads=settings.threads
        ) as engines:
            random_model = _measure_random_model(engines, plan, settings.seed, on_part=on_part)
    return Report(
        machine=describe_machine(),
        versions=installed_versions(),
        settings=settings,
        rounds=plan.rounds,
        random_model=random_model,
        shipped=_measure_all_shipped(plan, settings, on_part),
        start_ups=_measure_starts(plan, settings, on_part),
    )


def _measure_random_model(
    engines: Engines, plan: Plan, seed: int, *, on_part: OnPart
) -> RandomModelResult:
    memory: tuple[MemoryResult, ...] = ()
    if plan.memory:
        on_part(f"memory, {plan.memory.name}")
        memory = measure_memory(engines, plan.memory, seed=seed)
    peers = []
    for case in plan.peers:
        on_part(f"all engines, {case.name}")
        peers.append(measure_case(engines, case, rounds=plan.rounds, seed=seed))
    corpus = None
    if plan.corpus:
        on_part(f"all engines, {plan.corpus.sentences} sentences in batches")
        corpus = measure_corpus(engines, plan.corpus, rounds=plan.corpus_rounds, seed=seed)
    growth = []
    for length, beam_size in product(plan.growth_lengths, plan.growth_beams):
        case = Case(length=length, beam_size=beam_size)
        on_part(f"ours, {case.name}")
        growth.append(measure_growth(engines, case, rounds=plan.growth_rounds, seed=seed))
    return RandomModelResult(
        absent=engines.absent,
        peers=tuple(peers),
        memory=memory,
        growth=tuple(growth),
        corpus=corpus,
    )


def _measure_all_shipped(
    plan: Plan, settings: Settings, on_part: OnPart
) -> tuple[ShippedResult, ...]:
    found = []
    for entry in chosen_models(settings, plan):
        on_part(entry.name)
        found.append(measure_shipped(entry, settings, plan))
    return tuple(found)


def _measure_starts(plan: Plan, settings: Settings, on_part: OnPart) -> tuple[StartUp, ...]:
    on_part("start-up")
    commands = [["--help"]]
    if chosen_models(settings, plan):
        folder = ["--models", settings.models] if settings.models else []
        commands.append(["models", *folder])
    return tuple(measure_start(command, rounds=plan.start_ups) for command in commands)
