"""Shoot the pictures of the README: three views in both languages, light and dark, two in one.

Start the app (``make run``), then: ``.venv/bin/python assets/shoot.py http://127.0.0.1:8501``.
"""

import sys
from itertools import product
from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import Browser, expect, sync_playwright

CHROMIUM = "/usr/bin/chromium"
OPTIONS = "--no-sandbox --disable-gpu --disable-background-networking --disable-component-update"
FOLDER = Path(__file__).parent
WIDTH, HEIGHT, MOST_HEIGHT = 1280, 900, 1600
DRAWN_MILLISECONDS = 2500

VIEWS = {
    "attention": {"step": "3"},
    "tree": {"node": "6.3"},
    "compare": {"text": "Hilfst du Tom immer bei seinen Hausaufgaben?"},
}
ONCE = {
    "reference": {"text": "Es war sehr kalt.", "reference": "It was freezing."},
    "intervene": {"text": "Es war sehr kalt.", "edits": "mute-j3"},
    "systems": {"reference": "I met an old friend in the city yesterday."},
    "training": {
        **{"pair": "date-iso", "system": "dot", "train_with": "date-iso/none"},
        **{"text": "the 3rd of March 1999", "reference": "1999-03-03", "train_stop": "15"},
    },
}
"""Shot in English and light only."""
WITHOUT_TRANSLATION = ("training",)
TALL = {"systems": 2000, "training": 1960}
"""Pixels, where the usual height would cut the best part."""


def shoot(browser: Browser, address: str, *, view: str, language: str, scheme: str) -> None:
    """Open one view and save what it shows."""
    context = browser.new_context(
        viewport={"width": WIDTH, "height": HEIGHT},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    page = context.new_page()
    link = {"view": view, "lang": language, **(VIEWS | ONCE)[view]}
    if view == "compare" and language == "zh":
        link |= {"pair": "zh-en", "text": "我整个下午都在花园里。"}
    page.goto(f"{address}/?{urlencode(link)}")
    app = page.locator("[data-testid=stApp]")
    if view not in WITHOUT_TRANSLATION:
        expect(page.locator(".st-key-translation")).to_be_visible(timeout=60_000)
    expect(app).to_have_attribute("data-test-script-state", "notRunning", timeout=60_000)
    tall = int(page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight"))
    page.set_viewport_size({"width": WIDTH, "height": min(tall, TALL.get(view, MOST_HEIGHT))})
    expect(page.locator("[data-testid=stSkeleton]")).to_have_count(0, timeout=60_000)
    page.wait_for_timeout(DRAWN_MILLISECONDS)
    page.screenshot(path=FOLDER / f"{view}-{language}-{scheme}.png")
    context.close()


def main(address: str) -> None:
    """Shoot all of them."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS.split())
        for view, language, scheme in product(VIEWS, ("en", "zh"), ("light", "dark")):
            shoot(browser, address, view=view, language=language, scheme=scheme)
        for view in ONCE:
            shoot(browser, address, view=view, language="en", scheme="light")
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1])
