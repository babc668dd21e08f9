"""Small random models of every family of ``transformers`` that is read, made by the library."""

import copy
from collections.abc import Mapping
from typing import Any

import pytest
import torch

from seqviz.foreign.hf.model import TransformersModel
from seqviz.models.base import SpecialTokens

transformers = pytest.importorskip("transformers")

VOCABULARY = 23
_BART = {
    "d_model": 24,
    "encoder_layers": 2,
    "decoder_layers": 3,
    "encoder_attention_heads": 2,
    "decoder_attention_heads": 4,
    "encoder_ffn_dim": 16,
    "decoder_ffn_dim": 16,
    "max_position_embeddings": 80,
    "scale_embedding": True,
    "init_std": 0.3,
    "pad_token_id": 1,
    "eos_token_id": 2,
    "decoder_start_token_id": 2,
    "forced_eos_token_id": None,
}
_T5 = {
    "d_model": 24,
    "d_kv": 5,
    "d_ff": 16,
    "num_layers": 2,
    "num_decoder_layers": 3,
    "num_heads": 4,
    "relative_attention_num_buckets": 8,
    "relative_attention_max_distance": 6,
    "pad_token_id": 0,
    "eos_token_id": 1,
    "decoder_start_token_id": 0,
}
FAMILIES: dict[str, tuple[str, Mapping[str, Any]]] = {
    "bart": ("Bart", {**_BART, "scale_embedding": False}),
    "mbart": ("MBart", _BART),
    "m2m_100": ("M2M100", _BART),
    "pegasus": ("Pegasus", {**_BART, "pad_token_id": 0, "decoder_start_token_id": 0}),
    "t5": ("T5", {**_T5, "feed_forward_proj": "relu"}),
    "t5 gated, untied": (
        "T5",
        {**_T5, "feed_forward_proj": "gated-gelu", "tie_word_embeddings": False},
    ),
    "mt5": ("MT5", {**_T5, "tie_word_embeddings": False}),
    "umt5": ("UMT5", {**_T5, "tie_word_embeddings": False}),
}


def theirs(family: str, seed: int, *, vocabulary: int = VOCABULARY) -> Any:
    """A model of the library, all of whose weights are random, biases and norms too."""
    name, shape = FAMILIES[family]
    config = getattr(transformers, f"{name}Config")(vocab_size=vocabulary, **shape)
    config._attn_implementation = "eager"
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = getattr(transformers, f"{name}ForConditionalGeneration")(config).eval()
        with torch.no_grad():
            for parameter in {id(p): p for p in model.parameters()}.values():
                parameter.add_(torch.randn_like(parameter) * 0.25)
            if hasattr(model, "final_logits_bias"):
                model.final_logits_bias.normal_()
    return model


def special_of(model: Any) -> SpecialTokens:
    config = model.config
    return SpecialTokens(
        pad=config.pad_token_id,
        unk=3,
        bos=config.decoder_start_token_id,
        eos=config.eos_token_id,
    )


def ours(model: Any) -> TransformersModel:
    """A copy of it behind our interface."""
    return TransformersModel(copy.deepcopy(model), special_of(model))
