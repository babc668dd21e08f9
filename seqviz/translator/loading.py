"""From a model's description to its parts, by whoever wrote its folder."""

from collections.abc import Callable, Mapping

from seqviz.catalog.entry import ModelEntry
from seqviz.foreign.hf.parts import transformers_parts
from seqviz.foreign.marian.parts import marian_parts
from seqviz.models.build import Model
from seqviz.models.checkpoint import load_model, special_tokens
from seqviz.text.codec import PairCodec, Parts
from seqviz.text.spelling import check_size
from seqviz.text.tokenizer import Tokenizer


def parts_of(entry: ModelEntry) -> Parts:
    """The tokenizers of a model, and how its weights are loaded.

    Raises:
        ModelError: a file is missing or damaged.
    """
    return _PARTS[entry.format](entry)


def _own_parts(entry: ModelEntry) -> Parts:
    source, target = Tokenizer(entry.source_model), Tokenizer(entry.target_model)

    def load(device: str) -> Model:
        model = load_model(entry.folder, device)
        check_size(entry.source_model, source, model.settings.source_vocabulary)
        check_size(entry.target_model, target, model.settings.target_vocabulary)
        return model

    special = special_tokens(entry.folder)
    return Parts(codec=PairCodec(source=source, target=target, special=special), load_model=load)


_PARTS: Mapping[str, Callable[[ModelEntry], Parts]] = {
    "seqviz": _own_parts,
    "marian": marian_parts,
    "transformers": transformers_parts,
}
"""By who wrote the folder."""
