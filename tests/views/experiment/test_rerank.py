"""Re-ranking on the page: sliders change the ranking at once, and no model is asked."""

from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from seqviz.analysis.rerank import rerank
from seqviz.analysis.score_curves import score_curves
from seqviz.options import DecodeOptions
from seqviz.trace import Trace
from seqviz.translator import Translator, load
from seqviz.views.experiment.rerank import COLUMN_WIDTHS
from seqviz.views.session.settings import SETTINGS
from seqviz.words.numbers import number
from tests.views import pages
from tests.views.pages import CHINESE, ENGLISH

pytestmark = pytest.mark.usefixtures("tiny")

LINK = {"view": "rerank", "system": "transformer", "text": "der hund ist nicht hier"}


def trace_of(link: dict[str, str] = LINK, options: DecodeOptions | None = None) -> Trace:
    return load(f"de-en/{link['system']}").translate(link["text"], options)


def table(app: AppTest) -> pd.DataFrame:
    """The table of all hypotheses, the last on the page."""
    found: pd.DataFrame = app.main.dataframe[-1].value
    return found


def move(app: AppTest, slider: str, value: float) -> AppTest:
    return pages.checked(app.slider(key=f"rerank-{slider}").set_value(value).run())


@pytest.fixture
def decodings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that were translated since."""
    texts: list[str] = []
    translate = Translator.translate

    def counted(self: Translator, text: str, *more: Any, **named: Any) -> Trace:
        texts.append(text)
        return translate(self, text, *more, **named)

    monkeypatch.setattr(Translator, "translate", counted)
    return texts


def expected(trace: Trace, **values: Any) -> list[str]:
    """Texts in the order of a ranking; what is not given is as in the search."""
    own: dict[str, Any] = {"normalisation": "average", "alpha": 1.0, "beta": 0.0}
    return [trace.hypotheses.texts[place] for place in rerank(trace, **own | values).order]


def test_at_first_the_ranking_is_the_searchs_own() -> None:
    trace, app = trace_of(), pages.open_app(LINK)
    assert list(table(app)["Translation"]) == list(trace.hypotheses.texts)
    assert list(table(app)["Rank in search"]) == list(table(app)["Rank now"])
    assert ENGLISH("rerank.winner.same") in pages.captions(app)
    assert app.button(key="rerank-reset").disabled
    assert app.button(key="rerank-again").disabled
    assert (app.slider(key="rerank-alpha").value, app.slider(key="rerank-beta").value) == (1, 0)


def test_a_slider_is_not_told_where_it_stands() -> None:
    """It would go back there from where the next key has moved it meanwhile."""
    app = move(pages.open_app(LINK), "alpha", 0.15)
    assert not app.slider(key="rerank-alpha").proto.set_value
    app = pages.checked(app.button(key="rerank-reset").click().run())
    assert app.slider(key="rerank-alpha").proto.set_value


def test_a_moved_slider_ranks_anew_without_a_decoding(decodings: list[str]) -> None:
    trace, app = trace_of(), pages.open_app(LINK)
    asked = len(decodings)
    values = {"alpha": 1.0, "beta": 0.0}
    assert expected(trace, alpha=0.35) != list(table(app)["Translation"])
    for name, value in (("alpha", 0.35), ("beta", 1.7), ("alpha", 0.0)):
        values[name] = value
        app = move(app, name, value)
        assert list(table(app)["Translation"]) == expected(trace, **values)
    assert len(decodings) == asked
    assert {name: pages.link(app)[f"rerank_{name}"] for name in values} == {
        "alpha": "0",
        "beta": "1.7",
    }


def test_another_winner_is_shown_beside_the_searchs_with_its_score_taken_apart() -> None:
    trace = trace_of()
    app = pages.open_app(LINK | {"rerank_beta": "0.05", "rerank_alpha": "0.2"})
    ranking = rerank(trace, normalisation="average", alpha=0.2, beta=0.05)
    assert ranking.winner != 0
    place = {"rank": ranking.winner + 1}, {"rank": int(ranking.ranks[0])}
    captions = pages.captions(app)
    assert ENGLISH("rerank.winner", place[0]) in captions
    assert ENGLISH("rerank.searched", place[1]) in captions
    for rank in (ranking.winner, 0):
        facts = {
            "sum": number(trace.hypotheses.log_probs[rank], ".3f"),
            "normaliser": f"{ranking.normalisers[rank]:.3f}",
            "coverage": number(ranking.coverage_terms[rank], ".3f"),
            "score": number(ranking.scores[rank], ".3f"),
        }
        assert ENGLISH("rerank.score.coverage", facts) in captions
    margin = number(ranking.scores[ranking.winner] - ranking.scores[0], ".3f")
    assert ENGLISH("rerank.ahead", {"margin": margin}) in captions


def test_the_charts_mark_where_the_winner_changes() -> None:
    trace = trace_of()
    app = pages.open_app(LINK | {"rerank_beta": "0.5"})
    ranking = rerank(trace, normalisation="average", alpha=1.0, beta=0.5)
    changed = 0
    for over in ("alpha", "beta"):
        curves = score_curves(trace, ranking, "alpha" if over == "alpha" else "beta", high=2.0)
        shapes = pages.figure(app, f"rerank-{over}-lines")["layout"]["shapes"]
        marked = [shape["x0"] for shape in shapes]
        values = [change.value for change in curves.changes]
        assert marked[: len(values)] == pytest.approx(values)
        assert marked[-1] == curves.now
        changed += len(values)
    assert changed > 0


def test_the_scores_themselves_can_be_drawn() -> None:
    app = pages.open_app(LINK)
    relative = pages.figure(app, "rerank-alpha-lines")["layout"]["yaxis"]["title"]["text"]
    assert relative == ENGLISH("figure.rerank.behind")
    app = pages.checked(app.toggle(key="rerank-scores").set_value(True).run())
    absolute = pages.figure(app, "rerank-alpha-lines")["layout"]["yaxis"]["title"]["text"]
    assert absolute == ENGLISH("figure.score")


def test_without_normalisation_alpha_is_off_and_says_why() -> None:
    trace, app = trace_of(), pages.open_app(LINK)
    app = pages.checked(app.selectbox(key="rerank-norm").set_value("none").run())
    assert app.slider(key="rerank-alpha").disabled
    assert ENGLISH("rerank.alpha.none") in pages.captions(app)
    assert not pages.has(app, "plotly_chart", "rerank-alpha-lines")
    assert list(table(app)["Translation"]) == expected(trace, normalisation="none")
    assert pages.link(app)["rerank_norm"] == "none"


def test_reset_goes_back_to_the_searchs_own() -> None:
    trace = trace_of()
    app = pages.open_app(LINK | {"rerank_norm": "gnmt", "rerank_alpha": "2", "rerank_beta": "1"})
    assert list(table(app)["Translation"]) == expected(
        trace, normalisation="gnmt", alpha=2.0, beta=1.0
    )
    app = pages.press(app, ENGLISH("rerank.reset"))
    assert list(table(app)["Translation"]) == list(trace.hypotheses.texts)
    assert not [code for code in pages.link(app) if code.startswith("rerank_")]


def test_searching_again_takes_the_values_into_the_sidebar(decodings: list[str]) -> None:
    link = LINK | {"rerank_norm": "gnmt", "rerank_alpha": "0.5", "rerank_beta": "0.4"}
    app = pages.open_app(link)
    asked = len(decodings)
    app = pages.press(app, ENGLISH("rerank.again"))
    assert len(decodings) == asked + 1
    options = DecodeOptions(length_normalisation="gnmt", alpha=0.5, beta=0.4)
    trace = trace_of(options=options)
    nothing = ENGLISH("header.nothing")
    assert pages.translation(app) == (trace.translation.strip() or nothing)
    assert list(table(app)["Translation"]) == list(trace.hypotheses.texts)
    found = pages.link(app)
    assert (found["norm"], found["alpha"], found["beta"]) == ("gnmt", "0.5", "0.4")
    assert ENGLISH("rerank.winner.same") in pages.captions(app)
    assert app.button(key="rerank-again").disabled


def test_without_attention_there_is_no_beta_and_the_page_says_why() -> None:
    app = pages.open_app(LINK | {"system": "none-reversed", "rerank_beta": "1"})
    assert ENGLISH("rerank.beta.no_attention") in pages.captions(app)
    assert "rerank-beta" not in [slider.key for slider in app.slider]
    assert not pages.has(app, "plotly_chart", "rerank-beta-lines")
    assert ENGLISH("figure.rerank.coverage") not in table(app)
    assert pages.has(app, "plotly_chart", "rerank-alpha-lines")


@pytest.mark.parametrize(
    ("code", "value"),
    [("alpha", "3"), ("alpha", "x"), ("alpha", "nan"), ("beta", "-1"), ("norm", "nope")],
)
def test_impossible_values_are_refused(code: str, value: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        SETTINGS[f"rerank_{code}"].parse(value)


def test_a_links_impossible_values_fall_back_with_a_notice() -> None:
    app = pages.open_app(LINK | {"rerank_alpha": "nan", "rerank_norm": "x", "rerank_beta": "9"})
    names = (ENGLISH(f"setting.rerank_{code}") for code in ("norm", "alpha", "beta"))
    assert ENGLISH("page.link", {"names": ", ".join(names)}) in pages.messages(app)
    assert list(table(app)["Translation"]) == list(trace_of().hypotheses.texts)


def test_greedy_decoding_is_ranked_with_the_hypotheses_of_a_beam() -> None:
    app = pages.open_app(LINK | {"beam": "1"})
    assert ENGLISH("rerank.greedy", {"beam": DecodeOptions.beam_size}) in pages.messages(app)
    assert list(table(app)["Translation"]) == list(trace_of().hypotheses.texts)


def test_the_view_in_chinese() -> None:
    app = pages.open_app(LINK | {"lang": "zh", "rerank_beta": "2"})
    assert CHINESE("rerank.about") in pages.captions(app)
    assert "现在的排名" in table(app).columns


def test_samples_are_not_said_to_be_searched_for() -> None:
    link = LINK | {"how": "sample", "samples": "4", "rerank_alpha": "0"}
    for words in (ENGLISH, CHINESE):
        app = pages.open_app(link | {"lang": words.language})
        shown = [*pages.captions(app), *(each.label for each in (*app.button, *app.expander))]
        for key in ("about", "caveat", "table", "again"):
            assert words(f"rerank.{key}.sample", {"count": 4}) in shown
            assert words(f"rerank.{key}", {"count": 4}) not in shown


def test_all_columns_are_on_the_screen_at_1280_and_the_texts_have_the_rest() -> None:
    app = pages.open_app(LINK)
    columns = list(table(app).columns)
    assert columns[-1] == ENGLISH("figure.text")
    assert len(columns) == len(COLUMN_WIDTHS), "without β nothing is added"
    assert sum(COLUMN_WIDTHS) <= 880 - 150
    columns = list(table(pages.open_app(LINK | {"rerank_beta": "0.2"})).columns)
    assert len(columns) == len(COLUMN_WIDTHS) + 1
