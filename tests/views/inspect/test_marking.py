"""Errors that one marks oneself: kept by characters, drawn by words, set against our marks."""

from pathlib import Path
from typing import Any

import pytest

from seqviz.inspection.rated import agreement, rated_by_reader
from seqviz.inspection.rules import known_of
from seqviz.records.notes import NOTES_FILE, ErrorSpan, Notes
from seqviz.translator import load
from seqviz.views.components import judged
from seqviz.views.components.judged import Marking, Row, Word, WordMark
from seqviz.views.inspect import runs, table
from seqviz.views.inspect.marking import marking
from seqviz.views.inspect.people import agreement_table
from seqviz.views.session import state
from tests.fixtures.inspected import write_run
from tests.views import pages
from tests.views.inspect.test_screen import LINK, NAME, folder, frame
from tests.views.pages import CHINESE, ENGLISH

__all__ = ["folder"]
pytestmark = pytest.mark.usefixtures("tiny", "folder")


def row(name: str, *words: str) -> Row:
    return Row(name=name, title=name, language="", words=[Word(text=word) for word in words])


def word_mark(name: str, start: int, end: int) -> WordMark:
    return WordMark(row=name, start=start, end=end, category="Style", severity="Major")


def test_words_become_characters_and_characters_words(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(state, "remember", lambda *_: None)
    found = frame()
    found.loc[3, "source"], found.loc[3, "translation"] = "我 希望 𝄞。", "I  want a moment."
    write_run(folder, found)
    run = runs.opened(NAME)
    assert run is not None
    sentence = run.sentence(4)
    assert sentence is not None
    rows = [
        row("source", "我 ", "希", "望 ", "𝄞", "。"),
        row("translation", "I", " want", " a", " moment", "."),
        row("reference", "I"),
    ]
    told = marking(sentence, rows)
    assert told.marks == {"source": [], "translation": []}
    marks = [word_mark("source", 2, 5), word_mark("translation", 1, 3)]
    told.on_change(marks)
    notes = NOTES_FILE.read(folder / NOTES_FILE.name)
    assert notes is not None
    texts = {"source": found["source"][3], "target": found["translation"][3]}
    spans = [(one.side, texts[one.side][one.start : one.end]) for one in notes.of(4)]
    assert spans == [("source", "望 𝄞。"), ("target", "want a")]
    again = marking(sentence, rows).marks
    assert [one for several in again.values() for one in several] == marks
    assert "source" not in marking(sentence, [row("source", "anders")]).marks


@pytest.mark.parametrize(
    "wrong",
    [
        "marks",
        [{"row": "source"}],
        [vars(word_mark("reference", 0, 1))],
        [vars(word_mark("source", 0, 3))],
        [vars(word_mark("source", 1, 1))],
        [vars(word_mark("source", 0, 1)) | {"category": "Taste"}],
        [vars(word_mark("source", 0, 1))] * 3,
    ],
)
def test_what_a_browser_tells_is_checked(wrong: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    given: dict[str, Any] = {}
    kept: list[Any] = []
    told = {"sentence": 3, "token": "t", "marks": [vars(word_mark("source", 0, 2))]}
    monkeypatch.setattr(judged, "_judged", lambda **facts: given.update(facts))
    monkeypatch.setattr(state, "told_by", lambda *_: told)
    monkeypatch.setattr(state, "remembered", lambda _: None)
    monkeypatch.setattr(state, "remember", lambda *heard: kept.append(heard))
    judged.show(
        [row("source", "a ", "b"), row("reference", "c")],
        Marking(marks={"source": []}, on_change=kept.append),
        CHINESE,
        sentence=3,
        key="k",
        on_word=lambda *_: None,
    )
    given["on_marks_change"]()
    assert kept == [(judged.HEARD, "t"), [word_mark("source", 0, 2)]]
    told["marks"] = wrong
    given["on_marks_change"]()
    assert kept[2:] == [(judged.HEARD, "t")]
    told["sentence"] = 4
    given["on_marks_change"]()
    assert len(kept) == 3


def test_what_one_marked_is_drawn_and_set_against_our_marks(folder: Path) -> None:
    notes = Notes().with_bookmark(1, on=True)
    for number in (1, 2):
        first = frame().translation[number - 1].split()[0]
        span = ErrorSpan(
            number=number,
            side="target",
            start=0,
            end=len(first),
            category="Accuracy/Addition",
            severity="Major",
        )
        notes = notes.with_spans(number, [span])
    NOTES_FILE.write(notes, folder / NOTES_FILE.name)
    app = pages.open_app(LINK | {"row": "2", "filter": "number < 2"})
    listed: Any = app.dataframe[0].value
    assert listed["mark"].tolist() == [f"{table.MARK}{table.OWN}"]
    (shown,) = pages.component(app, "inspect-words")["marking"]["marks"]
    assert (shown["row"], shown["start"], shown["end"]) == ("translation", 0, 1)
    pages.press(app, ENGLISH("inspect.people.run.one", {"sentences": 1}))
    segments = [rated_by_reader(notes, frame())[1]]
    reports = agreement(load("de-en/transformer"), segments, known_of("transformer").rules)
    assert agreement_table(reports, "reader", ENGLISH) in [str(text.value) for text in app.markdown]
