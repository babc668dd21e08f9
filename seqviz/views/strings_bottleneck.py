"""Words of the view "Bottleneck", in both languages."""

from collections.abc import Mapping

ENGLISH: Mapping[str, str] = {
    "view.bottleneck": "Bottleneck",
}

CHINESE: Mapping[str, str] = {
    "view.bottleneck": "瓶颈",
}
