"""Taking the sentences that pass the filter away: as tables, as a page, for the Marot viewer."""

from collections.abc import Callable

import pandas as pd
import streamlit as st

from seqviz.inspection.compare import comparison
from seqviz.inspection.exports import marot_tsv, table_csv, table_parquet
from seqviz.inspection.rated import rated_by_reader
from seqviz.inspection.report import report_page
from seqviz.inspection.spanned import Spans
from seqviz.views.inspect import runs, table
from seqviz.views.inspect.listed import Mask
from seqviz.views.inspect.notes import notes_of
from seqviz.views.inspect.people import rated_by_people, segments_of
from seqviz.views.inspect.runs import Run
from seqviz.views.session.i18n import Words
from seqviz.views.shell.take_away import made_alone

FORMS = {
    "csv": ("csv", "text/csv"),
    "parquet": ("parquet", "application/vnd.apache.parquet"),
    "html": ("html", "text/html"),
    "marot": ("tsv", "text/tab-separated-values"),
}
"""The ending of each file, and its kind."""


def render(run: Run, passed: Mask, w: Words) -> None:
    """Draw the button; the panel behind it is filled while it is open."""
    panel = st.popover(
        w("take.button"), icon=":material/download:", key="inspect-export", on_change="rerun"
    )
    if not panel.open:
        return
    with panel:
        st.caption(w("inspect.export.about", {"sentences": f"{int(passed.sum()):,}"}))
        for code, (ending, mime) in FORMS.items():
            st.download_button(
                w(f"inspect.export.{code}"),
                _later(run.name, passed, code, language=w.language),
                file_name=f"{run.title.partition('.')[0] or 'inspected'}.{ending}",
                mime=mime,
                key=f"inspect-export-{code}",
                icon=":material/download:",
                on_click="ignore",
                help=w(f"inspect.export.{code}.help"),
            )


def _later(name: str, passed: Mask, code: str, *, language: str) -> Callable[[], bytes]:
    """What makes the file once its button is pressed, beside the page's script."""

    def made() -> bytes:
        run = runs.opened(name)
        assert run is not None, "it was open"
        return made_alone(lambda: file_of(run, run.frame[passed], code, language=language))

    return made


def file_of(run: Run, rows: pd.DataFrame, code: str, *, language: str) -> bytes:
    """The rows as a file.

    Args:
        run: whose they are.
        rows: of its table.
        code: of ``FORMS``.
        language: of the page that is made.
    """
    notes = notes_of(run)
    spans = Spans(
        people=rated_by_people(run),
        own=rated_by_reader(notes, rows),
        file=segments_of(run) if code == "marot" else {},
    )
    numbers = [int(number) for number in rows["number"]]
    errors = [len(spans.own[one].spans) if one in spans.own else 0 for one in numbers]
    if code == "csv":
        more = {
            "bookmark": [table.MARK if one in notes.bookmarks else "" for one in numbers],
            "note": [notes.texts.get(one, "") for one in numbers],
            "errors": list(map(str, errors)),
        }
        return table_csv(rows, more)
    if code == "parquet":
        return table_parquet(rows, {"errors": errors})
    if code == "marot":
        return marot_tsv(rows, system=run.model, spans=spans)
    page = report_page(
        rows,
        model=run.model,
        known=runs.known(run),
        comparison=comparison(rows, language=run.languages[1]),
        spans=spans,
        language=language,
    )
    return page.encode()
