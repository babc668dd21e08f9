"""The gallery in a browser: from a disk without network, and from a server below a path."""

import functools
import http.server
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from seqviz.export.gallery import Site, write_site
from seqviz.trace import Trace
from seqviz.trace.file import trace_to_bytes
from tests.browser.seen import await_fit
from tests.browser.server import HOST
from tests.fixtures.explained import tiny_translators
from tests.fixtures.made_chapter import made_chapter
from tests.fixtures.toy_traces import greedy_trace, rnn_trace, transformer_trace

pytestmark = pytest.mark.browser

HOSTILE = "</script><img src=x onerror=alert(1)>"


class Files(http.server.SimpleHTTPRequestHandler):
    """A plain static host; below /open it lets other sites read its files."""

    def log_message(self, *_: object) -> None:
        """Keep the tests' output to themselves."""

    def end_headers(self) -> None:
        if self.path.startswith("/open/"):
            self.send_header("Access-Control-Allow-Origin", "*")
        super().end_headers()


def hostile() -> Trace:
    plain = transformer_trace()
    return replace(plain, source=replace(plain.source, text=HOSTILE))


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of a host: /course/gallery is the site, /open and /shut hold trace files."""
    folder = tmp_path_factory.mktemp("host")
    chapter = made_chapter(tiny_translators(tmp_path_factory.mktemp("models")))
    site = Site()
    site.add_trace(rnn_trace(), "cat", greedy=greedy_trace())
    site.add_trace(hostile(), "hostile")
    site.add_lesson({"en": chapter, "zh": chapter | {"title": "做出来的", "language": "zh"}})
    write_site(folder / "course" / "gallery", site.files())
    whole = trace_to_bytes(hostile())
    for name in ("open", "shut"):
        (folder / name).mkdir()
        (folder / name / "hostile.json").write_bytes(whole)
    (folder / "open" / "wrong.json").write_text(json.dumps({"format": 4}))
    return folder


@pytest.fixture(scope="module")
def addresses(host: Path) -> Iterator[tuple[str, str]]:
    """Of two servers of that folder: two origins."""
    with serving(host) as one, serving(host) as other:
        yield one, other


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    handler = functools.partial(Files, directory=str(folder))
    server = http.server.ThreadingHTTPServer((HOST, 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://{HOST}:{server.server_port}"
    server.shutdown()
    server.server_close()


@contextmanager
def visited(browser: Browser, *, offline: bool) -> Iterator[tuple[Page, list[str]]]:
    """A page, and all that it asked for; nothing on it may fail, or be refused by its policy."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, offline=offline)
    page, asked, faults = context.new_page(), list[str](), list[str]()
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("dialog", lambda dialog: faults.append(dialog.message))
    page.on("console", lambda message: faults.append(message.text))
    yield page, asked
    context.close()
    known = ("Failed to load resource", "blocked by CORS policy")  # what the tests ask for wrongly
    assert [fault for fault in faults if not any(one in fault for one in known)] == []


def test_it_works_from_a_disk(browser: Browser, host: Path) -> None:
    with visited(browser, offline=True) as (page, asked):
        page.goto((host / "course/gallery/index.html").as_uri())
        look_around(page)
        page.goto((host / "course/gallery/viewer.html").as_uri())
        page.set_viewport_size({"width": 390, "height": 844})
        for field in page.locator("input:visible").all():
            box = field.bounding_box()
            assert box is not None and box["x"] + box["width"] <= 390
        page.locator("input[type=file]").set_input_files(host / "open/wrong.json")
        expect(page.get_by_role("status")).to_contain_text("“hypotheses”缺失")
        page.locator("input[type=file]").set_input_files(host / "open/hostile.json")
        expect(page.locator(".sentence.source .text")).to_have_text(HOSTILE)
        assert {urlsplit(url).scheme for url in asked} == {"file"}


def test_it_works_from_a_host_below_a_path(browser: Browser, addresses: tuple[str, str]) -> None:
    here, elsewhere = addresses
    with visited(browser, offline=False) as (page, asked):
        page.goto(f"{here}/course/gallery/")
        look_around(page)
        assert {url.partition("/course/gallery/")[0] for url in asked} == {here}
        viewer = f"{here}/course/gallery/viewer.html"
        page.goto(f"{viewer}?trace={elsewhere}/open/hostile.json")
        expect(page.locator(".sentence.source .text")).to_have_text(HOSTILE)
        expect(page.locator("[data-part=tree] svg").first).to_be_visible()
        page.goto(f"{viewer}?trace=../../shut/hostile.json")
        expect(page.locator(".sentence.source .text")).to_have_text(HOSTILE)
        status = page.locator(".elsewhere .status")
        for address, told in {
            f"{elsewhere}/shut/hostile.json": "CORS",
            f"{elsewhere}/open/missing.json": "404",
            f"{elsewhere}/open/wrong.json": "“hypotheses”",
            "javascript:alert(1)": "http",
            "<img src=x onerror=alert(1)>": "404",
        }.items():
            page.goto(f"{viewer}?trace={address}")
            expect(status).to_contain_text(told)
        assert page.locator("img").count() == 0


def look_around(page: Page) -> None:
    """Search, a trace, the lesson, languages, colours, a phone; what was chosen stays chosen."""
    cards = page.locator(".cards > li:visible")
    expect(cards).to_have_count(3)
    page.get_by_role("searchbox", name="Search").fill("the dog")
    expect(cards).to_have_count(0)
    page.get_by_role("searchbox", name="Search").fill("CAT  kätze")
    expect(cards).to_have_count(1)
    expect(page.get_by_role("status")).to_have_text("Shown: 1 of 3")
    page.get_by_role("radio", name="Dark").check()
    page.get_by_role("radio", name="中文").check()
    expect(page.get_by_role("heading", level=1)).to_have_text("把翻译拆开来看")
    expect(page.get_by_role("status")).to_have_text("显示 3 项中的 1 项")
    cards.get_by_role("link").click()
    expect(page.locator("#attention h2")).to_have_text("注意力")
    expect(page.locator("#compare")).to_be_visible()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.get_by_role("link", name="SeqViz").click()
    lesson = page.locator("#lessons .cards a")
    expect(lesson).to_have_text("做出来的")
    lesson.click()
    expect(page.locator(".lesson .lesson-text")).to_be_visible()
    expect(page).to_have_title("做出来的 · SeqViz")
    page.get_by_role("radio", name="English").check()
    expect(page).to_have_title("Made · SeqViz")
    page.get_by_role("radio", name="中文").check()
    expect(page).to_have_title("做出来的 · SeqViz")
    page.set_viewport_size({"width": 390, "height": 844})
    await_fit(page)
    page.get_by_role("link", name="SeqViz").click()
    expect(cards).to_have_count(3)
    await_fit(page)
    page.set_viewport_size({"width": 1280, "height": 900})
