"""A real Chromium, and Streamlit served to it, for every test under tests/browser."""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Dialog,
    Error,
    Page,
    expect,
    sync_playwright,
)

from seqviz.catalog import FOLDER_VARIABLE
from seqviz.records.training import FILE_NAME
from seqviz.records.training_file import write_record
from seqviz.translator import load
from tests.browser import server
from tests.browser.server import HOST
from tests.fixtures.made_training import made_record

CHROMIUMS = (Path("/usr/bin/chromium-headless-shell"), Path("/usr/bin/chromium"))
"""The first that is there is taken: Debian's Chromium without its windows does the same tests in
two thirds of the time.
"""
CHROMIUM_OPTIONS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--process-per-site",  # a new page finds the scripts compiled: half the time
    "--js-flags=--no-turbofan",  # no test is long enough to earn its last compiler's time back
)
WIDTH, HEIGHT, LOCALE = 1280, 900, "en-GB"
STILL = """(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`*, ::before, ::after {
        animation-iteration-count: 1 !important;
        transition-duration: 0s !important; transition-delay: 0s !important;
    }`);
    document.adoptedStyleSheets.push(sheet);
})()"""
"""Nothing spins without end or fades: to draw that takes a third of the browser's time."""
NOTHING_AHEAD = "window.requestIdleCallback = () => 0;"
"""No picture is drawn before it is shown: what is found in the lesson is what is seen."""
REPOSITORY = Path(__file__).parents[2]

OpenPage = Callable[[], Page]

expect.set_options(timeout=20_000)  # beside the other tests, two cores may be busy for a while


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium; skips where there is none, except on CI, where it must be there."""
    found = next((path for path in CHROMIUMS if path.exists()), None)
    if found is None:
        reason = (
            f"no Chromium at {' or '.join(map(str, CHROMIUMS))}; "
            "on Debian: apt-get install chromium fonts-noto-cjk"
        )
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=found, args=list(CHROMIUM_OPTIONS), timeout=60_000
        )
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the app, one server for all tests; its log is kept beside their other files.

    On its shipped models, two of which have a made-up training beside them, and halting where a
    test cancels (staged.py).
    """
    folder = tmp_path_factory.mktemp("app")
    models, shipped = folder / "pretrained", REPOSITORY / "pretrained"
    shutil.copytree(shipped, models, copy_function=os.symlink)
    for name, attends in (("de-en/dot", True), ("de-en/none-reversed", False)):
        record = made_record(fingerprint=load(name).facts.fingerprint, attends=attends)
        write_record(record, models / name / FILE_NAME)
    try:
        process, address = server.start(
            REPOSITORY / "app.py",
            log=folder / "streamlit.log",
            folder=REPOSITORY,
            env={FOLDER_VARIABLE: str(models)},
            program="tests.browser.staged",
        )
    except TimeoutError as error:
        pytest.fail(str(error))
    yield address
    server.stop(process)


@dataclass
class Watch:
    """What must not happen on a page, collected while it is open."""

    faults: list[str] = field(default_factory=list)

    def attach(self, page: Page) -> None:
        """Listen to everything that counts as a fault."""
        page.on("request", lambda request: self.check_address(request.url))
        page.on("websocket", lambda websocket: self.check_address(websocket.url))
        page.on("pageerror", self.keep_error)
        page.on("console", lambda message: self.check_console(message.type, message.text))
        page.on("dialog", self.close_dialog)
        page.on("crash", lambda _: self.faults.append("the page crashed"))

    def keep_error(self, error: Error) -> None:
        """No script may fail; its message, and where it was, say what failed."""
        place = re.search(r"^ *at .*", error.stack or "", re.MULTILINE)
        self.faults.append(f"page error: {error.message} {place.group().strip() if place else ''}")

    def check_address(self, url: str) -> None:
        """Only this machine may be asked."""
        parts = urlsplit(url)
        if parts.scheme not in ("blob", "data") and parts.hostname != HOST:
            self.faults.append(f"foreign request: {url}")

    def close_dialog(self, dialog: Dialog) -> None:
        """No script may ask for anything."""
        self.faults.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def check_console(self, kind: str, text: str) -> None:
        """The browser's console must hold no errors."""
        if kind == "error":
            self.faults.append(f"console error: {text}")

    def take_faults(self, page: Page) -> list[str]:
        """All faults since the last time, and the exceptions that the page shows now."""
        exceptions = page.locator("[data-testid=stException]").all_inner_texts()
        found = [*self.faults, *(f"exception on the page: {text}" for text in exceptions)]
        self.faults.clear()
        return found


