"""Five visitors at once: each gets the translation of their own sentence, none that of another.

More than are served at a time, and all of them submit at the same moment, so most must wait.
"""

import time
from dataclasses import dataclass
from functools import cache

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from seqviz.options import DecodeOptions
from seqviz.translator import Translator, load
from seqviz.views.session.cache import DECODERS
from seqviz.words.numbers import number
from tests.browser import app_page
from tests.browser.conftest import Watch

pytestmark = pytest.mark.browser

GERMAN = (
    "Ich habe gestern einen Film gesehen.",
    "Der Hund liegt unter dem Tisch.",
    "Wir fahren morgen mit dem Zug nach Köln.",
    "Kannst du mir bitte helfen?",
)
CHINESE = ("他每天早上喝咖啡。",)
SYSTEMS = {"de-en": ("transformer", "dot"), "zh-en": ("dot",)}
MOST_MILLISECONDS = 60_000
SECONDS_TO_ALL_SUBMITS = 1


@cache
def loaded(name: str) -> Translator:
    return load(name)


@dataclass(frozen=True)
class Wish:
    """What one visitor asks for."""

    pair: str
    system: str
    text: str
    beam_size: int

    @property
    def link(self) -> dict[str, str]:
        """Everything but the text, of which there is none yet."""
        beam = str(self.beam_size)
        return {"pair": self.pair, "system": self.system, "beam": beam, "text": " "}

    def answer(self) -> tuple[str, str]:
        """Translation and sum of log-probabilities, found alone."""
        options = DecodeOptions(beam_size=self.beam_size)
        trace = loaded(f"{self.pair}/{self.system}").translate(self.text, options)
        return trace.translation, number(trace.hypotheses.log_probs[0])


def wishes() -> list[Wish]:
    return [
        Wish(pair, SYSTEMS[pair][place % len(SYSTEMS[pair])], text, 1 + place % 3)
        for pair, texts in (("de-en", GERMAN), ("zh-en", CHINESE))
        for place, text in enumerate(texts)
    ]


def visitors(context: BrowserContext, watch: Watch) -> list[Page]:
    """Five tabs of one browser, every tab a session, with cookies and storage in common."""
    pages = [context.new_page() for _ in range(5)]
    for page in pages:
        watch.attach(page)
    return pages


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
    numbers = app_page.metrics(page)
    return app_page.translation(page).inner_text().strip(), numbers[0]


def test_five_sessions_at_once_get_each_their_own(context: BrowserContext, app: str) -> None:
    asked, watch = wishes(), Watch()
    expected = [wish.answer() for wish in asked]
    assert len(set(expected)) == len(asked) == 5 > DECODERS
    pages = visitors(context, watch)
    for page, wish in zip(pages, asked, strict=True):
        arrive(page, app, wish)
    moment = 1000 * (time.time() + SECONDS_TO_ALL_SUBMITS)
    for page in pages:
        submit_at(page, moment)
    shown = [answer_shown(page, wish) for page, wish in zip(pages, asked, strict=True)]
    faults = [fault for page in pages for fault in watch.take_faults(page)]
    for page in pages:
        page.close()
    assert shown == expected
    assert faults == []
