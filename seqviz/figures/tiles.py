"""Many small matrices as one canvas: one heatmap of one byte a cell, however many there are.

Made for hundreds of heads. Where the canvas would have more cells than a screen has pixels,
neighbouring cells are shown as one, the strongest of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, sqrt
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from seqviz.analysis.attention import Array
from seqviz.figures import theme

Places = NDArray[np.float64]

LEVELS = 255
"""Shades of a cell; 0 is the ground between the tiles."""
MOST_CELLS = 500_000
MOST_TARGET = 40
"""Pixels: the side of what answers to the pointer; overlapping, plotly may take the wrong one."""
FRAME = 4
"""Pixels."""
EDGE = 0.3
"""Share of a gap that is left free at the right and below, for the frame."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Tiles:
    """Equal matrices in rows and columns; lengths along the canvas are counted in cells."""

    matrices: Array
    """(N, T, S), as they are shown."""
    columns: int
    gap: tuple[float, float]
    """Cells between two tiles, downwards and sideways."""
    target: float
    """Pixels: the side of what answers to the pointer, over every tile."""

    @classmethod
    def of(
        cls, matrices: Array, *, columns: int, tile: tuple[float, float], gap: tuple[float, float]
    ) -> "Tiles":
        """Lay matrices out, (N, T, S), row by row.

        Args:
            matrices: the tiles.
            columns: how many stand side by side.
            tile: height and width of a tile, in pixels.
            gap: pixels between two tiles, downwards and sideways.
        """
        shown = pooled(matrices, most_cells=MOST_CELLS)
        _, height, width = shown.shape
        in_cells = (height * gap[0] / tile[0], width * gap[1] / tile[1])
        return cls(matrices=shown, columns=columns, gap=in_cells, target=min(MOST_TARGET, *tile))

    @property
    def rows(self) -> int:
        """Rows of tiles."""
        return ceil(len(self.matrices) / self.columns)

    @property
    def size(self) -> tuple[float, float]:
        """Height and width of the canvas."""
        _, height, width = self.matrices.shape
        down, sideways = self.gap
        return (
            self.rows * (height + down) - down,
            self.columns * (width + sideways) - sideways,
        )

    def corners(self) -> tuple[Places, Places]:
        """Left edge and upper edge of every tile."""
        rows, columns = np.divmod(np.arange(len(self.matrices)), self.columns)
        _, height, width = self.matrices.shape
        return columns * (width + self.gap[1]), rows * (height + self.gap[0])

    def heatmap(self) -> go.Heatmap:
        """All tiles, on one colour scale from 0 to the greatest value."""
        _, height, width = self.matrices.shape
        return go.Heatmap(
            z=self._canvas(),
            x=_edges(self.columns, width, self.gap[1]),
            y=_edges(self.rows, height, self.gap[0]),
            zmin=0,
            zmax=LEVELS,
            colorscale=_scale_with_ground(),
            showscale=False,
            hoverinfo="skip",
        )

    def targets(self, hover: Sequence[str]) -> go.Scatter:
        """One invisible square over every tile."""
        lefts, tops = self.corners()
        _, height, width = self.matrices.shape
        return go.Scatter(
            x=lefts + width / 2,
            y=tops + height / 2,
            mode="markers",
            marker={"symbol": "square", "size": self.target, "color": theme.CLEAR},
            hovertext=[theme.escape(text) for text in hover],
            hoverinfo="text",
        )

    def frame(self, first: int, last: int) -> go.layout.Shape:
        """A frame around the tiles from one to another of the same row."""
        lefts, tops = self.corners()
        _, height, width = self.matrices.shape
        return go.layout.Shape(
            type="rect",
            x0=lefts[first],
            x1=lefts[last] + width,
            y0=tops[first],
            y1=tops[last] + height,
            line={"color": theme.SELECTED, "width": FRAME},
        )

    def _canvas(self) -> NDArray[np.uint8]:
        count, height, width = self.matrices.shape
        top = max(float(self.matrices.max()), 1e-9)
        shades = (1 + (LEVELS - 1) * (self.matrices / top)).astype(np.uint8)
        canvas = np.zeros((self.rows, height + 1, self.columns, width + 1), np.uint8)
        rows, columns = np.divmod(np.arange(count), self.columns)
        canvas[rows, :height, columns, :width] = shades
        return canvas.reshape(self.rows * (height + 1), -1)[:-1, :-1]


def tiles_figure(
    tiles: Tiles, hover: Sequence[str], *, title: str, height: int, margin: tuple[float, float]
) -> go.Figure:
    """Draw the tiles; the pointer, anywhere, finds the nearest one.

    Args:
        tiles: what to draw.
        hover: what to say over every tile, N.
        title: above the picture.
        height: of the picture, in pixels.
        margin: room left free above and to the left of the canvas, in cells.
    """
    down, right = tiles.size
    axis: dict[str, Any] = {"visible": False, "fixedrange": True}
    layout = theme.layout(title, height=height) | {
        "hovermode": "closest",
        "hoverdistance": -1,
        "xaxis": axis | {"range": [-margin[1], right + EDGE * tiles.gap[1]]},
        "yaxis": axis | {"range": [down + EDGE * tiles.gap[0], -margin[0]]},
    }
    return go.Figure([tiles.heatmap(), tiles.targets(hover)], layout)


def pooled(matrices: Array, *, most_cells: int) -> Array:
    """Matrices, (N, T, S), with n × n cells shown as their maximum, where they are too many."""
    side = ceil(sqrt(matrices.size / most_cells))
    if side <= 1:
        return matrices
    _, height, width = matrices.shape
    rows = np.maximum.reduceat(matrices, np.arange(0, height, side), axis=1)
    cells: Array = np.maximum.reduceat(rows, np.arange(0, width, side), axis=2)
    return cells


def _edges(tiles: int, cells: int, gap: float) -> NDArray[np.float32]:
    """Where cells begin and end along one side; the gaps are cells of their own."""
    starts = np.arange(tiles)[:, None] * (cells + gap)
    return (starts + np.arange(cells + 1)).ravel().astype(np.float32)


def _scale_with_ground() -> list[list[float | str]]:
    """The sequential scale on shades 1 to 255, and nothing on shade 0."""
    first = 0.5 / LEVELS
    ground: list[list[float | str]] = [[0, theme.CLEAR], [first, theme.CLEAR]]
    return ground + [[first + (1 - first) * place, colour] for place, colour in theme.SCALE]
