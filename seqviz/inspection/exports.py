"""The rows of an inspected test set for other programs: CSV, Parquet, Marot."""

import io
import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from seqviz.export.tables import as_csv, guarded
from seqviz.inspection.features import FEATURES, SCHEMA, TEXTS
from seqviz.inspection.marot import NO_ERROR, HumanSpan, RatedSegment
from seqviz.inspection.spanned import Spans

DIGITS = 4
MAROT: tuple[str, ...] = (
    *("system", "doc", "docSegId", "globalSegId", "rater", "source", "target", "category"),
    *("severity", "metadata"),
)
"""Columns, https://github.com/google-research/google-research/tree/master/marot."""
_MARK = re.compile(r"<(?=/?v>)")


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
        baseline: the other system's.
        spans: what the reader marked in the model's translations, and people in the other ones.
    """
    spans = spans or Spans()
    lines = [MAROT]
    for row in rows.to_dict("records"):
        number = int(row["number"])
        base = [system, "test set", str(number), str(number)]
        texts = {"source": row["source"], "target": row["translation"]}
        metrics = {name: row[name] for name in FEATURES if _is_number(row[name])}
        lines.append(_line(base, texts, metadata=_segment(row, metrics)))
        lines += _judged(base, texts, spans.own.get(number))
        if isinstance(row["baseline"], str):
            own = {"bleu": row["baseline_bleu"], "chrf": row["baseline_chrf"]}
            metrics = {name: value for name, value in own.items() if _is_number(value)}
            other = {"source": row["source"], "target": row["baseline"]}
            base = [baseline, *base[1:]]
            lines.append(_line(base, other, metadata=_segment(row, metrics)))
            lines += _judged(base, other, spans.people.get(number))
    text = "".join("\t".join(line) + "\n" for line in lines)
    return text.encode("utf-8", errors="replace")


def _judged(
    base: Sequence[str], texts: Mapping[str, str], found: RatedSegment | None
) -> Iterator[tuple[str, ...]]:
    """A line for every error, and one for every rater who found none."""
    if found is None:
        return
    for span in found.spans:
        yield _marked(base, texts, span)
    for rater in found.raters:
        if rater not in {span.rater for span in found.spans}:
            yield _line(base, texts, metadata={}, judged=(rater, NO_ERROR, NO_ERROR))


def _is_number(value: object) -> bool:
    return isinstance(value, float | int) and not isinstance(value, bool) and math.isfinite(value)


def _segment(row: Mapping[Any, Any], metrics: Mapping[str, float]) -> dict[str, Any]:
    """What Marot knows of a segment beside its errors."""
    told: dict[str, Any] = {"metrics": {name: round(x, DIGITS) for name, x in metrics.items()}}
    if isinstance(row["reference"], str):
        told |= {"references": {"reference": row["reference"]}, "primary_reference": "reference"}
    return {"segment": told}


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
    judged: tuple[str, str, str] = ("", "", ""),
) -> tuple[str, ...]:
    """A line without an error; it carries numbers, and nobody rated it, or somebody found none."""
    plain = {name: _unmarked(text) for name, text in texts.items()}
    return _cells(base, plain, judged=judged, metadata=metadata)


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
    return (" ".join(cell.split()) for cell in cells)


def _unmarked(text: str) -> str:
    """A text in which nothing looks like a mark."""
    return _MARK.sub("‹", text)
