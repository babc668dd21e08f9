"""Words of the view "Systems", in both languages."""

from collections.abc import Mapping

ENGLISH: Mapping[str, str] = {
    "view.systems": "Systems",
}

CHINESE: Mapping[str, str] = {
    "view.systems": "系统对比",
}
