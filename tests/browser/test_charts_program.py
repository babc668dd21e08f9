"""When the browser fetches the program of charts, on a page of buttons alone."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Request, Route

from seqviz.views.components.parts import read
from tests.browser.server import HOST

PAGE = f"http://{HOST}:1/"
BUTTONS = """<script type="module" src="/static/js/own.js"></script>
<div class="st-key-group"><button>🎓 Learn</button><button>⇄ Compare</button></div>
<div class="st-key-view"><button>Lesson</button><button>Bottleneck</button></div>"""
SHARED = 'const shared = {charts: {file: "charts.js", screens: ["Compare", "Bottleneck"]}};'


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """In a context of its own: a clock that is set is that of the whole context."""
    with browser.new_context() as context:
        yield context.new_page()


def test_it_comes_once_a_screen_with_charts_is_pointed_at(page: Page) -> None:
    asked: list[str] = []

    def answer(route: Route, request: Request) -> None:
        asked.append(urlsplit(request.url).path)
        is_page = asked[-1] == "/"
        route.fulfill(
            body=BUTTONS if is_page else "",
            content_type=f"text/{'html' if is_page else 'javascript'}",
        )

    page.route(f"{PAGE}**", answer)
    page.clock.install()
    for name in ("Bottleneck", "Compare"):
        page.goto(PAGE)
        page.evaluate(f"() => {{ {SHARED} {read('charts.js')} loadCharts(); }}")
        for other in ("Learn", "Lesson"):
            page.get_by_text(other).hover()
        assert "/static/js/charts.js" not in asked
        with page.expect_response("**/static/js/charts.js"):
            page.get_by_text(name).hover()
        asked.clear()
    page.goto(PAGE)
    page.evaluate(f"() => {{ {SHARED} {read('charts.js')} loadCharts(); }}")
    with page.expect_response("**/static/js/charts.js"):
        page.clock.run_for(10_000)
