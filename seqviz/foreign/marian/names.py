"""Marian settings and weight names, as ``transformers`` has them, and ours; both directions.

A converter, not a second model: a Marian checkpoint is our Transformer with other names.
"""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from seqviz.models.base import SpecialTokens
from seqviz.models.layers import sinusoids
from seqviz.models.settings import Activation, TransformerSettings

ACTIVATIONS: dict[str, Activation] = {"relu": "relu", "gelu": "gelu", "swish": "silu"}
"""By Marian's name."""
_OTHER_NAMES = {"silu": "swish"}
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


def transformer_settings(config: Mapping[str, Any]) -> TransformerSettings:
    """The shape that a Marian config describes.

    Args:
        config: the content of a Marian model's config.json.

    Raises:
        ValueError: something is missing, or our Transformer cannot be built that way.
    """
    try:
        return TransformerSettings(
            source_vocabulary=config["vocab_size"],
            target_vocabulary=config.get("decoder_vocab_size") or config["vocab_size"],
            width=config["d_model"],
            heads=_same(config, "encoder_attention_heads", "decoder_attention_heads"),
            encoder_layers=config["encoder_layers"],
            decoder_layers=config["decoder_layers"],
            inner_width=_same(config, "encoder_ffn_dim", "decoder_ffn_dim"),
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
    except KeyError as error:
        raise ValueError(f"'{error.args[0]}' is missing") from error


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
        "encoder_attention_heads": settings.heads,
        "decoder_attention_heads": settings.heads,
        "encoder_ffn_dim": settings.inner_width,
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


def _same(config: Mapping[str, Any], first: str, second: str) -> int:
    if config[first] != config[second]:
        raise ValueError(f"{first} is {config[first]}, {second} {config[second]}: must be equal")
    return int(config[first])


def _activation(name: str) -> Activation:
    known = _OTHER_NAMES.get(name, name)
    if known not in ACTIVATIONS:
        raise ValueError(f"activation_function is '{name}', not one of {', '.join(ACTIVATIONS)}")
    return ACTIVATIONS[known]
