"""Models that the ``transformers`` library runs: one adapter for all its families.

What needs the library is imported when such a model is opened, not before.
"""

import lazy_loader  # type: ignore[import-untyped]  # it ships no types

__getattr__, __dir__, __all__ = lazy_loader.attach(__name__, submodules={"load", "open"})
