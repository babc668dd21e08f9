"""What passes the filter is taken away, and nothing else; each form reads back."""

import io
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from seqviz.inspection.marot import read_marot
from seqviz.inspection.run import TABLE, read_run
from seqviz.records.notes import NOTES_FILE, ErrorSpan, Notes
from seqviz.views.inspect import runs
from seqviz.views.inspect.exported import FORMS, file_of
from tests.views import pages
from tests.views.inspect.test_people import rate
from tests.views.inspect.test_screen import LINK, NAME, folder
from tests.views.pages import ENGLISH

__all__ = ["folder"]
pytestmark = pytest.mark.usefixtures("tiny", "folder")

SPAN = ErrorSpan(number=3, side="source", start=0, end=4, category="Other", severity="Minor")


def test_every_form_holds_the_rows_at_hand(folder: Path, tmp_path: Path) -> None:
    noted = Notes().with_bookmark(3, on=True).with_note(3, "=danger").with_spans(3, [SPAN])
    NOTES_FILE.write(noted, folder / NOTES_FILE.name)
    run = runs.opened(NAME)
    assert run is not None
    rows = run.frame.iloc[1:4]
    files = {code: file_of(run, rows, code, language="zh") for code in FORMS}
    table = pd.read_csv(io.BytesIO(files["csv"]))
    assert table.number.tolist() == [2, 3, 4]
    assert table.note.fillna("").tolist() == ["", "'=danger", ""]
    assert table.bookmark.fillna("").tolist() == ["", "★", ""]
    (tmp_path / TABLE).write_bytes(files["parquet"])
    pd.testing.assert_frame_equal(
        read_run(tmp_path), rows.reset_index(drop=True), check_dtype=False
    )
    assert b"default-src 'none'" in files["html"]
    assert table.errors.tolist() == [0, 1, 0]
    assert pd.read_parquet(io.BytesIO(files["parquet"])).errors.tolist() == [0, 1, 0]
    assert files["marot"].decode().count("\n") == 1 + 2 * 3 + 1


def test_what_people_marked_in_the_other_system_leaves_with_the_file_of_marot(folder: Path) -> None:
    run = runs.opened(NAME)
    assert run is not None
    other, source = run.frame["baseline"][0], run.frame["source"][0]
    rate(folder, (source, f"<v>{other[:2]}</v>{other[2:]}", "Style", "Minor"))
    content = file_of(run, run.frame.iloc[:1], "marot", language="en").decode()
    (one,) = [one for one in read_marot(content.splitlines(), "it") if one.spans]
    assert (one.system, one.document) == ("A", "d"), "as the file calls them"
    assert (one.target, one.spans[0].end) == (other, 2)


def test_the_panel_says_how_many_and_makes_nothing_before_it_is_asked() -> None:
    app = pages.open_app(LINK | {"filter": "number < 6"})
    app.session_state["inspect-export"] = True
    pages.checked(app.run())
    assert ENGLISH("inspect.export.about", {"sentences": 5}) in pages.captions(app)
    buttons: list[Any] = list(app.get("download_button"))
    labels = [button.label for button in buttons]
    assert labels == [ENGLISH(f"inspect.export.{code}") for code in FORMS]
