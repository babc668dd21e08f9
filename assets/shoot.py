"""Shoot the pictures of the README, in both languages; the first one moves.

Start the app (``make run``), then: ``.venv/bin/python assets/shoot.py http://127.0.0.1:8501``.
Names behind the address shoot only those.
"""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from itertools import product
from pathlib import Path
from urllib.parse import urlencode

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

CHROMIUM = "/usr/bin/chromium"
OPTIONS = "--no-sandbox --disable-gpu --disable-background-networking --disable-component-update"
FOLDER = Path(__file__).parent
WIDTH = 1280
WAIT = 240_000
DRAWN = 2500
STEP, LAST_STEP = 1000, 3000
"""Milliseconds: until everything stands still; of a moving picture's steps."""


@dataclass(frozen=True, kw_only=True)
class Shot:
    """One picture: a link, and which part of the page it opens."""

    link: Mapping[str, str]
    height: int
    """Pixels."""
    top: str = ""
    """A CSS selector of what it is scrolled to; empty: the top of the page."""
    chinese: Mapping[str, str] = field(default_factory=dict)
    """What the link has instead on the Chinese page."""
    moves: bool = False
    """Step by step, from the first word to the last."""
    dark: bool = False


FRIEND = {"pair": "zh-en", "text": "我昨天在城里遇到了一位老朋友。"}
DATES = {"pair": "date-iso", "system": "dot", "train_with": "date-iso/none"}
SHOTS = {
    "watch": Shot(link={}, chinese=FRIEND, height=800, moves=True),
    "dark": Shot(link={"step": "5"}, chinese=FRIEND, height=800, dark=True),
    "tree": Shot(link={"view": "tree", "step": "5", "node": "5.1"}, chinese=FRIEND, height=1000),
    "searches": Shot(
        link={"view": "compare", "text": "Hilfst du Tom immer bei seinen Hausaufgaben?"},
        chinese={"pair": "zh-en", "text": "他已经不抽烟了。"},
        height=1000,
    ),
    "systems": Shot(
        link={"view": "systems", "reference": "I met an old friend in the city yesterday."},
        chinese={**FRIEND, "reference": "I met an old friend in town yesterday."},
        top=".st-key-system-card-additive",
        height=1120,
    ),
    "intervene": Shot(
        link={"view": "intervene", "text": "Es war sehr kalt.", "edits": "mute-j3"},
        height=1400,
    ),
    "reference": Shot(
        link={"view": "reference", "text": "Es war sehr kalt.", "reference": "It was freezing."},
        height=1300,
    ),
    "training": Shot(
        link={"view": "training", "train_stop": "15"} | DATES,
        top=".st-key-train_sentence",
        height=860,
    ),
}


def shoot(browser: Browser, address: str, *, name: str, language: str) -> None:
    """Open one view and save what it shows."""
    shot = SHOTS[name]
    context = browser.new_context(
        viewport={"width": WIDTH, "height": shot.height},
        color_scheme="dark" if shot.dark else "light",
        reduced_motion="reduce",  # nothing plays by itself
    )
    page = context.new_page()
    link = {"lang": language, **shot.link, **(shot.chinese if language == "zh" else {})}
    page.goto(f"{address}/?{urlencode(link)}")
    app = page.locator("[data-testid=stApp]")
    expect(app).to_have_attribute("data-test-script-state", "notRunning", timeout=WAIT)
    expect(page.locator("[data-testid=stSkeleton]")).to_have_count(0, timeout=WAIT)
    page.wait_for_timeout(DRAWN)
    if shot.top:
        page.locator(shot.top).first.evaluate(
            "node => { node.style.scrollMarginTop = '112px'; node.scrollIntoView(); }"
        )
        page.wait_for_timeout(DRAWN)
    if shot.moves:
        save_moving(page, FOLDER / f"{name}-{language}.webp")
    else:
        page.screenshot(path=FOLDER / f"{name}-{language}.png")
    context.close()


def save_moving(page: Page, path: Path) -> None:
    """A picture a step, from the first to the last, and again."""
    player = page.locator(".player").first
    slider, button = player.locator("input[type=range]"), player.locator("button").nth(3)
    images = []
    for step in range(int(slider.get_attribute("max") or 0) + 1):
        if step:
            button.click()
            expect(slider).to_have_js_property("value", str(step))
            page.mouse.move(0, 0)
            page.wait_for_timeout(400)
        images.append(Image.open(BytesIO(page.screenshot())).convert("RGB"))
    durations = [STEP] * (len(images) - 1) + [LAST_STEP]
    images[0].save(
        path, save_all=True, append_images=images[1:], duration=durations, loop=0, quality=80
    )


def main(address: str, *names: str) -> None:
    """Shoot all of them, or some."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS.split())
        for name, language in product(names or SHOTS, ("en", "zh")):
            shoot(browser, address, name=name, language=language)
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
