"""An encoder of other heads than the decoder's is in every picture."""

import numpy as np
import pytest

import seqviz
from seqviz.analysis.attention import Kind, attention_matrix
from seqviz.export.offline.page import offline_page
from seqviz.figures import attention_heatmap, model_view_picture
from seqviz.figures.print.attention import attention_print
from seqviz.options import DecodeOptions
from seqviz.trace import Trace
from seqviz.trace.file import read_trace, write_trace
from seqviz.viewer.attention import packed_attention
from tests.fixtures.marian_folders import write_folder

TEXT = "Es war sehr kalt."
HEADS: dict[Kind, int] = {"encoder": 8, "decoder": 2, "cross": 2}


@pytest.fixture(scope="module")
def trace(tmp_path_factory: pytest.TempPathFactory) -> Trace:
    folder = tmp_path_factory.mktemp("unequal")
    write_folder(folder, encoder_attention_heads=8, decoder_attention_heads=2)
    found = seqviz.load(folder, "cpu").translate(TEXT, DecodeOptions(max_length=5, beam_size=2))
    write_trace(found, folder / "x.json")
    return read_trace(folder / "x.json")


@pytest.mark.parametrize("kind", HEADS)
def test_every_head_of_every_kind_is_drawn(trace: Trace, kind: Kind) -> None:
    count = HEADS[kind]
    for head in (None, count - 1):
        view = attention_matrix(trace, kind, head=head)
        assert view.heads == count
        chart = attention_heatmap(trace, kind=kind, head=head)
        np.testing.assert_allclose(chart.data[0].z, view.weights, atol=1e-4)
    assert len(model_view_picture(trace, kind=kind).table) == 2 * count


def test_and_exported(trace: Trace) -> None:
    paths = [trace.path(rank)[0] for rank in range(len(trace.hypotheses))]
    kinds = packed_attention(trace, paths, room=10_000)["kinds"]
    assert {kind: found["heads"] for kind, found in kinds.items()} == HEADS
    assert offline_page(trace).startswith("<!")
    assert attention_print(trace, layer=1, head=1).data
    assert trace.model.heads == 2 and trace.encoder_self_attention is not None
    assert trace.encoder_self_attention.shape[:2] == (2, 8)
