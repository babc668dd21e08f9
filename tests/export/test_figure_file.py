import re
import struct
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import lazy_loader  # type: ignore[import-untyped]  # it ships no types
import plotly.graph_objects as go
import pytest

from seqviz import figures
from seqviz.errors import InputError
from seqviz.export import figure_file
from seqviz.export.figure_file import figure_bytes, figure_format, figure_size, write_figure
from seqviz.trace import Trace
from tests.fixtures.toy_traces import transformer_trace

CHINESE = "那只狗对孩子们非常友好。"
ARABIC = "كان الكلب لطيفًا جدًا مع الأطفال"
MARKUP = "<b>bold</b> <script>alert(1)</script> $x$"
SVG = "{http://www.w3.org/2000/svg}"


def hostile_trace() -> Trace:
    trace = transformer_trace()
    texts = (f"{CHINESE} {MARKUP}", *trace.hypotheses.texts[1:])
    return replace(
        trace,
        source=replace(trace.source, text=ARABIC),
        hypotheses=replace(trace.hypotheses, texts=texts),
    )


def empty_page(width: float = 720, height: float = 360) -> go.Figure:
    return go.Figure(layout={"width": width, "height": height})


def png_header(content: bytes) -> tuple[int, int, int]:
    """Width and height in pixels, and dots per metre."""
    width, height = struct.unpack(">II", content[16:24])
    at = content.index(b"pHYs") + 4
    return width, height, struct.unpack(">I", content[at : at + 4])[0]


@pytest.fixture
def one_browser() -> Iterator[None]:
    """One for all pictures, instead of one for each."""
    figure_file.kaleido.start_sync_server(mathjax=False)
    yield
    figure_file.kaleido.stop_sync_server()


@pytest.mark.browser
@pytest.mark.usefixtures("one_browser")
@pytest.mark.filterwarnings("ignore:The kopts argument is ignored")
def test_three_formats_of_three_pictures_with_all_their_words(tmp_path: Path) -> None:
    trace = hostile_trace()
    tree, heatmap, comparison = (tmp_path / name for name in ("t.svg", "h.PNG", "c.pdf"))
    write_figure(figures.beam_tree_print(trace, pruned="all"), tree, width_cm=20)
    root = ElementTree.parse(tree).getroot()
    assert root.get("width") == "20.000cm"
    drawn = [
        re.sub("[\u2066-\u2069]", "", "".join(text.itertext())) for text in root.iter(f"{SVG}text")
    ]
    lines = " ".join(drawn)
    assert "Beam search tree, steps 1 to 9" in drawn
    for words in (ARABIC, CHINESE, MARKUP, "beam size 3", "de-en/multi-head"):
        assert words in lines
    assert {"<b>x</b>", "$x$", "⟨U+202E⟩abc", "忙"} <= set(drawn)
    assert not list(root.iter(f"{SVG}script"))
    assert "http" not in lines

    write_figure(figures.attention_print(trace), heatmap, width_cm=8, dpi=150)
    content = heatmap.read_bytes()
    width, _, dots = png_header(content)
    assert (width, dots) == (round(8 / 2.54 * 150), round(150 / 0.0254))

    write_figure(figures.comparison_print(trace), comparison)
    content = comparison.read_bytes()
    assert content.startswith(b"%PDF-")
    box = re.search(rb"MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", content)
    assert box is not None
    wide, _ = figure_size(figures.comparison_print(trace))
    assert float(box[1]) == pytest.approx(wide / 2.54 * 72, abs=1)


@pytest.mark.parametrize("name", ["a.svg", "a.PNG", "b.x.pdf"])
def test_the_ending_says_the_format(name: str) -> None:
    assert figure_format(Path(name)) == name[-3:].lower()


@pytest.mark.parametrize("name", ["a.jpg", "svg", "a.", "a.html"])
def test_other_endings_are_refused_with_what_there_is(name: str) -> None:
    with pytest.raises(InputError, match=re.escape(".svg, .png, .pdf")):
        write_figure(empty_page(), name)


def test_natural_size_and_asked_size() -> None:
    assert figure_size(empty_page()) == (16, 8)
    assert figure_size(empty_page(), width_cm=4) == (4, 2)


def test_a_png_larger_than_a_browser_can_draw_is_refused() -> None:
    with pytest.raises(InputError, match=r"23622 pixels.*16000"):
        figure_bytes(empty_page(), "png", width_cm=100, dpi=600)


def fail(error: Exception) -> Callable[..., bytes]:
    def draw(*_: object, opts: object, kopts: object) -> bytes:
        raise error

    return draw


def test_without_kaleido_one_line_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    missing = lazy_loader.load("no_such_package", error_on_import=False)
    monkeypatch.setattr(figure_file, "kaleido", missing)
    with pytest.raises(InputError, match=re.escape("pip install 'seqviz[figures]'")):
        write_figure(empty_page(), tmp_path / "a.svg")
    assert not list(tmp_path.iterdir())


def test_without_a_browser_one_line_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("BROWSER_PATH", str(tmp_path / "none"))
    with pytest.raises(InputError, match="Chrome, Chromium or Edge") as caught:
        figure_bytes(empty_page(), "svg")
    assert caught.value.code == "figure_browser"


def test_a_browser_that_fails_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figure_file.kaleido, "calc_fig_sync", fail(RuntimeError("it crashed")))
    with pytest.raises(InputError, match="it crashed"):
        figure_bytes(empty_page(), "svg")


def test_text_is_no_formula_and_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []

    def draw(*_: object, opts: object, kopts: object) -> bytes:
        asked.append(kopts)
        return b'<svg class="main-svg" width="720" height="360" viewBox="0 0 720 360"/>'

    monkeypatch.setattr(figure_file.kaleido, "calc_fig_sync", draw)
    content = figure_bytes(empty_page(), "svg")
    assert asked == [{"mathjax": False}]
    assert b'width="16.000cm" height="8.000cm" viewBox="0 0 720 360"' in content


def test_a_folder_that_is_not_there_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(figure_file.kaleido, "calc_fig_sync", lambda *_, opts, kopts: b"<svg/>")
    with pytest.raises(InputError, match="cannot be written"):
        write_figure(empty_page(), tmp_path / "none" / "a.svg")
