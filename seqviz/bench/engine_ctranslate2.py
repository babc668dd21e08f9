"""CTranslate2 in float32 as an engine, without torch; tokens are spelled as their ids.

Lays the Marian weights out as CTranslate2's own converter does (``MarianMTLoader`` in
https://github.com/OpenNMT/CTranslate2/blob/master/python/ctranslate2/converters/transformers.py),
but keeps PAD and its embedding, which starts a target here.
"""

import math
from collections.abc import Mapping
from tempfile import TemporaryDirectory
from typing import Any

import ctranslate2
import numpy as np
from ctranslate2.specs import TransformerSpec
from ctranslate2.specs.common_spec import Activation
from numpy.typing import NDArray
from safetensors.numpy import load_file

from seqviz.bench.engine import AbsentError, Engine, Facts, Job, Opening, serve

_ACTIVATIONS = {"relu": Activation.RELU, "gelu": Activation.GELU, "swish": Activation.SWISH}
_UNK = "1"
"""As in Marian."""

Weights = Mapping[str, NDArray[np.float32]]


class CTranslate2Engine(Engine):
    """A ``ctranslate2.Translator``."""

    def __init__(self, opening: Opening) -> None:
        """Convert the model, and read it; ``AbsentError``: this build does not know the device."""
        if opening.device == "cuda" and not ctranslate2.get_cuda_device_count():
            raise AbsentError("it sees no CUDA device")
        config = opening.config
        with TemporaryDirectory() as folder:
            _converted(config, load_file(opening.weights)).save(folder)
            self._translator = ctranslate2.Translator(
                folder,
                device=opening.device,
                compute_type="float32",
                inter_threads=1,
                intra_threads=opening.threads,
            )
        self.facts = Facts(vocabulary=config["vocab_size"], eos=config["eos_token_id"])

    def run(self, job: Job) -> Any:
        """Its list of results; it returns when it is done, on a GPU too."""
        return self._translator.translate_batch(
            [[str(token) for token in source] for source in job.sources],
            beam_size=job.beam_size,
            max_decoding_length=job.length,
        )

    def targets(self, result: Any) -> list[list[int]]:
        """The best target of every sentence."""
        return [[int(token) for token in sentence.hypotheses[0]] for sentence in result]


def _converted(config: Mapping[str, Any], weights: Weights) -> TransformerSpec:
    spec = TransformerSpec.from_config(
        (config["encoder_layers"], config["decoder_layers"]),
        config["encoder_attention_heads"],
        pre_norm=False,
        activation=_ACTIVATIONS[config["activation_function"]],
    )
    scale = math.sqrt(config["d_model"]) if config["scale_embedding"] else 1.0
    for side, part in (("encoder", spec.encoder), ("decoder", spec.decoder)):
        tables = part.embeddings[0] if side == "encoder" else part.embeddings
        tables.weight = weights[f"model.{side}.embed_tokens.weight"]
        part.position_encodings.encodings = weights[f"model.{side}.embed_positions.weight"]
        part.scale_embeddings = scale
        for number, layer in enumerate(part.layer):
            _set_layer(layer, weights, f"model.{side}.layers.{number}")
    spec.decoder.projection.weight = weights["lm_head.weight"]
    spec.decoder.projection.bias = weights["final_logits_bias"].squeeze(0)
    tokens = [str(token) for token in range(config["vocab_size"])]
    spec.register_source_vocabulary(tokens)
    spec.register_target_vocabulary(tokens)
    start = str(config["decoder_start_token_id"])
    spec.config.bos_token = spec.config.decoder_start_token = start
    spec.config.eos_token, spec.config.unk_token = str(config["eos_token_id"]), _UNK
    spec.validate()
    spec.optimize()
    return spec


def _set_layer(layer: Any, weights: Weights, name: str) -> None:
    _set_attention(layer.self_attention, weights, f"{name}.self_attn", linears=("qkv", "out"))
    if f"{name}.encoder_attn.q_proj.weight" in weights:
        _set_attention(layer.attention, weights, f"{name}.encoder_attn", linears=("q", "kv", "out"))
    _set_linear(layer.ffn.linear_0, weights, f"{name}.fc1")
    _set_linear(layer.ffn.linear_1, weights, f"{name}.fc2")
    _set_norm(layer.ffn.layer_norm, weights, f"{name}.final_layer_norm")


def _set_attention(spec: Any, weights: Weights, name: str, *, linears: tuple[str, ...]) -> None:
    """Projections that read the same input are one linear, one below the other: "kv"."""
    for linear, letters in zip(spec.linear, linears, strict=True):
        parts = ["out"] if letters == "out" else letters
        _set_linear(linear, weights, *(f"{name}.{part}_proj" for part in parts))
    _set_norm(spec.layer_norm, weights, f"{name}_layer_norm")


def _set_linear(spec: Any, weights: Weights, *names: str) -> None:
    spec.weight = np.concatenate([weights[f"{name}.weight"] for name in names])
    spec.bias = np.concatenate([weights[f"{name}.bias"] for name in names])


def _set_norm(spec: Any, weights: Weights, name: str) -> None:
    spec.gamma, spec.beta = weights[f"{name}.weight"], weights[f"{name}.bias"]


if __name__ == "__main__":
    serve(CTranslate2Engine)
