"""A whole run: start the engines, measure what the plan says, hand over the report."""

import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from tempfile import TemporaryDirectory

from seqviz.bench.engines import ENGINES, SHIPPED
from seqviz.bench.measure import OnProgress, measure
from seqviz.bench.plan import ATTENTIONS, OURS, TRANSFORMERS, UNRECORDED, Case, Plan
from seqviz.bench.process import EngineKind, Running, open_engines
from seqviz.bench.random_model import write_model
from seqviz.bench.report import Report, Timing
from seqviz.catalog import ModelEntry, find_models
from seqviz.tasks import find_task
from seqviz.translator.devices import describe_machine, installed_versions

_LONG = 100


def run_benchmark(
    plan: Plan, *, on_progress: OnProgress, kinds: Mapping[str, EngineKind] = ENGINES
) -> Report:
    """Measure everything that the plan says.

    Args:
        plan: what to measure, and how.
        on_progress: somebody watches.
        kinds: the engines on the random model; ours must be the first.

    Raises:
        EngineFailedError: an engine stopped in the middle.
    """
    timings: list[Timing] = []
    on_progress("opening the engines", 0, 0)
    with TemporaryDirectory(prefix="seqviz-bench-") as folder:
        write_model(folder, plan.shape, plan.seed)
        with open_engines(kinds, folder, plan.device, threads=plan.threads) as (running, absent):
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
        absent = (TRANSFORMERS,)  # much time, and no target is about it
    return {key: engine for key, engine in running.items() if key[0] not in absent}


def chosen_models(plan: Plan) -> list[ModelEntry]:
    """The shipped models that translate, or the first of each kind where the plan wants only one.

    Models of a synthetic task are small, and so are their words: they say little about speed.
    """
    entries = [
        entry
        for entry in find_models(plan.models).entries
        if find_task(entry.source_language, entry.target_language) is None
    ]
    if not plan.one_of_a_kind:
        return entries
    return list({entry.kind: entry for entry in reversed(entries)}.values())


def _of_shipped(entry: ModelEntry, plan: Plan, on_progress: OnProgress) -> Iterator[Timing]:
    """Load one shipped model in a fresh process, and let it search."""
    threads = plan.threads[:1]
    with open_engines(SHIPPED, entry.folder, plan.device, threads=threads, together=True) as (
        running,
        _,
    ):
        loading = Case(part="shipped", model=entry.name, kind=entry.kind)
        seconds = (running[OURS, threads[0]].facts.seconds,)
        yield Timing(case=loading, engine=OURS, threads=threads[0], seconds=seconds)
        for case in plan.cases:
            if case.part == "shipped":
                own = replace(case, model=entry.name, kind=entry.kind)
                yield from measure(running, own, plan, on_progress=on_progress)


def _of_start(arguments: Sequence[str], plan: Plan, on_progress: OnProgress) -> Timing:
    """Time a command from its start to its end, in a process of its own."""
    command, name = [sys.executable, "-m", "seqviz", *arguments], f"seqviz {arguments[0]}"
    seconds = []
    for number in range(plan.start_ups + 1):
        on_progress(name, number, plan.start_ups)
        started = time.perf_counter()
        subprocess.run(command, capture_output=True, check=True)
        seconds.append(time.perf_counter() - started)
    return Timing(case=Case(part="start_ups"), engine=name, seconds=tuple(seconds[1:]))
