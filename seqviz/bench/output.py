"""A report as plain aligned text, as Markdown or as JSON."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence

from seqviz.bench.report import OURS, UNRECORDED, Report, Timing, ratio, warnings_of
from seqviz.bench.targets import targets_of

FORMAT = 2
"""Of the JSON."""
_NOTHING = "–"
Cell = Callable[[Timing, Sequence[Timing]], str]
"""Given a timing, and all of the same case and number of threads."""


def as_text(report: Report) -> str:
    """Everything, aligned for a terminal."""
    tables = [f"{title}\n{_aligned(grid)}" for title, grid in _grids(report)]
    verdicts = ["Targets", *(f"  {target}" for target in targets_of(report))]
    warnings = [f"Warning: {warning}" for warning in warnings_of(report)]
    return "\n\n".join([_introduction(report), *tables, "\n".join([*verdicts, *warnings])])


def as_markdown(report: Report) -> str:
    """The tables for the README."""
    tables = [f"**{title}**\n\n{_piped(grid)}" for title, grid in _grids(report)]
    verdicts = "\n".join(f"- {target}" for target in targets_of(report))
    return "\n\n".join([_introduction(report), *tables, verdicts])


def as_json(report: Report) -> str:
    """Everything, raw rounds included, and nothing that depends on the day; times in seconds."""
    judged = {"targets": targets_of(report), "warnings": warnings_of(report)}
    content = {"format": FORMAT, **vars(report), **report.parts, **judged}
    del content["parts"]
    return json.dumps(content, default=_fields, ensure_ascii=False, indent=2)


def _fields(record: object) -> dict[str, object]:
    """What a record was given, and what follows from it; from no rounds nothing follows."""
    given = vars(record)
    names = [name for name, value in vars(type(record)).items() if isinstance(value, property)]
    derived = names if given.get("seconds", True) else []
    return {**given, **{name: getattr(record, name) for name in derived}}


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


def _milliseconds(seconds: float) -> str:
    return f"{1000 * seconds:.1f}" if seconds < 1 else f"{1000 * seconds:.0f}"


def _megabytes(count: int | None) -> str:
    return _NOTHING if count is None else f"{count / 1e6:.1f}"


def _times(found: float | None) -> str:
    return _NOTHING if found is None else f"{found:.2f}"


def _each(timing: Timing, seconds: float) -> str:
    """Of one sentence, in milliseconds."""
    return _milliseconds(seconds / timing.case.sentences)


def _share(timing: Timing, same: Sequence[Timing]) -> str:
    """Of the time of our recorded search; "≠" where the best targets are not ours."""
    return ("≠ " if timing.differing else "") + _times(ratio(same, timing.engine, OURS))


def _unrecorded(same: Sequence[Timing]) -> str:
    return next((_milliseconds(t.median) for t in same if t.engine == UNRECORDED), _NOTHING)


_WORDS = ("MODEL", "CASE", "ENGINE", "COMMAND")
"""Columns that stand at the left; the others are numbers."""
_CELLS: Mapping[str, Cell] = {
    "MODEL": lambda timing, _: timing.case.model,
    "CASE": lambda timing, _: str(timing.case),
    "ENGINE": lambda timing, _: timing.engine,
    "COMMAND": lambda timing, _: timing.engine,
    "BATCHES": lambda timing, _: str(timing.case.batches),
    "THREADS": lambda timing, _: str(timing.threads),
    "MEDIAN": lambda timing, _: _each(timing, timing.median),
    "MIN": lambda timing, _: _each(timing, timing.fastest),
    "MAX": lambda timing, _: _each(timing, timing.slowest),
    "A STEP": lambda timing, _: f"{1000 * timing.median / timing.case.length:.2f}",
    "× OURS": _share,
    "STALLED": lambda timing, _: str(len(timing.stalled)),
    "EXTRA MB": lambda timing, _: _megabytes(timing.extra_bytes),
    "RECORD MB": lambda timing, _: _megabytes(timing.record_bytes or None),
    "RECORDED": lambda timing, _: _milliseconds(timing.median),
    "UNRECORDED": lambda _, same: _unrecorded(same),
    "RATIO": lambda _, same: _times(ratio(same, OURS, UNRECORDED)),
}
_OURS = "× ours: of our recorded search, with as many threads"
_TABLES = (
    (
        "peers",
        f"One sentence (ms; {_OURS})",
        "CASE|ENGINE|THREADS|MEDIAN|MIN|MAX|× OURS|STALLED",
    ),
    ("memory", "Peak memory beyond what was resident before", "CASE|ENGINE|EXTRA MB|RECORD MB"),
    (
        "corpus",
        f"Many sentences in batches (ms a sentence; {_OURS})",
        "CASE|ENGINE|BATCHES|THREADS|MEDIAN|MIN|MAX|× OURS|STALLED",
    ),
    (
        "growth",
        "How the cost of a recorded search grows (ms)",
        "CASE|MEDIAN|A STEP|RECORD MB|STALLED",
    ),
    ("shipped", "Shipped models (ms)", "MODEL|CASE|RECORDED|UNRECORDED|RATIO"),
    ("start_ups", "From the start of a command to its end (ms)", "COMMAND|MEDIAN|MIN|MAX"),
)
"""Part of the report, title, and columns; a timing is a row."""


def _grids(report: Report) -> Iterator[tuple[str, list[list[str]]]]:
    """Title and cells, headings first, of every table that has rows."""
    for part, title, columns in _TABLES:
        headings, timings = columns.split("|"), report.parts[part]
        rows = []
        for timing in timings:
            same = [t for t in timings if (t.case, t.threads) == (timing.case, timing.threads)]
            if part != "shipped" or timing.engine == OURS:  # there, unrecorded is a column
                rows.append([_cell(heading, timing, same) for heading in headings])
        if rows:
            yield title, [headings, *rows]


def _cell(heading: str, timing: Timing, same: Sequence[Timing]) -> str:
    if timing.refused and heading not in _WORDS:
        return "refused: too large" if heading == "MEDIAN" else _NOTHING
    return _CELLS[heading](timing, same)


def _aligned(grid: Sequence[Sequence[str]]) -> str:
    """For a terminal."""
    columns = []
    for heading, *cells in zip(*grid, strict=True):
        width = max(map(len, (heading, *cells)))
        sign = "<" if heading in _WORDS else ">"
        columns.append([f"{cell:{sign}{width}}" for cell in (heading, *cells)])
    return "\n".join("  ".join(row).rstrip() for row in zip(*columns, strict=True))


def _piped(grid: Sequence[Sequence[str]]) -> str:
    """For the README."""
    headings, *rows = grid
    marks = ["---" if heading in _WORDS else "--:" for heading in headings]
    titles = [word.capitalize() if word.isupper() else word for word in headings]
    return "\n".join(f"| {' | '.join(row)} |" for row in (titles, marks, *rows))
