"""Two systems are compared on the rows that pass the filter, and on no others."""

from pathlib import Path

import pytest

from seqviz.inspection.buckets import buckets
from seqviz.inspection.compare import compared
from seqviz.words.numbers import number
from tests.fixtures.inspected import write_run
from tests.views import pages
from tests.views.inspect.test_screen import LINK, folder, frame
from tests.views.pages import ENGLISH

__all__ = ["folder"]
HEAD = f"| {ENGLISH('inspect.systems.metric')} |"
pytestmark = pytest.mark.usefixtures("tiny", "folder")


def test_the_filter_chooses_what_is_compared(folder: Path) -> None:
    app = pages.open_app(LINK | {"filter": "number <= 8", "row": "1"})
    pages.press(app, ENGLISH("inspect.systems.run", {"sentences": 8}))
    tables = [str(text.value) for text in app.markdown if HEAD in str(text.value)]
    bleu, _ = compared(frame().iloc[:8], language="en")
    assert f"| {number(bleu.score, '.1f')} | {number(bleu.baseline, '.1f')} |" in tables[0]
    (won,) = (text.value for text in app.markdown if "It was very cold +1" in str(text.value))
    assert len(won.split("\n\n")) == 4, "a paragraph for the n-grams of each length"
    found = buckets(frame().iloc[:8], language="en")
    said = pages.plain("\n".join(str(text.value) for text in app.markdown))
    assert all(f"| {one.range} | {one.words} | {number(one.f1)} |" in said for one in found)
    assert any(bleu.signature in pages.plain(text) for text in pages.captions(app))
    rows = {row["name"]: row["words"] for row in pages.component(app, "inspect-words")["rows"]}
    assert any(word["differs"] for word in rows["baseline"])
    assert not any(word["differs"] for word in rows["translation"])
    app.text_input(key="filter").set_value("number <= 7")
    pages.checked(app.run())
    assert ENGLISH("inspect.systems.run", {"sentences": 7}) in [one.label for one in app.button]
    app.text_input(key="filter").set_value("number < 1")
    pages.checked(app.run())
    assert ENGLISH("inspect.systems.none") in pages.messages(app)


def test_without_a_second_system_there_is_no_panel(folder: Path) -> None:
    write_run(folder, frame().assign(baseline=None))
    app = pages.open_app(LINK)
    assert ENGLISH("inspect.systems") not in [one.label for one in app.expander]
