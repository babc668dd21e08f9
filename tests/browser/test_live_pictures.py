"""The pictures of a live training, in one page: drawn, read, brought up to date."""

from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from seqviz.viewer import script, style
from seqviz.views.components.live import OWN_WORDS
from seqviz.words import table
from tests.browser.conftest import opened_file
from tests.browser.seen import assert_accessible

pytestmark = pytest.mark.browser

HOSTILE = "<img src=x onerror=alert(1)>"
CURVES = {
    "step": 40,
    "losses": [[10, 2.5], [20, 0.4], [40, 0.02]],
    "scores": [[0, 0.0], [20, 37.5], [40, 87.5]],
    "alt": "Two curves",
}
MATRIX = {
    "rows": ["2", HOSTILE, "⟨eos⟩"],
    "columns": ["tw", "·o"],
    "values": [[0.9, 0.1], [0.2, 0.8], [0.5, 0.5]],
}
SHOW = """async ([id, data]) => {
  const host = document.getElementById(id);
  const parentElement = host.shadowRoot ?? host.attachShadow({ mode: "open" });
  if (!parentElement.firstChild) {
    parentElement.append(document.getElementById("look").cloneNode(true));
  }
  seqviz.live({ data, parentElement });
}"""


@pytest.fixture(scope="module")
def page(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """A page that can be touched; afterwards it must have asked for nothing, and failed nowhere."""
    program = script("live").replace("export default function live", "function live")
    sheet = style("base", "matrix", "live")
    text = (
        f'<!doctype html><html lang="en"><title>live</title><style id="look">{sheet}</style>'
        "<style>body { background: var(--surface); color: var(--ink); }</style>"
        f'<main><h1>live</h1><div id="curves"></div><div id="matrix"></div></main>'
        f"<script>(() => {{{program} live(); }})()</script>"
    )
    path = tmp_path_factory.mktemp("live") / "live.html"
    with opened_file(browser, path, text, has_touch=True) as opened:
        yield opened


@pytest.fixture(autouse=True)
def anew(page: Page) -> None:
    """Every check starts from the first answer."""
    page.mouse.move(0, 0)
    show(page, curves=CURVES)
    show(page, matrix=MATRIX)


def show(page: Page, **data: Any) -> None:
    """What Streamlit would give."""
    words = {key: text for key, text in table().items() if key.startswith(("figure.", "viewer."))}
    page.evaluate(SHOW, [next(iter(data)), {"words": words, **data}])


def curves(page: Page) -> Locator:
    return page.get_by_role("slider", name="Two curves")


def rows(part: Locator) -> list[list[str]]:
    """The table below a picture."""
    details = part.locator("details")
    if details.get_attribute("open") is None:
        details.locator("summary").click()
    expect(details.locator("tbody tr").first).to_be_visible()
    found: list[list[str]] = details.locator("tbody tr").evaluate_all(
        "rows => rows.map((row) => [...row.cells].map((cell) => cell.textContent))"
    )
    return found


def test_the_program_needs_no_other_words(page: Page) -> None:
    said = {key for key in table() if f'"{key}"' in script("live") and key.startswith("viewer.")}
    walked = {"viewer.step_of", "viewer.title_raw", "viewer.title_mean", "viewer.title_head"}
    assert said - walked <= {
        key for key in table() if key.startswith(tuple(f"viewer.{name}" for name in OWN_WORDS))
    }


def test_every_number_of_the_curves_is_there(page: Page) -> None:
    assert rows(page.locator("#curves")) == [
        ["0", "", "0.0"],
        ["10", "2.5000", ""],
        ["20", "0.4000", "37.5"],
        ["40", "0.0200", "87.5"],
    ]
    show(page, curves=CURVES | {"step": 50, "losses": [*CURVES["losses"], [50, 0.01]]})  # type: ignore[misc] # a list
    assert rows(page.locator("#curves"))[-1] == ["50", "0.0100", ""]


def test_a_point_is_read_by_pointer_finger_and_keys_and_stays(page: Page) -> None:
    tip, picture = page.locator("#curves .tip"), curves(page)
    box = picture.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 50)
    expect(tip).to_contain_text("Updates 20")
    expect(tip).to_contain_text("37.5")
    page.mouse.move(0, 0)
    expect(tip).to_be_hidden()
    page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + 50)
    expect(tip).to_contain_text("0.4000")
    picture.focus()
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    expect(picture).to_have_attribute("aria-valuetext", "Updates 20, " + told("0.4000", "37.5"))
    show(page, curves=CURVES | {"step": 80})
    expect(tip).to_contain_text("Updates 20")
    expect(picture).to_be_focused()
    page.keyboard.press("Escape")
    expect(tip).to_be_hidden()


def told(loss: str, score: str) -> str:
    return f"{table()['figure.live.loss']} {loss}, {table()['figure.live.score']} {score}"


def test_empty_curves_and_a_loss_of_nothing_can_be_drawn(page: Page) -> None:
    show(page, curves=CURVES | {"step": 0, "losses": [], "scores": []})
    expect(curves(page)).to_be_visible()
    show(page, curves=CURVES | {"losses": [[1, 0.0]]})
    expect(curves(page).get_by_text("0.0001")).to_be_visible()


def test_a_cell_that_is_kept_stays_kept_while_answers_come(page: Page) -> None:
    field, status = page.get_by_role("application"), page.locator("#matrix .status")
    field.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(status).to_contain_text(f"{HOSTILE} → tw: 0.200")
    show(page, matrix=MATRIX | {"values": [[0.9, 0.1], [0.3, 0.7], [0.5, 0.5]]})
    expect(status).to_contain_text("0.300")
    expect(field).to_be_focused()
    show(page, matrix={"rows": ["2"], "columns": ["tw", "·o"], "values": [[1.0, 0.0]]})
    assert rows(page.locator("#matrix")) == [["2", "1.000", "0.000"]]
    page.keyboard.press("Escape")


def test_what_stands_below_does_not_move_with_a_shorter_answer(page: Page) -> None:
    high = "#matrix .heatmap > .scroll"
    before = page.locator(high).bounding_box()
    show(page, matrix={"rows": ["2"], "columns": ["tw", "·o"], "values": [[1.0, 0.0]]})
    assert page.locator(high).bounding_box() == before


def test_both_are_saved_as_svg(page: Page) -> None:
    for part in ("curves", "matrix"):
        with page.expect_download() as download:
            page.locator(f"#{part}").get_by_role("button", name="Save as SVG").click()
        saved = ElementTree.parse(download.value.path()).getroot()
        assert saved.tag.endswith("svg") and "".join(saved.itertext()).strip()


def test_texts_stay_texts_and_axe_finds_nothing(page: Page) -> None:
    assert page.locator("img").count() == 0
    assert_accessible(page)
    page.emulate_media(color_scheme="dark")
    assert_accessible(page)
    page.emulate_media(color_scheme="light")
