"""Rows for other programs: read back, they are the rows."""

import io
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pytest

from seqviz.inspection.exports import MAROT, marot_tsv, table_csv, table_parquet
from seqviz.inspection.features import SCHEMA
from seqviz.inspection.marot import HumanSpan, RatedSegment, Side, read_marot
from seqviz.inspection.rated import rated_by_reader, rated_in, segments_in
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


REFERENCES = {"references": {"b": "Second", "a": "First,  it  was"}, "primary_reference": "a"}
PLACE = ("sys A", "doc 1", "4", "104")
MARKED = "<v>Es</v>  <v>war</v> <b>"
FILE = (
    (*PLACE, "", "Es  war <b>", "It  was", "", "", "about"),
    (*PLACE, "r1", "Es  war <b>", "<v>It</v>  was", "Style", "Minor", ""),
    (*PLACE, "r2", MARKED, "It  was", "Omission", "Major", ""),
    ("sys B", *PLACE[1:], "r2", "Es  war <b>", "There was", "No-error", "No-error", ""),
    ("sys A", "doc 2", "1", "105", "r2", "Ja", "Yes", "No-error", "No-error", '{"t": 1}'),
)


def inspected_marot(folder: Path, rows: pd.DataFrame) -> pd.DataFrame:
    """The rows as if a model had been run on the file of Marot's that the folder gets."""
    about = json.dumps({"segment": {"metrics": {"comet": 0.5}, **REFERENCES}})
    text = "".join("\t".join(line) + "\n" for line in (MAROT, *FILE))
    (folder / INPUT).write_text(text.replace("\tabout\n", f"\t{about}\n"))
    with opened(folder / INPUT) as stream:
        read = list(sentences_in(stream, "it"))
    names = ("number", "source", "reference", "baseline")
    given: dict[str, Any] = {name: [getattr(one, name) or None for one in read] for name in names}
    return rows.head(len(read)).assign(**given)


def test_a_file_of_marots_keeps_its_names_references_and_texts(
    rows: pd.DataFrame, tmp_path: Path
) -> None:
    rows = inspected_marot(tmp_path, rows)
    assert rows["number"].tolist() == [1, 5]
    assert rows["reference"].fillna("").tolist() == ["First, it was", ""]
    own = {1: rated((marked("source", 3, 6),))}
    spans = Spans(own=own, file=segments_in(tmp_path, rows))
    content = marot_tsv(rows, system="ours", spans=spans)
    header, *lines = [line.split("\t") for line in content.decode().splitlines()]
    assert tuple(header) == MAROT
    first, second = (list(FILE[place][:4]) for place in (0, 4))
    ours, theirs = (["ours", *one[1:]] for one in (first, second))
    assert [line[:4] for line in lines] == [ours, ours, first, first, first, theirs, second, second]
    assert [line[5] for line in lines[:3]] == ["Es  war <b>", "Es  <v>war</v> <b>", "Es  war <b>"]
    assert [line[6] for line in lines[2:4]] == ["It  was", "<v>It</v>  was"]
    assert [tuple(line[:9]) for line in (lines[3], lines[4], lines[7])] == [
        FILE[place][:9] for place in (1, 2, 4)
    ], "what people said is there as it was"
    assert lines[7][9] == '{"t": 1}'
    told = [json.loads(lines[place][9])["segment"] for place in (0, 2)]
    assert all({name: about[name] for name in REFERENCES} == REFERENCES for about in told)
    assert [about["metrics"].get("comet") for about in told] == [None, 0.5]
    again = list(sentences_in(io.BytesIO(content), "it"))
    assert [one.reference for one in again] == ["First, it was", ""]


def test_a_system_of_the_same_name_stays_apart(rows: pd.DataFrame, tmp_path: Path) -> None:
    rows = inspected_marot(tmp_path, rows)
    spans = Spans(file=segments_in(tmp_path, rows))
    content = marot_tsv(rows, system="sys A", spans=spans).decode()
    found = read_marot(content.splitlines(), "it")
    assert {one.system for one in found} == {"sys A", "sys A (2)"}


def test_what_another_file_gave_is_no_system_of_marots(rows: pd.DataFrame, tmp_path: Path) -> None:
    theirs: Any = ["Another", None]
    rows = inspected_marot(tmp_path, rows).assign(baseline=theirs)
    spans = Spans(file=segments_in(tmp_path, rows))
    content = marot_tsv(rows, system="ours", spans=spans).decode()
    found = read_marot(content.splitlines(), "it")
    assert [(one.system, one.document, one.target) for one in found] == [
        ("ours", "doc 1", rows["translation"][0]),
        ("baseline", "doc 1", "Another"),
        ("ours", "doc 2", rows["translation"][1]),
    ]


def test_marots_rows_are_read_back(rows: pd.DataFrame) -> None:
    read = list(sentences_in(io.BytesIO(marot(rows)[1]), "it"))
    assert [one.source for one in read] == rows["source"].tolist()
    assert read[0].baseline == rows["translation"][0]
