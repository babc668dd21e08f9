"""Charts on a phone: nothing that is written is cut, or lies on something else that is written."""

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import numpy as np
import plotly
import pytest
import streamlit
from playwright.sync_api import Browser, Page

from seqviz import figures
from seqviz.figures.bottleneck import ForcedLine
from seqviz.figures.lengths import LengthCurve
from seqviz.figures.picture import Picture
from seqviz.records import beam_sizes, lengths
from seqviz.words import LANGUAGES, table
from tests.browser.conftest import REPOSITORY
from tests.fixtures.made_training import made_record

PROGRAM = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
SHIPPED = REPOSITORY / "pretrained" / "de-en"
STATIC = Path(streamlit.__file__).parent / "static" / "static" / "media"
LETTERS = base64.b64encode(next(STATIC.glob("SourceSansVF-Upright*")).read_bytes()).decode()
WIDTH = 358
"""Pixels of a chart on a phone of 390."""
PAGE = f"""<style>
@font-face {{ font-family: "Source Sans"; src: url(data:font/woff2;base64,{LETTERS});
  font-weight: 200 900; }}
</style><div id="chart" style="width: {WIDTH}px"></div>"""
MISFITS = """async ([data, layout]) => {
  await document.fonts.load("16px 'Source Sans'");
  const chart = await Plotly.newPlot("chart", data, layout);
  const { left, right, top, bottom } = chart.getBoundingClientRect();
  const texts = [...chart.querySelectorAll("text")].filter((one) => one.textContent.trim());
  const boxes = texts.map((one) => one.getBoundingClientRect());
  const isCut = (box) => box.left < left - 1 || box.right > right + 1 || box.top < top - 4
    || box.bottom > bottom + 4;
  const isSlanted = (one) => /rotate\\(-[1-8]\\d[.,]/.test(one.getAttribute("transform") ?? "");
  const isOver = (box, other) => box.left < other.right - 1 && other.left < box.right - 1
    && box.top < other.bottom - 4 && other.top < box.bottom - 4;
  return texts.flatMap((one, place) => [
    ...(isCut(boxes[place]) ? [`cut: ${one.textContent}`] : []),
    ...texts.slice(0, isSlanted(one) ? 0 : place)
      .filter((_, before) => isOver(boxes[place], boxes[before]))
      .map((other) => `${one.textContent} over ${other.textContent}`),
  ]);
}"""

Words = Mapping[str, str]


def _lengths(words: Words) -> Picture:
    names = ("additive", "dot", "dot-small", "general", "none-small", "transformer")
    studies = {
        name: lengths.STUDY_FILE.read(SHIPPED / name / lengths.STUDY_FILE.name) for name in names
    }
    curves = [
        LengthCurve(code=name, name=words[f"system.{name}"], study=study)
        for name, study in studies.items()
        if study is not None
    ]
    assert len(curves) == len(names)
    return figures.lengths_picture(curves, "bleu", here=11, words=words)


def _beam_sizes(words: Words) -> Picture:
    study = beam_sizes.STUDY_FILE.read(SHIPPED / "transformer" / beam_sizes.STUDY_FILE.name)
    assert study is not None
    return figures.beam_sizes_picture(study, words=words)


def _training(words: Words) -> Picture:
    records = {name: made_record(losses=20) for name in ("dot", "none", "additive")}
    return figures.training_picture(records, "step", logarithmic=False, words=words)


def _forced(words: Words) -> Picture:
    drops = np.full(12, -0.5, np.float32)
    pieces = tuple(f"▁{word}" for word in "abcdefghijk")
    lines = [
        ForcedLine(
            code=name,
            name=words[f"system.{name}"],
            attends=name != "none-small",
            pieces=(*pieces, "</s>"),
            log_probs=drops,
        )
        for name in ("dot-small", "none-small")
    ]
    return figures.forced_picture(lines, None, words=words)


@pytest.fixture(scope="module")
def phone(browser: Browser) -> Iterator[Page]:
    """A page as wide as a phone, with plotly's program and the page's letters."""
    with browser.new_context(viewport={"width": 390, "height": 900}) as context:
        page = context.new_page()
        page.set_content(PAGE)
        page.add_script_tag(path=PROGRAM)
        yield page


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("made", [_lengths, _beam_sizes, _training, _forced])
def test_all_that_is_written_can_be_read(
    made: Callable[[Words], Picture], language: str, phone: Page
) -> None:
    chart = json.loads(made(table(language)).chart.to_json())
    assert phone.evaluate(MISFITS, [chart["data"], chart["layout"]]) == []


def test_what_is_cut_is_seen(phone: Page) -> None:
    chart = json.loads(_training(table("en")).chart.to_json())
    lost = chart["layout"] | {"title": {"text": "too long for a phone " * 4}}
    assert phone.evaluate(MISFITS, [chart["data"], lost])
