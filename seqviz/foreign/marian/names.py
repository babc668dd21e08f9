"""Marian settings and weight names, as ``transformers`` has them, and ours; both directions.

A converter, not a second model: a Marian checkpoint is our Transformer with other names.
"""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from seqviz.models.base import SpecialTokens
from seqviz.models.checks import MAX_LAYERS, MAX_POSITIONS, MAX_VOCABULARY, MAX_WIDTH
from seqviz.models.layers import sinusoids
from seqviz.models.settings import Activation, TransformerSettings, UnequalSettings

ACTIVATIONS: Mapping[str, Activation] = {
    "relu": "relu",
    "gelu": "gelu",
    "swish": "silu",
    "gelu_10": "gelu_clipped",
    "gelu_new": "gelu_tanh",
    "hardswish": "hardswish",
    "laplace": "laplace",
    "leaky_relu": "leaky_relu",
    "linear": "linear",
    "mish": "mish",
    "quick_gelu": "quick_gelu",
    "relu2": "relu2",
    "relu6": "relu6",
    "sigmoid": "sigmoid",
    "sqrtsoftplus": "sqrt_softplus",
    "tanh": "tanh",
}
"""By the name that ``transformers`` has for them; each once."""
_OTHER_NAMES = {
    "silu": "swish",
    "gelu_python": "gelu",
    **dict.fromkeys(
        ("gelu_accurate", "gelu_fast", "gelu_python_tanh", "gelu_pytorch_tanh"), "gelu_new"
    ),
}
_MOST = {
    "vocab_size": MAX_VOCABULARY,
    "decoder_vocab_size": MAX_VOCABULARY,
    "d_model": MAX_WIDTH,
    "encoder_ffn_dim": MAX_WIDTH,
    "decoder_ffn_dim": MAX_WIDTH,
    "encoder_layers": MAX_LAYERS,
    "decoder_layers": MAX_LAYERS,
    "max_position_embeddings": MAX_POSITIONS,
}
_POSITIONS = "model.{}.embed_positions.weight"

_PROJECTIONS = {"query": "q_proj", "key": "k_proj", "value": "v_proj", "output": "out_proj"}
_BLOCKS = {
    "encoder": {"attention": "self_attn"},
    "decoder": {"self_attention": "self_attn", "cross_attention": "encoder_attn"},
}
_NORMS = {
    "encoder": {"attention_norm": "self_attn_layer_norm"},
    "decoder": {"self_norm": "self_attn_layer_norm", "cross_norm": "encoder_attn_layer_norm"},
}
_FEED_FORWARD = {
    "feed_forward.inner": "fc1",
    "feed_forward.outer": "fc2",
    "feed_forward_norm": "final_layer_norm",
}


class UnsupportedError(ValueError):
    """A config that describes a model, but none that our Transformer can be."""


def transformer_settings(config: Mapping[str, Any]) -> TransformerSettings:
    """The shape that a Marian config describes.

    Args:
        config: the content of a Marian model's config.json.

    Raises:
        UnsupportedError: our Transformer cannot be built that way.
        ValueError: something is missing, or no such model can be.
    """
    try:
        shape: dict[str, Any] = dict(
            source_vocabulary=config["vocab_size"],
            target_vocabulary=config.get("decoder_vocab_size") or config["vocab_size"],
            width=config["d_model"],
            heads=config["decoder_attention_heads"],
            encoder_layers=config["encoder_layers"],
            decoder_layers=config["decoder_layers"],
            inner_width=config["decoder_ffn_dim"],
            norm="post",
            final_norm=False,
            activation=_activation(config["activation_function"]),
            positions="halves",
            max_positions=config.get("max_position_embeddings", 1024),
            shared_embeddings=config.get("share_encoder_decoder_embeddings", True),
            scaled_embeddings=config["scale_embedding"],
            tied_output=config.get("tie_word_embeddings", True),
            output_bias=True,
            dropout=0.0,
        )
        encoder = {
            "encoder_heads": config["encoder_attention_heads"],
            "encoder_inner_width": config["encoder_ffn_dim"],
        }
    except KeyError as error:
        raise ValueError(f"'{error.args[0]}' is missing") from error
    _check_limits(config)
    if tuple(encoder.values()) == (shape["heads"], shape["inner_width"]):
        return TransformerSettings(**shape)
    return UnequalSettings(**shape, **encoder)


