"""Pages on paper: printed once they say so, and what is missing said in one line."""

import re

import lazy_loader  # type: ignore[import-untyped]  # it ships no types
import pytest

from seqviz.errors import InputError
from seqviz.export import printed
from seqviz.export.handout import handout
from tests.fixtures.explained import tiny_translators
from tests.fixtures.made_chapter import made_chapter

PAGES = re.compile(rb"/Type\s*/Page\b(?!s)")


@pytest.mark.browser
def test_a_handout_on_paper_has_all_steps(tmp_path_factory: pytest.TempPathFactory) -> None:
    chapter = made_chapter(tiny_translators(tmp_path_factory.mktemp("models")))
    few = chapter | {"steps": chapter["steps"][:3]}
    paper = printed.pdf(handout([few], language="en"))
    assert paper.startswith(b"%PDF-")
    assert len(PAGES.findall(paper)) >= 3


def test_without_kaleido_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    missing = lazy_loader.load("no_such_package", error_on_import=False)
    monkeypatch.setattr(printed, "kaleido", missing)
    with pytest.raises(InputError) as caught:
        printed.pdf("<p>x</p>")
    assert caught.value.code == "figure_kaleido"


def test_without_a_browser_one_line_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    class Missing:
        def __init__(self) -> None:
            raise printed.choreographer.errors.ChromeNotFoundError

    monkeypatch.setattr(printed.choreographer, "Browser", Missing)
    with pytest.raises(InputError) as caught:
        printed.pdf("<p>x</p>")
    assert caught.value.code == "figure_browser"
