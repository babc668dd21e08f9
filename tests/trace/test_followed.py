"""A translation followed through a search: cut, never seen, or there to the end."""

from dataclasses import replace

import numpy as np
import pytest

from seqviz.trace import Fate, Search
from seqviz.trace.followed import Followed, followed
from tests.fixtures.toy_traces import EOS, rnn_trace

THE, A, CAT, SAT = 4, 5, 6, 7


def search() -> Search:
    return rnn_trace().search


@pytest.mark.parametrize(
    ("tokens", "code", "step", "rank"),
    [
        ([THE, CAT, EOS], "finished", 2, 1),
        ([A, SAT, EOS], "pruned", 1, 3),
        ([EOS], "unseen", 0, None),
        ([THE, CAT, SAT, SAT, EOS], "alive", 2, None),
    ],
)
def test_a_translation_is_followed_until_the_search_leaves_it(
    tokens: list[int], code: str, step: int, rank: int | None
) -> None:
    found = followed(tokens, search())
    assert (found.code, found.step) == (code, step)
    assert found.lost == (code in ("pruned", "unseen"))
    assert found.rank == rank or code == "alive"
    assert bool(found.slots) == (code == "alive")


def test_where_samples_share_a_prefix_each_of_them_is_followed() -> None:
    columns = (
        np.array([A, A, THE]),
        np.array([0, 0, 0]),
        np.array([Fate.KEPT, Fate.KEPT, Fate.PRUNED], np.int8),
        np.array([2, 5, -1]),
    )
    assert Followed().after(A, columns) == Followed(step=0, rank=1, slots=(2, 5))
    absent = replace(Followed(), slots=(1,)).after(A, columns)
    assert (absent.code, absent.rank) == ("unseen", None), "they go on from another prefix"
