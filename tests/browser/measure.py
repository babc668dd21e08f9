"""Latencies of the page in a real browser, printed: no test, for times depend on the machine.

``python -m tests.browser.measure [--rounds N]`` starts the app on the shipped models by itself.
"""

import argparse
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from urllib.error import URLError

from playwright.sync_api import Page, expect, sync_playwright

APP = Path(__file__).parents[2] / "app.py"
CHROMIUM = "/usr/bin/chromium"
OPTIONS = "--no-sandbox --disable-gpu --disable-background-networking --disable-component-update"
WAIT = 60_000
SENTENCES = (  # 12 tokens each, EOS counted, in the Transformer of de-en
    "Ich habe gestern in der Stadt einen alten Freund getroffen.",
    "Ich habe gestern in der Schule einen alten Freund getroffen.",
    "Ich habe gestern in der Stadt einen guten Freund getroffen.",
    "Wir haben gestern in der Stadt einen alten Freund getroffen.",
    "Ich habe heute in der Stadt einen alten Freund getroffen.",
    "Er hat gestern in der Stadt einen alten Freund getroffen.",
    "Ich habe gestern in der Stadt einen alten Mann getroffen.",
)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def wait_until_healthy(address: str) -> None:
    """Ask until the server answers."""
    while True:
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=5):
                return
        except (URLError, ConnectionError):
            time.sleep(0.02)


def drawn(page: Page) -> None:
    """Wait until the translation and the heatmap of the attention view are there."""
    expect(page.locator(".st-key-translation")).to_be_visible(timeout=WAIT)
    expect(page.locator(".js-plotly-plot").first).to_be_visible(timeout=WAIT)


def seconds(action: Callable[[], None]) -> float:
    """How long it takes."""
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def report(name: str, times: list[float]) -> None:
    """One line: median and range in milliseconds."""
    low, middle, high = min(times), statistics.median(times), max(times)
    shown = f"{middle * 1000:7.0f} ms  ({low * 1000:.0f} to {high * 1000:.0f}, n = {len(times)})"
    sys.stdout.write(f"{name:34} {shown}\n")


def reload(page: Page) -> None:
    """Open the same link again."""
    page.reload()
    drawn(page)


def translate(page: Page, sentence: str) -> None:
    """Type a sentence, press Translate, wait for it above the views and for a settled page."""
    page.locator("textarea").fill(sentence)
    page.get_by_role("button", name="Translate").click()
    expect(page.locator(".st-key-source")).to_have_text(sentence, timeout=WAIT)
    app = page.locator("[data-testid=stApp]")
    expect(app).to_have_attribute("data-test-script-state", "notRunning", timeout=WAIT)
    expect(page.locator("[data-stale=true]")).to_have_count(0, timeout=WAIT)


def step(page: Page) -> None:
    """Press the right arrow in the scrubber, until it says the next step."""
    status = page.locator("output")
    before = status.inner_text()
    page.get_by_role("slider", name="Step").press("ArrowRight")
    expect(status).not_to_have_text(before, timeout=WAIT)


WATCH_CLICKS = """() => {
    const prefix = () => document.querySelector(".st-key-node [data-testid=stText]").innerText;
    let pressed = null, before = prefix();
    window.clicks = [];
    document.addEventListener("pointerdown", () => { pressed = performance.now(); }, true);
    new MutationObserver(() => {
        if (pressed !== null && prefix() !== before) {
            window.clicks.push((performance.now() - pressed) / 1000);
            [pressed, before] = [null, prefix()];
        }
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
}"""


def click_nodes(page: Page, rounds: int) -> list[float]:
    """Click nodes of the tree; from the press until the box above it tells another prefix.

    The browser's own clock: the test driver takes its time to find and reach a node.
    """
    page.evaluate(WATCH_CLICKS)
    prefix = page.locator(".st-key-node [data-testid=stText]")
    for number in range(rounds):
        before = prefix.inner_text()
        token = ("old", "friend", "in")[number % 3]
        page.locator("svg text").filter(has_text=token).first.click()
        expect(prefix).not_to_have_text(before, timeout=WAIT)
        page.wait_for_timeout(500)
    return [float(taken) for taken in page.evaluate("window.clicks")]


def measure(page: Page, address: str, rounds: int) -> None:
    """Everything after the cold first page."""
    report("reload", [seconds(lambda: reload(page)) for _ in range(rounds)])
    times = [seconds(lambda s=s: translate(page, s)) for s in SENTENCES]  # type: ignore[misc]
    report("translate 12 tokens, click to drawn", times[1:])
    report("step in the scrubber", [seconds(lambda: step(page)) for _ in range(rounds)])
    page.goto(f"{address}/?view=tree")
    expect(page.locator(".st-key-node")).to_be_visible(timeout=WAIT)
    page.wait_for_timeout(2000)
    report("click on a tree node", click_nodes(page, rounds))


def main() -> None:
    """Start, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "streamlit", "run", str(APP), f"--server.port={port}"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS.split())
        page = browser.new_page(viewport={"width": 1280, "height": 1100})
        started = time.perf_counter()
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=APP.parent) as server:
            try:
                wait_until_healthy(address)
                report("server start", [time.perf_counter() - started])
                started = time.perf_counter()
                page.goto(address)
                drawn(page)
                report("first page, models not yet loaded", [time.perf_counter() - started])
                measure(page, address, rounds)
            finally:
                server.terminate()
        browser.close()


if __name__ == "__main__":
    main()
