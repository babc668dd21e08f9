import numpy as np
import pytest

from seqviz import figures
from seqviz.analysis.attention import attention_stack
from tests.fixtures.toy_traces import random_trace, transformer_trace


def test_every_cell_of_every_head_is_in_its_tile() -> None:
    trace = random_trace(5, 4, 2, heads=6, source_length=5)
    heads = attention_stack(trace)[0]
    heatmap = figures.heads_picture(trace).chart.data[0]
    _, rows, columns = heads.shape
    assert heatmap.z.dtype == np.uint8
    for head in range(6):  # 3 columns
        top, left = head // 3 * (rows + 1), head % 3 * (columns + 1)
        tile = heatmap.z[top : top + rows, left : left + columns].astype(float)
        assert tile.min() >= 1
        np.testing.assert_allclose((tile - 1) / 254, heads[head] / heads.max(), atol=1 / 254)
    assert (heatmap.z[rows] == 0).all()  # the ground between the tiles
    assert len(heatmap.x) == heatmap.z.shape[1] + 1
    assert len(heatmap.y) == heatmap.z.shape[0] + 1


def test_a_point_in_the_middle_of_every_tile_carries_the_head() -> None:
    figure = figures.heads_picture(transformer_trace()).chart
    heatmap, targets = figure.data
    assert list(targets.customdata) == [0, 1, 2]
    columns = attention_stack(transformer_trace()).shape[-1]
    for head in range(3):
        first, last = heatmap.x[head * (columns + 1)], heatmap.x[head * (columns + 1) + columns]
        assert targets.x[head] == pytest.approx((first + last) / 2)
    assert [note.text for note in figure.layout.annotations] == ["Head 1", "Head 2", "Head 3"]


def test_many_large_heads_stay_small() -> None:
    trace = random_trace(3, 2, 1, heads=48, source_length=100)
    figure = figures.heads_picture(trace, kind="encoder", layer=0).chart
    assert len(figure.to_json()) <= 700_000
    assert figure.layout.annotations[0].text == "1"


def test_table_and_sentence_compare_the_heads() -> None:
    trace = transformer_trace()
    table = figures.heads_picture(trace, layer=1).table
    assert table["Head"].tolist() == [1, 2, 3]
    entropy = table["Mean entropy (nats)"]
    alt = figures.heads_picture(trace, layer=1).sentence
    assert f"Most focused: head {entropy.argmin() + 1}" in alt
    assert f"most spread: head {entropy.argmax() + 1}" in alt
