"""Plotly figures as files of a given size on paper: SVG, PNG and PDF.

Kaleido, an optional extra, has an installed Chrome, Chromium or Edge draw them, without network.
Each call starts a browser, which takes seconds.
"""

import re
import struct
import zlib
from pathlib import Path

import lazy_loader  # type: ignore[import-untyped]  # it ships no types
import plotly.graph_objects as go

from seqviz.errors import InputError
from seqviz.figures.print.page import PIXELS_PER_CM
from seqviz.files import write_whole

choreographer = lazy_loader.load("choreographer", error_on_import=False)
kaleido = lazy_loader.load("kaleido", error_on_import=False)

FORMATS = ("svg", "png", "pdf")
DPI = 300
CM_PER_INCH = 2.54
SCREEN_DPI = 96
"""Of CSS: so many pixels of a PDF page are an inch."""
MOST_PIXELS = 16_000
"""Of a PNG, either way: what browsers can draw."""

HALF = 0.5
"""The browser cuts off fractions of a pixel."""

_HEADER_END = 33
"""Signature and IHDR of a PNG."""
_SIZE = re.compile(rb'(<svg\b[^>]*?) width="[\d.]+" height="[\d.]+"')


def write_figure(
    figure: go.Figure, path: Path | str, *, width_cm: float | None = None, dpi: int = DPI
) -> None:
    """Write a figure; the end of the file's name says as what.

    Args:
        figure: with its width and height, such as ``figures.attention_print`` makes.
        path: FILE.svg, FILE.png or FILE.pdf; one that exists is replaced.
        width_cm: how wide it is on paper; None: its natural size, ``PIXELS_PER_CM`` a centimetre.
        dpi: dots per inch of a PNG.

    Raises:
        InputError: another ending, a PNG too large, no kaleido or no browser, or the file cannot
            be written.
    """
    content = figure_bytes(figure, figure_format(path), width_cm=width_cm, dpi=dpi)
    write_whole(path, content)


def figure_format(path: Path | str) -> str:
    """What a file's name asks for: "svg", "png" or "pdf".

    Raises:
        InputError: something else.
    """
    ending = Path(path).suffix.lower().removeprefix(".")
    if ending not in FORMATS:
        choices = ", ".join(f".{name}" for name in FORMATS)
        raise InputError("figure_format", {"found": Path(path).name, "choices": choices})
    return ending


def figure_size(figure: go.Figure, *, width_cm: float | None = None) -> tuple[float, float]:
    """Width and height on paper, in centimetres."""
    width, height = float(figure.layout.width), float(figure.layout.height)
    wide = width_cm or width / PIXELS_PER_CM
    return wide, wide * height / width


def figure_bytes(
    figure: go.Figure, file_format: str, *, width_cm: float | None = None, dpi: int = DPI
) -> bytes:
    """The content of a file; see ``write_figure``."""
    wide, high = figure_size(figure, width_cm=width_cm)
    found = round(max(wide, high) * dpi / CM_PER_INCH)
    if file_format == "png" and found > MOST_PIXELS:
        raise InputError("figure_large", {"found": found, "limit": MOST_PIXELS})
    dots = {
        "svg": figure.layout.width,
        "png": round(wide * dpi / CM_PER_INCH) + HALF,
        "pdf": wide * SCREEN_DPI / CM_PER_INCH,
    }
    content = _drawn(figure, file_format, scale=dots[file_format] / figure.layout.width)
    if file_format == "svg":
        size = f' width="{wide:.3f}cm" height="{high:.3f}cm"'.encode()
        return _SIZE.sub(rb"\1" + size, content, count=1)
    return _with_resolution(content, dpi) if file_format == "png" else content


def _drawn(figure: go.Figure, file_format: str, *, scale: float) -> bytes:
    layout = figure.layout
    size = {"width": layout.width, "height": layout.height, "scale": scale}
    try:
        content: bytes = kaleido.calc_fig_sync(
            figure.to_dict(),
            opts={"format": file_format, **size},
            kopts={"mathjax": False},  # it would be fetched, and text is no formula
        )
    except ModuleNotFoundError as error:
        raise InputError("figure_kaleido") from error
    except choreographer.errors.ChromeNotFoundError as error:
        raise InputError("figure_browser") from error
    except (RuntimeError, OSError, TimeoutError) as error:
        raise InputError("figure_failed", {"reason": str(error) or "no answer"}) from error
    return content


def _with_resolution(png: bytes, dpi: int) -> bytes:
    """Say in a PNG how large its dots are, so that documents show it in its size."""
    dots_per_metre = round(dpi * 100 / CM_PER_INCH)
    chunk = b"pHYs" + struct.pack(">IIB", dots_per_metre, dots_per_metre, 1)
    length, checksum = struct.pack(">I", len(chunk) - 4), struct.pack(">I", zlib.crc32(chunk))
    return png[:_HEADER_END] + length + chunk + checksum + png[_HEADER_END:]
