"""Two measures of every head as points, and the table of all measures."""

from dataclasses import replace

import numpy as np
import pytest

from seqviz import figures
from seqviz.analysis.heads import OF_SENTENCES
from seqviz.words import LANGUAGES, table
from tests.analysis.test_heads import study


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_head_is_a_point_and_a_row(language: str) -> None:
    words = table(language)
    measures = np.arange(4 * len(OF_SENTENCES) * 6).reshape(4, len(OF_SENTENCES), 2, 3) / 100
    found = replace(study(measures), changes=np.array([[-0.5, 0.25, 0], [0, 0, 0.125]]))
    picture = figures.heads_picture(found, across="entropy", up="change", words=words)
    first, second = picture.chart.data
    assert list(first.text) == ["1.1", "1.2", "1.3"] and list(second.y) == [0, 0, 0.125]
    np.testing.assert_allclose(second.x, found.values()["entropy"][1])
    assert first.marker.symbol != second.marker.symbol
    assert "−0.500" in first.hovertext[0] and "−0.500" in picture.sentence
    assert figures.head_name(0, 1, words=words) in picture.sentence
    assert list(picture.table[words["figure.heads.change"]]) == [-0.5, 0.25, 0, 0, 0, 0.125]
    assert words["figure.heads.aer"] not in picture.table
    assert picture.table[words["figure.heads.least"]][0] == "4, 1"


def test_many_heads_are_named_by_the_pointer_alone() -> None:
    found = study(np.ones((1, len(OF_SENTENCES), 12, 16)))
    picture = figures.heads_picture(found, across="eos", up="entropy")
    assert len(picture.chart.data) == 12 and picture.chart.data[0].text is None
    assert len(picture.table) == 192
