"""The view Training: whose record is shown, and the replay."""

import base64
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from seqviz.records.training import FILE_NAME, Start
from seqviz.records.training_file import write_record
from seqviz.translator import load
from seqviz.views.components.replay import Panel, panel_data
from seqviz.views.session.i18n import Words, escape_markdown
from tests.fixtures.made_training import SENTENCES, made_record
from tests.fixtures.tiny_models import write_small_model
from tests.views import pages
from tests.views.pages import CHINESE, ENGLISH, plain

LINK = pages.SHORT | {"view": "training"}
REFERENCE = "it was very cold"
LOSSES = "teacher-losses-0"
BOTH = pytest.mark.parametrize("w", [ENGLISH, CHINESE], ids=lambda w: str(w.language))


def fingerprint(name: str) -> str:
    return load(name).facts.fingerprint


def record(
    folder: Path, name: str, *, attends: bool = True, steps: int = 1200, fresh: bool = False
) -> None:
    """Put a training that fits the weights beside them; it went on from others, or was fresh."""
    made = made_record(
        model=name, fingerprint=fingerprint(name), attends=attends, steps=steps, losses=30
    )
    start = None if fresh else Start(model=name, sha256="a" * 64)
    write_record(replace(made, started_from=start), folder / name / FILE_NAME)


@pytest.fixture
def recorded(own_folder: Path) -> Path:
    """Trainings of the systems dot and none-reversed of the first pair, and dot of the other."""
    record(own_folder, "de-en/dot")
    record(own_folder, "de-en/none-reversed", attends=False, steps=3000)
    record(own_folder, "eo-en/dot", steps=900)
    return own_folder


def lines(app: AppTest) -> list[str]:
    return [trace["name"] for trace in pages.figure(app, "training-curves")["data"]]


def said(app: AppTest) -> list[str]:
    return [str(text.value) for text in app.main.markdown]


@BOTH
def test_without_any_record_the_page_names_the_command(own_folder: Path, w: Words) -> None:
    app = pages.open_app(LINK | {"lang": w.language})
    facts = {"own": w.name("system", "dot")}
    assert w.markdown("training.none", facts) in pages.messages(app)
    assert [block.value for block in app.code] == ["seqviz train de-en/dot --data DIR --out OUT"]
    assert not pages.has(app, "plotly_chart", "training-curves")


@pytest.mark.parametrize(
    ("link", "name"),
    [
        ({"system": "transformer"}, "German → English"),
        ({"pair": "eo-en", "system": "transformer"}, "Esperanto → English"),
    ],
)
def test_without_a_record_the_nearest_one_is_shown(
    recorded: Path, link: dict[str, str], name: str
) -> None:
    (recorded / "de-en" / "additive" / FILE_NAME).write_text("{")
    app = pages.open_app(LINK | link)
    (message,) = map(plain, pages.messages(app))
    assert message.endswith(f"{name}: {ENGLISH('system.dot')}].")
    assert len(lines(app)) == 3
    assert len(app.selectbox(key="train_with").options) == 4  # none, and the three others


def test_a_start_from_random_weights_goes_before_one_from_trained_ones(own_folder: Path) -> None:
    record(own_folder, "de-en/transformer")
    record(own_folder, "de-en/dot", fresh=True)
    app = pages.open_app(LINK | {"system": "additive"})
    own, other = (ENGLISH.name("system", name) for name in ("additive", "dot"))
    facts = {"own": own, "other": f"German → English: {other}"}
    assert ENGLISH.markdown("page.instead", facts) in pages.messages(app)
    told = ENGLISH.markdown("training.fresh", facts)
    assert told not in pages.captions(app)
    app = pages.open_app(LINK | {"system": "transformer"})
    assert told in pages.captions(app)
    app = pages.open_app(LINK | {"system": "transformer", "train_with": "de-en/dot"})
    assert told not in pages.captions(app)


@BOTH
def test_a_record_of_these_weights_is_drawn(recorded: Path, w: Words) -> None:
    app = pages.open_app(LINK | {"lang": w.language})
    assert len(lines(app)) == 3
    best = {"metric": "BLEU", "score": "44.7", "step": "1,200"}
    facts = {
        "name": w.name("system", "dot"),
        "steps": "1,200",
        "planned": "1,200",
        "minutes": "5.0",
        "device": w.name("device", "cpu"),
        "seed": 1,
        "best": w("training.best", best),
    }
    assert w.markdown("training.facts", facts) in pages.captions(app)
    tuned = {"name": w.name("system", "dot"), "model": "de-en/dot"}
    assert w.markdown("training.tuned", tuned) in pages.captions(app)
    assert pages.component(app, "replay")["stops"][:2] == [
        w("replay.stop", {"step": step}) for step in ("0", "1")
    ]
    assert len(app.code) == 0


def test_a_record_of_other_weights_is_not(own_folder: Path) -> None:
    write_record(made_record(), own_folder / "de-en" / "dot" / FILE_NAME)
    app = pages.open_app(LINK)
    warning = ENGLISH.markdown("training.other_weights", {"name": "de-en/dot"})
    assert warning in pages.messages(app)
    assert not pages.has(app, "plotly_chart", "training-curves")


