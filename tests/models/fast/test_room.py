"""Room for weights: what lies there is what was put there, side by side, and given back."""

import mmap

import pytest
import torch

from seqviz.models.fast import room
from seqviz.models.fast.room import PAGE, Slab, settled


@pytest.fixture(autouse=True)
def empty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "_last", [])


def test_what_is_settled_stays_what_it_was() -> None:
    values = [torch.randn(size, size + 1).T for size in (3, 400, 7, 1600, 5)]
    found = [settled(each) for each in values]
    for each, copy in zip(values, found, strict=True):
        assert torch.equal(copy, each)
        assert copy.is_contiguous()


def test_small_weights_share_a_page() -> None:
    first, second = settled(torch.ones(64)), settled(torch.ones(32))
    assert first.data_ptr() % PAGE == 0
    assert second.data_ptr() == first.data_ptr() + first.nbytes


def test_what_nobody_uses_any_more_is_given_to_the_next() -> None:
    kept, tried = settled(torch.ones(64)), settled(torch.ones(64))
    place = tried.data_ptr()
    del tried
    found = settled(torch.zeros(32))
    assert found.data_ptr() == place
    assert kept.eq(1).all()


def test_a_full_slab_has_no_room() -> None:
    slab = Slab(PAGE)
    whole = slab.take([2, PAGE // 8])
    assert whole is not None
    assert slab.take([1]) is None


@pytest.mark.skipif(not hasattr(mmap, "MADV_HUGEPAGE"), reason="no large pages to lose")
def test_without_large_pages_there_is_room_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(mmap, "MADV_HUGEPAGE")
    assert torch.equal(settled(torch.arange(5.0)), torch.arange(5.0))
