"""All layers and heads in one picture: every cell in its place, small however many there are."""

import numpy as np
import pytest

from seqviz import figures
from seqviz.analysis.attention import Kind, attention_entropy, attention_stack
from seqviz.figures.model_view import LEAST_TILE
from seqviz.figures.tiles import MOST_CELLS, MOST_TARGET, pooled
from tests.fixtures.toy_traces import random_trace, rnn_trace, transformer_trace

TRACE = random_trace(5, 9, 2, layers=4, heads=3, source_length=5)


@pytest.mark.parametrize("kind", ["cross", "encoder", "decoder"])
def test_rows_are_layers_and_columns_are_heads(kind: Kind) -> None:
    stack = attention_stack(TRACE, kind)
    heatmap = figures.model_view(TRACE, kind=kind).data[0]
    layers, heads, rows, columns = stack.shape
    assert heatmap.z.dtype == np.uint8
    assert heatmap.z.shape == (layers * (rows + 1) - 1, heads * (columns + 1) - 1)
    for layer in range(layers):
        for head in range(heads):
            top, left = layer * (rows + 1), head * (columns + 1)
            tile = heatmap.z[top : top + rows, left : left + columns].astype(float)
            np.testing.assert_allclose(
                (tile - 1) / 254, stack[layer, head] / stack.max(), atol=1 / 254
            )
            assert tile.min() >= 1  # 0 is the ground


def test_every_layer_and_head_is_named_beside_its_tile() -> None:
    figure = figures.model_view(TRACE)
    heatmap, targets = figure.data
    _, _, rows, columns = attention_stack(TRACE).shape
    notes = {note.text: note for note in figure.layout.annotations}
    assert set(notes) == {"Layer 1", "Layer 2", "Layer 3", "Layer 4", "Head", "1", "2", "3"}
    for layer in range(4):
        edges = heatmap.y[layer * (rows + 1)], heatmap.y[layer * (rows + 1) + rows]
        assert notes[f"Layer {layer + 1}"].y == pytest.approx(sum(edges) / 2)
        assert targets.y[layer * 3] == pytest.approx(sum(edges) / 2)
    for head in range(3):
        edges = heatmap.x[head * (columns + 1)], heatmap.x[head * (columns + 1) + columns]
        assert notes[str(head + 1)].x == pytest.approx(sum(edges) / 2)
        assert targets.x[head] == pytest.approx(sum(edges) / 2)


def test_a_point_over_every_tile_tells_its_layer_head_and_entropy() -> None:
    targets = figures.model_view(TRACE).data[1]
    entropies = attention_entropy(attention_stack(TRACE)).mean(-1)
    assert len(targets.x) == 12
    assert targets.hovertext[7].startswith(
        f"Layer 3, head 2: mean entropy {entropies[2, 1]:.2f} nats"
    )


def test_points_over_low_tiles_do_not_overlap() -> None:
    high = figures.model_view(TRACE).data[1]
    low = figures.model_view(random_trace(5, 4, 2, layers=24, heads=16)).data[1]
    assert high.marker.size == MOST_TARGET
    assert low.marker.size == LEAST_TILE < MOST_TARGET


def test_the_frame_is_around_the_head_or_the_layer_that_is_shown() -> None:
    one = figures.model_view(TRACE, layer=2, head=1)
    whole = figures.model_view(TRACE, layer=2)
    (frame,), (wide) = one.layout.shapes, whole.layout.shapes[0]
    x, y = one.data[1].x[7], one.data[1].y[7]
    assert frame.x0 < x < frame.x1
    assert frame.y0 < y < frame.y1
    assert frame.x1 - frame.x0 == pytest.approx(attention_stack(TRACE).shape[-1])
    assert wide.x0 == 0
    assert wide.x1 > one.data[1].x[8] > frame.x1
    assert (wide.y0, wide.y1) == (frame.y0, frame.y1)
    assert not figures.model_view(TRACE).layout.shapes


def test_many_large_layers_stay_small() -> None:
    trace = random_trace(3, 2, 1, layers=6, heads=8, source_length=200)
    figure = figures.model_view(trace, kind="encoder")
    assert attention_stack(trace, "encoder").size > MOST_CELLS
    assert len(figure.to_json()) <= 700_000
    assert figure.data[0].z.shape == (6 * (100 + 1) - 1, 8 * (100 + 1) - 1)


def test_pooled_cells_show_the_strongest_of_them() -> None:
    matrices = np.arange(2 * 3 * 5).reshape(2, 3, 5).astype(np.float32)
    assert pooled(matrices, most_cells=30) is matrices
    found = pooled(matrices, most_cells=10)
    assert found.tolist() == [[[6, 8, 9], [11, 13, 14]], [[21, 23, 24], [26, 28, 29]]]


def test_one_layer_and_one_head_are_drawn_too() -> None:
    figure = figures.model_view(rnn_trace())
    assert len(figure.data[1].x) == 1
    with pytest.raises(ValueError, match="no_self_attention"):
        figures.model_view(rnn_trace(), kind="encoder")


def test_table_and_sentence_compare_all_heads() -> None:
    trace = transformer_trace()
    table = figures.model_view_picture(trace).table
    assert list(zip(table["Layer"], table["Head"], strict=True)) == [
        (layer, head) for layer in (1, 2) for head in (1, 2, 3)
    ]
    entropy = table["Mean entropy (nats)"]
    found = attention_entropy(attention_stack(trace)).mean(-1)
    np.testing.assert_allclose(entropy, found.ravel(), atol=5e-4)
    best, worst = (divmod(int(place), 3) for place in (entropy.argmin(), entropy.argmax()))
    alt = figures.model_view_picture(trace).sentence
    assert f"Most focused: layer {best[0] + 1}, head {best[1] + 1} " in alt
    assert f"most spread: layer {worst[0] + 1}, head {worst[1] + 1} " in alt
