"""The viewer's attention, in one page that many checks share: numbers, keys, play, touch, text."""

import re
from collections.abc import Iterator
from typing import cast
from xml.etree import ElementTree

import numpy as np
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from seqviz.analysis.attention import AttentionView, Kind, attention_matrix
from seqviz.colours import on_ramp
from seqviz.export.offline import offline_page
from seqviz.trace import Trace
from seqviz.viewer import script
from tests.browser.conftest import opened_file
from tests.browser.seen import assert_accessible
from tests.fixtures.toy_traces import random_trace

pytestmark = pytest.mark.browser

HOSTILE = "▁<img src=x onerror=alert(1)>"
PIECES = (
    *("▁the", "▁cat", "▁trans", "lation", "▁don", "'", "t", HOSTILE, "▁很", "忙", "▁Straße", "."),
    *("▁مرحبا", "▁a", "s"),
)
SVG = "{http://www.w3.org/2000/svg}"
DRAWN = "canvas => canvas.toDataURL()"
KINDS = {
    "cross": "Cross-attention",
    "encoder": "Encoder self-attention",
    "decoder": "Decoder self-attention",
}


@pytest.fixture(scope="module")
def trace() -> Trace:
    return random_trace(3, 9, 3, layers=2, heads=3, source_length=9, pieces=PIECES)


@pytest.fixture(scope="module")
def page(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory, trace: Trace
) -> Iterator[Page]:
    """A page that can be touched; afterwards it must have asked for nothing, and failed nowhere."""
    path = tmp_path_factory.mktemp("viewer") / "trace.html"
    with opened_file(browser, path, offline_page(trace), has_touch=True) as opened:
        yield opened


@pytest.fixture(autouse=True)
def anew(page: Page) -> None:
    """Every check starts from the first step, with nothing kept."""
    page.get_by_role("radio", name=KINDS["cross"]).check()
    words(page, "output").first.click()
    page.mouse.move(0, 0)
    page.keyboard.press("Escape")


def part(page: Page, name: str) -> Locator:
    return page.locator(f"[data-part={name}]")


def words(page: Page, side: str) -> Locator:
    return page.locator(f".words.{side} .chip")


def shown(page: Page) -> list[list[float]]:
    """The numbers of the matrix, from the table below it; what is not there is 0."""
    details = part(page, "heatmap").locator("details")
    if details.get_attribute("open") is None:
        details.locator("summary").click()
    rows = details.locator("tbody tr").evaluate_all(
        "rows => rows.map((row) => [...row.cells].slice(1).map((cell) => cell.textContent))"
    )
    return [[0.0 if text in {"", "<0.001"} else float(text) for text in row] for row in rows]


def choose(page: Page, view: AttentionView) -> None:
    page.get_by_role("radio", name=KINDS[view.kind]).check()
    page.get_by_role("combobox", name="Layer").select_option(index=view.layer)
    page.get_by_role("combobox", name="Head").select_option(
        index=0 if view.head is None else view.head + 1
    )
    page.get_by_role("switch", name="Whole words").set_checked(view.words_level)


@pytest.mark.parametrize("kind", KINDS)
def test_every_number_is_the_traces(page: Page, trace: Trace, kind: str) -> None:
    for layer, head, words_level in ((0, None, True), (1, 2, True), (1, 0, False)):
        view = attention_matrix(
            trace, cast(Kind, kind), layer=layer, head=head, words_level=words_level
        )
        choose(page, view)
        np.testing.assert_allclose(shown(page), view.weights, atol=0.0006)
        names = part(page, "heatmap").locator(".names.rows li").all_text_contents()
        assert len(names) == len(view.row_labels)
        assert not [name for name in names if "▁" in name]
    page.get_by_role("switch", name="Whole words").check()


def test_a_step_moves_all_parts_at_once(page: Page, trace: Trace) -> None:
    view = attention_matrix(trace, layer=0, words_level=True)
    choose(page, view)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    row = 2
    expect(words(page, "output").nth(row)).to_have_attribute("aria-current", "step")
    expect(page.locator(".names.rows .now")).to_have_text(view.row_labels[row])
    expect(page.locator(".lines .word[aria-current]")).to_have_attribute("data-place", str(row))
    expect(page.locator(".player .status")).to_have_text(f"Word 3 of {len(view.row_labels)}")
    told = words(page, "source").locator("small").all_text_contents()
    assert [text for text in told if text] == [f"{w:.2f}" for w in view.weights[row] if w >= 0.1]
    before = page.locator(".lines .step.now path").count()
    assert before == int((view.weights[row] >= 0.05).sum())
    page.keyboard.press("ArrowLeft")
    expect(words(page, "output").nth(1)).to_have_attribute("aria-current", "step")


