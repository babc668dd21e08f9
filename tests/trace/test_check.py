"""What a stranger's trace may get wrong; most of it is tried on whole files in test_file.py."""

from dataclasses import replace

import numpy as np
import pytest

from seqviz.trace.check import check_trace
from tests.fixtures import toy_traces as toy


@pytest.mark.parametrize("change", [-1, 1])
def test_packed_attention_has_as_many_numbers_as_there_are(change: int) -> None:
    trace = toy.random_trace(3, 5, 2, layers=2, heads=3)
    packed = trace.search.self_attention
    assert packed is not None
    check_trace(trace)
    wrong = np.resize(packed, packed.size + change)
    with pytest.raises(ValueError, match=f"self_attention has {wrong.size} numbers, not"):
        check_trace(replace(trace, search=replace(trace.search, self_attention=wrong)))
