"""An encoder-decoder of ``transformers`` as the parts of a Translator.

The library is an optional extra and takes seconds to import, so that nothing that needs it is
imported before such a model is opened.
"""

from typing import Any

from seqviz.catalog.entry import ModelEntry
from seqviz.errors import ModelError
from seqviz.text.codec import LoadedModel, Parts

OLDEST = (5, 23)
"""Version of the library from which on every family computes attention by its interface."""


def transformers_parts(entry: ModelEntry) -> Parts:
    """The tokenizer of a folder in the library's format, and how its weights are loaded.

    Raises:
        ModelError: ``transformers_missing``, or a file is missing, damaged or asks for code.
    """
    opening, loading = _library()
    config = opening.open_config(entry.folder)
    codec = opening.open_codec(entry.folder, config)

    def load(device: str) -> LoadedModel:
        module = loading.load_weights(entry.folder, config, codec.special)
        model: LoadedModel = module.to(device)
        return model

    return Parts(codec=codec, load_model=load)


def _library() -> tuple[Any, Any]:
    """The modules that need it."""
    try:
        from seqviz.foreign.hf import load as loading  # noqa: PLC0415 (it needs the library)
        from seqviz.foreign.hf import open as opening  # noqa: PLC0415 (it needs the library)
    except ImportError as error:
        if error.name is not None and error.name.startswith("seqviz"):
            raise
        raise ModelError("transformers_missing") from error
    if opening.library_version() < OLDEST:
        raise ModelError("transformers_missing")
    return opening, loading
