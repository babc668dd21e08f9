"""A Marian checkpoint of transformers becomes ours by renaming its weights."""

import re
from typing import Any

import torch
from torch import Tensor
from transformers import MarianConfig, MarianMTModel

from seqviz.models.base import SpecialTokens
from seqviz.models.settings import Activation
from seqviz.models.transformer import Transformer, TransformerSettings

ACTIVATIONS: dict[str, Activation] = {
    "relu": "relu",
    "gelu": "gelu",
    "swish": "silu",
    "silu": "silu",
}
NAMES = (
    (r"^model\.shared\.", "source_embedding."),
    (r"^model\.encoder\.embed_tokens\.", "source_embedding."),
    (r"^model\.decoder\.embed_tokens\.", "target_embedding."),
    (r"^lm_head\.", "output."),
    (r"^final_logits_bias$", "output.bias"),
    (r"^model\.encoder\.layers\.(\d+)\.self_attn\.", r"encoder.\1.attention."),
    (r"^model\.encoder\.layers\.(\d+)\.self_attn_layer_norm\.", r"encoder.\1.attention_norm."),
    (r"^model\.decoder\.layers\.(\d+)\.self_attn\.", r"decoder.\1.self_attention."),
    (r"^model\.decoder\.layers\.(\d+)\.self_attn_layer_norm\.", r"decoder.\1.self_norm."),
    (r"^model\.decoder\.layers\.(\d+)\.encoder_attn\.", r"decoder.\1.cross_attention."),
    (r"^model\.decoder\.layers\.(\d+)\.encoder_attn_layer_norm\.", r"decoder.\1.cross_norm."),
    (r"^model\.(encoder|decoder)\.layers\.", r"\1."),
    (r"\.final_layer_norm\.", ".feed_forward_norm."),
    (r"\.fc1\.", ".feed_forward.inner."),
    (r"\.fc2\.", ".feed_forward.outer."),
    (r"\.q_proj\.", ".query."),
    (r"\.k_proj\.", ".key."),
    (r"\.v_proj\.", ".value."),
    (r"\.out_proj\.", ".output."),
)


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
    settings = TransformerSettings(
        source_vocabulary=config.vocab_size,
        target_vocabulary=config.decoder_vocab_size,
        width=config.d_model,
        heads=config.decoder_attention_heads,
        encoder_layers=config.encoder_layers,
        decoder_layers=config.decoder_layers,
        inner_width=config.decoder_ffn_dim,
        norm="post",
        final_norm=False,
        activation=ACTIVATIONS[config.activation_function],
        positions="halves",
        shared_embeddings=True,
        scaled_embeddings=config.scale_embedding,
        tied_output=True,
        output_bias=True,
        dropout=0.0,
    )
    special = SpecialTokens(
        pad=config.pad_token_id, unk=1, bos=config.decoder_start_token_id, eos=config.eos_token_id
    )
    model = Transformer(settings, special)
    model.load_state_dict(_renamed(hf_model.state_dict(), set(model.state_dict())))
    return model.eval()


def _renamed(weights: dict[str, Tensor], wanted: set[str]) -> dict[str, Tensor]:
    """Weights by our names; the sinusoids and the copies of the shared embedding are not ours."""
    renamed = {}
    for original, tensor in weights.items():
        name = original
        for pattern, replacement in NAMES:
            name = re.sub(pattern, replacement, name)
        if name in wanted:
            renamed[name] = tensor.squeeze(0) if name == "output.bias" else tensor
    return renamed
