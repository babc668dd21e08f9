"""One step of a computation as a spreadsheet to take away."""

from collections.abc import Callable

import streamlit as st

from seqviz.errors import InputError
from seqviz.export.workbook import can_write, computation_workbook
from seqviz.trace.computation import StepComputation
from seqviz.views.session.i18n import Words

MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def offer(step: int, explain: Callable[[], StepComputation], w: Words, *, key: str) -> None:
    """Draw the button; where openpyxl is missing, it says so.

    Args:
        step: from 0, for the file's name.
        explain: called once the button is pressed.
        w: the page's words.
        key: of the button.
    """
    missing = None if can_write() else InputError("workbook_openpyxl")
    st.download_button(
        w("numbers.workbook"),
        lambda: computation_workbook(explain(), words=w.table),
        file_name=f"seqviz-step-{step + 1}.xlsx",
        mime=MIME,
        key=key,
        icon=":material/download:",
        help=w.error(missing) if missing else w("numbers.workbook_about"),
        disabled=missing is not None,
        on_click="ignore",
    )
