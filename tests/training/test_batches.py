import random

import torch
from hypothesis import given
from hypothesis import strategies as st

from seqviz.training.batches import SPECIAL, Example, collate, epoch_batches


def example(source: int, target: int) -> Example:
    return Example(source=(*range(10, 9 + source), 3), target=(*range(30, 29 + target), 3))


@given(
    st.lists(st.tuples(st.integers(1, 30), st.integers(1, 30)), min_size=1, max_size=60),
    st.integers(1, 200),
    st.integers(0, 5),
)
def test_every_example_is_in_one_batch_and_batches_keep_to_the_budget(
    sizes: list[tuple[int, int]], batch_tokens: int, epoch: int
) -> None:
    examples = [example(*size) for size in sizes]
    batches = epoch_batches(examples, batch_tokens=batch_tokens, seed=1, epoch=epoch)
    assert sorted(place for batch in batches for place in batch) == list(range(len(examples)))
    for batch in batches:
        width = max(max(sizes[place]) for place in batch)
        assert len(batch) == 1 or width * len(batch) <= batch_tokens


def test_batches_depend_on_seed_and_epoch_alone() -> None:
    examples = [example(length % 9 + 1, length % 7 + 1) for length in range(80)]
    first = epoch_batches(examples, batch_tokens=40, seed=1, epoch=0)
    random.seed(99)
    assert epoch_batches(examples, batch_tokens=40, seed=1, epoch=0) == first
    assert epoch_batches(examples, batch_tokens=40, seed=1, epoch=1) != first
    assert epoch_batches(examples, batch_tokens=40, seed=2, epoch=0) != first


def test_a_batch_holds_examples_of_about_the_same_length() -> None:
    examples = [example(length, length) for length in (2, 20) * 10]
    for batch in epoch_batches(examples, batch_tokens=200, seed=1, epoch=0):
        assert len({len(examples[place].source) for place in batch}) == 1


def test_the_decoder_is_fed_the_target_one_step_late() -> None:
    batch = collate(
        [Example(source=(7, 8, 3), target=(5, 6, 3)), Example(source=(9, 3), target=(4, 3))],
        special=SPECIAL,
        device="cpu",
    )
    assert batch.source.tolist() == [[7, 8, 3], [9, 3, 0]]
    assert batch.lengths.tolist() == [3, 2]
    assert batch.target_in.tolist() == [[2, 5, 6], [2, 4, 0]]
    assert batch.target_out.tolist() == [[5, 6, 3], [4, 3, 0]]
    assert batch.tokens == 5
    assert batch.source.dtype == torch.int64


def test_a_longer_example_than_the_budget_has_a_batch_to_itself() -> None:
    examples = [example(50, 3), example(2, 2), example(2, 2)]
    batches = epoch_batches(examples, batch_tokens=10, seed=1, epoch=0)
    assert sorted(map(sorted, batches)) == [[0], [1, 2]]
