"""Three visitors at once: each gets the translation of their own sentence, none that of another.

More than are served at a time, and all of them submit at the same moment, so most must wait.
"""

import time
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from seqviz.translator import load
from seqviz.views.session.cache import DECODERS
from seqviz.words.numbers import number
from tests.browser import app_page
from tests.browser.conftest import OpenPage, settled

pytestmark = pytest.mark.browser

MOST_MILLISECONDS = 60_000
SECONDS_TO_ALL_SUBMITS = 1


@dataclass(frozen=True)
class Wish:
    """What one visitor asks for."""

    system: str
    text: str
    beam_size: int

    @property
    def link(self) -> dict[str, str]:
        """Everything but the text, of which there is none yet."""
        return {"system": self.system, "beam": str(self.beam_size), "text": " "}

    def answer(self) -> tuple[str, str]:
        """Translation and sum of log-probabilities, found alone."""
        trace = load(f"de-en/{self.system}").translate(self.text, beam_size=self.beam_size)
        return trace.translation, number(trace.hypotheses.log_probs[0])


WISHES = (
    Wish("transformer", "Ich habe gestern einen Film gesehen.", 1),
    Wish("dot", "Der Hund liegt unter dem Tisch.", 2),
    Wish("transformer", "Wir fahren morgen mit dem Zug nach Köln.", 3),
)


def arrive(page: Page, app: str, wish: Wish) -> None:
    """Open the page, and type all but submit nothing."""
    app_page.go(page, app, wish.link)
    app_page.sentence_box(page).fill(wish.text)
    app_page.sentence_box(page).blur()


def submit_at(page: Page, moment: float) -> None:
    """Have Translate pressed at a moment in milliseconds since 1970, or now if it is past."""
    page.get_by_role("button", name="Translate").evaluate(
        "(button, moment) => setTimeout(() => button.click(), moment - Date.now())", moment
    )


def answer_shown(page: Page, wish: Wish) -> tuple[str, str]:
    """Translation and sum of log-probabilities, once the page shows them."""
    expect(app_page.source(page)).to_have_text(wish.text, timeout=MOST_MILLISECONDS)
    settled(page, seconds=MOST_MILLISECONDS / 1000)  # a run that goes on may close what is opened
    numbers = app_page.metrics(page)
    return app_page.translation(page).inner_text().strip(), numbers[0]


def test_sessions_at_once_get_each_their_own(page: Page, open_page: OpenPage, app: str) -> None:
    expected = [wish.answer() for wish in WISHES]
    assert len(set(expected)) == len(WISHES) > DECODERS
    pages = [page, open_page(), open_page()]  # of one browser, which has one storage for all
    for one, wish in zip(pages, WISHES, strict=True):
        arrive(one, app, wish)
    for one in pages[1:]:
        assert one.evaluate("history.length") == 2, "after the empty page, only the link"
    moment = 1000 * (time.time() + SECONDS_TO_ALL_SUBMITS)
    for one in pages:
        submit_at(one, moment)
    assert [answer_shown(*each) for each in zip(pages, WISHES, strict=True)] == expected
