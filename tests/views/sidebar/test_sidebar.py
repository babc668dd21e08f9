"""The sidebar: every control changes what it should, and broken models do not hide the others."""

import shutil
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from seqviz.catalog import resolve
from seqviz.errors import ModelError
from seqviz.options import DecodeOptions
from seqviz.tasks import TASKS
from seqviz.tasks.examples import EXAMPLES, example_of
from seqviz.translator import load
from seqviz.views.session.settings import NORMALISATIONS
from seqviz.words import LANGUAGES, table
from tests.views import pages
from tests.views.pages import CHINESE, ENGLISH, SHORT

pytestmark = pytest.mark.usefixtures("tiny")

PAIR = EXAMPLES["de-en"]
OWN = "der hund ist nicht hier"


def test_pairs_and_systems_are_named_and_the_transformer_comes_first() -> None:
    app = pages.open_app()
    assert app.selectbox(key="pair").options == ["German → English", "Esperanto → English"]
    assert app.selectbox(key="system").options == [
        ENGLISH("system.transformer"),
        ENGLISH("system.additive"),
        ENGLISH("system.dot"),
        ENGLISH("system.none-reversed"),
    ]
    assert app.session_state["system"] == "transformer"


def test_settings_are_drawn_once_they_are_opened_and_say_what_the_link_does() -> None:
    app = pages.open_app(SHORT | {"alpha": "0.3", "min_length": "2"}, settings=False)
    assert len(app.sidebar.slider) == len(app.sidebar.expander) == 0
    pages.checked(app.segmented_control(key="lang").set_value("zh").run())
    pages.press(app, CHINESE("sidebar.settings"))
    shown = app.slider(key="alpha").proto, app.number_input(key="min_length").proto
    assert [(list(shown[0].value), shown[0].set_value), (shown[1].value, shown[1].set_value)] == [
        ([0.3], True),
        (2, True),
    ]
    pages.checked(app.slider(key="alpha").set_value(0.6).run())
    assert (pages.link(app)["alpha"], pages.link(app)["min_length"]) == ("0.6", "2")


def test_the_facts_of_a_system_name_its_size_and_score() -> None:
    app = pages.open_app(SHORT | {"system": "transformer"})
    assert "Transformer · 4648 parameters · BLEU 12.3" in pages.captions(app)
    pages.checked(app.selectbox(key="system").set_value("dot").run())
    assert f"{ENGLISH('system.dot')} · 1908 parameters" in pages.captions(app)


def test_another_system_translates_at_once() -> None:
    app = pages.open_app(SHORT | {"system": "transformer"})
    for system in ("additive", "dot", "none-reversed"):
        pages.checked(app.selectbox(key="system").set_value(system).run())
        expected = load(f"de-en/{system}").translate("kalt", DecodeOptions(max_length=8))
        assert pages.translation(app) == expected.translation
        assert pages.link(app)["system"] == system


@pytest.mark.parametrize("language", LANGUAGES)
def test_four_examples_are_offered_and_the_others_behind_one_more_chip(language: str) -> None:
    app = pages.open_app(SHORT | {"lang": language})
    names = [table(language)[f"example.{example.code}"] for example in PAIR]
    chips = app.pills(key="example")
    assert chips.value is None
    assert chips.options == [*names[:4], table(language)["example.more"]]
    pages.checked(chips.set_value("more").run())
    assert app.pills(key="example").options == names
    assert pages.source(app) == SHORT["text"]
    assert len(names) == 8


def test_an_example_of_the_later_ones_is_marked_where_a_link_holds_it() -> None:
    app = pages.open_app({"system": "dot", "text": PAIR[-1].source})
    chips = app.pills(key="example")
    assert (chips.value, len(chips.options)) == (PAIR[-1].code, len(PAIR))


def test_an_example_brings_its_sentence_and_reference() -> None:
    app = pages.open_app(SHORT)
    pages.checked(app.pills(key="example").set_value("short").run())
    short = next(example for example in PAIR if example.code == "short")
    assert pages.source(app) == short.source
    assert app.text_area(key="text").value == short.source
    assert pages.link(app)["reference"] == short.reference


def test_a_link_with_a_reference_alone_keeps_it_beside_the_first_example() -> None:
    app = pages.open_app({"reference": "something else"})
    assert app.session_state["text"] == PAIR[0].source
    assert app.session_state["reference"] == "something else"


