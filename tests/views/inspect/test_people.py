"""What people marked is drawn in the words, and set against our marks once one asks."""

from pathlib import Path

import pytest

from seqviz.inspection.marot import COLUMNS, HumanSpan
from seqviz.inspection.rated import agreement, rated_in
from seqviz.inspection.rules import known_of
from seqviz.inspection.run import INPUT
from seqviz.translator import load
from seqviz.views.inspect.people import agreement_table, with_spans, words_in
from tests.fixtures.inspected import write_run
from tests.views import pages
from tests.views.inspect.test_screen import LINK, folder, frame
from tests.views.pages import ENGLISH

__all__ = ["folder"]


def span(start: int, end: int, severity: str) -> HumanSpan:
    return HumanSpan(
        side="target", start=start, end=end, category="Style", severity=severity, rater="r1"
    )


def test_a_word_tells_all_that_people_marked_in_it_and_the_worst_is_drawn() -> None:
    words = words_in("it was cold.", other="it is cold", w=ENGLISH)
    spans = [span(1, 5, "Minor"), span(3, 6, "Major"), span(11, 11, "Minor")]
    found = with_spans(words, spans, ENGLISH)
    assert [one.text for one in found] == ["it ", "was ", "cold", "."]
    assert [one.span for one in found] == ["minor", "major", "", "minor"]
    other = ENGLISH("inspect.words.differs")
    assert found[1].said.split("; ") == [other, "r1: Style, Minor", "r1: Style, Major"]
    assert (found[1].differs, found[2].said) == (True, "")


def rate(folder: Path, *rows: tuple[str, ...]) -> None:
    """Put a Marot file where a run has it."""
    lines = [COLUMNS, *(("A", "d", "1", str(place), "r1", *row) for place, row in enumerate(rows))]
    (folder / INPUT).write_text("\n".join(map("\t".join, lines)), "utf-8")


@pytest.mark.usefixtures("tiny")
def test_people_and_marks_are_compared_on_the_sentences_that_pass(folder: Path) -> None:
    found = frame()
    found.loc[0, "baseline"] = "it was cold"
    write_run(folder, found)
    second = found.iloc[1]
    rate(
        folder,
        ("der hund", "it was <v>cold</v>", "Style", "Minor"),
        (second.source, second.baseline, "No-error", "No-error"),
        (f"<v>{second.source}</v>", second.baseline, "Accuracy/Omission", "Major"),
    )
    app = pages.open_app(LINK | {"row": "1", "filter": "number < 2"})
    rows = {row["name"]: row for row in pages.component(app, "inspect-words")["rows"]}
    assert [word["span"] for word in rows["baseline"]["words"]] == ["", "", "minor"]
    pages.press(app, ENGLISH("inspect.people.run.one", {"sentences": 1}))
    rated = rated_in(folder, found)
    reports = agreement(load("de-en/transformer"), [rated[1]], known_of("transformer").rules)
    assert agreement_table(reports, "people", ENGLISH) in [str(text.value) for text in app.markdown]


@pytest.mark.usefixtures("tiny")
def test_a_damaged_file_is_one_message(folder: Path) -> None:
    rate(folder, ("too", "few"))
    app = pages.open_app(LINK | {"row": "1"})
    assert any(INPUT in pages.plain(message) for message in pages.messages(app))
