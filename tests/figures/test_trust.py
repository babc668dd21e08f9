"""The lens into the decoder as a heatmap, and the numbers of words as a table."""

import numpy as np
import pytest

from seqviz import figures
from seqviz.analysis.trust import WordTrust
from seqviz.trace.evidence import DecoderLens
from seqviz.words import LANGUAGES, table

LENS = DecoderLens(
    ranks=np.array([[7, 1], [1, 1], [3, 2]], np.int32),
    probs=np.array([[0.1, 0.9], [0.6, 0.7], [0.0, 0.25]]),
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_layer_of_every_token_is_framed(language: str) -> None:
    picture = figures.lens_picture(["▁red", "▁car", "</s>"], LENS, words=table(language))
    cells, numbers = picture.chart.data
    np.testing.assert_array_equal(cells.z, LENS.probs.T)
    assert list(numbers.text) == ["7", "1", "1", "1", "3", "2"]
    frames = [(shape.x0, shape.y0) for shape in picture.chart.layout.shapes]
    assert frames == [(-0.5, 0.5), (0.5, -0.5)]
    assert "red" in picture.sentence and "{" not in picture.sentence
    assert picture.table.shape == (3, 5)


def test_what_a_model_lacks_has_no_column() -> None:
    word = WordTrust(label="red", log_prob=-1.0, contrast=2.0, source_share=0.7, layer=-1)
    whole = figures.trust_table([word])
    assert whole.iloc[0].tolist() == ["red", -1.0, 2.0, 0.7, "–"]
    bare = WordTrust(label="red", log_prob=-1.0, contrast=2.0, source_share=None, layer=None)
    assert len(figures.trust_table([bare]).columns) == 3