def test_the_bars_of_a_word_of_several_tokens_belong_to_one(page: Page, trace: Trace) -> None:
    groups = attention_matrix(trace, words_level=True).row_of_step.tolist()
    word = next(group for group in groups if groups.count(group) > 1)
    chip = words(page, "output").nth(word)
    chip.click()
    pieces = part(page, "next").locator(".pieces button")
    expect(pieces).to_have_count(groups.count(word))
    pieces.nth(1).click()
    expect(pieces.nth(1)).to_have_attribute("aria-pressed", "true")
    expect(part(page, "next").locator("h3")).to_contain_text(f"token {groups.index(word) + 2}")
    expect(chip).to_have_attribute("aria-current", "step")


def test_pointing_lights_and_a_click_keeps(page: Page, trace: Trace) -> None:
    view = attention_matrix(trace, layer=0, words_level=True)
    choose(page, view)
    column = 1
    words(page, "source").nth(column).hover()
    expect(page.locator(".names.columns .on")).to_have_text(view.column_labels[column])
    pills = page.locator(".lines .pill text").all_text_contents()
    weights = [f"{weight:.2f}" for weight in view.weights[:, column] if weight >= 0.05]
    assert sorted(pills) == sorted(weights)
    words(page, "source").nth(column).click()
    page.mouse.move(0, 0)
    expect(words(page, "source").nth(column)).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".names.columns .on")).to_have_text(view.column_labels[column])
    page.keyboard.press("Escape")
    expect(page.locator(".names.columns .on")).to_have_count(0)


