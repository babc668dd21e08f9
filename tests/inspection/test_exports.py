"""Rows for other programs: read back, they are the rows."""

import io
import json
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from seqviz.inspection.exports import marot_tsv, table_csv, table_parquet
from seqviz.inspection.features import SCHEMA
from seqviz.inspection.marot import HumanSpan, RatedSegment, Side, read_marot
from seqviz.inspection.rated import rated_by_reader, rated_in
from seqviz.inspection.reading import opened, sentences_in
from seqviz.inspection.run import INPUT, read_run
from seqviz.inspection.spanned import Spans
from seqviz.records.notes import ErrorSpan, Notes
from tests.fixtures.inspected import inspected


@pytest.fixture
def rows() -> pd.DataFrame:
    found = inspected(3)
    found.loc[1, ["baseline", "baseline_bleu", "baseline_chrf", "disagreement"]] = None
    found.loc[2, "translation"] = "=1+1\t<v>x</v>\ny"
    return found


def test_a_csv_holds_every_column_and_no_formula(rows: pd.DataFrame) -> None:
    read = pd.read_csv(io.BytesIO(table_csv(rows)))
    assert read.columns.tolist() == SCHEMA.names
    assert read["translation"][2] == "'=1+1\t<v>x</v>\ny"
    assert read["worst3"].tolist() == rows["worst3"].tolist()
    assert read["pieces"][0] == " ".join(rows["pieces"][0])
    assert float(read["log_probs"][0].split()[0]) == pytest.approx(
        rows["log_probs"][0][0], abs=1e-4
    )


def test_a_parquet_is_a_run_again(rows: pd.DataFrame, tmp_path) -> None:  # type: ignore[no-untyped-def]  # pytest's own
    content = table_parquet(rows.iloc[1:], {"errors": [0, 2]})
    assert pq.read_table(io.BytesIO(content))["errors"].to_pylist() == [0, 2]
    (tmp_path / "filtered.parquet").write_bytes(content)
    read = read_run(tmp_path / "filtered.parquet")
    assert read["number"].tolist() == [2, 3]
    assert read["worst3"].tolist() == rows["worst3"].tolist()[1:]


def marked(side: Side, start: int, end: int) -> HumanSpan:
    return HumanSpan(
        side=side,
        start=start,
        end=end,
        category="Accuracy/Mistranslation",
        severity="Major",
        rater="me",
    )


def own(number: int, side: Side, start: int, end: int) -> ErrorSpan:
    return ErrorSpan(
        number=number, side=side, start=start, end=end, category="Terminology", severity="Minor"
    )


def rated(spans: tuple[HumanSpan, ...], *raters: str) -> RatedSegment:
    return RatedSegment(
        system="", document="", number="", source="", target="", spans=spans, raters=raters
    )


def marot(rows: pd.DataFrame) -> tuple[list[list[str]], bytes]:
    spans = {1: (marked("target", 3, 6), marked("source", 0, 2)), 3: (marked("target", 5, 13),)}
    own = {number: rated(found) for number, found in spans.items()}
    content = marot_tsv(rows, system="ours", baseline="theirs", spans=Spans(own=own))
    lines = [line.split("\t") for line in content.decode().removesuffix("\n").split("\n")]
    return lines, content


def test_marots_rows_hold_numbers_and_errors(rows: pd.DataFrame) -> None:
    lines, _ = marot(rows)
    assert {len(line) for line in lines} == {10}
    header, first, in_target, in_source, other = lines[:5]
    assert header[:2] == ["system", "doc"], "by which the viewer knows a header"
    assert (first[0], first[4], first[7:9]) == ("ours", "", ["", ""])
    metadata = json.loads(first[9])["segment"]
    assert metadata["metrics"]["worst3"] == pytest.approx(rows["worst3"][0], abs=1e-4)
    assert "search_error" not in metadata["metrics"]
    assert metadata["references"] == {"reference": rows["reference"][0]}
    assert in_target[6] == f"It <v>was</v>{rows['translation'][0][6:]}"
    assert in_target[4:9:4] == ["me", "Major"]
    assert in_source[5].startswith("<v>Es</v> war")
    assert (other[0], other[6]) == ("theirs", rows["baseline"][0])
    assert sum(line[0] == "theirs" for line in lines) == 2


def test_what_looks_like_a_mark_is_none(rows: pd.DataFrame) -> None:
    *_, in_target, _ = marot(rows)[0]
    assert in_target[6] == "=1+1 <v>‹v>x‹/v></v> y"


def test_errors_that_a_reader_marked_come_back_out_of_the_file(
    rows: pd.DataFrame, tmp_path: Path
) -> None:
    notes = Notes().with_spans(1, [own(1, "source", 0, 2), own(1, "target", 3, 11)])
    notes = notes.with_spans(3, [own(3, "target", 1, 4)])
    found = rated_by_reader(notes, rows)
    spans = {number: one.spans for number, one in found.items()}
    file = tmp_path / INPUT
    file.write_bytes(marot_tsv(rows, system="ours", spans=Spans(own=found)))
    with opened(file) as stream:
        read = pd.DataFrame([vars(one) for one in sentences_in(stream, "it")])
    again = rated_in(tmp_path, read)
    assert [one.spans for one in again.values() if one.spans] == list(spans.values())
    assert again[read["number"][0]].target == rows["translation"][0]


def test_what_people_marked_leaves_with_the_other_system_and_those_who_found_nothing_count(
    rows: pd.DataFrame,
) -> None:
    span = marked("target", 3, 6)
    people = {1: rated((span,), "me", "you"), 2: rated((), "you"), 3: rated((), "you")}
    content = marot_tsv(rows, system="ours", spans=Spans(people=people)).decode()
    found = [one for one in read_marot(content.splitlines(), "it") if one.system == "baseline"]
    assert [(one.number, one.spans, one.raters) for one in found] == [
        ("1", (span,), ("me", "you")),
        ("3", (), ("you",)),
    ], "the second has no other translation"


def test_marots_rows_are_read_back(rows: pd.DataFrame) -> None:
    read = list(sentences_in(io.BytesIO(marot(rows)[1]), "it"))
    assert [one.source for one in read] == rows["source"].tolist()
    assert read[0].baseline == rows["translation"][0]