def test_ones_own_sentence_has_no_reference_but_may_get_one() -> None:
    app = pages.open_app({"system": "dot", "text": PAIR[1].source})
    assert app.session_state["reference"] == PAIR[1].reference
    app.text_area(key="text").set_value(OWN)
    pages.submit(app)
    assert app.session_state["reference"] == ""
    assert app.session_state["example"] is None
    app.session_state["reference"] = "the dog is elsewhere"
    pages.submit(app)
    assert app.session_state["reference"] == "the dog is elsewhere"
    app.text_area(key="text").set_value(PAIR[1].source)
    pages.submit(app)
    assert app.session_state["reference"] == PAIR[1].reference
    assert app.session_state["example"] == PAIR[1].code


def test_with_another_pair_an_own_sentence_stays() -> None:
    app = pages.open_app(SHORT)
    pages.checked(app.selectbox(key="pair").set_value("eo-en").run())
    assert pages.source(app) == "kalt"
    assert app.session_state["pair"] == "eo-en"
    assert app.session_state["system"] == "dot"


def test_with_another_pair_comes_its_first_example(own_folder: Path) -> None:
    shutil.move(own_folder / "eo-en", own_folder / "zh-en")
    app = pages.open_app({"system": "dot"})
    assert pages.source(app) == PAIR[0].source
    pages.checked(app.selectbox(key="pair").set_value("zh-en").run())
    first = EXAMPLES["zh-en"][0]
    assert pages.source(app) == first.source
    assert app.session_state["reference"] == first.reference


@pytest.fixture
def task_folder(own_folder: Path) -> Path:
    """The tiny models with exact matches, those of eo-en as models of a synthetic task."""
    shutil.move(own_folder / "eo-en", own_folder / "date-iso")
    for file in own_folder.glob("*/transformer/settings.json"):
        text = file.read_text(encoding="utf-8").replace('"bleu"', '"exact_match": 99.85, "bleu"')
        if "date-iso" in file.parts:
            text = text.replace('"de"', '"date"').replace('"en"', '"iso"')
        file.write_text(text, encoding="utf-8")
    return own_folder


@pytest.mark.usefixtures("task_folder")
def test_a_task_is_chosen_like_a_language_pair_which_shows_bleu_and_no_exact_matches() -> None:
    app = pages.open_app({"system": "transformer"})
    assert "Transformer · 4648 parameters · BLEU 12.3" in pages.captions(app)
    words = CHINESE
    pages.checked(app.segmented_control(key="lang").set_value(words.language).run())
    pages.checked(app.selectbox(key="pair").set_value("date-iso").run())
    first = EXAMPLES["date-iso"][0]
    assert pages.source(app) == first.source == "the 3rd of March 1997"
    assert app.session_state["reference"] == first.reference == "1997-03-03"
    name = f"{words('language.date')} → {words('language.iso')}"
    assert app.selectbox(key="pair").options[-1] == name
    facts = words(
        "sidebar.parameters", {"count": words.count(resolve("date-iso/transformer").parameters)}
    )
    exact = words("sidebar.exact", {"percent": "99.85"})
    assert f"Transformer · {facts} · {exact}" in pages.captions(app)
    chips = app.pills(key="example")
    names = [words(f"example.{example.code}") for example in EXAMPLES["date-iso"]]
    assert chips.options == [*names[:4], words("example.more")]


def test_every_task_has_examples_with_labels() -> None:
    for name, task in TASKS.items():
        assert {e.code: (e.source, e.reference) for e in EXAMPLES[name]} == dict(task.examples)
        assert {f"example.{code}" for code in task.examples} <= set(table())
        assert {f"language.{code}" for code in name.split("-")} <= set(table())


def settings_of(app: AppTest) -> tuple[object, ...]:
    return tuple(app.session_state[code] for code in ("beam", "norm", "alpha"))


@pytest.mark.parametrize("norm", NORMALISATIONS)
def test_beam_size_normalisation_and_alpha_reach_the_search(norm: str) -> None:
    app = pages.open_app({"text": "es", "view": "tree"})
    app.slider(key="beam").set_value(3)
    app.selectbox(key="norm").set_value(norm)
    app.slider(key="alpha").set_value(0.5)
    pages.submit(app)
    assert settings_of(app) == (3, norm, 0.5)
    link = pages.link(app)
    assert (link["beam"], link["norm"], link["alpha"]) == ("3", norm, "0.5")
    hypotheses = pages.component(app, "watch")["payload"]["hypotheses"]
    assert len(hypotheses) >= 3
    for one in hypotheses:
        length = one["length"]
        expected = {"none": 1, "average": length**0.5, "gnmt": ((5 + length) / 6) ** 0.5}[norm]
        assert one["normaliser"] == pytest.approx(expected, abs=1e-4)


