"""A report as Markdown that is readable in a terminal too, or as JSON."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence

from seqviz.bench.plan import OURS, PARTS
from seqviz.bench.report import Report, Timing, ratio, warnings_of
from seqviz.bench.targets import targets_of

FORMAT = 3
"""Of the JSON."""
_NOTHING = "–"
Grid = Sequence[Sequence[str]]


def as_text(report: Report) -> str:
    """Everything, in Markdown."""
    tables = [f"**{title}**\n\n{_aligned(grid)}" for title, grid in _grids(report)]
    verdicts = [f"- {target}" for target in targets_of(report)]
    verdicts += [f"- Warning: {warning}" for warning in warnings_of(report)]
    return "\n\n".join([_introduction(report), *tables, "**Targets**", "\n".join(verdicts)])


def as_json(report: Report) -> str:
    """Everything, raw rounds included, and nothing that depends on the day; times in seconds."""
    judged = {"targets": targets_of(report), "warnings": warnings_of(report)}
    content = {"format": FORMAT, **vars(report), **judged}
    return json.dumps(content, default=_fields, ensure_ascii=False, indent=2)


def _fields(record: object) -> dict[str, object]:
    """What a record was given, and what follows from it."""
    derived = [name for name, value in vars(type(record)).items() if isinstance(value, property)]
    return {**vars(record), **{name: getattr(record, name) for name in derived}}


def _introduction(report: Report) -> str:
    plan, shape, machine = report.plan, report.plan.shape, report.machine
    versions = ", ".join(f"{name} {version}" for name, version in report.versions.items())
    lines = [
        f"{machine['cpu']}, {machine['cores']} cores; {machine['system']}, Python "
        f"{machine['python']}, {versions}; device {plan.device}.",
        f"Random model: {shape.encoder_layers} + {shape.decoder_layers} layers, width "
        f"{shape.width}, {shape.heads} heads, vocabulary {shape.target_vocabulary}, float32. "
        "Targets are as long as their sources.",
        f"Milliseconds: median of {plan.rounds} rounds in which the engines take turns; a round "
        "stalled where it took over twice its engine's median.",
        "× ours: of our recorded search, with as many threads. Extra MB: peak of memory beyond "
        "what was resident before.",
    ]
    lines += [f"{engine} is absent: {reason}." for engine, reason in report.absent.items()]
    return "\n".join(lines)


def _milliseconds(timing: Timing, seconds: float) -> str:
    """Of one sentence."""
    each = seconds / timing.case.sentences
    return f"{1000 * each:.1f}" if each < 1 else f"{1000 * each:.0f}"


def _megabytes(count: int | None) -> str:
    return f"{count / 1e6:.1f}" if count else _NOTHING


def _times_ours(timing: Timing, same: Sequence[Timing]) -> str:
    """With "≠" where its best targets are not ours."""
    found = ratio(same, timing.engine, OURS)
    return _NOTHING if found is None else ("≠ " if timing.differing else "") + f"{found:.2f}"


def _a_step(timing: Timing) -> str:
    of_interest = timing.case.part == "growth"
    return f"{1000 * timing.median / timing.case.length:.2f}" if of_interest else _NOTHING


_WORDS: Mapping[str, Callable[[Timing], str]] = {
    "Case": lambda timing: str(timing.case) if timing.case.part != "start_ups" else _NOTHING,
    "Engine": lambda timing: timing.engine,
}
"""Columns that stand at the left."""
_NUMBERS: Mapping[str, Callable[[Timing, Sequence[Timing]], str]] = {
    "Threads": lambda timing, _: str(timing.threads),
    "Median": lambda timing, _: _milliseconds(timing, timing.median),
    "Min": lambda timing, _: _milliseconds(timing, timing.fastest),
    "Max": lambda timing, _: _milliseconds(timing, timing.slowest),
    "A step": lambda timing, _: _a_step(timing),
    "× ours": _times_ours,
    "Record MB": lambda timing, _: _megabytes(timing.record_bytes),
    "Extra MB": lambda timing, _: _megabytes(timing.extra_bytes),
    "Stalled": lambda timing, _: str(len(timing.stalled)),
}
"""The others, given a timing and all of the same case and number of threads."""


def _grids(report: Report) -> Iterator[tuple[str, Grid]]:
    """Title and cells, headings first, of every table that has rows; no column is empty."""
    for part, title in PARTS.items():
        timings = report.of(part)
        rows = [[*_WORDS, *_NUMBERS]]
        for timing in timings:
            same = [t for t in timings if (t.case, t.threads) == (timing.case, timing.threads)]
            words = [cell(timing) for cell in _WORDS.values()]
            rows.append([*words, *(cell(timing, same) for cell in _NUMBERS.values())])
        columns = [column for column in zip(*rows, strict=True) if {*column[1:]} - {_NOTHING}]
        if columns:
            yield title, list(zip(*columns, strict=True))


def _aligned(grid: Grid) -> str:
    columns = []
    for heading, *cells in zip(*grid, strict=True):
        width = max(map(len, (heading, *cells)))
        sign, mark = ("<", "-" * width) if heading in _WORDS else (">", "-" * (width - 1) + ":")
        columns.append([f"{cell:{sign}{width}}" for cell in (heading, mark, *cells)])
    return "\n".join(f"| {' | '.join(row)} |" for row in zip(*columns, strict=True))
