"""Editing the attention: building edits, undo, the link, re-decoding, re-scoring, the numbers."""

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from seqviz.analysis.shift import best_aligned_head, most_attended_word, present_row
from seqviz.analysis.words import piece_label
from seqviz.options import DecodeOptions
from seqviz.options.editcode import encode_edits
from seqviz.options.intervention import Intervention
from seqviz.trace import DistributionShift, Trace
from seqviz.translator import Translator, load
from seqviz.viewer import packed
from seqviz.views.experiment import edit_panel
from seqviz.views.experiment.edit_panel import edit_text
from seqviz.views.session.access import VARIABLE
from seqviz.views.session.i18n import Words
from seqviz.words.numbers import number
from tests.views import pages
from tests.views.conftest import forget
from tests.views.pages import CHINESE, ENGLISH

pytestmark = pytest.mark.usefixtures("tiny")

LINK = {"system": "dot", "text": "kalt", "view": "intervene", "max_length": "6"}
OPTIONS = DecodeOptions(max_length=6)
SHIFT = "shift-0"
"""The chart of the shift, before it is clicked."""
UNIFORM = (Intervention(kind="uniform"),)


def original(system: str = "dot") -> Trace:
    return load(f"de-en/{system}").translate(LINK["text"], OPTIONS)


def shift_of(*edits: Intervention, system: str = "dot") -> DistributionShift:
    trace = original(system)
    options = replace(OPTIONS, interventions=edits)
    return load(f"de-en/{system}").shift(LINK["text"], trace.target(), options)


def drawn(app: AppTest) -> tuple[list[float], list[float]]:
    """Total variation and KL divergence of the chart."""
    variation, divergence = pages.figure(app, SHIFT)["data"]
    return variation["y"], divergence["y"]


def test_without_edits_the_page_asks_for_one() -> None:
    app = pages.open_app(LINK)
    assert ENGLISH("intervene.empty") in pages.captions(app)
    assert not pages.has(app, "plotly_chart", SHIFT)
    assert app.button(key="edit-undo").disabled
    assert app.button(key="edit-clear").disabled


def test_without_attention_another_system_of_the_pair_is_edited(own_folder: Path) -> None:
    link = LINK | {"system": "none-reversed", "edits": "uniform"}
    app = pages.open_app(link)
    facts = {"own": ENGLISH("system.none-reversed"), "other": ENGLISH("system.transformer")}
    assert ENGLISH.markdown("intervene.instead", facts) in pages.messages(app)
    np.testing.assert_allclose(
        drawn(app)[1], shift_of(*UNIFORM, system="transformer").kl, atol=1e-3
    )
    for system in ("transformer", "additive", "dot"):
        shutil.rmtree(own_folder / "de-en" / system)
    forget()
    assert ENGLISH("intervene.none") in pages.messages(pages.open_app(link))


@pytest.mark.parametrize(
    ("system", "preset"), [("dot", "mute"), ("dot", "uniform"), ("transformer", "ablate")]
)
def test_a_suggestion_is_one_click(system: str, preset: str) -> None:
    app = pages.open_app(LINK | {"system": system})
    pages.checked(app.button(key=f"edit-preset-{preset}").click().run())
    trace = original(system)
    heads = (best_aligned_head(trace),) if system == "transformer" else ()
    edit = {
        "mute": Intervention(kind="mute", sources=most_attended_word(trace)),
        "uniform": Intervention(kind="uniform"),
        "ablate": Intervention(kind="ablate", heads=heads),
    }[preset]
    assert pages.link(app)["edits"] == encode_edits([edit])
    expected = shift_of(edit, system=system)
    np.testing.assert_allclose(drawn(app)[0], expected.total_variation, atol=1e-3)
    np.testing.assert_allclose(drawn(app)[1], expected.kl, atol=1e-3)
    assert max(drawn(app)[0]) > 0


def test_redecoding_shows_both_translations_and_their_sums() -> None:
    app = pages.open_app(LINK | {"edits": "uniform"})
    trace = original()
    options = replace(OPTIONS, interventions=UNIFORM)
    redone = load("de-en/dot").translate(LINK["text"], options)
    shown = " ".join(pages.plain(str(text.value)) for text in app.main.markdown)
    for text in (trace.translation, redone.translation):
        assert text.split()[0] in shown.replace("[", "").replace("]", "")
    edited = "intervene.sums.edited"
    scored = shift_of(*UNIFORM).edited
    for key, found in (("compare.score", trace), (edited, redone), (edited, scored)):
        best = found.hypotheses
        facts = {"log_prob": number(best.log_probs[0]), "score": number(best.scores[0], ".3f")}
        assert ENGLISH(key, facts) in pages.captions(app)


def test_only_rescoring_keeps_the_translation() -> None:
    app = pages.open_app(LINK | {"edits": "uniform"})
    assert ENGLISH("intervene.edited") in pages.captions(app)
    pages.checked(app.segmented_control(key="edit_mode").set_value("score").run())
    assert ENGLISH("intervene.scored") in pages.captions(app)
    assert ENGLISH("intervene.edited") not in pages.captions(app)
    assert ENGLISH("compare.words") not in pages.captions(app)
    assert pages.link(app)["edit_mode"] == "score"
    np.testing.assert_allclose(drawn(app)[1], shift_of(*UNIFORM).kl, atol=1e-3)


