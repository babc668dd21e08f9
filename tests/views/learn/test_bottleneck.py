"""The bottleneck view: stored curves, two systems along a reference, and repetitions."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from seqviz.analysis.bottleneck import halves, parting
from seqviz.options import MAX_TARGET_TOKENS
from seqviz.records.lengths import STUDY_FILE, weights_digest
from seqviz.trace import Trace
from seqviz.translator import load
from seqviz.views.learn import longer
from seqviz.views.learn.bottleneck import FORCED
from seqviz.views.session.i18n import Words, escape_markdown
from seqviz.words.numbers import number
from tests.records.test_lengths import study
from tests.views import pages
from tests.views.pages import CHINESE, ENGLISH
from tests.views.watch.test_greedy_vs_beam import plain

LINK = pages.SHORT | {"view": "bottleneck"}
MEASURED = pages.SHORT | {"view": "lengths"}
REFERENCE = "it was very cold"
BOTH = pytest.mark.parametrize("w", [ENGLISH, CHINESE], ids=lambda w: str(w.language))


@pytest.fixture
def folder(own_folder: Path) -> Path:
    return own_folder / "de-en"


def measure(folder: Path, system: str, *, fall: float = 10.0, digest: str = "d" * 64) -> None:
    """Store a study that fits the weights of a system."""
    own = folder / system
    made = replace(
        study(fall=fall),
        model=f"de-en/{system}",
        attention="none" if system == "none-reversed" else "dot",
        weights=weights_digest(own / "model.safetensors"),
        digest=digest,
        test_set="a_b_c.tsv",
    )
    STUDY_FILE.write(made, own / STUDY_FILE.name)


def commands(app: AppTest) -> list[str]:
    return [line for block in app.main.code for line in str(block.value).splitlines()]


def command(folder: Path, system: str) -> str:
    """The folder of models is named, but not where it lies."""
    out = f"{folder.parent.name}/de-en/{system}/{STUDY_FILE.name}"
    return f"seqviz lengths --model de-en/{system} --out {out} TEST.tsv"


def said(app: AppTest) -> list[str]:
    return [plain(str(text.value)) for text in app.main.markdown]


def forced(system: str, text: str = LINK["text"]) -> Trace:
    return load(f"de-en/{system}").force(text, REFERENCE, FORCED)


def test_where_nothing_was_measured_the_page_says_which_commands_do(folder: Path) -> None:
    app = pages.open_app(MEASURED)
    assert ENGLISH("bottleneck.lengths") in pages.headings(app)
    assert ENGLISH("bottleneck.about") in pages.captions(app)
    order = ("transformer", "additive", "dot", "none-reversed")
    assert commands(app) == [command(folder, system) for system in order]
    assert not pages.has(app, "plotly_chart", "lengths")


@BOTH
def test_what_was_measured_is_drawn_and_the_rest_is_named(folder: Path, w: Words) -> None:
    measure(folder, "none-reversed", fall=11.5)
    measure(folder, "dot")
    app = pages.open_app(MEASURED | {"lang": w.language})
    attentive, bare = pages.figure(app, "lengths")["data"]
    assert attentive["y"][-1] == 10
    assert bare["y"][-1] == 2.5
    assert (attentive["line"]["dash"], bare["line"]["dash"]) == ("solid", "dash")
    assert commands(app) == [command(folder, system) for system in ("transformer", "additive")]
    gap = {"bare": w("system.none-reversed"), "attentive": w("system.dot"), "metric": "BLEU"}
    assert plain(w("bottleneck.gap", gap | {"short": "0.0", "long": "7.5"})) in said(app)
    assert any(r"a\_b\_c\.tsv" in caption for caption in pages.captions(app))
    assert any(w("bottleneck.few", {"count": 25}) in caption for caption in pages.captions(app))
    marked = pages.figure(app, "lengths")["layout"]["shapes"][0]["x0"]
    assert marked == len(load("de-en/dot").read(LINK["text"]).ids) - 1


def test_another_metric_is_a_click_away_and_stays_in_the_link(folder: Path) -> None:
    measure(folder, "dot")
    app = pages.open_app(MEASURED)
    app = pages.checked(app.segmented_control(key="length_metric").set_value("exact").run())
    assert pages.figure(app, "lengths")["data"][0]["y"][0] == 30
    assert pages.link(app)["length_metric"] == "exact"


def test_numbers_of_other_weights_are_not_shown(folder: Path) -> None:
    measure(folder, "dot")
    weights = folder / "dot" / "model.safetensors"
    shutil.copyfile(folder / "additive" / "model.safetensors", weights)
    shutil.copyfile(folder / "additive" / "settings.json", folder / "dot" / "settings.json")
    app = pages.open_app(MEASURED)
    assert not pages.has(app, "plotly_chart", "lengths")
    assert command(folder, "dot") in commands(app)


def test_what_was_measured_on_other_sentences_is_not_compared(folder: Path) -> None:
    for system, digest in (("transformer", "e"), ("additive", "e"), ("dot", "d")):
        measure(folder, system, digest=digest * 64)
    app = pages.open_app(MEASURED)
    assert len(pages.figure(app, "lengths")["data"]) == 1  # the system of the page decides
    assert ENGLISH("bottleneck.otherwise") in pages.captions(app)
    app = pages.open_app(MEASURED | {"system": "none-reversed"})
    assert len(pages.figure(app, "lengths")["data"]) == 2  # it has none: most are alike


def test_a_broken_file_is_said_and_costs_nothing_else(folder: Path) -> None:
    measure(folder, "transformer")
    (folder / "dot" / STUDY_FILE.name).write_text("{", encoding="utf-8")
    app = pages.open_app(MEASURED)
    assert any(str(escape_markdown(STUDY_FILE.name)) in message for message in pages.messages(app))
    assert len(pages.figure(app, "lengths")["data"]) == 1


@pytest.mark.usefixtures("tiny")
def test_without_a_reference_the_page_asks_for_one_and_takes_it() -> None:
    app = pages.open_app(LINK)
    assert ENGLISH("reference.empty") in pages.messages(app)
    assert not pages.has(app, "plotly_chart", "forced")
    pages.checked(app.text_input(key="reference").set_value(REFERENCE).run())
    assert pages.has(app, "plotly_chart", "forced")
    assert pages.link(app)["reference"] == REFERENCE


@pytest.mark.usefixtures("tiny")
@BOTH
def test_both_systems_are_drawn_along_the_reference_and_compared_in_words(w: Words) -> None:
    app = pages.open_app(LINK | {"reference": REFERENCE, "lang": w.language})
    both = [forced(system).log_probs() for system in ("none-reversed", "transformer")]
    sums, _, better_sums, better = pages.figure(app, "forced")["data"]
    assert sums["y"] == pytest.approx(np.cumsum(both[0]), abs=1e-3)
    assert better_sums["y"] == pytest.approx(np.cumsum(both[1]), abs=1e-3)
    assert better["y"] == pytest.approx(-both[1], abs=1e-3)
    assert (sums["line"]["dash"], better_sums["line"]["dash"]) == ("dash", "solid")
    found = parting(*both)
    (sentence,) = (text for text in said(app) if f"{abs(found.gap):.2f}" in text)
    ahead = "transformer" if found.gap >= 0 else "none-reversed"
    assert sentence.index(w(f"system.{ahead}")) < sentence.index(f"{abs(found.gap):.2f}")
    assert (found.step is None) == ("They part" not in sentence and "两者最终" not in sentence)
    first, second = (number(value) for value in halves(both[0]))
    (caption,) = (c for c in map(plain, pages.captions(app)) if first in c)
    assert second in caption
    honest = "bottleneck.one_sentence" if found.gap >= 0 else "bottleneck.bare_ahead"
    assert w(honest) in pages.captions(app)


@pytest.mark.usefixtures("tiny")
@BOTH
@pytest.mark.parametrize(
    ("bare", "attentive", "words"),
    [
        ((-1, -1, -9), (-1, -1, -1), ("3", "8.00", "3,000")),
        ((-1, -90, -9), (-1, -1, -1), ("2", "97.00", "1.3 · 10⁴²")),
        ((-1, -1), (-1, -3), ("2", "2.00", "7.4")),
        ((-1, -1.5), (-1, -1), ("0.50",)),
        ((-1, -1), (-1, -1), ()),
    ],
)
def test_the_parting_has_its_words(
    monkeypatch: pytest.MonkeyPatch,
    w: Words,
    bare: tuple[float, ...],
    attentive: tuple[float, ...],
    words: tuple[str, ...],
) -> None:
    made = parting(np.array(bare), np.array(attentive))
    monkeypatch.setattr("seqviz.views.learn.bottleneck.parting", lambda *_: made)
    app = pages.open_app(LINK | {"reference": REFERENCE, "lang": w.language})
    starts = {"en": ("They part for good", "They do not"), "zh": ("两者最终在第", "两者没有")}[
        w.language
    ]
    (sentence,) = (text for text in said(app) if text.strip("[").startswith(starts))
    assert sentence.strip("[").startswith(starts[made.step is None])
    assert all(word in sentence for word in words)


@pytest.mark.usefixtures("tiny")
def test_the_two_systems_can_be_chosen_and_stay_in_the_link() -> None:
    app = pages.open_app(LINK | {"reference": REFERENCE})
    app = pages.checked(app.selectbox(key="attentive").set_value("dot").run())
    assert pages.link(app)["attentive"] == "dot"
    sums = pages.figure(app, "forced")["data"][2]["y"]
    assert sums[-1] == pytest.approx(float(forced("dot").log_probs().sum()), abs=1e-3)
    again = pages.open_app(pages.link(app))
    assert pages.figure(again, "forced")["data"][2]["y"] == sums


@pytest.mark.usefixtures("tiny")
def test_a_system_that_is_not_there_falls_back_with_a_notice() -> None:
    app = pages.open_app(LINK | {"reference": REFERENCE, "bare": "<b>x</b>"})
    assert app.selectbox(key="bare").value == "none-reversed"
    name = ENGLISH("setting.bare")
    assert ENGLISH.markdown("page.link", {"names": name}) in pages.messages(app)


@pytest.mark.parametrize(
    ("gone", "missing", "lines"),
    [
        (("none-reversed",), "bottleneck.no_bare", 1),
        (("transformer", "additive", "dot"), "bottleneck.no_attentive", 1),
    ],
)
def test_a_pair_with_one_kind_alone_says_so_and_draws_it(
    folder: Path, gone: tuple[str, ...], missing: str, lines: int
) -> None:
    for system in gone:
        shutil.rmtree(folder / system)
    left = "dot" if "dot" not in gone else "none-reversed"
    app = pages.open_app(LINK | {"system": left, "reference": REFERENCE})
    assert ENGLISH(missing) in pages.messages(app)
    assert len(pages.figure(app, "forced")["data"]) == 2 * lines
    assert not any("They part" in text or "do not part" in text for text in said(app))


@pytest.mark.usefixtures("tiny")
def test_a_reference_that_is_too_long_is_refused_in_words() -> None:
    app = pages.open_app(LINK | {"reference": "i " * 700})
    assert any(str(MAX_TARGET_TOKENS) in message for message in pages.messages(app))
    assert pages.translation(app)


@pytest.mark.usefixtures("tiny")
def test_what_was_typed_is_text() -> None:
    app = pages.open_app(LINK | {"text": "<i>*x*</i>", "reference": "<b>*x*</b> $y$"})
    shown = "".join(str(text.value) for text in app.main.markdown)
    assert "<b>" not in shown.replace(r"\<b\>", "")
    labels = pages.figure(app, "forced")["layout"]["xaxis2"]["labelalias"].values()
    assert not any("<" in label for label in labels)


@pytest.mark.usefixtures("tiny")
def test_the_sentence_is_repeated_on_request() -> None:
    app = pages.open_app(LINK)
    assert not pages.has(app, "plotly_chart", "repeated")
    app = pages.press(app, ENGLISH("bottleneck.longer.run", {"most": longer.MOST}))
    for line in pages.figure(app, "repeated")["data"]:
        assert line["x"] == list(range(1, longer.MOST + 1))
        assert line["y"][0] == pytest.approx(100)
    app.text_area(key="text").set_value("der hund")
    app = pages.submit(app)
    assert pages.source(app) == "der hund"
    assert not pages.has(app, "plotly_chart", "repeated")


@pytest.mark.parametrize(
    ("text", "times", "joined"),
    [
        ("Es war kalt.", 1, "Es war kalt."),
        ("Es war kalt.", 3, "Es war kalt, Es war kalt, Es war kalt."),
        ("今天很冷。", 2, "今天很冷，今天很冷。"),
        ("Wo?!", 2, "Wo, Wo?!"),
        ("kalt", 2, "kalt, kalt"),
        ("...", 1, "..."),
        ("", 2, ""),
    ],
)
def test_a_sentence_is_joined_to_itself(text: str, times: int, joined: str) -> None:
    assert longer.joined(text, times) == joined
