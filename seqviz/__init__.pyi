from .options import DecodeOptions
from .trace import Trace
from .translator import Translator, load

__all__ = ["DecodeOptions", "Trace", "Translator", "load"]
