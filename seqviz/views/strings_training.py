"""Words of the view "Training", in both languages."""

from collections.abc import Mapping

ENGLISH: Mapping[str, str] = {
    "view.training": "Training",
}

CHINESE: Mapping[str, str] = {
    "view.training": "训练过程",
}