def test_predictions_and_attention_stand_before_and_after() -> None:
    app = pages.open_app(LINK | {"edits": "uniform", "step": "1"})
    shift = shift_of(*UNIFORM)
    for name, trace in (("before", shift.plain), ("after", shift.edited)):
        shown = pages.component(app, f"edit-{name}")
        expected = json.loads(json.dumps(packed(trace)))
        for part in ("hypotheses", "attention", "next"):
            assert shown["payload"][part] == expected[part]
        assert shown["link"] == pages.component(app, "edit-picture")["link"] != ""
        assert given(app, f"edit-{name}")["step"] == 1


@pytest.mark.parametrize(
    ("edits", "layer", "head"),
    [("ablate-h1.0", 1, 0), ("ablate-h1.0,1.1", 1, -1), ("uniform_ablate-h1.0", -1, -1)],
)
def test_the_attention_opens_on_what_the_first_edit_names(
    edits: str, layer: int, head: int
) -> None:
    app = pages.open_app(LINK | {"system": "transformer", "edits": edits})
    for key in ("edit-picture", "edit-before", "edit-after"):
        shown = given(app, key)
        assert (shown["layer"], shown["head"]) == (layer, head)
    app.session_state["layer"] = 1  # what is chosen counts
    pages.checked(app.run())
    shown = given(app, "edit-after")
    assert (shown["layer"], shown["head"]) == (0, -1)


def given(app: AppTest, key: str) -> dict[str, Any]:
    """What a viewer was told to select."""
    return cast(dict[str, Any], pages.component(app, f"{key}-given")["given"])


def test_a_record_is_bounded_where_strangers_visit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "1")
    monkeypatch.setattr(Translator, "_forced_bytes", lambda *_: 10**9)
    monkeypatch.setattr("seqviz.translator.translator.decode_shift", None)
    app = pages.open_app(LINK | {"edits": "uniform"})
    assert any("the limit is 250 MB" in message for message in pages.messages(app))
    assert pages.is_translated(app)


def add(app: AppTest, kind: str) -> AppTest:
    return pages.checked(app.selectbox(key="edit-kind").set_value(kind).run())


def press_add(app: AppTest) -> str:
    pages.checked(app.button(key="edit-add").click().run())
    return pages.link(app)["edits"]


def test_every_kind_of_edit_can_be_built() -> None:
    app = pages.open_app(LINK)
    assert not [box for box in app.multiselect if box.key in ("edit-layers", "edit-heads")]
    assert app.button(key="edit-add").disabled  # no source token is chosen
    pages.checked(app.multiselect(key="edit-sources").set_value([1, 0]).run())
    assert press_add(app) == "mute-j0,1"
    add(app, "shuffle")
    pages.checked(app.number_input(key="edit-seed").set_value(7).run())
    assert press_add(app) == "mute-j0,1_shuffle-r7"
    add(app, "sharpen")
    pages.checked(app.multiselect(key="edit-steps").set_value([2, 0]).run())
    assert press_add(app) == "mute-j0,1_shuffle-r7_sharpen-s0,2-t0.5"
    add(app, "ablate")
    assert press_add(app).endswith("_ablate-s0,2")
    add(app, "uniform")
    assert press_add(app).endswith("_uniform-s0,2")


def test_a_row_set_by_hand_starts_with_the_present_attention() -> None:
    app = pages.open_app(LINK)
    add(app, "set")
    pages.checked(app.multiselect(key="edit-steps").set_value([1]).run())
    code = press_add(app)
    weights = [float(text) for text in code.removeprefix("set-s1-w").split(",")]
    np.testing.assert_allclose(weights, present_row(original(), steps=(1,)), atol=6e-4)
    shift = shift_of(Intervention(kind="set", steps=(1,), weights=tuple(weights)))
    assert max(drawn(app)[1]) == pytest.approx(float(shift.kl.max()), abs=1e-3)


def test_layers_and_heads_of_a_transformer_are_crossed() -> None:
    app = pages.open_app(LINK | {"system": "transformer"})
    add(app, "uniform")
    pages.checked(app.multiselect(key="edit-layers").set_value([2]).run())
    assert press_add(app) == "uniform-h2.0,2.1"
    pages.checked(app.multiselect(key="edit-heads").set_value([1]).run())
    assert press_add(app) == "uniform-h2.0,2.1_uniform-h2.1"


def test_edits_are_told_in_order_removed_and_brought_back() -> None:
    app = pages.open_app(LINK | {"edits": "uniform-s0_shuffle-r1"})
    order = ENGLISH("intervene.list.order")
    assert order in pages.captions(app)
    pages.checked(app.button(key="edit-remove-0").click().run())
    assert pages.link(app)["edits"] == "shuffle-r1"
    assert order not in pages.captions(app)
    pages.checked(app.button(key="edit-clear").click().run())
    assert "edits" not in pages.link(app)
    pages.checked(app.button(key="edit-undo").click().run())
    assert pages.link(app)["edits"] == "shuffle-r1"
    pages.checked(app.button(key="edit-undo").click().run())
    assert pages.link(app)["edits"] == "uniform-s0_shuffle-r1"
    assert app.button(key="edit-undo").disabled


