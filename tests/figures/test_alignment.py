"""The heatmap of alignment error rates: every choice, and a frame around the default."""

import numpy as np
import pytest

from seqviz import figures
from seqviz.words import LANGUAGES, table
from tests.records.test_alignment import FAIR, HIGH, study


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_choice_is_a_cell_and_the_default_is_framed(language: str) -> None:
    found = study(weight_fed=(HIGH[0], FAIR))
    picture = figures.alignment_picture(found, words=table(language))
    cells, numbers = picture.chart.data
    assert np.shape(cells.z) == (4 * 3, 3) == np.shape(cells.hovertext)
    assert cells.z[5][0] == 20 and cells.z[1][0] == 90 and np.isnan(cells.z[3]).all()
    assert list(numbers.text)[9:12] == ["20.0", "30.0", "30.0"]
    chosen = figures.reading_name(found.chosen(), found, words=table(language))
    assert cells.hovertext[5][0] == chosen and chosen in picture.sentence
    (frame,) = picture.chart.layout.shapes
    assert (frame.x0, frame.x1, frame.y0, frame.y1) == (-0.5, 0.5, 4.5, 5.5)
    assert len({note.text for note in picture.chart.layout.annotations}) == 4
    assert len(picture.table) == len(list(found.choices())) == 24
    assert sorted(picture.table["AER, %"])[:2] == [20, 30]
    assert "20.0" in picture.sentence and "90.0" in picture.sentence


def test_one_head_is_one_column() -> None:
    one = tuple(rates[:1] for rates in HIGH)
    kinds = ("weight_step", "weight_fed", "norm_step", "norm_fed")
    picture = figures.alignment_picture(study(**dict.fromkeys(kinds, one)))
    assert np.shape(picture.chart.data[0].z) == (12, 1)
    assert len(picture.table) == 8
