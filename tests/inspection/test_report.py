"""The report of a test set: what its one file holds."""

import json
import re
from typing import Any

import pandas as pd
import pytest

from seqviz.inspection.compare import comparison, gains
from seqviz.inspection.features import FEATURES
from seqviz.inspection.marked import row_words
from seqviz.inspection.marot import HumanSpan, RatedSegment, Side
from seqviz.inspection.report import report_page
from seqviz.inspection.rules import known_of
from seqviz.inspection.spanned import Spans
from seqviz.words import LANGUAGES
from tests.fixtures.inspected import inspected

HOSTILE = "</script><script>alert(1)</script><!-- & \u2028 $data {rank}"


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    found = inspected(4)
    found.loc[0, ["source", "translation"]] = HOSTILE
    found.loc[1, "worst3"] = float("-inf")
    found["source_share"] = float("nan")
    third = [f"▁{HOSTILE}", *found["pieces"][2][1:]]
    found["pieces"] = pd.Series([*found["pieces"][:2], third, found["pieces"][3]])
    return found


@pytest.fixture(scope="module")
def page(rows: pd.DataFrame) -> str:
    found = comparison(rows, language="en")
    return report_page(rows, model=HOSTILE, known=known_of("rnn"), comparison=found, language="zh")


def content(page: str) -> dict[str, Any]:
    (found,) = re.findall(r'<script type="application/json" id="data">(.*?)</script>', page)
    parsed: dict[str, Any] = json.loads(found)
    return parsed


def test_texts_are_data_and_no_markup(page: str, rows: pd.DataFrame) -> None:
    assert page.count("<script") == 2
    assert "alert(1)</script>" not in page
    data = content(page)
    assert data["translation"][0] == HOSTILE
    assert data["words_of"][2]["target"][0][0].startswith("</script>")


def test_only_its_own_script_and_style_may_run(page: str) -> None:
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe" not in policy
    assert not re.search(r"https?://(?!www\.w3\.org)", page)


def test_it_holds_the_numbers_and_the_words_of_all_languages(page: str, rows: pd.DataFrame) -> None:
    data = content(page)
    assert list(data["features"]) == list(FEATURES) == list(data["groups"])
    assert data["features"]["worst3"][1] is None
    assert data["features"]["source_share"] == [None] * 4
    assert data["features"]["search_error"] == [False, False, True, False]
    assert data["features"]["baseline_lost"] == [2, 3, 4, 5]
    assert data["features"]["bleu"][0] == pytest.approx(rows["bleu"][0], abs=1e-3)
    assert list(data["words"]) == list(LANGUAGES)
    assert "AUROC" in data["words"]["en"]["inspect.feature.worst3.help"]
    assert data["language"] == "zh"
    assert [one["metric"] for one in data["significance"]] == ["BLEU", "chrF2"]
    (first, *_), *longer = data["gains"]["won"]
    won, _ = gains(rows, language="en")
    assert first == [won[0].words[0], won[0].difference]
    assert len(longer) == 3
    assert {one["kind"] for one in data["buckets"]} == {"frequency", "length", "parting"}


def test_what_people_and_the_reader_marked_stands_on_its_words(rows: pd.DataFrame) -> None:
    def segment(row: int, other: str, *spans: HumanSpan) -> RatedSegment:
        return RatedSegment(
            system="", document="", number="", source=rows["source"][row], target=other, spans=spans
        )

    def span(side: Side, start: int, end: int, severity: str = "Major") -> HumanSpan:
        return HumanSpan(
            side=side, start=start, end=end, category="Style", severity=severity, rater="r1"
        )

    people = {2: segment(1, "", span("source", 4, 8), span("target", 0, 3, "Minor"))}
    own = {2: segment(1, "", span("target", 0, 7)), 9: segment(2, "", span("target", 0, 1))}
    spans = Spans(people=people, own=own)
    data = content(report_page(rows, model="a", known=known_of("rnn"), spans=spans))
    assert data["spans"].keys() == {"1"}
    found = data["spans"]["1"]
    words = {name: [word[0] for word in data["words_of"][1][name]] for name in found}
    marked = {
        name: [
            (words[name][one["start"] : one["end"]], one["own"], one["major"]) for one in several
        ]
        for name, several in found.items()
    }
    assert marked == {
        "source": [(["Hund"], False, True)],
        "baseline": [(["the"], False, False)],
        "target": [(["The", "dog"], True, True)],
    }
    assert "baseline" not in data["words_of"][0]
    told = data["words"]["zh"]
    assert told["inspect.people.said"] and told["inspect.own.category.Style"]


def test_words_have_the_marks_of_their_row(page: str, rows: pd.DataFrame) -> None:
    data = content(page)
    for row, words in zip(rows.to_dict("records"), data["words_of"], strict=True):
        for side, found in row_words(row, known_of("rnn").rules).items():
            assert [word[0] for word in words[side]] == [word.text.strip() for word in found]
            for (_, _, *marks), word in zip(words[side], found, strict=True):
                expected = [(one.kind, one.threshold, one.auroc) for one in word.marks]
                rules = [data["rules"][rule] for rule, _, _ in marks]
                assert [(one["kind"], one["threshold"], one["auroc"]) for one in rules] == expected
    log_probs = rows["log_probs"][0]  # ▁It ▁was ▁very ▁col d . </s>
    word = data["words_of"][0]["target"][3]
    assert word[:2] == ["cold", pytest.approx(max(-log_probs[3], -log_probs[4]), abs=0.01)]
    assert {one["kind"] for one in data["rules"]} >= {"unsure", "left_out"}
