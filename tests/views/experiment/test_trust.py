"""Whether words come from the sentence: both kinds of systems, both languages, nothing twice."""

import pytest
from streamlit.testing.v1 import AppTest

from seqviz.translator.evidence import Evidence
from seqviz.views.experiment import trust
from seqviz.views.session.i18n import Words
from tests.views import pages
from tests.views.pages import CHINESE, ENGLISH

LINK = pages.SHORT | {"view": "trust", "max_length": "4"}
WAYS = ("weights", "norms", "gradient", "occlusion")


def test_a_transformer_has_shares_lenses_and_four_ways(monkeypatch: pytest.MonkeyPatch) -> None:
    app = pages.open_app(LINK | {"system": "transformer"})
    check(app, ENGLISH)
    monkeypatch.setattr(Evidence, "contrast", None)  # what was found is kept
    check(pages.in_chinese(app), CHINESE)


def check(app: AppTest, words: Words) -> None:
    assert pages.figure(app, "lens")["data"][0]["z"]
    for way in WAYS:
        (grid,) = pages.figure(app, f"trust-{way}")["data"]
        assert grid["type"] == "heatmap"
    frames = [element.value for element in app.dataframe]
    assert words("figure.trust.share") in frames[0].columns
    assert len(frames[1]) == 4 and frames[2].shape == (4, 5)


def test_a_recurrent_system_says_what_it_lacks_and_a_long_sentence_is_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = pages.open_app(LINK)
    assert ENGLISH("trust.recurrent") in [str(info.value) for info in app.info]
    assert not pages.has(app, "plotly_chart", "lens")
    assert pages.has(app, "plotly_chart", "trust-occlusion")
    monkeypatch.setattr(trust, "MOST_TOKENS", 3)
    pages.checked(app.run())
    assert [str(info.value) for info in app.info] == [ENGLISH("trust.long", {"most": 3})]
