"""New models with random weights."""

from dataclasses import replace

from seqviz.models.build import Model, new_model
from seqviz.text.tokenizer import Tokenizer
from seqviz.training.batches import SPECIAL
from seqviz.training.settings import TrainSettings


def build_model(settings: TrainSettings, *, source: Tokenizer, target: Tokenizer) -> Model:
    """A model with random weights, its vocabularies those of the tokenizers."""
    shape = replace(settings.model, source_vocabulary=len(source), target_vocabulary=len(target))
    return new_model(shape, SPECIAL)
