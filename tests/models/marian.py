"""Small Marian models of transformers, and ours with the same weights."""

from typing import Any

import torch
from transformers import MarianConfig, MarianMTModel

from seqviz.foreign.marian.names import from_marian, transformer_settings
from seqviz.models.base import SpecialTokens
from seqviz.models.transformer import Transformer


def tiny_marian(
    *,
    seed: int,
    vocabulary: int = 13,
    encoder_layers: int = 2,
    decoder_layers: int = 3,
    activation: str = "swish",
) -> MarianMTModel:
    """A MarianMTModel with random weights and a random ``final_logits_bias``."""
    options: dict[str, Any] = {
        "vocab_size": vocabulary,
        "decoder_vocab_size": vocabulary,
        "d_model": 16,
        "encoder_layers": encoder_layers,
        "decoder_layers": decoder_layers,
        "encoder_attention_heads": 4,
        "decoder_attention_heads": 4,
        "encoder_ffn_dim": 24,
        "decoder_ffn_dim": 24,
        "max_position_embeddings": 64,
        "activation_function": activation,
        "scale_embedding": True,
        "share_encoder_decoder_embeddings": True,
        "tie_word_embeddings": True,
        "pad_token_id": vocabulary - 1,
        "decoder_start_token_id": vocabulary - 1,
        "eos_token_id": 0,
        "forced_eos_token_id": None,
        "bos_token_id": None,
        "init_std": 0.4,
        "attn_implementation": "eager",
    }
    torch.manual_seed(seed)
    model: MarianMTModel = MarianMTModel(MarianConfig(**options))
    model.train(mode=False)
    with torch.no_grad():
        model.final_logits_bias.normal_()
        for name, parameter in model.named_parameters():
            if "bias" in name or "norm" in name:
                parameter.add_(torch.randn_like(parameter) * 0.3)
    return model


def marian_to_transformer(hf_model: MarianMTModel) -> Transformer:
    """Our Transformer with the weights of a MarianMTModel."""
    config: Any = hf_model.config
    settings = transformer_settings(config.to_dict())
    special = SpecialTokens(
        pad=config.pad_token_id, unk=1, bos=config.decoder_start_token_id, eos=config.eos_token_id
    )
    model = Transformer(settings, special)
    model.load_state_dict(from_marian(hf_model.state_dict(), settings))
    return model.eval()
