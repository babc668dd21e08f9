"""The page's HTML names what the first screen needs, and nothing that is not there."""

from pathlib import Path

import pytest

from seqviz.server.first_page import preloading

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