def test_the_largest_and_the_smallest_beam_are_served() -> None:
    app = pages.open_app(SHORT)
    for beam_size, view in ((1, "tree"), (20, "compare")):
        app.slider(key="beam").set_value(beam_size)
        pages.submit(app)
        assert pages.is_translated(pages.turn_to(app, view))
    assert app.slider(key="beam").max == 20


DEVICES = "seqviz.views.sidebar.options.available_devices"


def test_with_one_device_there_is_nothing_to_choose(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DEVICES, lambda: ("cpu",))
    app = pages.open_app(SHORT)
    assert not [box for box in app.selectbox if box.key == "device"]
    assert app.session_state["device"] == "cpu"


def test_a_gpu_is_offered_where_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DEVICES, lambda: ("cuda", "cpu"))
    app = pages.open_app(SHORT | {"device": "cpu"})
    box = app.selectbox(key="device")
    assert (box.value, box.options) == ("cpu", [ENGLISH("device.cuda"), "CPU"])


def test_the_sidebar_speaks_chinese() -> None:
    app = pages.open_app(SHORT | {"lang": "zh"})
    assert app.selectbox(key="system").label == CHINESE("sidebar.system")
    assert app.slider(key="beam").label == CHINESE("sidebar.beam")
    assert app.form_submit_button[0].label == CHINESE("sidebar.submit")


def blamed(app: AppTest) -> list[str]:
    """Messages that speak of a link."""
    start = ENGLISH.table["page.link"].split("{")[0]
    return [message for message in pages.messages(app) if message.startswith(start)]


def test_a_choice_on_the_page_is_not_blamed_on_a_link(own_folder: Path) -> None:
    shutil.rmtree(own_folder / "eo-en" / "additive")
    link = SHORT | {"system": "transformer", "layer": "2", "head": "2", "kind": "decoder"}
    app = pages.open_app(link)
    assert blamed(app) == []
    pages.checked(app.selectbox(key="system").set_value("additive").run())
    assert blamed(app) == []
    pages.checked(app.run())
    assert blamed(app) == []
    pages.checked(app.selectbox(key="pair").set_value("eo-en").run())
    assert app.session_state["system"] == "transformer"
    assert blamed(app) == []


DAMAGE = {
    "cut": lambda folder: (folder / "model.safetensors").write_bytes(b"\x08\0\0\0"),
    "gone": lambda folder: (folder / "model.safetensors").unlink(),
    "settings": lambda folder: (folder / "settings.json").write_text("{"),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_broken_model_is_listed_and_the_others_go_on(own_folder: Path, damage: str) -> None:
    DAMAGE[damage](own_folder / "de-en" / "additive")
    app = pages.open_app(SHORT)
    assert pages.is_translated(app)
    assert ENGLISH("system.additive") not in app.selectbox(key="system").options
    (listing,) = (
        e for e in app.sidebar.expander if e.label == ENGLISH("sidebar.broken", {"count": 1})
    )
    (caption,) = listing.caption
    file = "settings.json" if damage == "settings" else "model.safetensors"
    assert file.replace(".", r"\.") in caption.value
    assert "additive" in caption.value


def test_weights_that_do_not_fit_are_said_and_another_system_helps(own_folder: Path) -> None:
    additive, dot = own_folder / "de-en" / "additive", own_folder / "de-en" / "dot"
    shutil.copy(dot / "model.safetensors", additive / "model.safetensors")
    with pytest.raises(ModelError) as error:
        load(additive)
    app = pages.open_app(SHORT | {"system": "additive"})
    assert pages.messages(app) == [ENGLISH.error(error.value)]
    assert not pages.is_translated(app)
    pages.checked(app.selectbox(key="system").set_value("dot").run())
    assert pages.is_translated(app)


def test_only_broken_models_are_said_as_well(own_folder: Path) -> None:
    for settings in own_folder.rglob("settings.json"):
        settings.write_text("{")
    app = pages.open_app()
    assert pages.messages(app) == [ENGLISH("page.no_models")]
    labels = [expander.label for expander in app.sidebar.expander]
    assert ENGLISH("sidebar.broken", {"count": 8}) in labels


def test_an_example_knows_its_pair() -> None:
    assert example_of("de-en", PAIR[1].source) == PAIR[1]
    assert example_of("zh-en", PAIR[1].source) is None
