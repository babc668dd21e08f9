"""Models that visitors bring: by a folder, by a name of the hub, as an archive; and who may not."""

import os
import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from seqviz.catalog import catalog
from seqviz.errors import ModelError
from seqviz.files import STALE_SECONDS
from seqviz.server.downloads import Downloads
from seqviz.server.uploaded_models import HOME, UploadedModels
from seqviz.translator import load
from seqviz.views.session import access, cache
from seqviz.views.sidebar import own_model
from tests.fixtures.opus_folders import write_hub_folder
from tests.views import pages
from tests.views.pages import CHINESE, ENGLISH

pytestmark = pytest.mark.usefixtures("tiny")

TEXT = "kalt"
HUB_NAME = "Helsinki-NLP/opus-mt-de-en"
COMMIT = "0123456789abcdef0123456789abcdef01234567"
HOSTILE = "<b>*x*</b>"


@pytest.fixture(scope="session")
def marian(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Marian folder, outside of the folder of models."""
    card = f'---\nlicense: "cc-by-4.0"\n---\n{HOSTILE}'
    return write_hub_folder(tmp_path_factory, card=card)


@pytest.fixture(scope="session")
def polyglot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One that writes several languages."""
    return write_hub_folder(tmp_path_factory, tags=True)


@pytest.fixture
def archive(marian: Path, tmp_path: Path) -> bytes:
    return Path(shutil.make_archive(str(tmp_path / "archive"), "zip", marian)).read_bytes()


@pytest.fixture
def public(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(access.VARIABLE, "1")


@pytest.fixture(autouse=True)
def no_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hub of which nothing is here, and which must not be asked."""

    def find_copy(name: str) -> Path:
        raise ModelError("hub_not_here", {"found": name})

    monkeypatch.setattr(catalog, "find_copy", find_copy)
    monkeypatch.setattr(catalog, "find_or_fetch", None)


def opened(own: Path | str, link: dict[str, str] | None = None) -> AppTest:
    return pages.open_app({"own": str(own), "text": TEXT} | (link or {}))


def own_name(app: AppTest) -> str:
    """The name of the own model that is in use; empty: none is."""
    cards = [text for text in app.main.markdown if re.fullmatch(r"\*\*.+\*\*", text.value)]
    return str(cards[0].value).strip("*").replace("\\", "") if cards else ""


def type_own(app: AppTest, text: str) -> AppTest:
    return pages.checked(app.text_input(key="own").set_value(text).run())


def upload(app: AppTest, content: bytes, name: str = "opus-mt-de-en.zip") -> AppTest:
    (field,) = (f for f in app.sidebar.file_uploader if str(f.key).startswith("own-archive"))
    return pages.checked(field.set_value((name, content, "application/zip")).run())


def test_a_folder_is_used_in_place(marian: Path) -> None:
    app = opened(marian)
    translation = load(marian).translate(TEXT).translation
    assert pages.translation(app) == (translation or ENGLISH("header.nothing"))
    assert own_name(app) == "opus-mt-de-en"
    (facts,) = (c for c in pages.captions(app) if "Marian" in c)
    assert "German → English" in facts.replace("\\", "")
    assert "cc-by-4.0" in facts.replace("\\", "")
    assert ENGLISH("own.honest") in pages.captions(app)
    assert pages.link(app)["own"] == str(marian)
    assert pages.messages(app) == [ENGLISH("header.unfinished")]


@pytest.mark.parametrize("view", ["compare", "systems", "lengths", "training"])
def test_views_that_compare_say_what_a_model_alone_lacks(marian: Path, view: str) -> None:
    app = opened(marian, {"view": view, "reference": "It was cold"})
    missing = {
        "systems": ENGLISH("own.alone"),
        "lengths": ENGLISH("own.no_study"),
        "training": ENGLISH("own.no_training"),
    }
    said = [*pages.messages(app), *pages.captions(app)]
    assert not app.error
    for of, words in missing.items():
        assert (words in said) == (of == view)
    assert not [code for code in app.code if "seqviz" in code.value]


def test_a_model_that_is_alone_goes_from_a_card_to_another_view(marian: Path) -> None:
    app = opened(marian, {"view": "systems", "system": "dot"})
    pages.press(app, ENGLISH("view.tree"))
    assert app.session_state["view"] == "tree"
    assert app.session_state["system"] == "dot"
    assert own_name(app) == "opus-mt-de-en"


def test_typing_a_folder_and_going_back(marian: Path) -> None:
    app = pages.open_app({"text": TEXT, "system": "dot"})
    assert own_name(app) == ""
    before = pages.translation(app)
    type_own(app, f"  {marian} ")
    assert own_name(app) == "opus-mt-de-en"
    assert not [box for box in app.selectbox if box.key == "system"]
    pages.press(app, ENGLISH("own.leave"))
    assert own_name(app) == ""
    assert pages.translation(app) == before
    assert app.session_state["system"] == "dot"
    assert "own" not in pages.link(app)


def test_what_is_typed_and_is_no_model() -> None:
    app = pages.open_app({"text": TEXT})
    for typed in (HOSTILE, "~nobody/x", "."):
        type_own(app, typed)
        (said,) = pages.messages(app)
        assert said == str(app.error[0].value)
        assert "<b>" not in said
        assert not pages.is_translated(app)
    pages.press(app, ENGLISH("own.leave"))
    assert pages.is_translated(app)


def test_nothing_is_asked_of_the_server_of_a_stranger(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = list[str]()
    monkeypatch.setattr(cache, "own_entry", asked.append)
    app = pages.open_app({"text": TEXT})
    shares = ("\\\\host\\share", "//host/share", "/\\host/x", "\\/host/x")
    for typed in (*shares, "http://host/de-en/dot", "https://host/de-en/dot"):
        type_own(app, typed)
        error = ModelError("no_model_there", {"folder": typed})
        assert pages.messages(app) == [ENGLISH.error(error)]
    assert asked == []


@pytest.mark.parametrize("typed", ["/no/such/folder", "x" * 400, "a\nb"])
def test_a_link_to_what_is_no_model_falls_back(typed: str) -> None:
    app = opened(typed)
    assert ENGLISH("page.link", {"names": ENGLISH("setting.own")}) in pages.messages(app)
    assert pages.is_translated(app)
    assert "own" not in pages.link(app)


def test_a_model_that_is_damaged_is_said(marian: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(marian, tmp_path / "copy")
    (folder / "vocab.json").write_text("{")
    app = type_own(pages.open_app({"text": TEXT}), str(folder))
    (said,) = pages.messages(app)
    assert "vocab" in said
    assert not pages.is_translated(app)


def test_a_model_of_our_own_from_elsewhere(tiny_folder: Path) -> None:
    app = opened(tiny_folder / "de-en" / "additive")
    assert own_name(app) == "de-en/additive"
    assert ENGLISH("own.honest") not in pages.captions(app)
    assert pages.is_translated(app)


class TestTheHub:
    def test_nothing_is_fetched_before_it_is_asked_for(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        started: list[str] = []
        monkeypatch.setattr(Downloads, "start", lambda self, asked, models: started.append(asked))
        app = opened(HUB_NAME)
        assert not pages.is_translated(app)
        assert not app.error
        assert ENGLISH("own.not_here") in pages.captions(app)
        assert started == []
        pages.press(app, ENGLISH("own.fetch"))
        assert started == [HUB_NAME]
        pages.press(app, ENGLISH("own.leave"))
        assert pages.is_translated(app)


class TestArchives:
    @pytest.fixture(autouse=True)
    def folders(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
        home = tmp_path / "unpacked"
        home.mkdir()
        monkeypatch.setattr("tempfile.tempdir", str(home))
        yield home
        cache.uploaded_models().remove_all()

    def test_an_archive_is_unpacked_and_used(self, archive: bytes, folders: Path) -> None:
        app = upload(pages.open_app({"text": TEXT}), archive)
        assert own_name(app) == "opus-mt-de-en"
        assert pages.is_translated(app)
        assert not app.error
        assert "own" not in pages.link(app)
        assert ENGLISH("own.session") in pages.captions(app)
        assert len(list(folders.glob("seqviz-*/opus-mt-de-en/source.spm"))) == 1
        cache.uploaded_models().remove_all()
        assert not list(folders.glob("seqviz-*"))

    def test_what_a_killed_server_left_behind_goes(self, archive: bytes, folders: Path) -> None:
        left, fresh = folders / f"{HOME}old", folders / f"{HOME}new"
        for folder in (left, fresh):
            (folder / "model").mkdir(parents=True)
        long_ago = time.time() - STALE_SECONDS - 60
        os.utime(left, (long_ago, long_ago))
        UploadedModels()
        assert not left.exists()
        assert fresh.exists()

    def test_a_bad_archive_leaves_all_as_it_was(self, archive: bytes, folders: Path) -> None:
        app = pages.open_app({"text": TEXT})
        before = pages.translation(app)
        upload(app, archive[:-30], f"../{HOSTILE}.zip")
        (said,) = app.error
        assert "<b>" not in said.value
        assert pages.translation(app) == before
        assert not list(folders.glob("seqviz-*"))
        upload(app, archive)
        assert not app.error
        assert own_name(app) == "opus-mt-de-en"
        type_own(app, HUB_NAME)
        assert ENGLISH("own.not_here") in pages.captions(app)

    def test_an_archive_of_something_else(self, tmp_path: Path, folders: Path) -> None:
        (tmp_path / "other").mkdir()
        (tmp_path / "other" / "config.json").write_text('{"model_type": "bert"}')
        content = Path(shutil.make_archive(str(tmp_path / "x"), "zip", tmp_path / "other"))
        app = upload(pages.open_app({"text": TEXT}), content.read_bytes())
        assert "bert" in app.error[0].value
        assert pages.is_translated(app)

    def test_one_that_is_too_large(self, archive: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(own_model, "MOST_MEGABYTES", 1)
        app = upload(pages.open_app({"text": TEXT}), archive + bytes(2**20))
        assert "more than 1 MB" in app.error[0].value

    def test_the_oldest_make_room(self, archive: bytes, folders: Path) -> None:
        app = pages.open_app({"text": TEXT})
        for number in range(5):
            upload(app, archive, f"m{number}.zip")
        assert {folder.name for folder in folders.glob("seqviz-*/*")} == {"m1", "m2", "m3", "m4"}


class TestLanguages:
    def test_a_language_is_chosen_and_said(self, polyglot: Path) -> None:
        app = opened(polyglot, {"target_language": "cmn_Hans"})
        assert app.selectbox(key="target_language").options == [
            ENGLISH("own.unchosen"),
            "Chinese (cmn_Hans)",
            "French",
        ]
        assert any("into Chinese" in caption for caption in pages.captions(app))
        pages.press(app, ENGLISH("asked.reset"))
        assert not any("into Chinese" in caption for caption in pages.captions(app))
        assert "target_language" not in pages.link(app)

    def test_a_language_that_the_model_lacks_falls_back(self, polyglot: Path) -> None:
        app = opened(polyglot, {"target_language": "deu"})
        names = ENGLISH("setting.target_language")
        assert ENGLISH("page.link", {"names": names}) in pages.messages(app)
        assert pages.is_translated(app)

    def test_other_models_are_not_told_of_it(self) -> None:
        app = pages.open_app({"text": TEXT, "target_language": "fra", "instruction": "Do:"})
        assert not [box for box in app.selectbox if box.key == "target_language"]
        assert pages.is_translated(app)

    def test_names_in_chinese(self, polyglot: Path) -> None:
        app = opened(polyglot, {"lang": "zh"})
        assert "汉语 (cmn_Hans)" in app.selectbox(key="target_language").options
        assert CHINESE("own.honest") in pages.captions(app)
        notice = CHINESE("notice.target_unchosen", {"choices": r"cmn\_Hans\, fra"})
        assert notice in [box.value for box in app.warning]


class TestPublic:
    @pytest.mark.usefixtures("public")
    def test_nobody_brings_a_model(self) -> None:
        app = pages.open_app({"text": TEXT})
        assert not app.file_uploader
        assert not [field for field in app.text_input if field.key == "own"]
        assert pages.is_translated(app)

    @pytest.mark.usefixtures("public")
    @pytest.mark.parametrize("own", ["folder", HUB_NAME])
    def test_a_link_to_one_falls_back(
        self, own: str, marian: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(cache, "own_entry", None)
        app = opened(marian if own == "folder" else own)
        assert ENGLISH("page.link", {"names": ENGLISH("setting.own")}) in pages.messages(app)
        assert pages.translation(app) == load("de-en/transformer").translate(TEXT).translation
        assert "own" not in pages.link(app)

    def test_a_server_that_becomes_public_forgets_them(
        self, marian: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        app = opened(marian)
        monkeypatch.setenv(access.VARIABLE, "1")
        pages.checked(app.run())
        assert own_name(app) == ""


@pytest.mark.parametrize("view", ["systems", "bottleneck", "training"])
def test_an_imported_model_stands_beside_the_others(
    own_folder: Path, marian: Path, view: str
) -> None:
    shutil.copytree(marian, own_folder / "de-en" / "opus-mt")
    app = pages.open_app({"text": TEXT, "system": "opus-mt", "view": view})
    assert "opus-mt" in app.selectbox(key="system").options
    assert ENGLISH("own.honest") in pages.captions(app)
    assert not app.error
    if view == "systems":
        headings = {heading.replace("\\", "") for heading in pages.headings(app)}
        assert {"opus-mt", ENGLISH("system.dot")} <= headings
        assert ENGLISH("own.alone") not in pages.messages(app)
    if view == "training":
        assert ENGLISH("own.no_training") in pages.captions(app)
