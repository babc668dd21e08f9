"""What a visitor asks for: one decoding of one sentence by one model. Asks nobody itself."""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from seqviz.options import DecodeOptions


@dataclass(frozen=True, kw_only=True)
class Request:
    """All that a trace depends on: the key under which it is kept."""

    folder: Path
    text: str
    options: DecodeOptions
    device: str
    visitor: str = field(default="", compare=False)
    """Who asks; the trace does not depend on it."""
    sentences: tuple[str, ...] = field(default=(), compare=False)
    """Those of the text of which this is one; (): it stands alone."""

    @property
    def code(self) -> str:
        """A short name for keys of widgets that belong to this request."""
        facts = f"{self.folder}|{self.device}|{self.text}|{self.options}"
        return hashlib.sha256(facts.encode("utf-8", "replace")).hexdigest()[:12]