@pytest.fixture(scope="session")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """What all pages share, each of them a session: a new one finds the scripts there and compiled.

    1280 by 900 pixels, English, light, nothing spins or plays by itself.
    """
    context = browser.new_context(
        viewport={"width": WIDTH, "height": HEIGHT}, locale=LOCALE, reduced_motion="reduce"
    )
    context.add_init_script(STILL)
    context.add_init_script(NOTHING_AHEAD)
    yield context
    context.close()


@pytest.fixture
def open_page(context: BrowserContext) -> Iterator[OpenPage]:
    """Open more pages than ``page``.

    After the test, it fails if a page asked another host than 127.0.0.1, had an error (of the page
    or in the console) or a dialog, crashed, or shows an exception of Streamlit.
    """
    opened: list[tuple[Page, Watch]] = []

    def start() -> Page:
        page, watch = context.new_page(), Watch()
        watch.attach(page)
        opened.append((page, watch))
        return page

    yield start
    faults = []
    for page, watch in opened:
        faults += watch.take_faults(page)
        page.close()
    assert not faults, "\n".join(faults)


@pytest.fixture(scope="session")
def _one_page(context: BrowserContext) -> tuple[Page, Watch]:
    page, watch = context.new_page(), Watch()
    watch.attach(page)
    return page, watch


@pytest.fixture
def page(_one_page: tuple[Page, Watch]) -> Iterator[Page]:
    """One page of the context; see ``open_page`` for what fails it.

    The same page for test after test, each of which goes to an address first: that starts another
    session and all scripts anew, but has them compiled, which takes longer than to run them.
    """
    page, watch = _one_page
    yield page
    faults = watch.take_faults(page)
    page.evaluate("() => { localStorage.clear(); sessionStorage.clear(); }")
    page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
    page.emulate_media(color_scheme="light")
    page.mouse.move(0, 0)
    assert not faults, "\n".join(faults)


def settled(page: Page, *, seconds: float = 30) -> None:
    """Wait until the script has run and nothing on the page is stale.

    Right after a click the page still counts as settled: wait for the new text itself as well.
    """
    app = page.locator("[data-testid=stApp]")
    expect(app).to_have_attribute("data-test-script-state", "notRunning", timeout=seconds * 1000)
    expect(page.locator("[data-stale=true]")).to_have_count(0, timeout=seconds * 1000)


@contextmanager
def opened_file(browser: Browser, path: Path, text: str, **how: Any) -> Iterator[Page]:
    """A page from a file with the network cut; in the end it asked for nothing, and failed nowhere.

    Args:
        browser: in which.
        path: where the file is written.
        text: what stands in it.
        how: what else the browser's context is like.
    """
    path.write_bytes(text.encode())
    context = browser.new_context(viewport={"width": 1280, "height": 900}, offline=True, **how)
    context.add_init_script(NOTHING_AHEAD)
    opened, faults = context.new_page(), list[str]()
    opened.on("request", lambda request: faults.append(request.url))
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on("console", lambda message: faults.append(message.text))
    opened.on("dialog", lambda dialog: faults.append(dialog.message))
    opened.goto(path.as_uri())
    yield opened
    context.close()
    assert faults == [path.as_uri()]
