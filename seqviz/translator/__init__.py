"""A loaded model that translates text into a Trace."""

from seqviz.translator.translator import (
    Translator,
    load,
)

__all__ = [
    "Translator",
    "load",
]
