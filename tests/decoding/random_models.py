"""Tiny models of both kinds with random weights, whose sentences end after a few tokens."""

from typing import Any

import torch

from seqviz.models.base import Seq2SeqModel
from seqviz.models.rnn import Rnn, RnnSettings
from seqviz.models.transformer import Transformer, TransformerSettings

KINDS = ("transformer", "additive", "none")
VOCABULARY = 11
SCALE = {"transformer": 4.0, "additive": 6.0, "none": 6.0}
EOS_BIAS = {"transformer": 1.5, "additive": 3.0, "none": 1.5}


def random_model(kind: str, seed: int = 0) -> Seq2SeqModel[Any, Any]:
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model: Transformer | Rnn = _transformer() if kind == "transformer" else _rnn(kind)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if parameter.dim() > 1:
                parameter.mul_(SCALE[kind])
            if name == "output.bias":
                parameter[model.special.eos] = EOS_BIAS[kind]
    return model.eval()


def _transformer() -> Transformer:
    settings = TransformerSettings(
        source_vocabulary=VOCABULARY,
        target_vocabulary=VOCABULARY,
        width=16,
        heads=2,
        encoder_layers=2,
        decoder_layers=3,
        inner_width=24,
        output_bias=True,
    )
    return Transformer(settings)


def _rnn(attention: str) -> Rnn:
    settings = RnnSettings(
        source_vocabulary=VOCABULARY,
        target_vocabulary=VOCABULARY,
        width=16,
        layers=2,
        attention="additive" if attention == "additive" else "none",
        reverse_source=attention == "none",
    )
    return Rnn(settings)
