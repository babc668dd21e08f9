"""A decoding as a small card of HTML, for notebooks, and as one line of text.

Pure strings. No scripts, no style sheets, nothing from elsewhere; colours go with a light and a
dark page. All texts are escaped, isolated from each other's direction, and never read as formulas.
"""

from collections.abc import Iterator, Sequence
from html import escape
from math import ceil
from typing import Any
from unicodedata import east_asian_width

import numpy as np
from numpy.typing import NDArray

from seqviz.colours import RAMP
from seqviz.options import DecodeOptions
from seqviz.trace.facts import Hypotheses, ModelFacts, Source
from seqviz.trace.pieces import display_text, piece_label
from seqviz.trace.search import Floats
from seqviz.trace.told import named, told
from seqviz.words.numbers import number

NAMED_ALREADY = {"beam_size", "n_best", "distribution_size", "record_attention"}
"""Options that a card shows otherwise."""
SHOWN_HYPOTHESES = 5
SHOWN_CHARACTERS = 60
"""Of a text in one line."""
LEAST_CELL, MOST_CELL, MAP_WIDTH = 5.0, 22.0, 560
"""Pixels."""
LABEL_HEIGHT, LABEL_WIDTH, LABEL_CHARACTERS = 14, 9, 14
MOST_CELLS = 1_500
"""Of a large matrix only the strongest are drawn, and none where all are equal."""
FAINT = 0.04
"""Cells below this share of the strongest are not drawn."""
FACES = "font-family:sans-serif;font-size:13px"
NO_FORMULAS = "mathjax_ignore tex2jax_ignore"
"""Classes whose text Jupyter leaves alone."""
_ISOLATE, _END_OF_ISOLATE = "\u2068", "\u2069"


def search_name(options: DecodeOptions, *, forced: bool) -> str:
    """How the target was found."""
    if forced:
        return "target given"
    if options.sampling is not None:
        return f"{options.beam_size} sample{'s' * (options.beam_size > 1)}"
    return "greedy" if options.beam_size == 1 else f"beam size {options.beam_size}"


def search_facts(options: DecodeOptions, *, forced: bool) -> str:
    """How the target was found, and what was unusual in it, as Python calls it."""
    others = told(options, named, leave=NAMED_ALREADY)
    return ", ".join((search_name(options, forced=forced), *others))


def trace_line(source: Source, hypotheses: Hypotheses, *, model: ModelFacts, how: str) -> str:
    """Say in one line what was decoded, by what, and how well."""
    texts = (_shorten(display_text(text)) for text in (source.text, hypotheses.texts[0]))
    read, written = map(repr, texts)
    score = f"score {hypotheses.scores[0]:.3f}"
    facts = [_shorten(display_text(model.name)), how, score, _count(len(hypotheses), "hypothesis")]
    return f"<Trace {read} → {written}: {', '.join(facts)}>"


def trace_card(
    source: Source,
    hypotheses: Hypotheses,
    *,
    model: ModelFacts,
    how: str,
    target: Sequence[str],
    attention: Floats | None,
) -> str:
    """Draw a decoding: sentence, translation, facts, the best hypotheses, and where it looked.

    Args:
        source: what was read.
        hypotheses: what came out.
        model: what decoded.
        how: how the target was found.
        target: pieces of the best hypothesis, (T,).
        attention: its cross-attention, (L, H, T, S); None: there is none.

    Returns:
        one element of HTML.
    """
    facts = [
        _text(model.name),
        escape(how),
        f"score {number(hypotheses.scores[0], '.3f')}",
        f"Σ log p {number(hypotheses.log_probs[0], '.3f')}",
        f"{len(source.ids)} → {hypotheses.lengths[0]} tokens",
    ]
    parts = [
        f"<div>{_text(source.text)}</div>",
        f'<div style="font-weight:bold;font-size:115%">{_text(hypotheses.texts[0])}</div>',
        f'<div style="margin:.3em 0">{" · ".join(facts)}</div>',
        _hypotheses_table(hypotheses),
        "" if attention is None else _attention_map(source.pieces, target, attention),
    ]
    style = "max-width:60em;overflow-x:auto;line-height:1.4"
    return f'<div class="{NO_FORMULAS}" style="{style}">{"".join(parts)}</div>'


def _text(text: str) -> str:
    """A whole text, literally, in its own direction."""
    return f'<bdi dir="auto">{escape(display_text(text)) or "∅"}</bdi>'


def _count(number: int, name: str) -> str:
    """Such as "1 head", "8 heads", "14 hypotheses"."""
    plural = name.removesuffix("is") + "es" if name.endswith("is") else name + "s"
    return f"{number} {name if number == 1 else plural}"


