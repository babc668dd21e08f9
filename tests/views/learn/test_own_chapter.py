"""A chapter of one's own on the page: opened, given like a shipped one, refused in a line."""

from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from seqviz.lesson import read_chapter
from seqviz.lesson.opened import MOST_BYTES, VARIABLE, opened_chapter
from seqviz.views.session import chapters
from seqviz.views.sidebar import open_chapter
from tests.lesson.small import CHAPTER
from tests.views import pages
from tests.views.pages import CHINESE, ENGLISH

pytestmark = pytest.mark.usefixtures("tiny", "shipped")

LINK = {"view": "lesson", "chapter": "small", "at": "before"}
TEXT = CHAPTER.replace("none", "none-reversed").replace("  - id: look", "  - id: first", 1)


@pytest.fixture
def shipped(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two chapters that the tiny models can give."""
    found = tuple(read_chapter(TEXT.replace("small", name), name) for name in ("one", "two"))
    monkeypatch.setattr("seqviz.views.session.chapters.shipped_chapters", lambda: found)


class File:
    """What the field hands over."""

    def __init__(self, content: str | bytes, name: str = "my.yaml") -> None:
        self.name = name
        self._content = content.encode() if isinstance(content, str) else content

    def getvalue(self) -> bytes:
        return self._content


def upload(app: AppTest, content: str, name: str = "my.yaml") -> AppTest:
    """Put a file into the sidebar's field."""
    (field,) = (f for f in app.sidebar.file_uploader if str(f.key).startswith("trace-file"))
    return pages.checked(field.set_value((name, content.encode(), "text/yaml")).run())


def shown(app: AppTest) -> Any:
    return pages.component(app, "lesson")["chapter"]


def test_a_link_to_it_waits_for_its_file_and_then_leads_to_the_step() -> None:
    app = pages.open_app(LINK | {"lang": "zh"})
    told = [text for text in pages.messages(app) if "small" in text]
    assert told == [CHINESE("chapter.absent.open", {"chapter": "small"})]
    assert shown(app)["chapter"] == "one"
    upload(app, TEXT)
    assert (shown(app)["chapter"], shown(app)["title"]) == ("small", "小")
    assert pages.component(app, "lesson-note")["at"] == "before"
    assert pages.component(app, "lesson")["menu"][-1] == ["small", "小"]
    upload(app, TEXT.replace("zh: 小", "zh: 新"))
    assert shown(app)["title"] == "新"
    upload(app, TEXT.replace("own: true", "own: 3"))
    assert shown(app)["title"] == "新"
    assert [text for text in pages.messages(app) if "true 或 false" in text]
    app = pages.checked(app.button(key="leave-chapter").click().run())
    assert shown(app)["chapter"] == "one"
    assert len(pages.component(app, "lesson")["menu"]) == 2


def test_the_server_s_own_is_read_anew_and_may_take_a_shipped_one_s_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "my.yaml"
    file.write_text(
        TEXT.replace("chapter: small", "chapter: two").replace("en: Small", "en: Mine"), "utf-8"
    )
    monkeypatch.setenv(VARIABLE, str(file))
    app = pages.open_app(LINK | {"chapter": "two", "at": ""})
    assert shown(app)["title"] == "Mine"
    assert len(pages.component(app, "lesson")["menu"]) == 2
    file.write_text(TEXT.replace("dot,", "best,"), "utf-8")
    app = pages.open_app(LINK | {"chapter": "two", "at": ""})
    assert shown(app)["title"] == "Small"
    told = [pages.plain(text) for text in pages.messages(app)]
    assert "my.yaml:6: the model 'de-en/best' is not here." in told[0]
    file.unlink()
    assert "my.yaml" in pages.plain(pages.messages(pages.checked(app.run()))[0])


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A session without a page."""
    values: dict[str, Any] = {"at": "one", "chapter": "attention", "view": "attention"}
    monkeypatch.setattr("streamlit.session_state", values)
    return values


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\xff\xfe\x00", "not_utf8"),
        (b"a" * (MOST_BYTES + 9), "lesson_too_long"),
        (b"\x00" * 400, "lesson_no_yaml"),
        (b"", "lesson_no_yaml"),
        (TEXT.replace("dot", "../../x").encode(), "lesson_no_model"),
    ],
)
def test_what_is_no_chapter_leaves_all_as_it_was(
    session: dict[str, Any], content: bytes, code: str
) -> None:
    open_chapter.take(File(content, "C:\\x\\my.yaml"))  # type: ignore[arg-type]
    assert session["view"] == "attention"
    assert len(chapters.listed()[0]) == 2
    error = open_chapter.refused()[0]
    assert error.code == code
    assert "C:" not in ENGLISH.error(error) and len(ENGLISH.error(error)) < 400


def test_no_more_than_twenty_are_kept(session: dict[str, Any]) -> None:
    for number in range(chapters.MOST_OWN + 2):
        open_chapter.take(File(TEXT.replace("small", f"small-{number}")))  # type: ignore[arg-type]
    assert session["chapter"] == f"small-{chapters.MOST_OWN + 1}"
    found = list(chapters.listed()[0])
    assert len(found) == 2 + chapters.MOST_OWN and "small-1" not in found
    assert opened_chapter(("\ufeff" + TEXT).encode(), "my.yaml")[0] is not None
