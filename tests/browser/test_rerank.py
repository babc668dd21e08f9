"""Re-ranking in a real browser: a slider moved by keys changes the winner at once."""

import pytest
from playwright.sync_api import Page, expect

from seqviz.analysis.rerank import rerank, rerank_as_searched
from seqviz.analysis.score_curves import score_curves
from seqviz.translator import load
from seqviz.words.numbers import number
from tests.browser.app_page import MILLISECONDS, await_link, go, metrics, plot, slide
from tests.browser.conftest import settled

pytestmark = pytest.mark.browser

SENTENCE = "Ich hörte selbst erst vor ein paar Minuten davon."


def test_a_moved_slider_changes_the_winner_and_a_search_with_it_is_one_click(
    page: Page, app: str
) -> None:
    trace = load("de-en/transformer").translate(SENTENCE)
    own = rerank_as_searched(trace)
    (change,) = score_curves(trace, own, "alpha", high=2.0).changes
    assert change.before == 0
    go(page, app, {"text": SENTENCE, "view": "rerank"})
    before = metrics(page)
    card = page.locator(".st-key-marked-rerank")
    expect(card).to_contain_text(trace.translation)
    slider = page.locator(".st-key-rerank-alpha input")
    alpha = round(own.alpha + 0.05 * (int((change.value - own.alpha) / 0.05) + 1), 2)
    slide(slider, alpha)
    await_link(page, "rerank_alpha", f"{alpha:.4g}")
    ranking = rerank(trace, normalisation="average", alpha=alpha, beta=0.0)
    assert ranking.winner == change.after
    expect(card).to_contain_text(f"in the search: rank {ranking.winner + 1}", timeout=MILLISECONDS)
    expect(card).to_contain_text(f"= score {number(ranking.scores[ranking.winner], '.3f')}")
    drawn = plot(page, "rerank-alpha-lines").locator(".annotation-text")
    expect(drawn.filter(has_text=f"now: {alpha:.2f}")).to_be_visible(timeout=MILLISECONDS)
    settled(page)
    assert metrics(page) == before, "the time would differ after another decoding"

    page.get_by_role("button", name="Search again with these values").click()
    await_link(page, "alpha", f"{alpha:.4g}")
    expect(card).to_contain_text("as in the search", timeout=MILLISECONDS)
