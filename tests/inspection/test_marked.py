"""Marks on a recorded translation, and on a row of a run."""

from dataclasses import asdict, replace

import pytest

from seqviz.analysis.marks import KINDS
from seqviz.inspection import kept
from seqviz.inspection.marked import known_about, row_marks, row_words, trace_marks, unmarked_source
from seqviz.inspection.reading import Sentence
from seqviz.inspection.rows import Examiner
from seqviz.inspection.rules import Family, Known, known_of
from seqviz.translator import Translator
from tests.inspection.conftest import OPTIONS

TEXT = "der hund ist nicht hier"


def known_for_all(family: Family) -> Known:
    """With rules that mark every word, so that every value is seen."""
    known = known_of(family)
    rules = {
        kind: [replace(rule, threshold=-1e3) for rule in several]
        for kind, several in known.rules.items()
    }
    return replace(known, rules=rules)


@pytest.mark.parametrize("system", ["transformer", "dot", "none-reversed"])
def test_a_row_has_the_marks_of_its_trace(
    translators: dict[str, Translator], monkeypatch: pytest.MonkeyPatch, system: str
) -> None:
    monkeypatch.setattr(kept, "known_of", known_for_all)
    translator = translators[system]
    (row,) = Examiner.of(translator, OPTIONS).rows([Sentence(number=1, source=TEXT)]).to_pylist()
    found = row_marks(row, known_about(translator).rules)
    expected = trace_marks(translator, translator.translate(TEXT, OPTIONS))
    kinds = KINDS[:-1] if system == "none-reversed" else KINDS
    assert {mark.kind for mark in expected} == set(kinds)
    for mark, other in zip(found, expected, strict=True):
        assert asdict(mark) == pytest.approx(asdict(other), abs=1e-4)


@pytest.mark.parametrize(
    ("text", "shown"),
    [("der  Hund…  hier", "der  Hund…  hier"), ("der Hu\u00adnd", "der Hund")],
)
def test_words_are_spelled_as_in_the_text_and_the_translation(
    translators: dict[str, Translator], text: str, shown: str
) -> None:
    examiner = Examiner.of(translators["transformer"], OPTIONS)
    (row,) = examiner.rows([Sentence(number=1, source=text)]).to_pylist()
    found = row_words(row, known_of("transformer").rules)
    assert "".join(word.text for word in found["source"]) == shown
    assert (row["source_starts"] is None) == (text != shown)
    assert "".join(word.text for word in found["target"]) == row["translation"]
    assert max(word.surprisal for word in found["target"]) == pytest.approx(
        -min(row["log_probs"][:-1]), abs=1e-5
    )


def test_why_no_source_word_is_marked_is_said() -> None:
    own, foreign = known_of("transformer").rules, known_of("foreign").rules
    assert unmarked_source(own, attends=True, model="a") is None
    found = [
        unmarked_source(rules, attends=attends, model="a")
        for rules, attends in ((own, False), (foreign, False), (foreign, True))
    ]
    codes = [one.code for one in found if one is not None]
    assert codes == ["left_out_no_attention"] * 2 + ["left_out_unmeasured"]
