"""Words of the view "Train it live", in both languages."""

from collections.abc import Mapping

ENGLISH: Mapping[str, str] = {
    "view.live": "Train it live",
}

CHINESE: Mapping[str, str] = {
    "view.live": "现场训练",
}
