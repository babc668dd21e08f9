"""A whole run: start the engines, measure what the plan says, hand over the report."""

import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from tempfile import TemporaryDirectory

from seqviz.bench.measure import measure
from seqviz.bench.plan import PARTS, Case, Plan, Settings
from seqviz.bench.process import EngineKind, Running, child_environment, open_engines
from seqviz.bench.random_model import write_model
from seqviz.bench.report import (
    ATTENTIONS,
    CTRANSLATE2,
    OURS,
    TRANSFORMERS,
    UNRECORDED,
    Report,
    Timing,
)
from seqviz.catalog import ModelEntry, find_models
from seqviz.translator.devices import describe_machine, installed_versions


def _kind(name: str, library: str, *needs: str, record: bool) -> EngineKind:
    module = f"seqviz.bench.engine_{library}"
    return EngineKind(name=name, module=module, needs=needs, record=record)


OUR_KINDS = (_kind(OURS, "ours", record=True), _kind(UNRECORDED, "ours", record=False))
KINDS = (
    *OUR_KINDS,
    _kind(ATTENTIONS, "transformers", "transformers", record=True),
    _kind(TRANSFORMERS, "transformers", "transformers", record=False),
    _kind(CTRANSLATE2, "ctranslate2", "ctranslate2", "transformers", record=False),
)
_RANDOM = ("memory", "peers", "corpus", "growth")
"""Parts on the random model; memory is the first, for larger work would leave a higher peak."""
_ONCE = ("memory", "growth")
_NOT_BATCHED = (UNRECORDED, ATTENTIONS)
"""In a corpus nothing is recorded, whoever translates."""

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
        kinds: the engines; ours must be the first.

    Raises:
        EngineFailedError: an engine stopped in the middle.
    """
    found: dict[str, list[Timing]] = {part: [] for part in PARTS}
    work = [(part, case) for part in _RANDOM for case in plan.parts.get(part, ())]
    on_part("starting the engines")
    with TemporaryDirectory(prefix="seqviz-bench-") as folder:
        write_model(folder, settings.shape, settings.seed)
        with open_engines(
            kinds, folder=folder, device=settings.device, threads=settings.threads
        ) as (running, absent):
            for part, case in work:
                on_part(f"{part}, {case}")
                found[part] += measure(
                    _chosen(part, running, settings.threads[0]),
                    case,
                    rounds=1 if part in _ONCE else plan.rounds,
                    seed=settings.seed,
                    short_warm_up=part == "memory",
                )
    entries = chosen_models(settings, plan)
    for entry in entries:
        on_part(entry.name)
        found["shipped"] += measure_shipped(entry, settings, plan)
    on_part("start-up")
    models = ["models", *(["--models", settings.models] if settings.models else [])]
    commands = [["--help"], models] if entries else [["--help"]]
    found["start_ups"] = [_measure_start(each, rounds=plan.start_ups) for each in commands]
    return Report(
        machine=describe_machine(),
        versions=installed_versions(),
        settings=settings,
        rounds=plan.rounds,
        absent=absent,
        parts={part: tuple(timings) for part, timings in found.items()},
    )


def _chosen(part: str, running: Running, threads: int) -> Running:
    """Who takes part; what is timed once is timed with that number of threads."""
    return {
        (name, count): engine
        for (name, count), engine in running.items()
        if (count == threads or part not in _ONCE)
        and (name == OURS or part != "growth")
        and (name not in _NOT_BATCHED or part != "corpus")
    }


def chosen_models(settings: Settings, plan: Plan) -> list[ModelEntry]:
    """All shipped models, or the first of each kind where the plan wants only one."""
    entries = find_models(settings.models).entries
    if not plan.one_of_a_kind:
        return list(entries)
    return list({entry.kind: entry for entry in reversed(entries)}.values())


def measure_shipped(entry: ModelEntry, settings: Settings, plan: Plan) -> list[Timing]:
    """Load one shipped model in two fresh processes, and let it search."""
    threads = settings.threads[:1]
    with open_engines(OUR_KINDS, folder=entry.folder, device=settings.device, threads=threads) as (
        running,
        _,
    ):
        seconds = tuple(engine.facts.opening_seconds for engine in running.values())
        loading = Case(model=entry.name, kind=entry.kind)
        found = [Timing(case=loading, engine=OURS, threads=threads[0], seconds=seconds)]
        for case in plan.parts["shipped"]:
            own = replace(case, model=entry.name, kind=entry.kind)
            found += measure(running, own, rounds=plan.rounds, seed=settings.seed)
    return found


def _measure_start(arguments: Sequence[str], *, rounds: int) -> Timing:
    """Time a command from its start to its end, in a process of its own; once more to warm up."""
    command = [sys.executable, "-m", "seqviz", *arguments]
    seconds = []
    for _ in range(rounds + 1):
        started = time.perf_counter()
        subprocess.run(command, env=child_environment(1), capture_output=True, check=True)
        seconds.append(time.perf_counter() - started)
    return Timing(case=Case(), engine=f"seqviz {arguments[0]}", seconds=tuple(seconds[1:]))
