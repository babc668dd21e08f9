from dataclasses import replace

import numpy as np
import pytest

from seqviz import figures
from seqviz.analysis.rerank import Ranking, rerank
from seqviz.analysis.score_curves import ScoreCurves, score_curves
from seqviz.figures.rerank import legend_texts
from seqviz.figures.words import WORDS
from seqviz.options import Sampling
from seqviz.trace import Trace
from seqviz.words import table
from tests.fixtures import toy_traces as toy

CHINESE = table("zh")
HIGH = 2.0


@pytest.fixture
def trace() -> Trace:
    return toy.random_trace(3, 9, 4)


@pytest.fixture
def ranking(trace: Trace) -> Ranking:
    return rerank(trace, normalisation="average", alpha=0.9, beta=0.2)


@pytest.fixture
def curves(trace: Trace, ranking: Ranking) -> ScoreCurves:
    found = score_curves(trace, ranking, "alpha", high=HIGH)
    assert len(found.changes) == 1
    assert ranking.winner == found.changes[0].after
    return found


def test_the_table_takes_every_score_apart_and_stars_the_winner(
    trace: Trace, ranking: Ranking
) -> None:
    table = figures.rerank_table(trace, ranking)
    assert list(table[""]) == ["★", *[""] * (len(table) - 1)]
    assert list(table["Rank now"]) == list(range(1, len(trace.hypotheses) + 1))
    assert sorted(table["Rank in search"]) == list(table["Rank now"])
    first = table.iloc[0]
    assert first["Rank in search"] == ranking.winner + 1
    assert first["Translation"] == trace.hypotheses.texts[ranking.winner]
    whole = table["Σ log p"] / table["÷ length term"] + table["+ coverage term"]
    np.testing.assert_allclose(whole, table["= score"], atol=3e-4)
    assert np.all(np.diff(table["= score"]) <= 0)


def test_lines_show_the_distance_to_the_best_and_the_scores_on_hover(
    trace: Trace, ranking: Ranking, curves: ScoreCurves
) -> None:
    figure = figures.rerank_picture(trace, ranking, curves).chart
    assert len(figure.data) == len(trace.hypotheses)
    heights = np.array([line.y for line in figure.data])
    np.testing.assert_allclose(heights.max(axis=0), 0, atol=1e-9)
    for line in figure.data:
        place = int(line.name.split(".")[0]) - 1
        np.testing.assert_allclose(line.customdata, curves.scores[:, place], atol=1e-4)
    absolute = figures.rerank_picture(trace, ranking, curves, relative=False).chart
    for line in absolute.data:
        assert list(line.y) == list(line.customdata)
    assert absolute.layout.yaxis.title.text == "Score"


def test_those_that_win_differ_in_colour_and_dash_and_are_named(
    trace: Trace, ranking: Ranking, curves: ScoreCurves
) -> None:
    figure = figures.rerank_picture(trace, ranking, curves).chart
    named = [line for line in figure.data if line.showlegend]
    assert {int(line.name.split(".")[0]) - 1 for line in named} == {
        curves.changes[0].before,
        curves.changes[0].after,
    }
    assert len({line.line.color for line in named}) == len({line.line.dash for line in named}) == 2
    assert all(line.line.width < 2 for line in figure.data if not line.showlegend)


def test_vertical_lines_mark_changes_the_searchs_value_and_the_present_one(
    trace: Trace, ranking: Ranking, curves: ScoreCurves
) -> None:
    figure = figures.rerank_picture(trace, ranking, curves).chart
    marked = [shape.x0 for shape in figure.layout.shapes]
    assert marked == [curves.changes[0].value, trace.options.alpha, 0.9]
    texts = [annotation.text for annotation in figure.layout.annotations]
    assert texts == [f"{curves.changes[0].value:.2f}", "in the search", "now: 0.90"]
    assert figure.layout.title.text == "Which translation wins at which α (β = 0.20)"


def test_where_the_present_value_is_the_searchs_own_one_line_says_so(trace: Trace) -> None:
    own = rerank(trace, normalisation="average", alpha=1.0, beta=0.0)
    beta = score_curves(trace, own, "beta", high=HIGH)
    figure = figures.rerank_picture(trace, own, beta).chart
    assert len(figure.layout.shapes) == len(beta.changes) + 1
    assert figure.layout.title.text == "Which translation wins at which β (α = 1.00)"


