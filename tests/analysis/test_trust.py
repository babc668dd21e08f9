"""Numbers of words from those of their pieces."""

import numpy as np
import pytest

from seqviz.analysis.contrast import SourceContrast
from seqviz.analysis.trust import word_trust
from seqviz.trace.evidence import DecoderLens, SourceContributions

CONTRAST = SourceContrast(
    pieces=("▁un", "sure", "▁cat", "</s>"),
    with_source=np.array([-1.0, -2.0, -0.5, -np.inf]),
    without_source=np.array([-3.0, -2.5, -0.25, -np.inf]),
)


def test_pieces_are_put_together() -> None:
    contributions = SourceContributions(
        source=np.array([[0.2, 0.4], [0.1, 0.1], [0.5, 0.5], [0.0, 0.3]]), prefix=np.zeros((4, 4))
    )
    ranks = np.array([[1, 1], [2, 1], [3, 2], [1, 2]], np.int32)
    lens = DecoderLens(ranks=ranks, probs=np.zeros((4, 2)))
    unsure, cat, end = word_trust(CONTRAST, contributions, lens)
    assert (unsure.label, cat.label) == ("unsure", "cat")
    assert (unsure.log_prob, unsure.contrast) == (-3.0, 2.5)
    assert unsure.source_share == pytest.approx(0.4) and unsure.layer == 1
    assert (cat.contrast, cat.source_share, cat.layer) == (-0.25, 1.0, -1)
    assert np.isnan(end.contrast) and end.layer == 0


def test_what_is_not_to_be_had_is_left_out() -> None:
    assert {(word.source_share, word.layer) for word in word_trust(CONTRAST)} == {(None, None)}
