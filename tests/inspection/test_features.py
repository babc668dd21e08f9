"""The columns of an inspected test set: declared once, told in every language."""

import pytest

from seqviz.inspection.features import FEATURES, SCHEMA, TEXTS, in_group
from seqviz.words import LANGUAGES, table


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_feature_is_told(language: str) -> None:
    words = table(language)
    assert {one.label for one in FEATURES.values()} <= words.keys()
    assert {one.help for one in FEATURES.values()} <= words.keys()


def test_columns_are_texts_features_and_lists_in_this_order() -> None:
    lists = ["source_pieces", "pieces", "log_probs", "contrast"]
    lists += ["source_starts", "read_past", "read_most", "read_total"]
    assert SCHEMA.names == ["number", *TEXTS, *FEATURES, *lists]
    groups = [one.group for one in FEATURES.values()]
    assert groups == sorted(groups, key=["strong", "reference", "baseline", "weak"].index)
    assert len(in_group("weak")) == 5
