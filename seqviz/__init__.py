"""SeqViz: see how sequence-to-sequence models translate."""

import lazy_loader  # type: ignore[import-untyped]  # it ships no types

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
