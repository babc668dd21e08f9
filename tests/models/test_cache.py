"""What the decoder remembers goes where the search goes."""

from random import Random

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from seqviz.models.cache import DecoderCache, heirs, in_rows, in_slots, new_cache

LAYERS, HEADS, WIDTH = 2, 2, 4
parents_of_a_beam = st.integers(1, 9).flatmap(
    lambda size: st.lists(st.integers(0, size - 1), min_size=size, max_size=size)
)


def feed(cache: DecoderCache, step: int) -> DecoderCache:
    """One more token, whose keys and values tell step, layer and slot."""
    rows = cache.sentences * cache.slots
    for layer, view in enumerate(cache.layer_views()):
        for kind, place in enumerate((view.keys, view.values)):
            marks = torch.arange(rows * WIDTH).view(rows, HEADS, WIDTH // HEADS)
            place[:, :, -1] = arranged(marks, cache) + 1000.0 * (step + 10 * layer + 100 * kind)
    return cache.advanced()


def arranged(marks: Tensor, cache: DecoderCache) -> Tensor:
    of_sentences = marks.view(cache.sentences, cache.slots, *marks.shape[1:])
    return in_rows(of_sentences, cache.rows).flatten(0, 1)


def past(cache: DecoderCache) -> Tensor:
    """A copy of all that was fed, (2 L, R, H, t, D/H), in the order of the slots."""
    tables = [table for view in cache.layer_views() for table in (view.keys, view.values)]
    found = torch.stack(tables)[:, :, :, : cache.fed].clone()
    return found if cache.rows is None else found[:, cache.rows]


def made(sentences: int, beam_size: int) -> DecoderCache:
    memory = torch.zeros(sentences, 3, WIDTH)
    return new_cache(memory, layers=LAYERS, heads=HEADS, beam_size=beam_size, max_length=8)


def fed(sentences: int, slots: int, steps: int = 3) -> DecoderCache:
    cache = made(sentences, slots).select(torch.zeros(sentences, slots, dtype=torch.int64))
    for step in range(steps):
        cache = feed(cache, step)
    return cache


@settings(deadline=None)
@given(parents_of_a_beam, st.randoms())
def test_every_slot_gets_a_row_and_its_first_heir_keeps_it(
    parents: list[int], random: Random
) -> None:
    size = len(parents)
    same = [[random.randrange(9) for _ in parents] for _ in parents]
    found = heirs(parents, same)
    assert sorted(found) == list(range(size))  # each row once
    for parent in set(parents):
        assert found[parents.index(parent)] == parent
    idle = set(range(size)) - set(parents)
    for slot, row in enumerate(found):
        if row in idle:
            later = idle.intersection(found[slot:])
            assert same[row][slot] == max(same[one][slot] for one in later)


def test_slots_and_rows_undo_each_other() -> None:
    values, rows = torch.arange(24).view(2, 3, 4), torch.tensor([2, 0, 1, 3, 5, 4])
    arranged = in_rows(values, rows)
    assert torch.equal(arranged.flatten(0, 1)[rows], values.flatten(0, 1))
    assert torch.equal(in_slots(arranged, rows), values)
    assert in_rows(values, None) is values


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
    """Slots that part late have little to copy, and where none is continued twice nothing has."""
    cache = fed(1, 3)
    cache = feed(cache.select(torch.tensor([[0, 0, 1]])), 3)
    copied: list[int] = []
    copy = Tensor.copy_

    def counted(self: Tensor, source: Tensor) -> Tensor:
        copied.append(len(source) // (2 * LAYERS))
        return copy(self, source)

    monkeypatch.setattr(Tensor, "copy_", counted)
    cache = cache.select(torch.tensor([[1, 0, 0]]))
    assert copied == [4]  # only one is continued twice, over one that had nothing in common
    again = cache.select(torch.tensor([[0, 2, 1]]))
    assert copied == [4]  # others change places
    cache = feed(again, 4).select(torch.tensor([[0, 0, 1]]))
    assert copied == [4, 2]  # they parted two tokens ago
    feed(cache, 5).select(torch.tensor([[1, 1, 2]]))
    assert copied == [4, 2, 1]  # they parted one token ago


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
