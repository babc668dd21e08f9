"""The models that a server has, each loaded when it is first asked for."""

from pathlib import Path
from typing import Protocol

from seqviz.catalog import Catalogue, ModelEntry, find_models, model_folders, models_folder
from seqviz.catalog.version import folder_version, models_version
from seqviz.errors import ModelError
from seqviz.options import Precision
from seqviz.server.kept import Kept
from seqviz.server.store import WeightStore
from seqviz.translator import Translator
from seqviz.translator.devices import choose_device, use_threads

MOST_NAMED = 30
"""Models that a refusal names."""


class Translators(Protocol):
    """Where the API finds what it asks; threads share it."""

    def catalogue(self) -> Catalogue:
        """What there is."""

    def version(self, name: str) -> str:
        """A text that changes with the files of a model.

        Raises:
            ModelError: ``model_not_served``.
        """

    def translator(self, name: str) -> Translator:
        """One of them, loaded.

        Raises:
            ModelError: ``model_not_served``, or it cannot be used.
        """


class Shelf:
    """The models of a folder, as they lie there now; a ``Translators``."""

    def __init__(
        self,
        folder: Path | None = None,
        *,
        device: str = "auto",
        precision: Precision = "float32",
        threads: int | None = None,
    ) -> None:
        """Load nothing yet.

        Args:
            folder: of PAIR/SYSTEM folders; None: ``models_folder()``.
            device: where they compute.
            precision: of their numbers.
            threads: CPU threads of one decoding; None: as ``use_threads`` says.

        Raises:
            InputError: this machine has no such device.
        """
        self._folder = folder or models_folder()
        self._device, self._precision = choose_device(device), precision
        self._threads = threads
        self._catalogue = Kept(self._find, most=2)
        self._version = Kept(lambda: models_version(model_folders(self._folder)), most=2, seconds=1)
        self._loaded = WeightStore[Translator](lambda one: one.facts.parameters)

    def catalogue(self) -> Catalogue:
        """See ``Translators``; a change of the folder is seen within a second."""
        return self._catalogue(self._version())

    def version(self, name: str) -> str:
        """See ``Translators``."""
        return folder_version(self._entry(name).folder)

    def translator(self, name: str) -> Translator:
        """See ``Translators``; several who ask at once load it once."""
        entry = self._entry(name)
        key = name, folder_version(entry.folder)
        return self._loaded.find_or_make(key, lambda: self._load(entry))

    def _find(self, _version: str) -> Catalogue:
        return find_models(self._folder)

    def _entry(self, name: str) -> ModelEntry:
        """By its name alone: a stranger's text is never the path of a folder."""
        catalogue = self.catalogue()
        if name in catalogue.broken:
            known = catalogue.broken[name]
            raise ModelError(known.code, known.facts)  # raised itself, it would keep all who asked
        entries = {entry.name: entry for entry in catalogue.entries}
        if name not in entries:
            choices = ", ".join([*list(entries)[:MOST_NAMED], *["…"] * (len(entries) > MOST_NAMED)])
            raise ModelError("model_not_served", {"found": f"{name:.80}", "choices": choices})
        return entries[name]

    def _load(self, entry: ModelEntry) -> Translator:
        use_threads(self._threads)
        return Translator(entry, self._device, precision=self._precision)
