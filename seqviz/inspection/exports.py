"""The rows of an inspected test set for other programs: CSV, Parquet, Marot."""

import io
import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from seqviz.export.tables import as_csv, guarded
from seqviz.inspection.features import FEATURES, SCHEMA, TEXTS
from seqviz.inspection.marot import HumanSpan, RatedSegment
from seqviz.inspection.rated import flattened, unflattened
from seqviz.inspection.spanned import Spans

DIGITS = 4
MAROT: tuple[str, ...] = (
    *("system", "doc", "docSegId", "globalSegId", "rater", "source", "target", "category"),
    *("severity", "metadata"),
)
"""Columns, https://github.com/google-research/google-research/tree/master/marot."""
_MARK = re.compile(r"<(?=/?v>)")
_BREAK = re.compile(r"[\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029]+")


def table_csv(rows: pd.DataFrame, more: Mapping[str, Sequence[str]] | None = None) -> bytes:
    """A row a sentence, for spreadsheets: what would be taken for a formula gets an apostrophe.

    What a sentence has many of, from its pieces on, is a list, parted by spaces.

    Args:
        rows: of a run.
        more: further columns of texts, one a row.
    """
    columns: dict[str, Any] = {"number": rows["number"].to_numpy()}
    columns |= {name: guarded(rows[name].fillna("").tolist()) for name in TEXTS}
    columns |= {name: rows[name].to_numpy() for name in FEATURES}
    for name in ("source_pieces", "pieces"):
        columns[name] = guarded([" ".join(one) for one in rows[name]])
    for name in SCHEMA.names[SCHEMA.names.index("log_probs") :]:
        digits = 0 if name == "source_starts" else DIGITS
        lists = (() if one is None else one for one in rows[name])
        texts = [" ".join(f"{value:.{digits}f}" for value in one) for one in lists]
        columns[name] = np.array(texts, object)
    columns |= {name: guarded(texts) for name, texts in (more or {}).items()}
    return as_csv(columns)


def table_parquet(rows: pd.DataFrame, more: Mapping[str, Sequence[int]] | None = None) -> bytes:
    """The rows as a run has them, which ``read_run`` opens again.

    Args:
        rows: of a run.
        more: further columns of numbers, one a row.
    """
    table = pa.Table.from_pandas(rows[SCHEMA.names], schema=SCHEMA, preserve_index=False)
    for name, values in (more or {}).items():
        table = table.append_column(name, pa.array(values, pa.int64()))
    stream = io.BytesIO()
    pq.write_table(table.replace_schema_metadata(None), stream)
    return stream.getvalue()


def marot_tsv(
    rows: pd.DataFrame,
    *,
    system: str,
    baseline: str = "baseline",
    spans: Spans | None = None,
) -> bytes:
    """The rows in the layout of the Marot viewer, the features as its metrics.

    Args:
        rows: of a run.
        system: its name there.
        baseline: the other system's, where no file names it.
        spans: what the reader marked in the model's translations, and the segments of a file of
            Marot's, whose names, texts and errors of the other system stay.
    """
    spans = spans or Spans()
    names = {one.system for one in spans.file.values()}
    own = f"{system} (2)" if system in names else system
    lines = [MAROT]
    for row in rows.to_dict("records"):
        number = int(row["number"])
        segment = spans.file.get(number)
        place = _named(number, segment)
        texts = {"source": _source(row["source"], segment), "target": row["translation"]}
        metrics = {name: row[name] for name in FEATURES if _is_number(row[name])}
        told = _segment(row, metrics, _references(segment))
        lines.append(_line([own, *place], texts, metadata=told))
        lines += _judged([own, *place], texts, _moved(spans.own.get(number), segment))
        lines += _other(row, segment, [baseline, *place])
    text = "".join("\t".join(line) + "\n" for line in lines)
    return text.encode("utf-8", errors="replace")


def _named(number: int, segment: RatedSegment | None) -> tuple[str, str, str]:
    """Document, the segment's number in it, and in the test set."""
    if segment is None:
        return "test set", str(number), str(number)
    return segment.rows[0].segment


def _source(text: str, segment: RatedSegment | None) -> str:
    """As the file has it."""
    return text if segment is None else segment.source


