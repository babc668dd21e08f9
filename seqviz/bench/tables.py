"""The tables of a report, as plain aligned text or as Markdown."""

from dataclasses import dataclass

from seqviz.bench.report import OURS, UNRECORDED, GrowthCell, Report, ShippedResult, warnings_of
from seqviz.bench.targets import targets_of
from seqviz.bench.timing import Timing, best, ratio

_NOTHING = "–"
_MEGABYTE = 1e6


@dataclass(frozen=True, kw_only=True)
class Table:
    """Cells that have been turned into words."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    words: int = 1
    """How many columns, from the left, are words; the others are numbers."""


def as_text(report: Report) -> str:
    """Everything, aligned for a terminal."""
    parts = [_introduction(report), *map(_plain, tables_of(report)), _verdicts(report)]
    return "\n\n".join(parts)


def as_markdown(report: Report) -> str:
    """The tables for the README."""
    verdicts = [f"- {target}" for target in targets_of(report)]
    parts = [_introduction(report), *map(_markdown, tables_of(report)), "\n".join(verdicts)]
    return "\n\n".join(parts)


def tables_of(report: Report) -> list[Table]:
    """All tables that have rows."""
    tables = [
        _peers(report),
        _memory(report),
        _corpus(report),
        _growth(report),
        _shipped(report),
        _start_ups(report),
    ]
    return [table for table in tables if table.rows]


def _introduction(report: Report) -> str:
    shape, settings = report.settings.shape, report.settings
    versions = ", ".join(f"{name} {version}" for name, version in report.versions.items())
    absent = [f"{gone.engine} is absent: {gone.reason}." for gone in report.random_model.absent]
    machine = report.machine
    return "\n".join(
        [
            f"{machine['cpu']}, {machine['cores']} cores; {machine['system']}, Python "
            f"{machine['python']}, {versions}; device {settings.device}.",
            f"Random model: {shape.layers} + {shape.layers} layers, width {shape.width}, "
            f"{shape.heads} heads, vocabulary {shape.vocabulary}, float32. Targets are as long as "
            "their sources.",
            f"Median of {report.rounds} rounds in which the engines take turns; a round stalled "
            "where it took over twice its engine's median.",
            *absent,
        ]
    )


def _verdicts(report: Report) -> str:
    warnings = [f"Warning: {warning}" for warning in warnings_of(report)]
    return "\n".join(["Targets", *(f"  {target}" for target in targets_of(report)), *warnings])


def _peers(report: Report) -> Table:
    rows = [
        (result.case.name, timing.engine, str(timing.threads), *_spread(timing, result.timings))
        for result in report.random_model.peers
        for timing in result.timings
    ]
    return Table(
        title="One sentence (ms; × ours: of our recorded search, with as many threads)",
        headings=("CASE", "ENGINE", "THREADS", "MEDIAN", "MIN", "MAX", "× OURS", "STALLED"),
        rows=tuple(rows),
        words=2,
    )


def _spread(timing: Timing, timings: tuple[Timing, ...]) -> tuple[str, ...]:
    same_threads = [other for other in timings if other.threads == timing.threads]
    mark = "≠ " if timing.differing else ""
    return (
        _milliseconds(timing.median),
        _milliseconds(timing.fastest),
        _milliseconds(timing.slowest),
        mark + _times(ratio(same_threads, timing.engine, OURS)),
        str(len(timing.stalled)),
    )


def _memory(report: Report) -> Table:
    rows = [
        (
            result.case.name,
            result.engine,
            _NOTHING if result.extra_bytes is None else _megabytes(result.extra_bytes),
            _megabytes(result.kept_bytes) if result.kept_bytes else _NOTHING,
        )
        for result in report.random_model.memory
    ]
    return Table(
        title="Peak memory beyond what was resident before (MB)",
        headings=("CASE", "ENGINE", "EXTRA", "RECORD"),
        rows=tuple(rows),
        words=2,
    )


def _corpus(report: Report) -> Table:
    corpus = report.random_model.corpus
    if corpus is None:
        return Table(title="", headings=(), rows=())
    rows = []
    for timing in corpus.timings:
        rates = [corpus.sentences / s for s in (timing.median, timing.slowest, timing.fastest)]
        threads = str(timing.threads)
        same_threads = [other for other in corpus.timings if other.threads == timing.threads]
        share = _times(ratio(same_threads, OURS, timing.engine))
        mark = "≠ " if timing.differing else ""
        rates_shown = (f"{rate:.2f}" for rate in rates)
        rows.append((timing.engine, threads, *rates_shown, mark + share, str(len(timing.stalled))))
    return Table(
        title=f"{corpus.sentences} sentences in batches ({corpus.batches}), "
        f"beam {corpus.beam_size} (sentences per second)",
        headings=("ENGINE", "THREADS", "MEDIAN", "MIN", "MAX", "× OURS", "STALLED"),
        rows=tuple(rows),
    )


def _growth(report: Report) -> Table:
    return Table(
        title="How the cost of a recorded search grows",
        headings=("CASE", "MS", "MS A STEP", "RECORD MB", "STALLED"),
        rows=tuple(_growth_row(cell) for cell in report.random_model.growth),
    )


def _growth_row(cell: GrowthCell) -> tuple[str, ...]:
    if cell.timing is None:
        return (cell.case.name, "refused: too large", *[_NOTHING] * 3)
    median = cell.timing.median
    return (
        cell.case.name,
        _milliseconds(median),
        f"{1000 * median / cell.case.length:.2f}",
        _megabytes(cell.kept_bytes),
        str(len(cell.timing.stalled)),
    )


def _shipped(report: Report) -> Table:
    cases = report.shipped[0].results if report.shipped else ()
    of_cases = [
        f"{word}, S = {result.case.length}"
        for result in cases
        for word in ("RECORDED", "UNRECORDED", "RATIO")
    ]
    beams = sorted({result.case.beam_size for result in cases})
    return Table(
        title=f"Shipped models, beam {', '.join(map(str, beams))} (ms)",
        headings=("MODEL", "FIRST LOAD", *of_cases),
        rows=tuple(_shipped_row(model) for model in report.shipped),
    )


def _shipped_row(model: ShippedResult) -> tuple[str, ...]:
    cells = [model.name, _milliseconds(model.loading.median)]
    for result in model.results:
        for engine in (OURS, UNRECORDED):
            found = best(result.timings, engine)
            cells.append(_NOTHING if found is None else _milliseconds(found.median))
        cells.append(_times(ratio(result.timings, OURS, UNRECORDED)))
    return tuple(cells)


def _start_ups(report: Report) -> Table:
    rows = [
        (start.command, *map(_milliseconds, (t.median, t.fastest, t.slowest)))
        for start in report.start_ups
        for t in [start.timing]
    ]
    return Table(
        title="From the start of a command to its end (ms)",
        headings=("COMMAND", "MEDIAN", "MIN", "MAX"),
        rows=tuple(rows),
    )


def _plain(table: Table) -> str:
    grid = [table.headings, *table.rows]
    widths = [max(map(len, column)) for column in zip(*grid, strict=True)]
    lines = [
        "  ".join(
            cell.ljust(width) if place < table.words else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in grid
    ]
    return "\n".join([table.title, *lines])


def _markdown(table: Table) -> str:
    marks = ["---" if place < table.words else "--:" for place in range(len(table.headings))]
    headings = [
        heading.capitalize() if heading.isupper() else heading for heading in table.headings
    ]
    lines = [f"| {' | '.join(row)} |" for row in (headings, marks, *table.rows)]
    return "\n".join([f"**{table.title}**", "", *lines])


def _milliseconds(seconds: float) -> str:
    return f"{1000 * seconds:.1f}" if seconds < 1 else f"{1000 * seconds:.0f}"


def _megabytes(count: int) -> str:
    return f"{count / _MEGABYTE:.1f}"


def _times(found: float | None) -> str:
    return _NOTHING if found is None else f"{found:.2f}"