def test_a_cell_is_touched(page: Page, trace: Trace) -> None:
    view = attention_matrix(trace, layer=0, words_level=True)
    choose(page, view)
    canvas = page.locator(".matrix canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    rows, columns = view.weights.shape
    row, column = 3, 2
    page.touchscreen.tap(
        box["x"] + box["width"] * (column + 0.5) / columns,
        box["y"] + box["height"] * (row + 0.5) / rows,
    )
    expect(words(page, "output").nth(row)).to_have_attribute("aria-current", "step")
    expect(words(page, "source").nth(column)).to_have_attribute("aria-pressed", "true")
    told = part(page, "heatmap").locator(".status").inner_text().rpartition(" ")[2]
    assert float(told) == pytest.approx(view.weights[row, column], abs=0.0006)


def saved(page: Page, name: str) -> ElementTree.Element:
    """The file that the button of a part saves."""
    with page.expect_download() as download:
        part(page, name).get_by_role("button", name="Save as SVG").click()
    return ElementTree.parse(download.value.path()).getroot()


def written(picture: ElementTree.Element) -> list[str]:
    return [re.sub("[\u2068\u2069]", "", text.text or "") for text in picture.iter(f"{SVG}text")]


def test_a_heatmap_is_saved_as_shapes_and_words_in_the_light(page: Page, trace: Trace) -> None:
    view = attention_matrix(trace, layer=0, head=1, words_level=True)
    choose(page, view)
    light = saved(page, "heatmap")
    numbers = [f"{weight:.2f}"[1:] for weight in view.weights.flat if weight >= 0.045]
    assert [text for text in written(light) if re.fullmatch(r"\.\d\d", text)] == numbers
    shades = [rect.get("fill") or "" for rect in light.iter(f"{SVG}rect")]
    assert len(shades) == 1 + view.weights.size
    assert all(re.fullmatch(r"#ffffff|rgb\(\d+,\d+,\d+\)", shade) for shade in shades)
    page.emulate_media(color_scheme="dark")
    dark = saved(page, "heatmap")
    page.emulate_media(color_scheme="light")
    assert ElementTree.tostring(dark) == ElementTree.tostring(light)


def test_bars_are_saved_with_their_numbers(page: Page) -> None:
    bars = part(page, "next").locator("tr")
    picture = saved(page, "next")
    names, values = bars.locator("bdi").all_inner_texts(), bars.locator(".value").all_inner_texts()
    assert set(values) <= set(written(picture))
    assert any(name in written(picture) for name in names)
    assert len(list(picture.iter(f"{SVG}rect"))) == 1 + len(values)


def test_it_plays_and_stops(page: Page) -> None:
    page.get_by_role("combobox", name="Speed").select_option(value="4")
    words(page, "output").nth(-3).click()
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    expect(page.locator(".lines .scroll svg")).to_have_class(re.compile("playing"))
    expect(page.get_by_role("slider", name="Step")).to_have_js_property(
        "value", str(words(page, "output").count() - 1)
    )
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    expect(words(page, "output").last).to_have_attribute("aria-current", "step")


def test_a_heads_tile_shows_it_everywhere_and_a_second_click_the_mean(page: Page) -> None:
    title = part(page, "heatmap").locator("h3")
    tile = page.get_by_role("button", name="Layer 2, head 3")
    before = page.locator(".matrix canvas").evaluate(DRAWN)
    tile.click()
    expect(title).to_contain_text("layer 2, head 3")
    assert page.locator(".matrix canvas").evaluate(DRAWN) != before
    tile.click()
    expect(title).to_contain_text("layer 2, mean of 3 heads")


def test_texts_stay_texts_and_run_their_own_way(page: Page) -> None:
    assert page.locator("img").count() == 0
    expect(words(page, "source").filter(has_text="onerror=alert(1)>")).to_have_count(1)
    expect(page.locator(".words.source")).to_have_attribute("dir", "ltr")


def test_it_fits_a_telephone_and_draws_in_any_width(page: Page) -> None:
    for width in (390, 90):  # the fixture sees what fails
        page.set_viewport_size({"width": width, "height": 900})
        shown = page.locator(".controls .choices, .controls > label").evaluate_all(
            "all => Math.max(...all.map((one) => one.getBoundingClientRect().right))"
        )
        assert shown <= 390
    page.set_viewport_size({"width": 1280, "height": 900})


def test_the_present_word_fits_its_frame_between_the_lines(page: Page) -> None:
    word = part(page, "lines").locator("[data-side=row][aria-current]")
    for chip in words(page, "output").all():
        chip.click()
        assert word.evaluate(
            "one => one.lastChild.getBBox().width <= one.querySelector('rect').getBBox().width"
        ), word.text_content()


def test_many_words_stand_closer_in_letters_of_13_pixels(page: Page) -> None:
    names = [f"w{place}" for place in range(60)]
    size, height = page.evaluate(
        f"""(names) => {{
          {script("weave", short=False)}
          const font = (size) => `${{size}}px sans-serif`;
          const stage = {{ unit: () => 1, letters: (size) => size, font }};
          const words = {{ columns: names, rows: names, most: 1 }};
          const made = new Weave(words, stage, 600);
          return [made.size, made.height];
        }}""",
        names,
    )
    assert size == 13
    assert height <= 60 * 18 + 8
    expect(page.locator(".lines .scroll")).to_have_css("max-height", "704px")


def test_letters_on_the_ramp_are_those_that_are_read_on_it(page: Page) -> None:
    chip = words(page, "source").first
    page.emulate_media(color_scheme="dark")
    chip.evaluate("one => one.classList.remove('middle', 'strong')")
    red, green, blue = bytes.fromhex(on_ramp(0).dark.removeprefix("#"))
    expect(chip).to_have_css("color", f"rgb({red}, {green}, {blue})")
    page.emulate_media(color_scheme="light")


def test_a_ramp_has_the_colours_of_its_theme_and_sets_all_before_it_asks(page: Page) -> None:
    wrong, light, dark = page.evaluate(f"""() => {{
      {script("ramp", short=False)}
      const ramp = new Ramp(() => 0);
      document.body.append(ramp.node);
      const ask = globalThis.getComputedStyle;
      const wrong = [];
      globalThis.getComputedStyle = (node) => {{
        if (![...ramp.probe.children].every(({{ style }}) => style.color)) wrong.push("asked");
        return ask(node);
      }};
      const found = ["light", "dark"].map((scheme) => {{
        const {{ shades }} = ramp.read(scheme);
        const one = ramp.probe.appendChild(document.createElement("b"));
        for (const shade of [0, 13, 32, 47, 64]) {{
          one.style.color = howMuch(shade / 64);
          if (plainColour(ask(one).color) !== shades[shade]) wrong.push([scheme, shade]);
        }}
        return shades[64];
      }});
      globalThis.getComputedStyle = ask;
      ramp.node.remove();
      return [wrong, ...found];
    }}""")
    assert not wrong
    assert light != dark


def test_choices_drawn_anew_leave_nothing_behind(browser: Browser) -> None:
    context = browser.new_context()
    page = context.new_page()
    tools = context.new_cdp_session(page)
    page.evaluate(f"""() => {{
      {script("dom", short=False)}
      const shadow = document.body.attachShadow({{ mode: "open" }});
      for (let time = 0; time < 20; time += 1) {{
        shadow.replaceChildren(choices("a", "b", [[1, "c"], [2, "d"]], 1, () => 0));
      }}
    }}""")
    tools.send("HeapProfiler.collectGarbage")
    kind = tools.send("Runtime.evaluate", {"expression": "HTMLInputElement.prototype"})["result"]
    found = tools.send("Runtime.queryObjects", {"prototypeObjectId": kind["objectId"]})["objects"]
    ask = {
        "objectId": found["objectId"],
        "functionDeclaration": "function() { return this.length }",
    }
    assert tools.send("Runtime.callFunctionOn", ask)["result"]["value"] <= 4
    context.close()


def test_axe_finds_nothing(page: Page) -> None:
    assert_accessible(page)
    page.emulate_media(color_scheme="dark")
    assert_accessible(page)
    page.emulate_media(color_scheme="light")
