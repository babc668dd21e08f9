"""A Marian checkpoint written as a CTranslate2 model.

Lays the weights out as CTranslate2's own converter does (``MarianMTLoader`` in
https://github.com/OpenNMT/CTranslate2/blob/master/python/ctranslate2/converters/transformers.py),
but keeps PAD and its embedding, which starts a target here. Knows numpy, not torch.
"""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from ctranslate2.specs import TransformerSpec
from ctranslate2.specs.common_spec import Activation
from numpy.typing import NDArray
from safetensors.numpy import load_file

from seqviz.bench.shape import UNK, WEIGHTS_FILE, read_config

_ACTIVATIONS = {
    "relu": Activation.RELU,
    "gelu": Activation.GELU,
    "swish": Activation.SWISH,
}
_ALL, _QUERY, _KEY_VALUE = ("q_proj", "k_proj", "v_proj"), ("q_proj",), ("k_proj", "v_proj")

Weights = Mapping[str, NDArray[np.float32]]


def write_ctranslate2_model(folder: Path, target: Path) -> None:
    """Convert the Marian checkpoint in ``folder``; tokens are spelled as their ids."""
    config, weights = read_config(folder), load_file(folder / WEIGHTS_FILE)
    spec = TransformerSpec.from_config(
        (config["encoder_layers"], config["decoder_layers"]),
        config["encoder_attention_heads"],
        pre_norm=False,
        activation=_ACTIVATIONS[config["activation_function"]],
    )
    _set_encoder(spec.encoder, weights)
    _set_decoder(spec.decoder, weights)
    scale = math.sqrt(config["d_model"]) if config["scale_embedding"] else 1.0
    spec.encoder.scale_embeddings = spec.decoder.scale_embeddings = scale
    tokens = [str(token) for token in range(config["vocab_size"])]
    spec.register_source_vocabulary(tokens)
    spec.register_target_vocabulary(tokens)
    spec.config.eos_token = str(config["eos_token_id"])
    spec.config.unk_token = str(UNK)
    spec.config.bos_token = str(config["decoder_start_token_id"])
    spec.config.decoder_start_token = str(config["decoder_start_token_id"])
    spec.validate()
    spec.optimize()
    spec.save(str(target))


def _set_encoder(spec: Any, weights: Weights) -> None:
    spec.embeddings[0].weight = weights["model.encoder.embed_tokens.weight"]
    spec.position_encodings.encodings = weights["model.encoder.embed_positions.weight"]
    for number, layer in enumerate(spec.layer):
        _set_layer(layer, weights, f"model.encoder.layers.{number}")


def _set_decoder(spec: Any, weights: Weights) -> None:
    spec.embeddings.weight = weights["model.decoder.embed_tokens.weight"]
    spec.position_encodings.encodings = weights["model.decoder.embed_positions.weight"]
    spec.projection.weight = weights["lm_head.weight"]
    spec.projection.bias = weights["final_logits_bias"].squeeze(0)
    for number, layer in enumerate(spec.layer):
        name = f"model.decoder.layers.{number}"
        _set_layer(layer, weights, name)
        linears = layer.attention.linear
        _set_linear(linears[0], weights, f"{name}.encoder_attn", parts=_QUERY)
        _set_linear(linears[1], weights, f"{name}.encoder_attn", parts=_KEY_VALUE)
        _set_linear(linears[2], weights, f"{name}.encoder_attn", parts=("out_proj",))
        _set_norm(layer.attention.layer_norm, weights, f"{name}.encoder_attn_layer_norm")


def _set_layer(layer: Any, weights: Weights, name: str) -> None:
    """What the layers of both sides have."""
    linears = layer.self_attention.linear
    _set_linear(linears[0], weights, f"{name}.self_attn", parts=_ALL)
    _set_linear(linears[1], weights, f"{name}.self_attn", parts=("out_proj",))
    _set_norm(layer.self_attention.layer_norm, weights, f"{name}.self_attn_layer_norm")
    _set_linear(layer.ffn.linear_0, weights, name, parts=("fc1",))
    _set_linear(layer.ffn.linear_1, weights, name, parts=("fc2",))
    _set_norm(layer.ffn.layer_norm, weights, f"{name}.final_layer_norm")


def _set_linear(spec: Any, weights: Weights, name: str, *, parts: tuple[str, ...]) -> None:
    """One linear, of several that read the same input, one below the other."""
    spec.weight = np.concatenate([weights[f"{name}.{part}.weight"] for part in parts])
    spec.bias = np.concatenate([weights[f"{name}.{part}.bias"] for part in parts])


def _set_norm(spec: Any, weights: Weights, name: str) -> None:
    spec.gamma, spec.beta = weights[f"{name}.weight"], weights[f"{name}.bias"]
