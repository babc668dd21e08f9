"""A report as JSON: everything, raw rounds included, and nothing that depends on the day."""

import json
from dataclasses import asdict
from typing import Any

from seqviz.bench.plan import Case
from seqviz.bench.report import Report, warnings_of
from seqviz.bench.targets import Target, targets_of
from seqviz.bench.timing import Timing

FORMAT = 1


def as_json(report: Report) -> str:
    """One JSON object; times in seconds."""
    return json.dumps(content_of(report), ensure_ascii=False, indent=2)


def content_of(report: Report) -> dict[str, Any]:
    """What the JSON holds."""
    found = report.random_model
    return {
        "format": FORMAT,
        "machine": dict(report.machine),
        "versions": dict(report.versions),
        "settings": asdict(report.settings),
        "rounds": report.rounds,
        "absent": {gone.engine: gone.reason for gone in found.absent},
        "peers": [
            {**_case(result.case), "timings": [_timing(timing) for timing in result.timings]}
            for result in found.peers
        ],
        "memory": [
            {
                **_case(result.case),
                "engine": result.engine,
                "extra_bytes": result.extra_bytes,
                "record_bytes": result.kept_bytes,
            }
            for result in found.memory
        ],
        "corpus": None
        if found.corpus is None
        else {
            "sentences": found.corpus.sentences,
            "batches": found.corpus.batches,
            "beam_size": found.corpus.beam_size,
            "timings": [_timing(timing) for timing in found.corpus.timings],
        },
        "growth": [
            {
                **_case(cell.case),
                "timing": None if cell.timing is None else _timing(cell.timing),
                "record_bytes": cell.kept_bytes,
                "refused": cell.refused,
            }
            for cell in found.growth
        ],
        "shipped": [
            {
                "name": model.name,
                "kind": model.kind,
                "loading": _timing(model.loading),
                "searches": [
                    {**_case(result.case), "timings": [_timing(t) for t in result.timings]}
                    for result in model.results
                ],
            }
            for model in report.shipped
        ],
        "start_ups": [
            {"command": start.command, "timing": _timing(start.timing)}
            for start in report.start_ups
        ],
        "targets": [_target(target) for target in targets_of(report)],
        "warnings": warnings_of(report),
    }


def _case(case: Case) -> dict[str, int]:
    return {"length": case.length, "beam_size": case.beam_size}


def _timing(timing: Timing) -> dict[str, Any]:
    return {
        **asdict(timing),
        "median": timing.median,
        "fastest": timing.fastest,
        "slowest": timing.slowest,
        "stalled": list(timing.stalled),
    }


def _target(target: Target) -> dict[str, Any]:
    return {**asdict(target), "reached": target.reached}
