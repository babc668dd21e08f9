import base64
import json
import re
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from seqviz.views import components
from seqviz.views.components import lines, payload, stepper
from seqviz.words import part, table

APP = Path(__file__).parents[1] / "browser/apps/components_app.py"
FOLDER = files(components)
SCRIPTS = sorted(file.name for file in FOLDER.iterdir() if file.name.endswith(".js"))
MAX_PAYLOAD = 200_000


def unpacked(packed: str) -> np.ndarray:
    return np.frombuffer(base64.b64decode(packed), "<u2") / 65_535


def test_packed_weights_keep_three_decimals() -> None:
    weights = np.random.default_rng(0).random((7, 5), np.float32)
    np.testing.assert_allclose(unpacked(payload.packed(weights)), weights.ravel(), atol=1e-5)


def test_packed_weights_are_cut_to_what_a_weight_can_be() -> None:
    weights = np.array([[-0.5, np.nan, 1.0, 3.0, np.inf]])
    assert unpacked(payload.packed(weights)).tolist() == [0, 0, 1, 1, 1]


def test_threshold_is_half_of_even_attention_and_at_most_five_percent() -> None:
    assert payload.line_threshold(np.full((2, 4), 0.25)) == 0.05
    assert payload.line_threshold(np.full((2, 50), 0.02)) == 0.01


def test_threshold_bounds_the_number_of_lines() -> None:
    weights = np.random.default_rng(0).dirichlet(np.ones(200), 200)
    threshold = payload.line_threshold(weights)
    drawn = int((weights >= threshold).sum())
    assert 0.8 * payload.MAX_LINES < drawn <= payload.MAX_LINES


def test_chosen_token_within_the_first_ten_is_no_extra_row() -> None:
    rows = [(f"t{rank}", 0.5 / (rank + 1)) for rank in range(12)]
    top = payload.top_tokens(rows, 9)
    listed = [(t, round(p, 6)) for t, p in rows[:10]]
    assert top == {"top": listed, "extra": None, "chosen": 9, "cut": []}


def test_what_sampling_cut_off_travels_as_places() -> None:
    rows = [("a", 0.5), ("b", 0.3), ("c", 0.1)]
    assert payload.top_tokens(rows, 0, (True, False, True))["cut"] == [1]


def test_chosen_token_beyond_the_first_ten_is_an_extra_row() -> None:
    rows = [(f"t{rank}", 0.05) for rank in range(12)]
    assert payload.top_tokens(rows, 11)["extra"] == ("t11", 0.05)
    assert payload.top_tokens(rows, -1)["extra"] is None


@pytest.mark.parametrize("chosen", [-2, 3])
def test_chosen_index_must_exist(chosen: int) -> None:
    with pytest.raises(ValueError, match="3 next tokens"):
        payload.top_tokens([("a", 0.5), ("b", 0.3), ("c", 0.2)], chosen)


def stepper_arguments(steps: int, source: int) -> dict[str, Any]:
    words = [f"Wörtchen{rank}" for rank in range(10)]
    return {
        "key": "stepper",
        "tokens": [f"token{step}" for step in range(steps)],
        "source": [f"Quelle{place}" for place in range(source)],
        "attention": np.random.default_rng(0).dirichlet(np.ones(source), steps),
        "next_tokens": [[(word, 0.123456789) for word in words]] * steps,
        "chosen": [0] * steps,
        "entropies": [1.23456789] * steps,
        "step": 0,
        "words": table(),
    }


def lines_arguments(target: int, source: int) -> dict[str, Any]:
    return {
        "key": "lines",
        "source": [f"Quelle{place}" for place in range(source)],
        "target": [f"token{step}" for step in range(target)],
        "weights": np.random.default_rng(0).dirichlet(np.ones(source), target),
        "words": table(),
        "title": "Lines",
    }


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("tokens", []),
        ("tokens", ["only one"]),
        ("entropies", [0.0]),
        ("chosen", [0] * 5),
        ("attention", np.zeros((3, 4))),
    ],
)
def test_stepper_refuses_lengths_that_disagree(name: str, value: object) -> None:
    with pytest.raises(ValueError, match=r"tokens|shape"):
        stepper(**{**stepper_arguments(4, 3), name: value})


@pytest.mark.parametrize(
    ("name", "value"), [("source", []), ("target", []), ("weights", np.zeros((3, 4)))]
)
def test_lines_refuse_lengths_that_disagree(name: str, value: object) -> None:
    with pytest.raises(ValueError, match=r"tokens|shape"):
        lines(**{**lines_arguments(4, 3), name: value})


@pytest.mark.parametrize(("step", "expected"), [(-3, 0), (2, 2), (99, 3)])
def test_step_is_cut_to_what_there_is(step: int, expected: int) -> None:
    assert stepper(**{**stepper_arguments(4, 3), "step": step}) == expected


def test_a_missing_word_is_an_error() -> None:
    words = {key: word for key, word in table().items() if key != "stepper.play"}
    with pytest.raises(KeyError, match=r"stepper\.play"):
        stepper(**{**stepper_arguments(4, 3), "words": words})


def test_what_travels_is_small_and_holds_the_words_of_its_component_only() -> None:
    app = AppTest.from_file(str(APP))
    app.query_params["case"] = "huge"  # 100 x 100
    app.run()
    assert not app.exception
    for element in app.get("bidi_component"):
        proto = element.proto
        assert 20_000 < len(proto.json) < MAX_PAYLOAD
        name = proto.component_name.removeprefix("seqviz_")
        words = json.loads(proto.json)["words"]
        assert words == {k: w for k, w in table().items() if k.startswith(f"{name}.")}
    assert len(app.get("bidi_component")) == 2


def test_every_word_is_used_and_every_used_word_exists() -> None:
    script = "".join(FOLDER.joinpath(name).read_text("utf-8") for name in SCRIPTS)
    used = set(re.findall(r"\"((?:stepper|lines)\.[a-z_]+)\"", script))
    acts = {f"stepper.{act}" for act in ("first", "previous", "play", "pause", "next")}
    assert "stepper.${act}" in script
    assert used | acts == set(part(table(), "stepper.", "lines."))


@pytest.mark.parametrize("name", SCRIPTS)
def test_scripts_are_small_and_never_read_text_as_markup(name: str) -> None:
    script = FOLDER.joinpath(name).read_text("utf-8")
    assert len(script.splitlines()) <= 150
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", script)
    assert set(re.findall(r"https?://[^\"]+", script)) <= {"http://www.w3.org/2000/svg"}
