"""A report as Markdown that is readable in a terminal too, or as JSON."""

import json
from collections.abc import Sequence

from seqviz.bench.plan import BRIEF, OURS, PARTS, PRODUCTS
from seqviz.bench.report import Report, Timing, ratio, targets_of

FORMAT = 3
"""Of the JSON."""
_STALL = 2
"""A round that took longer than so many medians stalled; it is reported, and stays."""
_NOTHING = "–"
_LEFT = ("Case", "Engine")
"""Columns of words; numbers stand at the right."""


def as_text(report: Report) -> str:
    """Everything, in Markdown."""
    parts = {title: report.of(part) for part, title in PARTS.items()}
    tables = [f"**{title}**\n\n{_table(timings)}" for title, timings in parts.items() if timings]
    targets = "\n".join(f"- {target}" for target in targets_of(report))
    return "\n\n".join([_introduction(report), *tables, "**Targets**", targets])


def as_json(report: Report) -> str:
    """Everything, raw rounds included, and nothing that depends on the day; times in seconds."""
    content = {"format": FORMAT, **vars(report), "targets": targets_of(report)}
    return json.dumps(content, default=_fields, ensure_ascii=False, indent=2)


def _fields(record: object) -> dict[str, object]:
    """What a record was given, and what follows from it."""
    derived = [name for name in ("median", "reached") if hasattr(record, name)]
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
        f"Milliseconds: median of {plan.rounds} rounds ({2 * plan.rounds} of sentences of up to "
        f"{BRIEF} tokens) in which the engines take turns; a round stalled where it took over "
        f"{_STALL} times its engine's median.",
        "× ours: median of every round's time over that of our recorded search, with as many "
        "threads; void where best targets are not ours. Extra MB: peak of memory beyond what was "
        "resident before.",
        f"{PRODUCTS.capitalize()}: every weight of the decoder multiplied once a step, by as many "
        "rows as there are prefixes, and nothing else: what every engine has to pay here.",
    ]
    lines += [f"{engine} is absent: {reason}." for engine, reason in report.absent.items()]
    return "\n".join(lines)


def _table(timings: Sequence[Timing]) -> str:
    """A row for each, aligned; columns of nothing are left out."""
    rows = [_row(timing, timings) for timing in timings]
    columns = []
    for heading in rows[0]:
        cells = [row[heading] for row in rows]
        if set(cells) != {_NOTHING}:
            width = max(map(len, (heading, *cells)))
            sign, mark = ("<", "-" * width) if heading in _LEFT else (">", "-" * (width - 1) + ":")
            columns.append([f"{cell:{sign}{width}}" for cell in (heading, mark, *cells)])
    return "\n".join(f"| {' | '.join(row)} |" for row in zip(*columns, strict=True))


def _row(timing: Timing, timings: Sequence[Timing]) -> dict[str, str]:
    """The cells by their headings, given all timings of the table."""
    case = timing.case
    each = 1000 / case.sentences  # milliseconds
    same = [t for t in timings if (t.case, t.threads) == (case, timing.threads)]
    found = ratio(same, timing.engine, OURS)
    times_ours = _NOTHING if found is None else f"{found:.2f}"
    if timing.differing:
        times_ours = f"void: {timing.differing} of {timing.compared} differ"
    a_step = f"{1000 * timing.median / case.length:.2f}" if case.part == "growth" else _NOTHING
    return {
        "Case": str(case) if case.part != "start_ups" else _NOTHING,
        "Engine": timing.engine,
        "Threads": str(timing.threads),
        "Median": f"{each * timing.median:.1f}",
        "Min": f"{each * min(timing.seconds):.1f}",
        "Max": f"{each * max(timing.seconds):.1f}",
        "A step": a_step,
        "× ours": times_ours,
        "Record MB": _megabytes(timing.record_bytes),
        "Extra MB": _megabytes(timing.extra_bytes),
        "Stalled": str(sum(took > _STALL * timing.median for took in timing.seconds)),
    }


def _megabytes(count: int | None) -> str:
    return f"{count / 1e6:.1f}" if count else _NOTHING
