"""The card that a notebook shows of a Trace: what stands in it, and that texts stay texts."""

from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest

from seqviz.options import DecodeOptions, Sampling
from seqviz.trace import Trace
from seqviz.trace.card import MOST_CELLS, search_name
from tests.fixtures.toy_traces import random_trace, rnn_trace, transformer_trace

TAGS = {"div", "bdi", "table", "tr", "th", "td", "svg", "g", "rect", "text"}
HOSTILE = (
    "<script>alert(1)</script>",
    "</bdi></div><b onclick='x'>",
    '"><img src=x onerror=y>',
    "a & b &lt;",
    "$x$ and \\(y\\)",
    "**bold** `code`",
)


class Card(HTMLParser):
    """What a browser would make of it: elements with their attributes, texts, and their nesting."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.open: list[str] = []
        self.feed(html)
        self.close()
        assert not self.open, "an element is not closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def named(self, tag: str) -> Iterator[dict[str, str | None]]:
        return (attributes for name, attributes in self.elements if name == tag)

    @property
    def cells(self) -> list[tuple[int, int, float]]:
        """Row, column and share of every drawn cell."""
        found = [a for a in self.named("rect") if "fill-opacity" in a]
        side = float(found[0]["width"] or 0)
        return [
            (
                round(float(a["y"] or 0) / side),
                round(float(a["x"] or 0) / side),
                float(a["fill-opacity"] or 0),
            )
            for a in found
        ]


def card_of(trace: Trace) -> Card:
    return Card(trace._repr_html_())


def with_texts(trace: Trace, text: str) -> Trace:
    """The same trace, that text in every place that holds one."""
    texts = (text,) * len(trace.hypotheses)
    return replace(
        trace,
        source=replace(trace.source, text=text, pieces=(text,) * len(trace.source.pieces)),
        model=replace(trace.model, name=text),
        hypotheses=replace(trace.hypotheses, texts=texts),
        vocabulary=dict.fromkeys(trace.vocabulary, text),
    )


def test_a_card_says_what_was_read_and_written_and_how() -> None:
    card = card_of(rnn_trace())
    assert card.texts[:2] == ["Die Katze", "the cat"]
    assert "de-en/additive" in card.texts
    assert (
        " · beam size 2, max_length 3 · score −0.476 · Σ log p −1.427 · 4 → 3 tokens" in card.texts
    )
    rows = "".join(card.texts).partition("tokenshypothesis")[2]
    assert rows.startswith("1.−0.476−1.4273the cat2.−0.707−2.1203the cat sat (unfinished)3.")
    assert "more" not in rows


def test_the_map_draws_the_weights_of_the_best_hypothesis() -> None:
    trace = rnn_trace()
    assert trace.cross_attention is not None
    weights = trace.cross_attention[0, 0]
    drawn = np.zeros_like(weights)
    for row, column, share in card_of(trace).cells:
        drawn[row, column] = share
    np.testing.assert_allclose(drawn, weights / weights.max(), atol=0.006)
    (picture,) = card_of(trace).named("svg")
    assert picture["aria-label"] == (
        "Cross-attention. Strongest: the → Die; cat → Kat; ⟨eos⟩ → ⟨eos⟩"
    )


def test_several_layers_and_heads_are_drawn_as_their_mean() -> None:
    trace = transformer_trace()
    assert trace.cross_attention is not None
    mean = trace.cross_attention.mean((0, 1))
    strongest = max(card_of(trace).cells, key=lambda cell: cell[2])
    assert strongest[:2] == np.unravel_index(mean.argmax(), mean.shape)
    assert "Cross-attention, mean of 2 layers × 3 heads (rows: output, columns: source)" in (
        card_of(trace).texts
    )


def test_a_card_stays_small() -> None:
    trace = random_trace(1, 120, 20, layers=2, heads=2, source_length=120)
    even = replace(
        trace,
        search=replace(
            trace.search, cross_attention=np.full_like(trace.search.cross_attention, 1 / 120)
        ),
    )
    assert len(card_of(trace).cells) <= MOST_CELLS
    assert len(trace._repr_html_()) < 200_000
    assert "more" in "".join(card_of(trace).texts)
    assert "fill-opacity" not in even._repr_html_()  # 14,400 equal cells: none stands out
    assert len(even._repr_html_()) < 100_000


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_a_text_holds_is_shown_and_never_read(text: str) -> None:
    card = card_of(with_texts(rnn_trace(), text))
    assert {tag for tag, _ in card.elements} <= TAGS
    assert not [name for _, attributes in card.elements for name in attributes if name[:2] == "on"]
    assert card.texts[:2] == [text, text]
    assert [a["dir"] for a in card.named("bdi")] == ["auto"] * (3 + len(rnn_trace().hypotheses))
    assert "mathjax_ignore" in (card.elements[0][1]["class"] or "")


@pytest.mark.parametrize(
    ("text", "shown"), [("a\x00\u202eb", "a⟨U+0000⟩⟨U+202E⟩b"), ("\ud800", "⟨U+D800⟩"), ("", "∅")]
)
def test_what_is_invisible_is_spelled(text: str, shown: str) -> None:
    trace = with_texts(rnn_trace(), text)
    assert card_of(trace).texts[0] == shown
    trace._repr_html_().encode()
    repr(trace).encode()


def test_without_attention_there_is_no_map() -> None:
    card = card_of(rnn_trace(attention=False))
    assert "svg" not in {tag for tag, _ in card.elements}
    assert "Cross-attention" not in "".join(card.texts)


def test_a_trace_in_one_line() -> None:
    assert repr(rnn_trace()) == (
        "<Trace 'Die Katze' → 'the cat': de-en/additive, beam size 2, score -0.476, 3 hypotheses>"
    )
    long = repr(with_texts(rnn_trace(), "x\n" * 1_000))
    assert len(long) < 300
    assert "\n" not in long


def test_a_search_has_a_name() -> None:
    assert search_name(DecodeOptions(beam_size=1), forced=False) == "greedy"
    assert search_name(DecodeOptions(beam_size=4), forced=False) == "beam size 4"
    for count, name in ((4, "4 samples"), (1, "1 sample")):
        drawn = DecodeOptions(beam_size=count, sampling=Sampling())
        assert search_name(drawn, forced=False) == name
    assert search_name(DecodeOptions(), forced=True) == "target given"