def test_a_broken_record_is_said_and_costs_nothing_else(own_folder: Path) -> None:
    (own_folder / "de-en" / "dot" / FILE_NAME).write_text("{", encoding="utf-8")
    app = pages.open_app(LINK | {"reference": REFERENCE})
    assert any(str(escape_markdown(FILE_NAME)) in message for message in pages.messages(app))


def test_axis_and_scale_are_chosen_and_stand_in_the_link(recorded: Path) -> None:
    app = pages.open_app(LINK)
    app = pages.checked(app.segmented_control(key="train_axis").set_value("epoch").run())
    app = pages.checked(app.toggle(key="train_log").set_value(True).run())
    layout = pages.figure(app, "training-curves")["layout"]
    assert layout["xaxis"]["title"]["text"] == "Epochs"
    assert layout["xaxis"]["type"] == "log"
    assert (pages.link(app)["train_axis"], pages.link(app)["train_log"]) == ("epoch", "1")


def test_two_systems_are_compared(recorded: Path) -> None:
    app = pages.open_app(LINK)
    chosen = app.selectbox(key="train_with").set_value("de-en/none-reversed")
    app = pages.checked(chosen.run())
    assert len(lines(app)) == 6
    first, second = pages.component(app, "replay")["panels"]
    stops = pages.component(app, "replay")["stops"]
    assert first["frames"][0]["attention"]
    assert not any(frame["attention"] for frame in second["frames"])
    assert len(first["stops"]) == len(second["stops"]) == len(stops)
    assert (first["stops"][-1], second["stops"][-1]) == (19, 19)
    assert pages.link(app)["train_with"] == "de-en/none-reversed"


@BOTH
def test_unequal_sizes_and_starts_are_said(own_folder: Path, w: Words) -> None:
    record(own_folder, "de-en/dot")
    write_small_model(own_folder, "dot-small", "dot")
    record(own_folder, "de-en/dot-small", fresh=True)
    app = pages.open_app(LINK | {"lang": w.language, "train_with": "de-en/dot-small"})
    found = [plain(text) for text in pages.captions(app)]
    small, dot = (w("system.dot-small"), w("system.dot"))
    tuned = [text for text in found if "de-en/dot" in text]
    assert len(tuned) == 1 and dot in tuned[0] and small not in tuned[0]
    (size,) = (text for text in found if "%" in text and small in text)
    assert re.search(r"\d\d%", size.replace(" ", "")) and dot in size


def test_systems_of_one_size_from_one_start_need_no_words(own_folder: Path) -> None:
    for name in ("de-en/dot", "eo-en/dot"):
        record(own_folder, name, fresh=True)
    app = pages.open_app(LINK | {"train_with": "eo-en/dot"})
    assert len(lines(app)) == 6
    unlike = ("parameters of", "half the size", "trained weights")
    assert not [text for text in pages.captions(app) if any(words in text for words in unlike)]


def test_a_link_to_a_system_that_is_not_there_falls_back(recorded: Path) -> None:
    app = pages.open_app(LINK | {"train_with": "xx-yy/none"})
    assert len(lines(app)) == 3
    notice = ENGLISH("page.link", {"names": ENGLISH("setting.train_with")})
    assert notice in pages.messages(app)


def test_the_replay_travels_whole(recorded: Path) -> None:
    app = pages.open_app(LINK | {"train_sentence": "2", "train_stop": "7"})
    data = pages.component(app, "replay")
    made = made_record(losses=30)
    (panel,) = data["panels"]
    assert data["step"] == 7
    assert panel["source"] == SENTENCES[2][0]
    assert len(panel["frames"]) == 20
    for frame, drawn in zip(made.frames, panel["frames"], strict=True):
        view = frame.views[2]
        assert drawn["step"] == frame.step
        assert drawn["translation"] == view.translation
        assert base64.b64decode(drawn["attention"]) == view.attention.tobytes()
        np.testing.assert_allclose(drawn["surprisals"], view.surprisals, rtol=1e-3)
        assert drawn["loss"] == pytest.approx(np.mean(view.surprisals), rel=1e-3)
    measured = np.array([[point.step, point.loss] for point in made.dev])
    np.testing.assert_allclose(panel["dev"], measured, rtol=1e-4)
    assert all(word for word in data["words"].values())


def test_a_place_beyond_the_replay_is_its_end(recorded: Path) -> None:
    app = pages.open_app(LINK | {"train_sentence": "99", "train_stop": "999"})
    assert pages.component(app, "replay")["step"] == 19
    assert pages.component(app, "replay")["panels"][0]["source"] == SENTENCES[0][0]


def test_another_sentence_can_be_chosen(recorded: Path) -> None:
    app = pages.open_app(LINK)
    app = pages.checked(app.selectbox(key="train_sentence").set_value(5).run())
    assert pages.component(app, "replay")["panels"][0]["source"] == SENTENCES[5][0]
    assert pages.link(app)["train_sentence"] == "5"


def test_of_a_long_curve_some_points_travel_the_last_one_among_them() -> None:
    made = made_record(losses=1000, steps=100_000)
    data = panel_data(Panel("dot", made, 0), stops=(0, 50_000))
    assert len(data["train"]) == 250
    assert data["train"][-1][0] == 100_000
    assert len(data["dev"]) == 100
    assert data["stops"] == [0, 18]
