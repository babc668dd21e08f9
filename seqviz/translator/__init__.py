"""A loaded model that translates text into a Trace."""

from seqviz.translator.by_name import load
from seqviz.translator.translator import Translator

__all__ = [
    "Translator",
    "load",
]
