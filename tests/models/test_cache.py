"""What the decoder remembers goes where the search goes."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from seqviz.models.cache import PARKED, DecoderCache, moves, new_cache

LAYERS, HEADS, WIDTH = 2, 2, 4
rows_of_a_beam = st.integers(1, 9).flatmap(
    lambda size: st.lists(st.integers(0, size - 1), min_size=size, max_size=size)
)


def feed(cache: DecoderCache, step: int) -> DecoderCache:
    """One more token, whose keys and values tell step, layer and row."""
    rows = cache.sentences * cache.slots
    for layer, view in enumerate(cache.layer_views()):
        for kind, place in enumerate((view.keys, view.values)):
            marks = torch.arange(rows * WIDTH).view(rows, HEADS, WIDTH // HEADS)
            place[:, :, -1] = marks + 1000.0 * (step + 10 * layer + 100 * kind)
    return cache.advanced()


def past(cache: DecoderCache) -> Tensor:
    """A copy of all that was fed, (2 L, R, H, t, D/H)."""
    tables = [table for view in cache.layer_views() for table in (view.keys, view.values)]
    return torch.stack(tables)[:, :, :, : cache.fed].clone()


def made(sentences: int, beam_size: int) -> DecoderCache:
    memory = torch.zeros(sentences, 3, WIDTH)
    return new_cache(memory, layers=LAYERS, heads=HEADS, beam_size=beam_size, max_length=8)


def fed(sentences: int, slots: int, steps: int = 3) -> DecoderCache:
    cache = made(sentences, slots).select(torch.zeros(sentences, slots, dtype=torch.int64))
    for step in range(steps):
        cache = feed(cache, step)
    return cache


@settings(deadline=None)
@given(rows_of_a_beam)
def test_moves_put_every_row_where_it_is_wanted(rows: list[int]) -> None:
    places = {place: place for place in range(len(rows))}
    for source, target, _ in moves(rows):
        places[target] = places[source]
    places.pop(PARKED, None)
    assert [places[place] for place in range(len(rows))] == rows


@settings(deadline=None)
@given(rows_of_a_beam)
def test_what_stays_is_not_copied(rows: list[int]) -> None:
    steps = list(moves(rows))
    kept = [place for place, row in enumerate(rows) if place == row]
    assert not {target for _, target, _ in steps} & set(kept)
    changed = len(rows) - len(kept)
    circles = sum(target == PARKED for _, target, _ in steps)
    assert len(steps) == changed + circles and 2 * circles <= changed


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


def test_only_what_differs_is_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two slots that part after three tokens change places in the sixth step."""
    cache = fed(1, 3)
    cache = feed(cache.select(torch.tensor([[0, 0, 1]])), 3)
    copied: list[int] = []
    copy = Tensor.copy_

    def counted(self: Tensor, source: Tensor) -> Tensor:
        copied.append(len(source) // (2 * LAYERS))
        return copy(self, source)

    monkeypatch.setattr(Tensor, "copy_", counted)
    cache = cache.select(torch.tensor([[1, 0, 0]]))
    assert copied == [4, 1, 1, 1]  # a slot that had nothing in common, then a circle
    cache.select(torch.tensor([[0, 2, 1]]))
    assert copied == [4, 1, 1, 1]  # the same prefix twice


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


def test_keep_goes_on_with_some_sentences() -> None:
    cache = fed(3, 2)
    expected = past(cache)[:, [4, 5, 0, 1]]
    kept = cache.keep(torch.tensor([2, 0]))
    assert (kept.sentences, kept.slots) == (2, 2)
    assert torch.equal(past(kept), expected)


def test_nothing_is_taken_after_the_start() -> None:
    cache = made(2, 3)
    buffers = {cache.buffer.data_ptr(), cache.spare.data_ptr()}
    for step, parents in enumerate(([[0, 0, 0]] * 2, [[1, 2, 0], [0, 0, 2]], [[1], [2]])):
        cache = feed(cache, step).select(torch.tensor(parents))
        assert {cache.buffer.data_ptr(), cache.spare.data_ptr()} == buffers


def test_more_slots_than_room_are_refused() -> None:
    with pytest.raises(ValueError, match="4 slots, but there is room for 3"):
        made(1, 3).select(torch.zeros(1, 4, dtype=torch.int64))
