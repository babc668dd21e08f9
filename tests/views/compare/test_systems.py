"""All systems of a pair side by side: cards, differences, what one of them cannot do, the links."""

import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from seqviz import kinds
from seqviz.analysis.quality import sentence_chrf
from seqviz.analysis.systems import difference
from seqviz.catalog import find_models
from seqviz.errors import ModelError
from seqviz.options import DecodeOptions
from seqviz.server.store import MAX_TRANSLATORS
from seqviz.trace import Trace
from seqviz.translator import Translator, load
from seqviz.views.compare import systems
from seqviz.views.compare.each_system import Outcome
from seqviz.views.compare.systems import REFERENCE
from seqviz.views.session.i18n import escape_markdown
from seqviz.views.shell import side_by_side
from tests.fixtures.tiny_models import SYSTEMS
from tests.views import pages
from tests.views.pages import CHINESE, ENGLISH

pytestmark = pytest.mark.usefixtures("tiny")

LINK = pages.SHORT | {"view": "systems"}
GIVEN = "it was very cold"
PRETRAINED = Path(__file__).resolve().parents[3] / "pretrained"


def card(app: AppTest, system: str) -> AppTest:
    """The card of a system, as a part of the page."""
    return app.container(key=f"system-card-{system}")  # type: ignore[return-value]  # same methods


def found(system: str, *, beam_size: int = 5) -> Trace:
    return load(f"de-en/{system}").translate(
        LINK["text"], DecodeOptions(beam_size=beam_size, max_length=8)
    )


def shown(app: AppTest, system: str) -> dict[str, str]:
    """The numbers on a card by their name."""
    return {metric.label: str(metric.value) for metric in card(app, system).metric}


def said(app: AppTest, system: str) -> list[str]:
    part = card(app, system)
    return [str(text.value) for kind in (part.caption, part.error, part.warning) for text in kind]


def number(value: float, digits: int) -> str:
    return f"{value:.{digits}f}".replace("-", "−")


def table(app: AppTest) -> list[list[str]]:
    (only,) = app.table
    return [list(map(str, row)) for row in only.value.to_numpy().tolist()]


def test_every_system_has_a_card_from_old_to_new_with_its_own_numbers_and_attention() -> None:
    app = pages.open_app(LINK)
    names = [ENGLISH.name("system", s) for s in sorted(SYSTEMS, key=kinds.age_of)]
    escaped = list(map(escape_markdown, names))
    parameters = {entry.system: entry.parameters for entry in find_models().entries}
    assert pages.headings(app) == escaped
    for system in SYSTEMS:
        best = found(system).hypotheses
        numbers = shown(app, system)
        assert numbers["Score"] == number(best.scores[0], 3)
        assert numbers["Parameters"] == str(parameters[system])
    assert [row[0] for row in table(app)] == escaped
    for system in ("transformer", "additive", "dot"):
        sent = pages.component(app, f"system-{system}")
        assert (sent["layout"], sent["acts"]) == (["heatmap"], [])
        assert sent["payload"]["translation"]["text"] == found(system).translation
        assert pages.component(app, f"system-{system}-given")["given"]["words"]
    drawing = pages.figure(app, "system-none-reversed")
    assert [trace["type"] for trace in drawing["data"]] == ["scatter", "scatter"]
    assert ENGLISH("systems.vector.reversed") in said(app, "none-reversed")
    pages.checked(app.toggle(key="words").set_value(False).run())
    assert not pages.component(app, "system-dot-given")["given"]["words"]


def test_words_that_the_base_lacks_are_marked_and_the_base_can_be_chosen() -> None:
    w = CHINESE
    app = pages.open_app(LINK | {"lang": w.language})
    assert w("systems.is_base") in said(app, "dot")
    pages.checked(app.selectbox(key="base").set_value("additive").run())
    assert pages.link(app)["base"] == "additive"
    assert w("systems.is_base") in said(app, "additive")
    expected = difference(found("additive").translation, found("dot").translation)
    (text,) = app.container(key="marked-system-dot").markdown
    assert text.value == side_by_side.marked(expected.words)
    assert "**" in text.value
    line = " ".join(
        (
            w("systems.differs", {"count": expected.differing}),
            w.markdown("systems.missing", {"words": " · ".join(expected.missing)}),
        )
    )
    assert line.replace(r"\·", "·") in said(app, "dot")


def test_a_reference_is_scored_by_every_system_and_can_be_the_base() -> None:
    app = pages.open_app(LINK | {"reference": GIVEN, "base": REFERENCE})
    for system in SYSTEMS:
        trace = found(system)
        forced = load(f"de-en/{system}").force(LINK["text"], GIVEN, trace.options).hypotheses
        name = str(escape_markdown(ENGLISH.name("system", system)))
        (row,) = (row for row in table(app) if row[0] == name)
        assert number(forced.log_probs[0], 2) in " ".join(row)
        assert number(forced.log_probs[0] / forced.lengths[0], 3) in " ".join(row)
        assert shown(app, system)["chrF"] == f"{sentence_chrf(trace.translation, GIVEN):.1f}"
        (text,) = app.container(key=f"marked-system-{system}").markdown
        assert text.value == side_by_side.marked(difference(GIVEN, trace.translation).words)
    pages.checked(app.text_input(key="reference").set_value("").run())
    assert app.session_state["base"] == "dot"
    assert "chrF" not in shown(app, "dot")