def marian_config(settings: TransformerSettings, special: SpecialTokens) -> dict[str, Any]:
    """The Marian config that describes our Transformer; generation ends by EOS or length alone.

    Raises:
        ValueError: Marian has no such shape.
    """
    for name, wanted in (("norm", "post"), ("final_norm", False), ("positions", "halves")):
        found = getattr(settings, name)
        if found != wanted:
            raise ValueError(f"{name} is {found!r}, but Marian's is {wanted!r}")
    names = {ours: theirs for theirs, ours in ACTIVATIONS.items()}
    return {
        "vocab_size": settings.source_vocabulary,
        "decoder_vocab_size": settings.target_vocabulary,
        "d_model": settings.width,
        "encoder_layers": settings.encoder_layers,
        "decoder_layers": settings.decoder_layers,
        "encoder_attention_heads": settings.encoder_stack.heads,
        "decoder_attention_heads": settings.heads,
        "encoder_ffn_dim": settings.encoder_stack.inner_width,
        "decoder_ffn_dim": settings.inner_width,
        "max_position_embeddings": settings.max_positions,
        "activation_function": names[settings.activation],
        "scale_embedding": settings.scaled_embeddings,
        "share_encoder_decoder_embeddings": settings.shared_embeddings,
        "tie_word_embeddings": settings.tied_output,
        "pad_token_id": special.pad,
        "decoder_start_token_id": special.bos,
        "bos_token_id": special.bos,
        "eos_token_id": special.eos,
        "forced_eos_token_id": None,
    }


def marian_names(settings: TransformerSettings) -> dict[str, str]:
    """Marian's name of every weight, by ours."""
    names = _embedding_names(settings)
    counts = {"encoder": settings.encoder_layers, "decoder": settings.decoder_layers}
    for side, count in counts.items():
        parts = _layer_parts(side)
        for layer in range(count):
            for ours, theirs in parts.items():
                for leaf in ("weight", "bias"):
                    name = f"{side}.{layer}.{ours}.{leaf}"
                    names[name] = f"model.{side}.layers.{layer}.{theirs}.{leaf}"
    return names


def from_marian(weights: Mapping[str, Tensor], settings: TransformerSettings) -> dict[str, Tensor]:
    """Our Transformer's weights from Marian's; tied copies and the sinusoids are left behind.

    Raises:
        ValueError: weights are missing.
    """
    names = marian_names(settings)
    if missing := sorted(set(names.values()) - weights.keys()):
        raise ValueError(f"{len(missing)} weights are missing, among them '{missing[0]}'")
    renamed = {ours: weights[theirs] for ours, theirs in names.items()}
    renamed["output.bias"] = renamed["output.bias"].reshape(-1)  # (1, V) of theirs
    return renamed


def to_marian(weights: Mapping[str, Tensor], settings: TransformerSettings) -> dict[str, Tensor]:
    """Marian's weights from our Transformer's, the sinusoids and every tied copy included."""
    renamed = {theirs: weights[ours] for ours, theirs in marian_names(settings).items()}
    renamed["final_logits_bias"] = renamed["final_logits_bias"].reshape(1, -1)
    table = sinusoids(
        settings.max_positions, settings.width, layout="halves", device=torch.device("cpu")
    )
    for side, embedding in (("encoder", "source"), ("decoder", "target")):
        renamed[_POSITIONS.format(side)] = table
        shared = "source" if settings.shared_embeddings else embedding
        renamed[f"model.{side}.embed_tokens.weight"] = weights[f"{shared}_embedding.weight"]
    if settings.tied_output:
        renamed["lm_head.weight"] = renamed["model.decoder.embed_tokens.weight"]
    return renamed


def _embedding_names(settings: TransformerSettings) -> dict[str, str]:
    names = {"output.bias": "final_logits_bias"}
    if settings.shared_embeddings:
        names["source_embedding.weight"] = "model.shared.weight"
    else:
        names["source_embedding.weight"] = "model.encoder.embed_tokens.weight"
        names["target_embedding.weight"] = "model.decoder.embed_tokens.weight"
    if not settings.tied_output:
        names["output.weight"] = "lm_head.weight"
    return names


def _layer_parts(side: str) -> dict[str, str]:
    """Marian's name of every part of a layer that has a weight and a bias, by ours."""
    attention = {
        f"{ours}.{projection}": f"{theirs}.{_PROJECTIONS[projection]}"
        for ours, theirs in _BLOCKS[side].items()
        for projection in _PROJECTIONS
    }
    return {**attention, **_NORMS[side], **_FEED_FORWARD}


def _check_limits(config: Mapping[str, Any]) -> None:
    """Refuse sizes that may be right, but are not for here."""
    for name, most in _MOST.items():
        found = config.get(name)
        if type(found) is int and found > most:
            raise UnsupportedError(f"{name} is {found}, more than {most}")
    width = config["d_model"]
    if type(width) is int and width > 0 and width % 2:
        raise UnsupportedError(f"d_model is {width}, an odd number")


def _activation(name: str) -> Activation:
    known = _OTHER_NAMES.get(name, name)
    if known not in ACTIVATIONS:
        names = ", ".join((*ACTIVATIONS, *_OTHER_NAMES))
        raise UnsupportedError(f"activation_function is {name!r:.40}, not one of {names}")
    return ACTIVATIONS[known]
