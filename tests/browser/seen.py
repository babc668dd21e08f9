"""What axe finds on a page, in the light and in the dark."""

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import Page, expect

from tests.browser.conftest import settled

SCREEN = ".st-key-screen"
"""What is different from screen to screen."""
CONTRAST = "color-contrast"
BRIEF = {"resultTypes": ["violations"]}
"""Axe does not describe all that is right: that takes twice as long as to look at it."""

SMALL = """async (lesson) => {
  await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
  return [...lesson.querySelectorAll("*")].flatMap((one) => {
    const texts = [...one.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE);
    const written = one.drawn ? one.drawn() : one;
    const isPainted = one.drawn && written.querySelector("text");
    if (!isPainted && !texts.some(({ data }) => data.trim())) return [];
    if (one.closest(".unseen, sub, math")) return [];
    if (!one.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return [];
    const { a: scale } = one.ownerSVGElement ? one.getScreenCTM() : { a: 1 };
    const { fontSize } = getComputedStyle(one);
    const size = scale * parseFloat(written.getAttribute("font-size") ?? fontSize);
    return size < 23.99 ? [`${size} ${one.outerHTML}`] : [];
  });
}"""
"""Text of the lesson under 24 px, in pictures, and in painted cells, too; but for an index, which
is smaller than its letter in every book. What follows the size of letters is drawn before that.
"""


def await_fit(page: Page) -> None:
    """Wait until the page is as wide as the screen; such pages let no text be run as a script."""
    width = "[document.documentElement.scrollWidth, innerWidth]"
    for _ in range(100):
        wide, room = page.evaluate(width)
        if wide == room:
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"{wide} pixels on a screen of {room}")


WHOLE = """() => {
  const main = document.querySelector("[data-testid=stMain]") ?? document.documentElement;
  return main.scrollHeight <= main.clientHeight;
}"""
"""Whether nothing of the page is below the screen."""


def is_dark(page: Page) -> bool:
    """Whether the system is."""
    return bool(page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches"))


def turn(page: Page) -> None:
    """Let the system turn dark or light, and wait until the page has followed."""
    app = page.locator("[data-testid=stApp]")
    before = app.evaluate("app => getComputedStyle(app).backgroundColor")
    page.emulate_media(color_scheme="light" if is_dark(page) else "dark")
    expect(app).not_to_have_css("background-color", before)
    settled(page)


def assert_accessible(page: Page, part: str = "html", *, own_colours: bool = True) -> None:
    """Axe finds nothing; in the dark only contrast is looked at, for nothing else is different.

    Args:
        page: where.
        part: a selector of what is looked at; what stands around the screens is seen once.
        own_colours: not all is in Streamlit's, whose contrast is looked at elsewhere: to do so
            takes two thirds of the time.
    """
    options: dict[str, Any] = dict(BRIEF)
    if is_dark(page):
        options["runOnly"] = [CONTRAST]
    elif not own_colours:
        options["rules"] = {CONTRAST: {"enabled": False}}
    if not page.evaluate("'axe' in window"):  # to read its program takes a fifth of its time
        page.evaluate(AXE_SCRIPT)
    results = AxeResults(page.evaluate("([part, how]) => axe.run(part, how)", [part, options]))
    assert results.violations_count == 0, results.generate_report()
