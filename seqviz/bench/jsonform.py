"""A report as JSON: everything, raw rounds included, and nothing that depends on the day."""

import json
from dataclasses import asdict
from typing import Any

from seqviz.bench.plan import Case
from seqviz.bench.report import CaseResult, CorpusResult, RandomModelResult, Report, warnings_of
from seqviz.bench.targets import Target, targets_of
from seqviz.bench.timing import Timing

FORMAT = 1


def as_json(report: Report) -> str:
    """One JSON object; times in seconds."""
    return json.dumps(content_of(report), ensure_ascii=False, indent=2)


def content_of(report: Report) -> dict[str, Any]:
    """What the JSON holds."""
    return {
        "format": FORMAT,
        "machine": dict(report.machine),
        "versions": dict(report.versions),
        "settings": asdict(report.settings),
        "rounds": report.rounds,
        **_random_model(report.random_model),
        "shipped": [
            {
                "name": model.name,
                "kind": model.kind,
                "loading": _timing(model.loading),
                "searches": [_searches(result) for result in model.results],
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


def _random_model(found: RandomModelResult) -> dict[str, Any]:
    return {
        "absent": {gone.engine: gone.reason for gone in found.absent},
        "peers": [_searches(result) for result in found.peers],
        "memory": [
            {
                **_case(result.case),
                "engine": result.engine,
                "extra_bytes": result.extra_bytes,
                "record_bytes": result.kept_bytes,
            }
            for result in found.memory
        ],
        "corpus": None if found.corpus is None else _corpus(found.corpus),
        "growth": [
            {
                **_case(cell.case),
                "timing": None if cell.timing is None else _timing(cell.timing),
                "record_bytes": cell.kept_bytes,
                "refused": cell.refused,
            }
            for cell in found.growth
        ],
    }


def _corpus(corpus: CorpusResult) -> dict[str, Any]:
    return {
        "sentences": corpus.sentences,
        "batches": corpus.batches,
        "beam_size": corpus.beam_size,
        "timings": [_timing(timing) for timing in corpus.timings],
    }


def _searches(result: CaseResult) -> dict[str, Any]:
    timings = [_timing(timing) for timing in result.timings]
    return {**_case(result.case), "timings": timings}


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
