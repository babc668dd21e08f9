"""Where two systems part: asked of the model once somebody wants to know, told in words."""

import pytest

from seqviz.inspection.compare import Parting, parting
from seqviz.translator import load
from seqviz.views.inspect.parted import told
from tests.fixtures.inspected import write_run
from tests.views import pages
from tests.views.inspect.test_screen import LINK, folder, frame
from tests.views.pages import CHINESE, ENGLISH

__all__ = ["folder"]


@pytest.mark.usefixtures("tiny", "folder")
def test_the_model_scores_both_ways_once_one_asks() -> None:
    app = pages.open_app(LINK | {"row": "1"})
    pages.press(app, ENGLISH("inspect.part"))
    model, row = load("de-en/transformer"), frame().iloc[0]
    first, second = (model.force("der hund", row[name]) for name in ("translation", "baseline"))
    found = parting(first, second)
    assert found is not None
    texts = [str(text.value) for text in app.markdown]
    assert set(told(found, ENGLISH)) <= set(texts)
    app.session_state["row"] = 2
    pages.checked(app.run())
    assert ENGLISH("inspect.part") in [one.label for one in app.button]


@pytest.mark.usefixtures("tiny")
def test_without_a_second_system_nothing_parts(folder: object) -> None:
    write_run(folder, frame().assign(baseline=None))  # type: ignore[arg-type]
    app = pages.open_app(LINK | {"row": "1"})
    assert ENGLISH("inspect.part") not in [one.label for one in app.button]


def test_an_end_and_markdown_are_told_as_they_are() -> None:
    found = Parting(1, "a *b*", (3, 3), ("", "c"), (-0.5, -2.0), (-0.5, -2.5))
    where, _, verdict = told(found, CHINESE)
    assert "\\*b\\*" in where and CHINESE("inspect.part.end") in where
    assert verdict == CHINESE("inspect.part.own")
    lost = Parting(0, "", (0, 0), ("x", "y"), (-1.0, -0.5), (-3.0, -2.5))
    assert told(lost, ENGLISH)[2] == ENGLISH("inspect.part.other")
