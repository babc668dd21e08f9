"""The shelf of models: what is asked of it often leaves nothing behind."""

import traceback
from pathlib import Path

import pytest

from seqviz.api.shelf import Shelf
from seqviz.errors import ModelError


def test_what_is_wrong_with_a_model_keeps_nothing_of_who_asked(tmp_path: Path) -> None:
    (tmp_path / "de-en" / "dot").mkdir(parents=True)
    shelf = Shelf(tmp_path, device="cpu")
    kept = shelf.catalogue().broken["de-en/dot"]
    before = len(traceback.extract_tb(kept.__traceback__))
    for _ in range(3):
        with pytest.raises(ModelError) as told:
            shelf.translator("de-en/dot")
        assert (told.value.code, str(told.value)) == (kept.code, str(kept))
    assert shelf.catalogue().broken["de-en/dot"] is kept
    assert len(traceback.extract_tb(kept.__traceback__)) == before