def test_a_base_that_does_not_exist_falls_back_with_a_notice() -> None:
    app = pages.open_app(LINK | {"base": "rnn"})
    assert app.session_state["base"] == "dot"
    assert any(ENGLISH("setting.base") in message for message in pages.messages(app))


@pytest.mark.parametrize("view", ["attention", "tree"])
def test_a_card_leads_to_its_systems_own_views_without_decoding_again(
    view: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = pages.open_app(LINK | {"beam": "3"})
    translate = Translator.translate

    def only_greedy(self: Translator, text: str, options: DecodeOptions, **rest: object) -> Trace:
        assert options.beam_size == 1  # to compare with
        return translate(self, text, options, **rest)  # type: ignore[arg-type]  # passed on

    monkeypatch.setattr(Translator, "translate", only_greedy)
    pages.checked(app.button(key=f"{view}-of-additive").click().run())
    assert (app.session_state["system"], app.session_state["view"]) == ("additive", view)
    assert pages.link(app)["system"] == "additive"
    assert pages.source(app) == LINK["text"]


def test_every_system_decodes_with_the_chosen_options_and_no_coverage_without_attention() -> None:
    app = pages.open_app(LINK | {"beta": "0.4", "beam": "2", "max_length": "2"})
    options = DecodeOptions(beam_size=2, max_length=2, beta=0.4)
    best = load("de-en/transformer").translate(LINK["text"], options).hypotheses
    assert best.coverage_terms[0] < 0
    assert shown(app, "transformer")["Score"] == number(best.scores[0], 3)
    assert ENGLISH("systems.no_coverage") in said(app, "none-reversed")
    assert ENGLISH("systems.no_coverage") not in said(app, "dot")
    pages.checked(app.selectbox(key="system").set_value("none-reversed").run())
    assert shown(app, "transformer")["Score"] == number(best.scores[0], 3)


def test_a_damaged_system_costs_only_its_card(own_folder: Path) -> None:
    weights = own_folder / "de-en" / "additive" / "model.safetensors"
    shutil.copy(own_folder / "de-en" / "transformer" / "model.safetensors", weights)
    (own_folder / "de-en" / "transformer" / "settings.json").write_text("{", encoding="utf-8")
    with pytest.raises(ModelError):
        load("de-en/additive")
    app = pages.open_app(LINK)
    assert any("additive" in text for text in said(app, "additive"))
    assert any("settings" in text for text in said(app, "transformer"))
    assert not shown(app, "additive")
    assert shown(app, "dot")
    assert shown(app, "none-reversed")
    assert len(table(app)) == 2


def test_what_nobody_foresaw_costs_only_its_card(monkeypatch: pytest.MonkeyPatch) -> None:
    translate = Translator.translate

    def fail(self: Translator, text: str, options: DecodeOptions, **rest: object) -> Trace:
        if self.entry.system == "additive":
            raise RuntimeError("boom")
        return translate(self, text, options, **rest)  # type: ignore[arg-type]  # passed on

    monkeypatch.setattr(Translator, "translate", fail)
    app = pages.open_app(LINK)
    assert ENGLISH("systems.failed") in said(app, "additive")
    assert len(table(app)) == 3


def test_a_reference_that_is_too_long_leaves_the_translations() -> None:
    app = pages.open_app(LINK | {"reference": "i " * 700})
    for system in SYSTEMS:
        assert any("The reference has" in text for text in said(app, system))
        assert shown(app, system)["Score"]


def test_once_cancelled_only_what_is_kept_comes_and_again_makes_the_rest() -> None:
    app = pages.open_app(LINK | {"view": "attention"})
    app.session_state["_cancelled"] = f"systems-{pages.work(app)}"
    pages.turn_to(app, "systems")
    assert shown(app, "dot")
    assert not shown(app, "additive")
    assert ENGLISH("systems.not_yet") in said(app, "additive")
    pages.press(app, ENGLISH("progress.again"))
    assert shown(app, "additive")


def test_a_pair_with_one_system_says_so(own_folder: Path) -> None:
    for system in SYSTEMS:
        if system != "dot":
            shutil.rmtree(own_folder / "de-en" / system)
    app = pages.open_app(LINK)
    assert ENGLISH("systems.single") in pages.messages(app)
    assert "base" not in [box.key for box in app.selectbox]
    assert shown(app, "dot")
    assert "★" not in "".join(cell for row in table(app) for cell in row)


def test_there_is_room_for_every_system_of_a_pair() -> None:
    shipped = Counter(entry.pair for entry in find_models(PRETRAINED).entries)
    assert 2 < max(shipped.values()) <= MAX_TRANSLATORS


def test_what_was_typed_is_text() -> None:
    app = pages.open_app(LINK | {"reference": "<b>*x*</b> $y$", "base": REFERENCE})
    missing = [text for text in said(app, "dot") if r"\<b\>" in text]
    assert len(missing) == 1
    assert "<b>" not in missing[0].replace(r"\<b\>", "")
    assert np.isfinite(float(shown(app, "dot")["chrF"]))


def test_a_task_shows_its_exact_match_where_a_language_pair_shows_bleu() -> None:
    entry = next(entry for entry in find_models().entries if entry.name == "de-en/dot")
    measured = replace(entry, scores={"test": {"bleu": 97.5, "exact_match": 90.0}})
    task = replace(measured, source_language="date", target_language="iso")
    rows = [systems.measured_row(Outcome(entry=e, trace=found("dot"))) for e in (measured, task)]
    assert [(row.bleu, row.exact_match) for row in rows] == [(97.5, None), (None, 90.0)]
