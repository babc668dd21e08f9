"""Sentences of a test set are handed to the heads: those of the list, in its order, capped."""

from pathlib import Path

import numpy as np
import pytest

from seqviz.inspection.heads import SENTENCES
from seqviz.views.compare import heads
from seqviz.views.inspect import runs
from seqviz.views.inspect.handed import lines
from tests.fixtures.inspected import inspected, write_run
from tests.views import pages
from tests.views.inspect.test_screen import LINK, folder, frame
from tests.views.pages import ENGLISH

__all__ = ["folder"]

pytestmark = pytest.mark.usefixtures("tiny")
OPEN = ENGLISH("inspect.heads.open")


def labels(link: dict[str, str]) -> list[str]:
    return [one.label for one in pages.open_app(LINK | link).button]


def test_the_heads_are_measured_on_the_filtered_sentences_in_their_order(folder: Path) -> None:
    found = frame().assign(source="es war kalt")
    found.loc[1::2, "reference"] = None
    found.loc[::2, "reference"] = "it was"
    write_run(folder, found)
    app = pages.open_app(LINK | {"filter": "number <= 4", "order": "worst3", "row": "9"})
    facts = {"sentences": 4, "most": SENTENCES, "model": "de-en/transformer"}
    assert ENGLISH.markdown("inspect.heads.about", facts) in pages.captions(app)
    pages.press(app, OPEN)
    expected = frame()[:4].sort_values("worst3").number.tolist()
    assert app.session_state["view"] == "alignment" and app.session_state["row"] == expected[0]
    head, *rows = str(app.text_area(key="heads-text-de-en").value).splitlines()
    assert head == "source\treference"
    assert rows == [f"es war kalt\t{'it was' if one % 2 else ''}" for one in expected]
    pages.press(app, ENGLISH("heads.measure"))
    told = {"count": 4, "forced": 2, "sample": 4}
    assert ENGLISH("heads.facts", told) in pages.captions(app)
    assert pages.has(app, "plotly_chart", "heads")
    pages.press(app, ENGLISH("inspect.back"))
    assert app.session_state["filter"] == "number <= 4"


def test_as_many_go_as_the_field_holds(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = ["a\tb\nc " * 20] * 150
    write_run(folder, inspected(150).assign(source=texts, reference=None))
    run = runs.opened(folder.name)
    assert run is not None
    rows = lines(run, np.arange(150)).split("\n")
    assert len(rows) == 1 + SENTENCES and {row.count("\t") for row in rows} == {1}
    monkeypatch.setattr(heads, "MOST_CHARACTERS", 1000)
    fewer = lines(run, np.arange(150))
    assert 800 < len(fewer) <= 1000 and fewer.split("\n") == rows[: fewer.count("\n") + 1]


def test_nothing_is_handed_where_nothing_can_be_measured(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert OPEN in labels({})
    assert OPEN not in labels({"filter": "1 > 2"})
    write_run(folder, frame().assign(attention_entropy=np.nan))
    assert OPEN not in labels({})
    write_run(folder, frame())
    monkeypatch.setenv("SEQVIZ_PUBLIC", "1")
    assert OPEN not in labels({})
