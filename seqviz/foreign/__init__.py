"""Models that others wrote: Marian folders, and encoder-decoders of the transformers library."""

import lazy_loader  # type: ignore[import-untyped]  # it ships no types

__getattr__, __dir__, __all__ = lazy_loader.attach(__name__, submodules={"hf_load", "hf_open"})
