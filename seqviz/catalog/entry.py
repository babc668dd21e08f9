"""One model as its folder describes it. Knows nothing of how that is read."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seqviz.aligned import Alignment
from seqviz.confidence import Confidence
from seqviz.errors import InputError
from seqviz.kinds import NO_ATTENTION

WEIGHTS = ("model.safetensors", "pytorch_model.bin")
"""Names of a file of weights, the best first; foreign models may have the second."""
INDEX = ".index.json"
"""After such a name: the file that lists several."""


@dataclass(frozen=True, kw_only=True)
class Remote:
    """Where a model computes that has no weights here."""

    address: str
    """Of the backend, such as "http://10.0.0.5:8600"."""
    version: str
    """Changes with the files of the model there."""
    weights: str
    """SHA-256 of the weights file there; "": not told."""


@dataclass(frozen=True, kw_only=True)
class ModelEntry:
    """One model, as its settings.json describes it, or a foreign folder's config.json."""

    name: str
    """PAIR/SYSTEM, such as "de-en/transformer"."""
    source_language: str
    target_language: str
    kind: str
    """"transformer" or "rnn"."""
    attention: str
    """A code of ``kinds.ATTENTIONS``, or "multi-head"."""
    parameters: int
    bytes: int
    """Size of the weights file."""
    licence: str
    """Empty where the settings name none."""
    scores: Mapping[str, Mapping[str, Any]]
    """By test set, such as ``{"test": {"bleu": 52.9, …}}``, for a synthetic task also with
    "exact_match"; empty where none are known."""
    folder: Path
    alignment: Alignment | None = None
    """Which of its attention to read as a word alignment; None: nobody measured it."""
    confidence: Confidence | None = None
    """How sure it is on its development set; None: nobody measured it."""
    format: str = "seqviz"
    """Who wrote the folder: "seqviz", "marian", or "transformers" for its other families."""
    family: str = ""
    """As a foreign config.json names it, such as "marian" or "t5"; empty for our own."""
    source_languages: tuple[str, ...] = ()
    """Codes to choose from, as the model spells them; () where there is no choice."""
    target_languages: tuple[str, ...] = ()
    """As ``source_languages``."""
    revision: str = ""
    """Commit of the hub's repository that the folder is a copy of; empty: of none."""
    origin: str = ""
    """OWNER/MODEL of the hub that it was imported from; empty: of none."""
    takes_instruction: bool = False
    """Whether the model wants to be told its task by a text before the sentence, as T5 does."""
    instructions: tuple[str, ...] = ()
    """Such texts that its makers name."""
    has_usual: frozenset[str] = frozenset()
    """Sides, "source" and "target", of whose languages its makers name the usual one."""
    remote: Remote | None = None
    """None: it computes here."""

    def require_here(self) -> None:
        """Refuse a model whose weights and folder are another machine's.

        Raises:
            InputError: ``not_over_network``.
        """
        if self.remote is not None:
            raise InputError("not_over_network", {"address": self.remote.address})

    @property
    def loads_by(self) -> str:
        """By which any process loads it: its folder, or its name at the address of its backend."""
        return str(self.folder) if self.remote is None else f"{self.remote.address}/{self.name}"

    @property
    def attends(self) -> bool:
        """Whether its decoder looks back at the source."""
        return self.attention != NO_ATTENTION

    @property
    def pair(self) -> str:
        """Such as "de-en"."""
        return self.folder.parent.name

    @property
    def system(self) -> str:
        """Such as "transformer"."""
        return self.name.rpartition("/")[2]

    def weights_digest(self) -> str:
        """That of the weights, wherever they lie.

        Raises:
            OSError: as ``weights_digest``.
        """
        return weights_digest(self.weights) if self.remote is None else self.remote.weights

    @property
    def source_model(self) -> Path:
        """SentencePiece model of the source language: its own, else that of its pair."""
        return self._pieces("source.model")

    @property
    def target_model(self) -> Path:
        """SentencePiece model of the target language: its own, else that of its pair."""
        return self._pieces("target.model")

    def _pieces(self, name: str) -> Path:
        own = self.folder / name
        return own if own.exists() else self.folder.parent / name

    @property
    def weights(self) -> Path:
        """The file of the weights, or the one that lists their files."""
        named = (self.folder / f"{name}{index}" for name in WEIGHTS for index in ("", INDEX))
        return next((file for file in named if file.exists()), self.folder / WEIGHTS[0])


def weights_digest(file: Path) -> str:
    """SHA-256 of a file, hexadecimal.

    Raises:
        OSError: it cannot be read.
    """
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
