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


def _rate(timing: Timing, seconds: float) -> str:
    return f"{timing.case.sentences / seconds:.2f}"


def _share(timing: Timing, found: float | None) -> str:
    """A ratio; "≠" where the best targets are not ours."""
    return ("≠ " if timing.differing else "") + _times(found)


def _unrecorded(same: Sequence[Timing]) -> str:
    return next((_milliseconds(t.median) for t in same if t.engine == UNRECORDED), _NOTHING)


_WORDS: Mapping[str, Cell] = {
    "MODEL": lambda timing, _: timing.case.model,
    "CASE": lambda timing, _: str(timing.case),
    "COMMAND": lambda timing, _: timing.engine,
    "ENGINE": lambda timing, _: timing.engine,
}
"""Columns that are words; the others are numbers, and stand at the right."""
_THREADS: Mapping[str, Cell] = {"THREADS": lambda timing, _: str(timing.threads)}
_STALLED: Mapping[str, Cell] = {"STALLED": lambda timing, _: str(len(timing.stalled))}
_SPREAD: Mapping[str, Cell] = {
    "MEDIAN": lambda timing, _: _milliseconds(timing.median),
    "MIN": lambda timing, _: _milliseconds(timing.fastest),
    "MAX": lambda timing, _: _milliseconds(timing.slowest),
}
_PEERS: Mapping[str, Cell] = {
    **_THREADS,
    **_SPREAD,
    "× OURS": lambda timing, same: _share(timing, ratio(same, timing.engine, OURS)),
    **_STALLED,
}
_MEMORY: Mapping[str, Cell] = {
    "EXTRA": lambda timing, _: _megabytes(timing.extra_bytes),
    "RECORD": lambda timing, _: _megabytes(timing.record_bytes or None),
}
_CORPUS: Mapping[str, Cell] = {
    "BATCHES": lambda timing, _: str(timing.case.batches),
    **_THREADS,
    "MEDIAN": lambda timing, _: _rate(timing, timing.median),
    "MIN": lambda timing, _: _rate(timing, timing.slowest),
    "MAX": lambda timing, _: _rate(timing, timing.fastest),
    "× OURS": lambda timing, same: _share(timing, ratio(same, OURS, timing.engine)),
    **_STALLED,
}
_GROWTH: Mapping[str, Cell] = {
    "MS": lambda timing, _: _milliseconds(timing.median),
    "MS A STEP": lambda timing, _: f"{1000 * timing.median / timing.case.length:.2f}",
    "RECORD MB": lambda timing, _: _megabytes(timing.record_bytes),
    **_STALLED,
}
_SHIPPED: Mapping[str, Cell] = {
    "RECORDED": lambda timing, _: _milliseconds(timing.median),
    "UNRECORDED": lambda _, same: _unrecorded(same),
    "RATIO": lambda _, same: _times(ratio(same, OURS, UNRECORDED)),
}
_TABLES: Mapping[str, tuple[str, Sequence[str], Mapping[str, Cell]]] = {
    "peers": (
        "One sentence (ms; × ours: of our recorded search, with as many threads)",
        ("CASE", "ENGINE"),
        _PEERS,
    ),
    "memory": (
        "Peak memory beyond what was resident before (MB)",
        ("CASE", "ENGINE"),
        _MEMORY,
    ),
    "corpus": ("Sentences in batches (sentences per second)", ("CASE", "ENGINE"), _CORPUS),
    "growth": ("How the cost of a recorded search grows", ("CASE",), _GROWTH),
    "shipped": ("Shipped models (ms)", ("MODEL", "CASE"), _SHIPPED),
    "start_ups": ("From the start of a command to its end (ms)", ("COMMAND",), _SPREAD),
}
"""Title, words and numbers by the part of the report; a timing is a row."""


def _grids(report: Report) -> Iterator[tuple[str, list[list[str]]]]:
    """Title and cells, headings first, of every table that has rows."""
    for part, (title, words, numbers) in _TABLES.items():
        timings = report.parts[part]
        rows = []
        for timing in timings:
            if part == "shipped" and timing.engine == UNRECORDED:
                continue  # a column there
            same = [t for t in timings if (t.case, t.threads) == (timing.case, timing.threads)]
            cells = [_WORDS[heading](timing, same) for heading in words]
            if timing.refused:
                cells += ["refused: too large", *[_NOTHING] * (len(numbers) - 1)]
            else:
                cells += [cell(timing, same) for cell in numbers.values()]
            rows.append(cells)
        if rows:
            yield title, [[*words, *numbers], *rows]


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
