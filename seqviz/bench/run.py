"""A whole run: start the engines, measure what the plan says, hand over the report."""

import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from tempfile import TemporaryDirectory

from seqviz.bench.engines import ENGINES, SHIPPED
from seqviz.bench.measure import measure
from seqviz.bench.plan import ATTENTIONS, OURS, UNRECORDED, Case, Plan
from seqviz.bench.process import EngineKind, Running, open_engines
from seqviz.bench.random_model import write_model
from seqviz.bench.report import Report, Timing
from seqviz.catalog import ModelEntry, find_models
from seqviz.tasks import find_task
from seqviz.translator.devices import describe_machine, installed_versions

OnProgress = Callable[[str, int, int], None]
"""Called before every round with what is measured, the round (0: the warm-up), and of how many."""


def run_benchmark(
    plan: Plan,
    *,
    on_progress: OnProgress,
    kinds: Mapping[str, EngineKind] = ENGINES,
) -> Report:
    """Measure everything that the plan says.

    Args:
        plan: what to measure, and how.
        on_progress: somebody watches.
        kinds: the engines on the random model; ours must be the first.

    Raises:
        EngineFailedError: an engine stopped in the middle.
    """
    run = _Run(plan, on_progress)
    absent = run.measure_random_model(kinds)
    entries = chosen_models(plan)
    for entry in entries:
        run.measure_shipped(entry)
    models = ["models", *(["--models", plan.models] if plan.models else [])]
    for command in [["--help"], models] if entries else [["--help"]]:
        run.measure_start(command)
    return Report(
        machine=describe_machine(),
        versions=installed_versions(),
        plan=plan,
        absent=absent,
        timings=tuple(run.found),
    )


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


class _Run:
    """What a run has found so far, by part, and how it goes on."""

    def __init__(self, plan: Plan, on_progress: OnProgress) -> None:
        self.found: list[Timing] = []
        self._plan, self._on_progress = plan, on_progress

    def measure_random_model(self, kinds: Mapping[str, EngineKind]) -> Mapping[str, str]:
        """Measure every engine; why those that are absent are, by name."""
        device, threads = self._plan.device, self._plan.threads
        with TemporaryDirectory(prefix="seqviz-bench-") as folder:
            write_model(folder, self._plan.shape, self._plan.seed)
            with open_engines(kinds, folder, device, threads=threads) as (running, absent):
                for case in self._plan.cases:
                    if case.part != "shipped":
                        self._measure(_chosen(case.part, running), case)
        return absent

    def measure_shipped(self, entry: ModelEntry) -> None:
        """Load one shipped model in two fresh processes, and let it search."""
        device, threads = self._plan.device, self._plan.threads[:1]
        with open_engines(SHIPPED, entry.folder, device, threads=threads) as (running, _):
            loading = Case(part="shipped", model=entry.name, kind=entry.kind)
            seconds = tuple(engine.facts.seconds for engine in running.values())
            self.found.append(
                Timing(case=loading, engine=OURS, threads=threads[0], seconds=seconds)
            )
            for case in self._plan.cases:
                if case.part == "shipped":
                    self._measure(running, replace(case, model=entry.name, kind=entry.kind))

    def measure_start(self, arguments: Sequence[str]) -> None:
        """Time a command from its start to its end, in a process of its own."""
        command, name = [sys.executable, "-m", "seqviz", *arguments], f"seqviz {arguments[0]}"
        seconds = []
        for number in range(self._plan.start_ups + 1):
            self._on_progress(name, number, self._plan.start_ups)
            started = time.perf_counter()
            subprocess.run(command, capture_output=True, check=True)
            seconds.append(time.perf_counter() - started)
        case = Case(part="start_ups")
        self.found.append(Timing(case=case, engine=name, seconds=tuple(seconds[1:])))

    def _measure(self, running: Running, case: Case) -> None:
        self.found += measure(
            running,
            case,
            rounds=1 if case.part == "growth" else self._plan.rounds,
            seed=self._plan.seed,
            on_round=partial(self._on_progress, f"{case}"),
            cold=self._plan.device == "cpu",  # a GPU's step is captured by the warm-up
        )


def _chosen(part: str, running: Running) -> Running:
    """Who takes part: ours alone, once, where the cost grows; in a batch nobody records."""
    if part == "growth":
        return dict([next(iter(running.items()))])
    absent = (UNRECORDED, ATTENTIONS) if part == "corpus" else ()
    return {key: engine for key, engine in running.items() if key[0] not in absent}
