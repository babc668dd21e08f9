"""What the decoder remembers goes where the search goes."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from seqviz.models.attention import KeysValues
from seqviz.models.cache import DecoderCache, followed, new_cache

LAYERS, HEADS, WIDTH = 2, 2, 4


def feed(cache: DecoderCache, step: int) -> DecoderCache:
    """One more token, whose keys and values tell step, layer and slot."""
    rows = cache.sentences * cache.slots
    marks = torch.arange(rows * WIDTH).view(rows, HEADS, 1, WIDTH // HEADS)
    for layer, view in enumerate(cache.layer_views()):
        keys, values = (marks + 1000.0 * (step + 10 * layer + 100 * kind) for kind in range(2))
        read = view.fill(KeysValues(keys, values))
        assert torch.equal(read.keys[:, :, -1:], keys)
        assert torch.equal(read.values[:, :, -1:], values)
    return cache.advanced()


def past(cache: DecoderCache) -> Tensor:
    """A copy of all that was fed, (2 L, N, H, t, D/H)."""
    tables = [
        followed(table, view.origins)
        for view in cache.layer_views()
        for table in (view.keys, view.values)
    ]
    return torch.stack(tables)[:, :, :, : cache.fed].clone()


def made(sentences: int, beam_size: int) -> DecoderCache:
    memory = torch.zeros(sentences, 3, WIDTH)
    return new_cache(memory, layers=LAYERS, heads=HEADS, beam_size=beam_size, max_length=8)


def fed(sentences: int, slots: int, steps: int = 3) -> DecoderCache:
    cache = made(sentences, slots).select(torch.zeros(sentences, slots, dtype=torch.int64))
    for step in range(steps):
        cache = feed(cache, step)
    return cache


@pytest.mark.parametrize(
    "parents",
    [
        [[0, 1, 2], [0, 1, 2]],  # identity
        [[1, 2, 0], [1, 0, 2]],  # circles
        [[0, 0, 0], [2, 2, 1]],
        [[0], [2]],  # fewer slots
        [[1, 0], [2, 2]],
    ],
)
def test_select_takes_the_rows_of_the_parents(parents: list[list[int]]) -> None:
    cache = fed(2, 3)
    rows = [3 * sentence + slot for sentence, row in enumerate(parents) for slot in row]
    expected = past(cache)[:, rows]
    after = cache.select(torch.tensor(parents))
    assert (after.slots, after.sentences, after.fed) == (len(parents[0]), 2, 3)
    assert torch.equal(past(after), expected)
    again = feed(after, 5)
    assert torch.equal(past(again)[..., :3, :], expected)


def test_nothing_is_copied() -> None:
    """A prefix that several go on from lies where it lay, and so does the state before."""
    cache = fed(2, 3)
    before, table = past(cache), cache.table.clone()
    after = cache.select(torch.tensor([[1, 1, 0], [0, 2, 2]]))
    assert torch.equal(cache.table[:3], table[:3])
    assert after.table.data_ptr() == cache.table.data_ptr()
    assert torch.equal(past(cache), before)


@settings(deadline=None)
@given(st.data())
def test_a_whole_search_equals_a_naive_one(data: st.DataObject) -> None:
    sentences, beam_size = 2, 4
    cache = feed(made(sentences, beam_size), 0)
    naive = past(cache)
    for step in range(1, 6):
        slots = data.draw(st.integers(1, beam_size))
        parents = torch.tensor(
            data.draw(
                st.lists(
                    st.lists(st.integers(0, cache.slots - 1), min_size=slots, max_size=slots),
                    min_size=sentences,
                    max_size=sentences,
                )
            )
        )
        rows = (parents + cache.slots * torch.arange(sentences)[:, None]).flatten()
        naive = naive[:, rows]
        cache = cache.select(parents)
        assert torch.equal(past(cache), naive)
        cache = feed(cache, step)
        naive = torch.cat([naive, past(cache)[..., -1:, :]], 3)


@pytest.mark.parametrize("slots", [1, 2])
def test_keep_goes_on_with_some_sentences(slots: int) -> None:
    cache = fed(3, slots)
    places = [slots * sentence + slot for sentence in (2, 0) for slot in range(slots)]
    expected = past(cache)[:, places]
    kept = cache.keep(torch.tensor([2, 0]))
    assert (kept.sentences, kept.slots) == (2, slots)
    assert torch.equal(past(kept), expected)
    assert torch.equal(past(feed(kept, 3))[..., :3, :], expected)


def test_what_was_kept_goes_on_as_before() -> None:
    cache = feed(fed(3, 2).keep(torch.tensor([2, 0])), 3)
    expected = past(cache)[:, [1, 1, 2]]
    after = cache.select(torch.tensor([[1, 1], [0, 1]]))
    again = feed(after, 4)
    assert torch.equal(past(again)[:, :3, :, :4], expected)
    alone = again.keep(torch.tensor([1]))
    assert torch.equal(past(alone), past(again)[:, 2:])


def test_nothing_is_taken_after_the_start() -> None:
    cache = made(2, 3)
    table = cache.table.data_ptr()
    for step, parents in enumerate(([[0, 0, 0]] * 2, [[1, 2, 0], [0, 0, 2]], [[1], [2]])):
        cache = feed(cache, step).select(torch.tensor(parents))
        assert cache.table.data_ptr() == table


def test_more_slots_than_room_are_refused() -> None:
    with pytest.raises(ValueError, match="4 slots, but there is room for 3"):
        made(1, 3).select(torch.zeros(1, 4, dtype=torch.int64))
