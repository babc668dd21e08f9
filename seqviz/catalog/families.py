"""The families of foreign models that are known, by the ``model_type`` of their config.json."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Family:
    """One kind of model."""

    name: str
    """As its makers call it."""
    format: str = "transformers"
    """Who reads its folders; see ``ModelEntry.format``."""
    prefix: str = ""
    """Of the names of its classes in the library, where that reads them."""
    instructed: bool = False
    """Whether a text before the sentence tells it its task."""


FAMILIES: Mapping[str, Family] = {
    "marian": Family(name="Marian (OPUS-MT)", format="marian"),
    "bart": Family(name="BART", prefix="Bart"),
    "m2m_100": Family(name="M2M-100 / NLLB", prefix="M2M100"),
    "mbart": Family(name="mBART", prefix="MBart"),
    "mt5": Family(name="mT5", prefix="MT5", instructed=True),
    "pegasus": Family(name="Pegasus", prefix="Pegasus"),
    "t5": Family(name="T5", prefix="T5", instructed=True),
    "umt5": Family(name="umT5", prefix="UMT5", instructed=True),
}