def test_where_nothing_changes_one_wins_everywhere(trace: Trace) -> None:
    ranking = rerank(trace, normalisation="none", alpha=0.7, beta=0.0)
    curves = score_curves(trace, ranking, "alpha", high=HIGH)
    assert curves.changes == ()
    figure = figures.rerank_picture(trace, ranking, curves).chart
    assert [shape.x0 for shape in figure.layout.shapes] == [trace.options.alpha, 0.7]
    (row,) = figures.rerank_picture(trace, ranking, curves).table.itertuples(index=False)
    assert (row[0], row[1], row[3]) == (0, HIGH, ranking.winner + 1)
    assert "Changes of the winner: 0." in figures.rerank_picture(trace, ranking, curves).sentence


def test_the_table_of_winners_covers_the_whole_range(
    trace: Trace, ranking: Ranking, curves: ScoreCurves
) -> None:
    table = figures.rerank_picture(trace, ranking, curves).table
    assert table["α from"][0] == 0
    assert table["α to"].iloc[-1] == HIGH
    assert list(table["α to"][:-1]) == list(table["α from"][1:])
    (change,) = curves.changes
    texts = trace.hypotheses.texts
    assert list(table["Winner"]) == [texts[change.before], texts[change.after]]


def test_the_sentence_names_every_change(
    trace: Trace, ranking: Ranking, curves: ScoreCurves
) -> None:
    (change,) = curves.changes
    texts = trace.hypotheses.texts
    alt = figures.rerank_picture(trace, ranking, curves).sentence
    assert f"Now α = 0.90 and “{texts[ranking.winner]}” wins. Changes of the winner: 1." in alt
    assert alt.endswith(
        f"At α = {change.value:.2f} from “{texts[change.before]}” to “{texts[change.after]}”."
    )
    chinese = figures.rerank_picture(trace, ranking, curves, words=CHINESE).sentence
    assert f"在 α = {change.value:.2f} 处" in chinese


def test_a_long_list_is_cut_to_the_best_and_all_that_win() -> None:
    trace = toy.random_trace(8, 30, 12)
    ranking = rerank(trace, normalisation="average", alpha=1.0, beta=0.5)
    curves = score_curves(trace, ranking, "alpha", high=HIGH)
    figure = figures.rerank_picture(trace, ranking, curves).chart
    assert len(trace.hypotheses) > len(figure.data) == 12
    drawn = {int(line.name.split(".")[0]) - 1 for line in figure.data}
    assert {change.after for change in curves.changes} | {ranking.winner} <= drawn


def test_legends_are_cut_so_that_they_differ() -> None:
    long = "I met an old friend from school in the middle of the"
    texts = [f"{long} city", f"{long} town", f"{long} towns, again", "short", f"{long} city"]
    shown = legend_texts(texts)
    assert len(set(shown)) == 4
    assert shown[0] == shown[4] == "…city"
    assert shown[3] == "short"
    assert all(len(text) <= 46 for text in legend_texts([*texts, "在" * 99, "在" * 100]))


def test_words_at_a_mark_stand_above_the_lines_and_inside_the_drawing(trace: Trace) -> None:
    ranking = rerank(trace, normalisation="average", alpha=HIGH, beta=0.0)
    curves = score_curves(trace, ranking, "alpha", high=HIGH)
    figure = figures.rerank_picture(trace, ranking, curves).chart
    marks = figure.layout.annotations
    assert all((mark.y, mark.yanchor) == (1, "bottom") for mark in marks)
    assert marks[-1].xanchor == "right"
    assert len({mark.yshift for mark in marks[-2:]}) == 2
    assert max(mark.yshift for mark in marks) + 15 < figure.layout.margin.t


def test_samples_were_not_searched_for(trace: Trace, ranking: Ranking, curves: ScoreCurves) -> None:
    sampled = replace(trace, options=replace(trace.options, sampling=Sampling()))
    assert "Rank as sampled" in figures.rerank_table(sampled, ranking).columns
    assert "Rank as sampled" in figures.rerank_picture(sampled, ranking, curves).table.columns
    marks = figures.rerank_picture(sampled, ranking, curves).chart.layout.annotations
    assert "as sampled" in [mark.text for mark in marks]


def test_texts_stay_text(trace: Trace, ranking: Ranking) -> None:
    texts = tuple("<b>$x$</b> %{y}" for _ in trace.hypotheses.texts)
    trace = replace(trace, hypotheses=replace(trace.hypotheses, texts=texts))
    curves = score_curves(trace, ranking, "alpha", high=HIGH)
    for line in figures.rerank_picture(trace, ranking, curves, words=WORDS).chart.data:
        assert line.name.endswith("&lt;b&gt;&#36;x&#36;&lt;/b&gt; %&#123;y&#125;")
        assert "<b>$" not in line.hovertemplate
