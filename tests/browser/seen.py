"""What axe finds on a page, in the light and in the dark."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import settled

SCREEN = ".st-key-screen"
"""What is different from screen to screen."""
BRIEF = {"resultTypes": ["violations"]}
"""Axe does not describe all that is right: that takes twice as long as to look at it."""


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


def assert_accessible(page: Page, part: str = "html") -> None:
    """Axe finds nothing; in the dark only contrast is looked at, for nothing else is different.

    Args:
        page: where.
        part: a selector of what is looked at; what stands around the screens is seen once.
    """
    options = BRIEF | ({"runOnly": ["color-contrast"]} if is_dark(page) else {})
    results = Axe().run(page, context=part, options=options)
    assert results.violations_count == 0, results.generate_report()
