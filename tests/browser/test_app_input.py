"""Whatever a visitor may type or paste: shown as it is, never run, answered in one sentence."""

import pytest
from playwright.sync_api import Page, expect

from seqviz.errors import InputError
from seqviz.translator import Translator, load
from seqviz.words import table
from tests.browser import app_page
from tests.browser.conftest import Watch, settled

pytestmark = pytest.mark.browser

KEPT = {"beam": "4", "norm": "gnmt", "alpha": "0.8", "pruned": "none", "system": "dot"}
TEXTS = {
    "markup": "# <script>alert(1)</script> <img src=x onerror=alert(1)> <b>Hund</b> & &amp; {0} %s "
    "%{x} ${y} {name} $x$ $$\\frac{a}{b}$$ :red[Hund] **fett** [Katze](javascript:alert(1)) `x`",
    "letters": "مرحبا بالعالم، كيف حالك؟ \u202eeztaK\u202c Hund\x01\x07\x1b[31m\x7f "
    "🐱 👩‍👩‍👧‍👦 🇩🇪 ꙮ ጀ ᚠ ⵣ :material/home:",
    "star": "*",
}
"""Of many kinds: script and tags, formulas and Markdown; right to left, control characters, emoji
and scripts that no model knows; one character that begins a list.
"""
INJECTED = (
    "img[src=x], [data-testid=stMain] a[href*=alert], .katex, "
    "[data-testid=stMain] h1:not(.st-key-top h1)"
)
"""What there would be if a text were taken for markup."""
LONG = "Katze und " * 1_000


@pytest.fixture(scope="module", autouse=True)
def _arrive(_one_page: tuple[Page, Watch], app: str) -> None:
    app_page.go(_one_page[0], app, KEPT | {"text": "Es war sehr kalt."})


@pytest.fixture(scope="module")
def translator() -> Translator:
    return load("de-en/dot")


def nothing_went_wrong(page: Page) -> None:
    alerts = app_page.alerts(page).all_inner_texts()
    assert not [text for text in alerts if table()["page.error"] in text]
    assert app_page.link_of(page).items() >= KEPT.items()
    assert page.locator(INJECTED).count() == 0


@pytest.mark.parametrize("name", TEXTS)
def test_it_is_shown_as_it_is(page: Page, translator: Translator, name: str) -> None:
    text = TEXTS[name]
    app_page.translate(page, text)  # in the view where the sentence before was left
    read = translator.read(text).text
    expect(app_page.source(page)).to_have_text(read, use_inner_text=True)
    app_page.drawn(page)
    expect(app_page.sentence_box(page)).to_have_value(text)
    nothing_went_wrong(page)
    for view in app_page.other_views(page) if name == "markup" else ():
        app_page.show(page, view)
        expect(app_page.translation(page)).to_be_visible()
        nothing_went_wrong(page)


def test_what_cannot_be_translated_is_said_in_one_sentence(
    page: Page, translator: Translator
) -> None:
    with pytest.raises(InputError) as error:
        translator.read(LONG)
    assert error.value.code == "source_too_long"
    app_page.translate(page, LONG)
    expect(app_page.alert(page, str(error.value))).to_be_visible()
    expect(app_page.alerts(page)).to_have_count(1)
    expect(app_page.translation(page)).to_have_count(0)
    expect(app_page.sentence_box(page)).to_have_value(LONG)
    nothing_went_wrong(page)


def test_after_all_that_a_sentence_is_translated(page: Page, translator: Translator) -> None:
    app_page.translate(page, "Der Hund schläft.")
    expect(app_page.source(page)).to_have_text("Der Hund schläft.")
    settled(page)
    nothing_went_wrong(page)
