"""What a config file says about the application, and the models that it names."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from seqviz.api.shelf import Shelf
from seqviz.catalog import Catalogue
from seqviz.errors import ModelError
from seqviz.options import Precision
from seqviz.translator import Translator


class Settings(BaseModel):
    """The arguments of the application, in its config file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    models: list[str] = Field(min_length=1)
    """PAIR/SYSTEM of those that are served."""
    folder: Path | None = None
    """Of models, the same on every machine; None: that of the shipped ones, or SEQVIZ_MODELS."""
    device: str = "auto"
    precision: Precision = "float32"
    threads: int | None = Field(default=1, ge=1)
    """Of the processor, for one decoding; None: as many as are useful."""
    hosts: tuple[str, ...] = ("localhost", "127.0.0.1", "::1")
    """Names under which the API may be asked; "*": any."""
    waiting: int = Field(default=256, ge=1)
    """Requests that a replica of ``api`` has under way at once."""

    def shelf(self, *models: str) -> "Offered":
        """These models, none of them loaded yet."""
        shelf = Shelf(
            self.folder, device=self.device, precision=self.precision, threads=self.threads
        )
        return Offered(shelf, models)


@dataclass(frozen=True)
class Offered:
    """Some models of a folder; a ``Translators``."""

    shelf: Shelf
    models: Sequence[str]

    def catalogue(self) -> Catalogue:
        """See ``Translators``."""
        found = self.shelf.catalogue()
        entries = tuple(one for one in found.entries if one.name in self.models)
        broken = {name: error for name, error in found.broken.items() if name in self.models}
        return replace(found, entries=entries, broken=broken)

    def version(self, name: str) -> str:
        """See ``Translators``."""
        return self.shelf.version(self._named(name))

    def translator(self, name: str) -> Translator:
        """See ``Translators``."""
        return self.shelf.translator(self._named(name))

    def _named(self, name: str) -> str:
        if name not in self.models:
            facts = {"found": f"{name:.80}", "choices": ", ".join(self.models)}
            raise ModelError("model_not_served", facts)
        return name
