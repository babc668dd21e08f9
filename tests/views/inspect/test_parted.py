"""Where two systems part: asked of the model once somebody wants to know, told in words."""

import pytest

from seqviz.analysis.reference import Exit, reference_exit
from seqviz.inspection.compare import Parting, parting
from seqviz.translator import load
from seqviz.views.inspect.parted import Parted, both, searched, told
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
    left = reference_exit(second, model.translate("der hund"))
    texts = {str(text.value) for text in app.markdown}
    parted = Parted(found, left)
    assert {*told(found, ENGLISH), searched(parted, ENGLISH)} <= texts
    pages.press(app, ENGLISH("inspect.part.open", {"step": parted.step + 1}))
    shown = app.session_state
    assert (shown["view"], shown["step"]) == ("tree", parted.step)
    app.session_state["view"], app.session_state["row"] = "inspect", 2
    pages.checked(app.run())
    assert ENGLISH("inspect.part") in [one.label for one in app.button]


@pytest.mark.usefixtures("tiny", "folder")
def test_a_second_model_searches_too() -> None:
    app = pages.open_app(LINK | {"row": "1"})
    pages.press(app, ENGLISH("inspect.part"))
    (choice,) = [one for one in app.selectbox if one.label == ENGLISH("inspect.part.model")]
    assert choice.value is None and "de-en/transformer" not in choice.options
    pages.checked(choice.select("de-en/dot").run())
    model, other = load("de-en/transformer"), load("de-en/dot")
    search = other.translate("der hund")
    left = reference_exit(other.force("der hund", frame().translation[0]), search)
    found = Parted(parting(model.translate("der hund"), search), left, search.translation)
    assert set(both(found, ENGLISH)) <= {str(text.value) for text in app.markdown}
    assert any(search.translation in text.value for text in app.caption), "not what the file holds"
    (button,) = [one for one in app.button if one.key == "inspect-part-open de-en/dot"]
    pages.checked(button.click().run())
    shown = app.session_state
    assert (shown["view"], shown["system"], shown["step"]) == ("tree", "dot", found.step)


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


@pytest.mark.parametrize(
    ("code", "hypothesis", "told_as"),
    [
        ("pruned", None, "pruned"),
        ("unseen", None, "unseen"),
        ("finished", 2, "finished"),
        ("finished", None, "alive"),
        ("alive", None, "alive"),
        ("banned", None, "ruled_out"),
    ],
)
def test_every_end_in_a_search_is_told(code: str, hypothesis: int | None, told_as: str) -> None:
    left = Exit(code=code, step=3, rank=7, margin=-1.0, hypothesis=hypothesis)
    facts = {"step": 4, "rank": 7, "place": hypothesis and hypothesis + 1}
    assert searched(Parted(None, left), ENGLISH) == ENGLISH(f"inspect.part.left.{told_as}", facts)
    assert both(Parted(None, left), ENGLISH) == (ENGLISH("inspect.part.both.same"),)
    found = Parting(0, "", (1, 2), ("x", "y"), (-1.0, -0.5), (-3.0, -2.5))
    lost = code in ("pruned", "unseen", "banned")
    assert Parted(found, left).step == (3 if lost else 1)
    assert Parted(found, left, "z").step == (3 if lost else 2)
    assert both(Parted(found, left), CHINESE)[2] == CHINESE(
        f"inspect.part.other_left.{told_as}", facts
    )
