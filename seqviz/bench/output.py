"""A report as plain aligned text, as Markdown or as JSON."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from seqviz.bench.report import OURS, UNRECORDED, Report, Timing, best, ratio, warnings_of
from seqviz.bench.targets import targets_of

FORMAT = 1
"""Of the JSON."""
_NOTHING = "–"
Row = tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Table:
    """Cells that have been turned into words; numbers stand at the right of their column."""

    title: str
    headings: Row
    rows: Sequence[Row]
    words: int = 1
    """How many columns, from the left, are words; the others are numbers."""

    def as_text(self) -> str:
        """Aligned for a terminal."""
        grid = [self.headings, *self.rows]
        widths = [max(map(len, column)) for column in zip(*grid, strict=True)]
        lines = [self.title]
        for row in grid:
            cells = [
                cell.ljust(width) if place < self.words else cell.rjust(width)
                for place, (cell, width) in enumerate(zip(row, widths, strict=True))
            ]
            lines.append("  ".join(cells).rstrip())
        return "\n".join(lines)

    def as_markdown(self) -> str:
        """For the README."""
        marks = ["---" if place < self.words else "--:" for place in range(len(self.headings))]
        headings = [word.capitalize() if word.isupper() else word for word in self.headings]
        lines = [f"| {' | '.join(row)} |" for row in (headings, marks, *self.rows)]
        return "\n".join([f"**{self.title}**", "", *lines])


def as_text(report: Report) -> str:
    """Everything, aligned for a terminal."""
    verdicts = ["Targets", *(f"  {target}" for target in targets_of(report))]
    warnings = [f"Warning: {warning}" for warning in warnings_of(report)]
    tables = [table.as_text() for table in tables_of(report)]
    return "\n\n".join([_introduction(report), *tables, "\n".join([*verdicts, *warnings])])


def as_markdown(report: Report) -> str:
    """The tables for the README."""
    verdicts = "\n".join(f"- {target}" for target in targets_of(report))
    tables = [table.as_markdown() for table in tables_of(report)]
    return "\n\n".join([_introduction(report), *tables, verdicts])


def as_json(report: Report) -> str:
    """Everything, raw rounds included, and nothing that depends on the day; times in seconds."""
    judged = {"targets": targets_of(report), "warnings": warnings_of(report)}
    content = {"format": FORMAT, **vars(report), **judged}
    return json.dumps(content, default=_fields, ensure_ascii=False, indent=2)


def _fields(record: object) -> dict[str, object]:
    """What a record was given, and what follows from it."""
    derived = [name for name, value in vars(type(record)).items() if isinstance(value, property)]
    return {**vars(record), **{name: getattr(record, name) for name in derived}}


def tables_of(report: Report) -> list[Table]:
    """All tables that have rows."""
    makers = (_peers, _memory, _corpus, _growth, _shipped, _start_ups)
    return [table for make in makers for table in make(report) if table.rows]


def _introduction(report: Report) -> str:
    shape, machine = report.settings.shape, report.machine
    versions = ", ".join(f"{name} {version}" for name, version in report.versions.items())
    lines = [
        f"{machine['cpu']}, {machine['cores']} cores; {machine['system']}, Python "
        f"{machine['python']}, {versions}; device {report.settings.device}.",
        f"Random model: {shape.encoder_layers} + {shape.decoder_layers} layers, width "
        f"{shape.width}, {shape.heads} heads, vocabulary {shape.target_vocabulary}, float32. "
        "Targets are as long as their sources.",
        f"Median of {report.rounds} rounds in which the engines take turns; a round stalled where "
        "it took over twice its engine's median.",
    ]
    lines += [f"{engine} is absent: {reason}." for engine, reason in report.absent.items()]
    return "\n".join(lines)


def _peers(report: Report) -> Iterator[Table]:
    rows = [
        (
            str(result),
            timing.engine,
            str(timing.threads),
            *_spread(timing),
            _share(timing, result.timings),
            str(len(timing.stalled)),
        )
        for result in report.peers
        for timing in result.timings
    ]
    yield Table(
        title="One sentence (ms; × ours: of our recorded search, with as many threads)",
        headings=("CASE", "ENGINE", "THREADS", "MEDIAN", "MIN", "MAX", "× OURS", "STALLED"),
        rows=rows,
        words=2,
    )


def _memory(report: Report) -> Iterator[Table]:
    rows = [
        (
            str(result),
            result.engine,
            _NOTHING if result.extra_bytes is None else _megabytes(result.extra_bytes),
            _megabytes(result.record_bytes) if result.record_bytes else _NOTHING,
        )
        for result in report.memory
    ]
    yield Table(
        title="Peak memory beyond what was resident before (MB)",
        headings=("CASE", "ENGINE", "EXTRA", "RECORD"),
        rows=rows,
        words=2,
    )


def _corpus(report: Report) -> Iterator[Table]:
    corpus = report.corpus
    if corpus is None:
        return
    rows = []
    for timing in corpus.timings:
        seconds = (timing.median, timing.slowest, timing.fastest)
        rates = [f"{corpus.sentences / taken:.2f}" for taken in seconds]
        share = _share(timing, corpus.timings, rates=True)
        rows.append((timing.engine, str(timing.threads), *rates, share, str(len(timing.stalled))))
    yield Table(
        title=f"{corpus.sentences} sentences in batches ({corpus.batches}), "
        f"beam {corpus.beam_size} (sentences per second)",
        headings=("ENGINE", "THREADS", "MEDIAN", "MIN", "MAX", "× OURS", "STALLED"),
        rows=rows,
    )


def _growth(report: Report) -> Iterator[Table]:
    rows = []
    for cell in report.growth:
        if cell.timing is None:
            rows.append((str(cell), "refused: too large", _NOTHING, _NOTHING, _NOTHING))
            continue
        median = cell.timing.median
        step, stalled = f"{1000 * median / cell.length:.2f}", str(len(cell.timing.stalled))
        rows.append(
            (str(cell), _milliseconds(median), step, _megabytes(cell.record_bytes), stalled)
        )
    yield Table(
        title="How the cost of a recorded search grows",
        headings=("CASE", "MS", "MS A STEP", "RECORD MB", "STALLED"),
        rows=rows,
    )


def _shipped(report: Report) -> Iterator[Table]:
    searches = report.shipped[0].searches if report.shipped else ()
    beams = sorted({result.beam_size for result in searches})
    words = ("RECORDED", "UNRECORDED", "RATIO")
    rows = []
    for model in report.shipped:
        cells = [model.name, _milliseconds(model.loading.median)]
        for result in model.searches:
            for found in (best(result.timings, OURS), best(result.timings, UNRECORDED)):
                cells.append(_NOTHING if found is None else _milliseconds(found.median))
            cells.append(_times(ratio(result.timings, OURS, UNRECORDED)))
        rows.append(tuple(cells))
    yield Table(
        title=f"Shipped models, beam {', '.join(map(str, beams))} (ms)",
        headings=(
            "MODEL",
            "FIRST LOAD",
            *(f"{word}, S = {result.length}" for result in searches for word in words),
        ),
        rows=rows,
    )


def _start_ups(report: Report) -> Iterator[Table]:
    yield Table(
        title="From the start of a command to its end (ms)",
        headings=("COMMAND", "MEDIAN", "MIN", "MAX"),
        rows=[(start.command, *_spread(start.timing)) for start in report.start_ups],
    )


def _spread(timing: Timing) -> Row:
    return tuple(map(_milliseconds, (timing.median, timing.fastest, timing.slowest)))


def _share(timing: Timing, timings: tuple[Timing, ...], *, rates: bool = False) -> str:
    """Of ours with as many threads; "≠" where the best targets are not ours."""
    same_threads = [other for other in timings if other.threads == timing.threads]
    slower, faster = (OURS, timing.engine) if rates else (timing.engine, OURS)
    return ("≠ " if timing.differing else "") + _times(ratio(same_threads, slower, faster))


def _milliseconds(seconds: float) -> str:
    return f"{1000 * seconds:.1f}" if seconds < 1 else f"{1000 * seconds:.0f}"


def _megabytes(count: int) -> str:
    return f"{count / 1e6:.1f}"


def _times(found: float | None) -> str:
    return _NOTHING if found is None else f"{found:.2f}"