def test_an_edit_that_names_what_the_sentence_lacks_is_refused_and_can_be_removed() -> None:
    app = pages.open_app(LINK | {"edits": "mute-j99"})
    facts = {"what": "source token", "found": 100, "count": len(original().source.pieces)}
    assert ENGLISH("intervene.outside", facts) in pages.messages(app)
    pages.in_chinese(app)
    facts["what"] = "源词元"
    assert CHINESE("intervene.outside", facts) in pages.messages(app)
    assert not pages.has(app, "plotly_chart", SHIFT)
    pages.checked(app.button(key="edit-remove-0").click().run())
    assert CHINESE("intervene.empty") in pages.captions(app)


def test_there_is_no_room_for_too_many_edits() -> None:
    code = "_".join(["uniform"] * 32)
    app = pages.open_app(LINK | {"edits": code})
    add(app, "ablate")
    assert press_add(app) == code
    assert ENGLISH("intervene.too_many") in pages.messages(app)


def test_a_suggestion_too_long_for_a_link_is_off_and_says_why() -> None:
    app = pages.open_app(LINK | {"text": "kalt" * 110, "max_length": "3", "beam": "1"})
    button = app.button(key="edit-preset-mute")
    assert button.disabled
    assert button.help == ENGLISH("intervene.too_long")
    assert not app.button(key="edit-preset-uniform").disabled


def test_edits_that_a_link_cannot_hold_are_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    kept: dict[str, object] = {}
    monkeypatch.setattr("seqviz.views.session.state.put", kept.__setitem__)
    edit_panel._put((Intervention(kind="mute", sources=tuple(range(440))),))
    assert kept == {}


def test_a_row_too_long_for_a_link_is_said_to_be_so() -> None:
    app = pages.open_app(LINK | {"text": "kalt " * 80, "max_length": "3", "beam": "1"})
    add(app, "set")
    pages.checked(app.button(key="edit-add").click().run())
    assert "edits" not in pages.link(app)
    assert ENGLISH("intervene.too_long") in pages.messages(app)
    assert ENGLISH("intervene.too_many") not in pages.messages(app)


def test_a_state_that_stands_for_no_edits_shows_none_and_can_be_left() -> None:
    app = pages.open_app(LINK)
    app.session_state["edits"] = "mute-j" + ",".join(map(str, range(440)))
    pages.checked(app.run())
    assert ENGLISH("intervene.empty") in pages.captions(app)
    pages.checked(app.button(key="edit-preset-uniform").click().run())
    assert pages.link(app)["edits"] == "uniform"


def test_another_sentence_or_system_has_no_edits_but_other_options_keep_them() -> None:
    app = pages.open_app(LINK | {"edits": "mute-j1"})
    app.slider(key="beam").set_value(2)
    pages.submit(app)
    assert pages.link(app)["edits"] == "mute-j1"
    pages.checked(app.button(key="edit-preset-uniform").click().run())
    app.text_area(key="text").set_value("es war")
    pages.submit(app)
    assert "edits" not in pages.link(app)
    assert app.button(key="edit-undo").disabled
    pages.checked(app.button(key="edit-preset-uniform").click().run())
    pages.checked(app.selectbox(key="system").set_value("transformer").run())
    assert "edits" not in pages.link(app)


def test_the_same_edit_from_the_picture_counts_once_and_needs_one_undo(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("streamlit.session_state", {"edits": ""})
    mute, other = Intervention(kind="mute", sources=(0,)), Intervention(kind="ablate")
    for edit in (mute, mute, other, mute):
        edit_panel.add(edit)
    assert edit_panel.present() == (other, mute)
    for before in ((mute, other), (mute,), ()):
        edit_panel._undo()
        assert edit_panel.present() == before


@pytest.mark.parametrize("w", [ENGLISH, CHINESE], ids=lambda w: str(w.language))
def test_every_edit_has_its_words(w: Words) -> None:
    trace = original("transformer")
    edits = (
        Intervention(kind="mute", sources=(0, 99)),
        Intervention(kind="shuffle", seed=3, steps=(0, 4)),
        Intervention(kind="sharpen", temperature=0.5, heads=((1, 0),)),
        Intervention(kind="set", weights=(0.1, 0.9)),
    )
    texts = [edit_text(edit, trace, w) for edit in edits]
    first, beyond = (
        w("intervene.token", {"token": label, "place": place})
        for label, place in ((piece_label(trace.source.pieces[0]), 1), ("?", 100))
    )
    assert f"{first}, {beyond}" in texts[0]
    assert "3" in texts[1]
    assert "1, 5" in texts[1]
    assert "0.5" in texts[2]
    assert w("intervene.where.head", {"layer": 2, "head": 1}) in texts[2]
    second = {"token": piece_label(trace.source.pieces[1]), "place": 2}
    assert w("intervene.token", second) in texts[3]
    assert len(set(texts)) == len(edits)
