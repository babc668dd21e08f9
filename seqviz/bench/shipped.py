"""The measurements on what a visitor meets: shipped models, and the start of the program."""

import subprocess
import sys
import time
from collections.abc import Sequence

from seqviz.bench.measure import measure_case
from seqviz.bench.plan import Plan
from seqviz.bench.process import EngineKind, Engines, child_environment, open_engines
from seqviz.bench.report import OURS, UNRECORDED, Settings, ShippedResult, StartUp
from seqviz.bench.timing import Timing
from seqviz.catalog import ModelEntry, find_models

OUR_KINDS = (
    EngineKind(name=OURS, module="seqviz.bench.engine_ours", needs="torch", record=True),
    EngineKind(name=UNRECORDED, module="seqviz.bench.engine_ours", needs="torch", record=False),
)


def chosen_models(settings: Settings, plan: Plan) -> list[ModelEntry]:
    """All shipped models, or the first of each kind where the plan wants only one."""
    entries = find_models(settings.models).entries
    if not plan.one_of_a_kind:
        return list(entries)
    return list({entry.kind: entry for entry in reversed(entries)}.values())


def measure_shipped(entry: ModelEntry, settings: Settings, plan: Plan) -> ShippedResult:
    """Load one shipped model in two fresh processes, one after the other, and let it search."""
    recorded, unrecorded = (
        open_engines(
            [kind],
            folder=entry.folder,
            device=settings.device,
            threads=settings.threads[:1],
        )
        for kind in OUR_KINDS
    )
    with recorded as first, unrecorded as second:
        both = Engines(
            running={**first.running, **second.running},
            facts={**first.facts, **second.facts},
            absent=(),
        )
        loading = tuple(facts.opening_seconds for facts in both.facts.values())
        return ShippedResult(
            name=entry.name,
            kind=entry.kind,
            loading=Timing(engine=OURS, threads=settings.threads[0], seconds=loading),
            results=tuple(
                measure_case(both, case, rounds=plan.rounds, seed=settings.seed)
                for case in plan.shipped
            ),
        )


def measure_start(arguments: Sequence[str], *, rounds: int) -> StartUp:
    """Time a command from its start to its end, in a process of its own; once more to warm up."""
    command = [sys.executable, "-m", "seqviz", *arguments]
    seconds = []
    for number in range(-1, rounds):
        started = time.perf_counter()
        subprocess.run(command, env=child_environment(1), capture_output=True, check=True)
        if number >= 0:
            seconds.append(time.perf_counter() - started)
    name = f"seqviz {arguments[0]}"
    return StartUp(command=name, timing=Timing(engine=name, threads=1, seconds=tuple(seconds)))
