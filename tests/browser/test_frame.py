"""A page of a course shows SeqViz in a frame: where the course is named, and only there."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from seqviz.views.shell.serving import FRAMES
from tests.browser import server
from tests.browser.app_page import COLD_MILLISECONDS
from tests.browser.conftest import REPOSITORY

pytestmark = pytest.mark.browser


class Course(BaseHTTPRequestHandler):
    """A page with one frame, of what stands behind the question mark."""

    def do_GET(self) -> None:
        content = f'<iframe src="{self.path.partition("?")[2]}" width="1200" height="800">'
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(content.encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def course() -> Iterator[str]:
    """The address of the course; to a browser, localhost is another site than 127.0.0.1."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Course) as site:
        threading.Thread(target=site.serve_forever, daemon=True).start()
        yield f"http://localhost:{site.server_port}"
        site.shutdown()


@pytest.fixture
def visitor(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    yield page
    page.close()


def test_a_named_course_shows_the_page_in_a_frame(
    visitor: Page, course: str, tmp_path: Path
) -> None:
    process, app = server.start(
        REPOSITORY / "app.py", log=tmp_path / "log", folder=REPOSITORY, env={FRAMES: course}
    )
    try:
        visitor.goto(f"{course}/?{app}/?text=kalt")
        frame = visitor.frame_locator("iframe")
        text = frame.locator(".st-key-translation [data-testid=stText]")
        expect(text).to_be_visible(timeout=COLD_MILLISECONDS)
        found = text.inner_text()
        frame.locator(".st-key-text textarea").fill("Es war sehr kalt.")
        frame.get_by_role("button", name="Translate").click()
        expect(text).to_have_text("It was very cold.")
        assert found != "It was very cold."
    finally:
        server.stop(process)


def test_another_site_shows_nothing_of_it(visitor: Page, course: str, app: str) -> None:
    with visitor.expect_console_message(lambda said: "frame-ancestors" in said.text) as refused:
        visitor.goto(f"{course}/?{app}/?text=kalt")
    assert refused.value.type == "error"
    assert visitor.frame_locator("iframe").locator("[data-testid=stApp]").count() == 0
    assert visitor.frames[1].url.startswith("chrome-error:")