def _moved(found: RatedSegment | None, segment: RatedSegment | None) -> RatedSegment | None:
    """Errors in a source, moved to where the file has their words."""
    if found is None or segment is None:
        return found
    spans = (
        replace(
            span,
            start=unflattened(segment.source, span.start),
            end=unflattened(segment.source, span.end),
        )
        if span.side == "source"
        else span
        for span in found.spans
    )
    return replace(found, spans=tuple(spans))


def _other(
    row: Mapping[Any, Any], segment: RatedSegment | None, base: Sequence[str]
) -> Iterator[tuple[str, ...]]:
    """The other system's lines: where the file gave its translation, all that people said of it."""
    text = row["baseline"] if isinstance(row["baseline"], str) else ""
    given = segment is not None and flattened(segment).target == text
    if not (text or given):
        return
    scores = {"bleu": row["baseline_bleu"], "chrf": row["baseline_chrf"]}
    metrics = {name: value for name, value in scores.items() if _is_number(value)}
    if segment is None or not given:
        texts = {"source": _source(row["source"], segment), "target": text}
        yield _line(base, texts, metadata=_segment(row, metrics, _references(segment)))
        return
    texts = {"source": segment.source, "target": segment.target}
    told = _segment(row, metrics, segment.rows[0].about)
    yield _line([segment.system, *base[1:]], texts, metadata=told)
    for one in segment.rows:
        if one.rater or one.category or one.severity:
            yield tuple(_flat((*one[:-1], one.metadata or "{}")))


def _judged(
    base: Sequence[str], texts: Mapping[str, str], found: RatedSegment | None
) -> Iterator[tuple[str, ...]]:
    """A line for every error."""
    for span in found.spans if found is not None else ():
        yield _marked(base, texts, span)


def _is_number(value: object) -> bool:
    return isinstance(value, float | int) and not isinstance(value, bool) and math.isfinite(value)


def _segment(
    row: Mapping[Any, Any], metrics: Mapping[str, float], about: Mapping[str, Any]
) -> dict[str, Any]:
    """What Marot knows of a segment beside its errors; ``about`` is what a file said."""
    before = about.get("metrics")
    numbers = {name: round(x, DIGITS) for name, x in metrics.items()}
    told = {**about, "metrics": {**(before if isinstance(before, dict) else {}), **numbers}}
    if "references" not in about and isinstance(row["reference"], str):
        told |= {"references": {"reference": row["reference"]}, "primary_reference": "reference"}
    return {"segment": told}


def _references(segment: RatedSegment | None) -> dict[str, Any]:
    """As the file has them."""
    about = {} if segment is None else segment.rows[0].about
    return {name: about[name] for name in ("references", "primary_reference") if name in about}


def _marked(base: Sequence[str], texts: Mapping[str, str], span: HumanSpan) -> tuple[str, ...]:
    """A line for one error."""
    text = texts[span.side]
    inner = text[span.start : span.end]
    parts = map(_unmarked, (text[: span.start], inner, text[span.end :]))
    before, within, after = parts
    marked = {name: _unmarked(other) for name, other in texts.items()}
    marked[span.side] = f"{before}<v>{within}</v>{after}"
    judged = (span.rater, span.category, span.severity)
    return _cells(base, marked, judged=judged, metadata={"marked_text": inner})


def _line(
    base: Sequence[str],
    texts: Mapping[str, str],
    *,
    metadata: Mapping[str, Any],
) -> tuple[str, ...]:
    """A line without an error, which carries numbers."""
    plain = {name: _unmarked(text) for name, text in texts.items()}
    return _cells(base, plain, judged=("", "", ""), metadata=metadata)


def _cells(
    base: Sequence[str],
    texts: Mapping[str, str],
    *,
    judged: tuple[str, str, str],
    metadata: Mapping[str, Any],
) -> tuple[str, ...]:
    rater, category, severity = judged
    cells = (*base, rater, texts["source"], texts["target"], category, severity)
    return (*_flat(cells), json.dumps(metadata, ensure_ascii=False))


def _flat(cells: Sequence[str]) -> Iterator[str]:
    """Without what would begin another cell or line."""
    return (_BREAK.sub(" ", cell) for cell in cells)


def _unmarked(text: str) -> str:
    """A text in which nothing looks like a mark."""
    return _MARK.sub("‹", text)
