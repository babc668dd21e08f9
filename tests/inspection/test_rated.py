"""Spans of people find their rows, survive the loss of spaces, and are set against our marks."""

from pathlib import Path

import pandas as pd
import pytest

from seqviz.errors import InputError
from seqviz.inspection.rated import agreement, rated_in
from seqviz.inspection.rules import rules_of
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
    row("es  war <v>kalt</v>", "it was cold"),
    row("es  war kalt", "it  was <v>cold</v>", "Minor"),
    row("es war", "it was", "No-error").replace("\t7\t", "\t8\t"),
]


def write(folder: Path, lines: list[str]) -> Path:
    (folder / "input.tsv").write_text("\n".join(lines), "utf-8")
    return folder / "input.tsv"


def test_spans_stand_where_the_tables_text_has_them(tmp_path: Path) -> None:
    lines = [LINES[0], LINES[1].replace("it was", "it  was"), *LINES[2:]]
    found = rated_in(write(tmp_path, lines), FRAME)
    assert list(found) == [1, 3] and found[3].spans == ()
    texts = {"source": found[1].source, "target": found[1].target}
    assert texts == {"source": "es war kalt", "target": "it was cold"}
    marked = [(one.side, texts[one.side][one.start : one.end]) for one in found[1].spans]
    assert marked == [("source", "kalt"), ("target", "cold")]


def test_other_files_hold_no_spans_and_damaged_ones_are_refused(tmp_path: Path) -> None:
    assert rated_in(write(tmp_path, ["es war\tit was"]), FRAME) == {}
    with pytest.raises(InputError) as caught:
        rated_in(write(tmp_path, [HEADER, "a\tb"]), FRAME)
    assert caught.value.code == "marot_invalid"


def test_every_mark_is_set_against_people(translator: Translator, tmp_path: Path) -> None:
    lines = [LINES[0], LINES[1].replace("it was", "it  was"), *LINES[2:]]
    rated = rated_in(write(tmp_path, lines), FRAME)
    found = agreement(translator, list(rated.values()), rules_of("transformer"))
    by_flag = {one.flag: one.judgement for one in found}
    assert {"unsure", "unsupported"} <= by_flag.keys()
    assert (by_flag["unsure"].count, by_flag["unsure"].bad) == (5, 1)
