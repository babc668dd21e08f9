"""Spans of people find their rows, survive the loss of spaces, and are set against our marks."""

from pathlib import Path

import pandas as pd
import pytest

from seqviz.errors import InputError
from seqviz.inspection.rated import agreement, rated_in
from seqviz.inspection.reading import opened, sentences_in
from seqviz.inspection.rules import known_of
from seqviz.inspection.run import INPUT
from seqviz.translator import Translator
from tests.inspection.test_marot import HEADER, row

FRAME = pd.DataFrame(
    {
        "number": [1, 3, 4],
        "source": ["es war kalt", "es war", "anders"],
        "baseline": ["it was cold", "it was", None],
    }
)
LINES = [
    HEADER,
    row("es  war <v>kalt</v>", "it  was cold"),
    row("es  war kalt", "it  was <v>cold</v>", "Minor"),
    row("es war", "it was", "No-error").replace("\t7\t", "\t8\t"),
]


def write(folder: Path, lines: list[str]) -> Path:
    (folder / INPUT).write_text("\n".join(lines), "utf-8")
    return folder


def test_spans_stand_where_the_tables_text_has_them(tmp_path: Path) -> None:
    found = rated_in(write(tmp_path, LINES), FRAME)
    assert list(found) == [1, 3] and found[3].spans == ()
    texts = {"source": found[1].source, "target": found[1].target}
    assert texts == {"source": "es war kalt", "target": "it was cold"}
    marked = [(one.side, texts[one.side][one.start : one.end]) for one in found[1].spans]
    assert marked == [("source", "kalt"), ("target", "cold")]


def test_of_systems_that_wrote_the_same_the_first_is_read(tmp_path: Path) -> None:
    said = row("es war", "it was", "No-error").replace("\t7\t", "\t8\t")
    other = row("es war", "it <v>was</v>", system="B").replace("\t7\t", "\t8\t")
    found = rated_in(write(tmp_path, [HEADER, LINES[1], other, said]), FRAME)
    assert {number: len(one.spans) for number, one in found.items()} == {1: 1, 3: 0}


def test_a_file_is_read_as_it_was_inspected_whatever_the_order_of_its_columns(
    tmp_path: Path,
) -> None:
    lines = ["", *("\t".join(line.split("\t")[::-1]) for line in LINES[1:])]
    file = write(tmp_path, ["\t".join(HEADER.split("\t")[::-1]), *lines]) / INPUT
    with opened(file) as stream:
        read = list(sentences_in(stream, file.name))
    frame = pd.DataFrame([vars(one) for one in read])
    found = rated_in(tmp_path, frame)
    assert {number: len(one.spans) for number, one in found.items()} == {2: 2, 4: 0}


def test_other_files_hold_no_spans_and_damaged_ones_are_refused(tmp_path: Path) -> None:
    assert rated_in(tmp_path, FRAME) == {}
    assert rated_in(write(tmp_path, ["es war\tit was"]), FRAME) == {}
    with pytest.raises(InputError) as caught:
        rated_in(write(tmp_path, [HEADER, "a\tb"]), FRAME)
    assert caught.value.code == "marot_invalid"


def test_every_mark_is_set_against_people(translator: Translator, tmp_path: Path) -> None:
    rated = rated_in(write(tmp_path, LINES), FRAME)
    found = agreement(translator, list(rated.values()), known_of("transformer").rules)
    by_flag = {one.flag: one.judgement for one in found}
    assert {"unsure", "unsupported"} <= by_flag.keys()
    assert (by_flag["unsure"].count, by_flag["unsure"].bad) == (5, 1)
