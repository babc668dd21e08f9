"""The page's HTML names what the first screen needs, and nothing that is not there."""

from pathlib import Path

import pytest

from seqviz.server.first_page import Programs, preloading
from seqviz.server.gate import Message, Receive, Scope, Send
from tests.fixtures import event_loop

LINK = '<link rel="modulepreload" crossorigin href="./static/js/{}">'


@pytest.fixture
def page(tmp_path: Path) -> Path:
    programs = {
        "Button.a-1.js": 'import{a}from"./shared.b_2.js";import"./gone.x.js";import("./later.js")',
        "shared.b_2.js": 'import"./known.c.js";import{b as c}from"./Button.a-1.js"',
        "known.c.js": "",
        "later.js": "",
        "ButtonGroup.d.js": "",
    }
    (tmp_path / "static" / "js").mkdir(parents=True)
    for name, text in programs.items():
        (tmp_path / "static" / "js" / name).write_text(text)
    page = tmp_path / "index.html"
    page.write_text(f"<head>{LINK.format('known.c.js')}</head><body></head></body>")
    return page


def test_a_program_is_named_with_what_it_imports_once(page: Path) -> None:
    found = [LINK.format(name) for name in ("known.c.js", "Button.a-1.js", "shared.b_2.js")]
    first, *more = found
    links = "".join(f"{link}\n" for link in more)
    assert preloading(page, ["Button"]) == f"<head>{first}{links}</head><body></head></body>"


def test_a_name_that_is_not_there_changes_nothing(page: Path) -> None:
    assert preloading(page, ["Gone"]) == page.read_text()


def test_what_runs_first_stands_before_all_programs(page: Path) -> None:
    html = preloading(page, ["Button"], script="first();")
    assert html.index("<script>first();</script>") < html.index("Button.a-1.js")


async def nothing() -> Message:
    """What comes with the request."""
    return {}


@pytest.mark.parametrize("base", ["/", "/seqviz/"])
def test_programs_are_answered_from_memory_and_all_else_is_passed_on(page: Path, base: str) -> None:
    said: list[object] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        said.append("passed on")

    async def send(message: Message) -> None:
        said.append(dict(message.get("headers", ())) or message["body"])

    programs = Programs(app, page=page, base=base)

    def answer(name: str, method: str = "GET", kind: str = "http") -> list[object]:
        scope = {"type": kind, "method": method, "path": f"{base}static/js/{name}"}
        said.clear()
        event_loop.run(programs(scope, nothing, send))
        return said

    text = (page.parent / "static" / "js" / "shared.b_2.js").read_bytes()
    for _ in range(2):
        headers, body = answer("shared.b_2.js")
        assert body == text
        assert isinstance(headers, dict)
        assert headers[b"content-length"] == str(len(text)).encode()
        assert b"immutable" in headers[b"cache-control"]
        (page.parent / "static" / "js" / "shared.b_2.js").write_text("changed")
    for other in ("gone.js", "../../index.html", ""):
        assert answer(other) == ["passed on"]
    assert answer("known.c.js", method="POST") == ["passed on"]
    assert answer("known.c.js", kind="websocket") == ["passed on"]
