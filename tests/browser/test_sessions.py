"""Twenty visitors at once: each gets the translation of their own sentence, none that of another.

All follow a link of their own at the same moment, to systems that share one server.
"""

from dataclasses import dataclass
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Page, expect

from seqviz.options import DecodeOptions
from seqviz.translator import load
from tests.browser import app_page
from tests.browser.conftest import Serve, Watch

pytestmark = pytest.mark.browser

GERMAN = (
    "Ich habe gestern einen Film gesehen.",
    "Der Hund liegt unter dem Tisch.",
    "Wir fahren morgen mit dem Zug nach Köln.",
    "Kannst du mir bitte helfen?",
    "Sie spricht drei Sprachen.",
    "Das Wetter ist heute sehr schön.",
    "Wo hast du meine Schlüssel gefunden?",
    "Mein Bruder arbeitet in einem Krankenhaus.",
    "Ich trinke jeden Morgen Kaffee.",
    "Die Kinder spielen im Garten.",
    "Er hat vergessen, das Fenster zu schließen.",
    "Wann beginnt der Unterricht?",
    "Ich möchte ein Zimmer für zwei Nächte.",
    "Das Buch ist interessanter als der Film.",
)
CHINESE = (
    "我昨天看了一部电影。",
    "他每天早上喝咖啡。",
    "你能帮我吗？",
    "孩子们在花园里玩。",
    "我们明天去北京。",
    "这本书很有意思。",
)
SYSTEMS = {"de-en": ("transformer", "dot", "none-reversed"), "zh-en": ("transformer", "dot")}
MOST_MILLISECONDS = 180_000


@dataclass(frozen=True)
class Wish:
    """What one visitor asks for."""

    pair: str
    system: str
    text: str
    beam_size: int

    @property
    def link(self) -> str:
        settings = {"pair": self.pair, "system": self.system, "text": self.text}
        return urlencode(settings | {"beam": str(self.beam_size)})

    def answer(self) -> tuple[str, str]:
        """Translation and sum of log-probabilities, found alone."""
        options = DecodeOptions(beam_size=self.beam_size)
        trace = load(f"{self.pair}/{self.system}").translate(self.text, options)
        return trace.translation, f"{trace.hypotheses.log_probs[0]:.2f}"


def wishes() -> list[Wish]:
    return [
        Wish(pair, SYSTEMS[pair][place % len(SYSTEMS[pair])], text, 3 + place % 4)
        for pair, texts in (("de-en", GERMAN), ("zh-en", CHINESE))
        for place, text in enumerate(texts)
    ]


def visitors(browser: Browser, watch: Watch) -> list[Page]:
    """Four browsers with five tabs each, every tab a session: cookies in common, and not."""
    contexts = [browser.new_context(viewport={"width": 1280, "height": 900}) for _ in range(4)]
    pages = [context.new_page() for _ in range(5) for context in contexts]
    for page in pages:
        watch.attach(page)
    return pages


def leave_for(page: Page, address: str) -> None:
    """Go there, without waiting for anything to arrive."""
    page.evaluate("address => { setTimeout(() => { location = address }) }", address)


def answer_shown(page: Page, wish: Wish) -> tuple[str, str]:
    """Translation and sum of log-probabilities, once the page shows them."""
    expect(app_page.source(page)).to_have_text(wish.text, timeout=MOST_MILLISECONDS)
    numbers = app_page.metrics(page, milliseconds=MOST_MILLISECONDS)
    assert page.locator("[data-testid=stException]").count() == 0
    return app_page.translation(page).inner_text().strip(), numbers[0]


def test_twenty_sessions_at_once_get_each_their_own(browser: Browser, serve: Serve) -> None:
    app, asked, watch = serve(app_page.APP), wishes(), Watch()
    expected = [wish.answer() for wish in asked]
    assert len(set(expected)) == len(asked) == 20
    pages = visitors(browser, watch)
    for page, wish in zip(pages, asked, strict=True):
        leave_for(page, f"{app}/?{wish.link}")
    shown = [answer_shown(page, wish) for page, wish in zip(pages, asked, strict=True)]
    for context in {page.context for page in pages}:
        context.close()
    assert shown == expected
    assert watch.faults == []
