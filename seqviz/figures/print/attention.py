"""The attention heatmap for print: numbers in the cells where they fit, a caption below."""

from collections.abc import Mapping

import plotly.graph_objects as go

from seqviz.analysis.attention import Kind, attention_matrix
from seqviz.figures import theme
from seqviz.figures.attention import CELL_HEIGHT, LONG_LABEL, heatmap, layer_and_head
from seqviz.figures.print import page as paper
from seqviz.figures.print.caption import Run, caption
from seqviz.figures.words import WORDS
from seqviz.trace import Trace

Words = Mapping[str, str]

LEAST_COLUMN, LEAST_ROW = 17, 19
"""Pixels; more columns widen the page."""
NUMBERED_COLUMN = 23
"""Pixels that a column with numbers is wide at least."""
LABEL_SIZE, NUMBER_SIZE = 13, 11.5
"""The least is 7 points."""
AXIS_NAME, COLOUR_BAR = 34, 92
"""Pixels beside the matrix."""


def attention_print(
    trace: Trace,
    *,
    kind: Kind = "cross",
    layer: int | None = None,
    head: int | None = None,
    words_level: bool = False,
    words: Words = WORDS,
) -> go.Figure:
    """Draw where the best hypothesis looked, for paper; see ``attention_heatmap``.

    Args:
        trace: the decoding.
        kind: "cross", "encoder" or "decoder".
        layer: counted from 0; None is the best aligned one (self-attention: the last one).
        head: counted from 0; None is the mean over the heads.
        words_level: words instead of pieces.
        words: the figure's words.

    Raises:
        ValueError: the trace has no such attention.
        IndexError: there is no such layer or head.
    """
    view = attention_matrix(trace, kind, layer=layer, head=head, words_level=words_level)
    rows, columns = view.weights.shape
    left = paper.EDGE + AXIS_NAME + int(_widest(view.row_labels))
    width = max(paper.PAGE_WIDTH, left + columns * LEAST_COLUMN + COLOUR_BAR)
    column = (width - left - COLOUR_BAR) / columns
    numbers = NUMBER_SIZE if column >= NUMBERED_COLUMN else None
    figure = heatmap(view, trace, numbers=numbers, words=words)
    row = min(CELL_HEIGHT, max(LEAST_ROW, column))
    margin = {"l": left, "r": paper.EDGE, "t": figure.layout.margin.t, "b": 0}
    figure.update_layout(width=width, height=margin["t"] + rows * row, margin=margin)
    figure.update_yaxes(automargin=False, title_font_size=LABEL_SIZE)
    figure.update_xaxes(title_font_size=LABEL_SIZE)
    title = [words[f"figure.kind.{view.kind}"], *layer_and_head(view, words)]
    entries = caption([Run(trace, 0, "")], words=words)
    return paper.on_paper(figure, title=words["figure.print.join"].join(title), caption=entries)


def _widest(labels: tuple[str, ...]) -> float:
    shown = (theme.shorten(label, LONG_LABEL) for label in labels)
    return max(paper.text_width(label, size=LABEL_SIZE) for label in shown)