def _shorten(text: str, limit: int = SHOWN_CHARACTERS) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _hypotheses_table(hypotheses: Hypotheses) -> str:
    """The best ones, with the number of the others."""
    shown = min(len(hypotheses), SHOWN_HYPOTHESES)
    names = ("", "score", "Σ log p", "tokens", "hypothesis")
    head = "".join(f'<th style="text-align:left;padding:0 .8em 0 0">{name}</th>' for name in names)
    rows = "".join(_hypothesis_row(hypotheses, rank) for rank in range(shown))
    table = f'<table style="border-collapse:collapse;margin:.3em 0"><tr>{head}</tr>{rows}</table>'
    more = len(hypotheses) - shown
    return table + (f"<div>and {more} more</div>" if more else "")


def _hypothesis_row(hypotheses: Hypotheses, rank: int) -> str:
    numbers = (
        f"{rank + 1}.",
        number(hypotheses.scores[rank], ".3f"),
        number(hypotheses.log_probs[rank], ".3f"),
        f"{hypotheses.lengths[rank]}",
    )
    style = "text-align:left;padding:0 .8em 0 0"
    cells = "".join(f'<td style="{style}">{cell}</td>' for cell in numbers)
    ending = "" if hypotheses.finished[rank] else " (unfinished)"
    return f'<tr>{cells}<td style="{style}">{_text(hypotheses.texts[rank])}{ending}</td></tr>'


def _attention_map(source: Sequence[str], target: Sequence[str], attention: Floats) -> str:
    """Rows are the target's tokens, columns the source's; the stronger, the less transparent."""
    layers, heads, rows, columns = attention.shape
    weights = attention.mean((0, 1))
    cell = max(LEAST_CELL, min(MOST_CELL, MAP_WIDTH / columns))
    left = 6 + LABEL_WIDTH * max(map(_label_length, target))
    top = 6 + LABEL_WIDTH * max(map(_label_length, source))
    width, height = left + cell * columns + top / 2, top + cell * rows
    what = "Cross-attention"
    if layers * heads > 1:
        what += f", mean of {_count(layers, 'layer')} × {_count(heads, 'head')}"
    strongest = "; ".join(
        f"{piece_label(piece)} → {piece_label(source[column])}"
        for piece, column in zip(target, weights.argmax(1), strict=True)
    )
    labels = [*_row_labels(target, cell), *_column_labels(source, cell)]
    drawing = (
        f'<g transform="translate({left} {top})">'
        f'<g fill="{RAMP[1].light}">{_cells(weights, cell)}</g>'
        f'<rect width="{cell * columns:g}" height="{cell * rows:g}" fill="none" '
        f'stroke="currentColor" stroke-opacity=".4"/><g fill="currentColor">{"".join(labels)}</g>'
        "</g>"
    )
    return (
        f"<div>{what} (rows: output, columns: source)</div>"
        f'<svg role="img" aria-label="{escape(f"{what}. Strongest: {strongest}")}" '
        f'width="{width:g}" height="{height:g}" viewBox="0 0 {width:g} {height:g}" '
        f'direction="ltr" style="{FACES}">{drawing}</svg>'
    )


def _cells(weights: Floats, cell: float) -> str:
    shares: NDArray[np.floating[Any]] = weights / max(float(weights.max()), 1e-9)
    ordered = np.sort(shares, axis=None)[::-1]
    least = max(FAINT, float(ordered[MOST_CELLS])) if ordered.size > MOST_CELLS else FAINT
    return "".join(
        f'<rect x="{column * cell:g}" y="{row * cell:g}" width="{cell:g}" height="{cell:g}" '
        f'fill-opacity="{shares[row, column]:.2f}"/>'
        for row, column in np.argwhere(shares > least)
    )


def _row_labels(pieces: Sequence[str], cell: float) -> Iterator[str]:
    for row in range(0, len(pieces), ceil(LABEL_HEIGHT / cell)):
        yield (
            f'<text x="-4" y="{(row + 0.5) * cell + 4:g}" text-anchor="end">'
            f"{_label(pieces[row])}</text>"
        )


def _column_labels(pieces: Sequence[str], cell: float) -> Iterator[str]:
    for column in range(0, len(pieces), ceil(LABEL_HEIGHT / cell)):
        place = f"translate({(column + 0.5) * cell + 4:g} -4) rotate(-60)"
        yield f'<text transform="{place}">{_label(pieces[column])}</text>'


def _label(piece: str) -> str:
    shown = _shorten(piece_label(piece), LABEL_CHARACTERS)
    return _ISOLATE + escape(shown) + _END_OF_ISOLATE


def _label_length(piece: str) -> int:
    """In narrow characters."""
    shown = _shorten(piece_label(piece), LABEL_CHARACTERS)
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in shown)
