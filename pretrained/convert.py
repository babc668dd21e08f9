"""Turn starting weights into a shipped model.

    python pretrained/convert.py WEIGHTS_FOLDER PAIR/SYSTEM OUT_FOLDER [int8]

WEIGHTS_FOLDER holds PAIR/SYSTEM.safetensors and PAIR/source.model, PAIR/target.model with the
names that the recipe of the starting weights gave them. Values are copied bit for bit, or rounded
to int8; scores are left empty, for ``seqviz evaluate`` to find. A model that is there is not
written over.
"""

import re
import shutil
import sys
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor

from seqviz.models.checkpoint import Description, Model, save_model
from seqviz.models.quantised import Storage
from seqviz.models.rnn import Rnn
from seqviz.models.settings import RecurrentAttention, RnnSettings, TransformerSettings
from seqviz.models.transformer import Transformer

LICENCES = {
    "de-en": (
        "Trained on Tatoeba sentences (CC BY 2.0, www.manythings.org/anki and tatoeba.org) and "
        "xGQA (CC BY 4.0, Pfeiffer et al., 2022)."
    ),
    "fr-en": "Trained on Tatoeba sentences (CC BY 2.0, www.manythings.org/anki and tatoeba.org).",
    "zh-en": (
        "Trained on Tatoeba sentences (CC BY 2.0 FR, tatoeba.org, partly via manythings.org/anki), "
        "3AM (MIT, Ma et al., 2024), xGQA (CC BY 4.0, Pfeiffer et al., 2022), Wiktionary (CC BY-SA "
        "4.0, Wiktionary contributors) and hsk-sentences (CC BY-SA 4.0, hsk-sentences-audio "
        "contributors)."
    ),
}
ATTENTION: dict[str, RecurrentAttention] = {
    "none-reversed": "none",
    "dot": "dot",
    "additive": "additive",
}
TRANSFORMER_NAMES = (
    (r"^src\.", "source_embedding."),
    (r"^tgt\.", "target_embedding."),
    (r"^enc\.norm\.", "encoder_norm."),
    (r"^dec\.norm\.", "decoder_norm."),
    (r"^enc\.layers\.(\d+)\.self_attn\.", r"encoder.\1.attention."),
    (r"^enc\.layers\.(\d+)\.norm1\.", r"encoder.\1.attention_norm."),
    (r"^enc\.layers\.(\d+)\.norm2\.", r"encoder.\1.feed_forward_norm."),
    (r"^enc\.layers\.(\d+)\.", r"encoder.\1."),
    (r"^dec\.layers\.(\d+)\.self_attn\.", r"decoder.\1.self_attention."),
    (r"^dec\.layers\.(\d+)\.multihead_attn\.", r"decoder.\1.cross_attention."),
    (r"^dec\.layers\.(\d+)\.norm1\.", r"decoder.\1.self_norm."),
    (r"^dec\.layers\.(\d+)\.norm2\.", r"decoder.\1.cross_norm."),
    (r"^dec\.layers\.(\d+)\.norm3\.", r"decoder.\1.feed_forward_norm."),
    (r"^dec\.layers\.(\d+)\.", r"decoder.\1."),
    (r"\.linear1\.", ".feed_forward.inner."),
    (r"\.linear2\.", ".feed_forward.outer."),
    (r"\.out_proj\.", ".output."),
)
RNN_NAMES = ((r"^(query|key|energy)\.", r"attention.\1."),)


def main(arguments: list[str]) -> None:
    """Convert one model and copy its pair's tokenizers."""
    weights_folder, name, out_folder = Path(arguments[0]), arguments[1], Path(arguments[2])
    storage: Storage = "int8" if arguments[3:] == ["int8"] else "float16"
    pair, system = name.split("/")
    if (out_folder / name).exists():
        sys.exit(f"'{out_folder / name}' is there already; remove it first.")
    source_language, target_language = pair.split("-")
    model = convert(system, load_file(weights_folder / pair / f"{system}.safetensors"))
    description = Description(
        name=name,
        source_language=source_language,
        target_language=target_language,
        licence=LICENCES[pair],
    )
    save_model(out_folder / pair / system, model, description, storage=storage)
    for file in ("source.model", "target.model"):
        shutil.copyfile(weights_folder / pair / file, out_folder / pair / file)


def convert(system: str, weights: dict[str, Tensor]) -> Model:
    """The model with these weights, by the names of the recipe."""
    model: Model
    with torch.device("meta"):
        if system == "transformer":
            renamed = _renamed(_split_projections(weights), TRANSFORMER_NAMES)
            model = Transformer(_transformer_settings(renamed))
        else:
            renamed = _renamed(weights, RNN_NAMES)
            model = Rnn(_rnn_settings(renamed, system))
    model.load_state_dict({name: tensor.float() for name, tensor in renamed.items()}, assign=True)
    return model


def _transformer_settings(weights: dict[str, Tensor]) -> TransformerSettings:
    return TransformerSettings(
        source_vocabulary=weights["source_embedding.weight"].shape[0],
        target_vocabulary=weights["target_embedding.weight"].shape[0],
        width=256,
        heads=8,
        encoder_layers=3,
        decoder_layers=3,
        inner_width=1024,
    )


def _rnn_settings(weights: dict[str, Tensor], system: str) -> RnnSettings:
    return RnnSettings(
        source_vocabulary=weights["source_embedding.weight"].shape[0],
        target_vocabulary=weights["target_embedding.weight"].shape[0],
        width=384,
        layers=2,
        bidirectional=system != "none-reversed",
        reverse_source=system == "none-reversed",
        attention=ATTENTION[system],
    )


def _split_projections(weights: dict[str, Tensor]) -> dict[str, Tensor]:
    """``in_proj_weight`` stacks the rows of query, key and value."""
    split = {}
    for name, tensor in weights.items():
        stem, found, kind = name.partition("in_proj_")
        if not found:
            split[name] = tensor
            continue
        for part, rows in zip(("query", "key", "value"), tensor.chunk(3), strict=True):
            split[f"{stem}{part}.{kind}"] = rows
    return split


def _renamed(weights: dict[str, Tensor], rules: tuple[tuple[str, str], ...]) -> dict[str, Tensor]:
    renamed = {}
    for name, tensor in weights.items():
        for pattern, replacement in rules:
            name = re.sub(pattern, replacement, name)  # noqa: PLW2901 - each rule goes on from the last
        renamed[name] = tensor
    return renamed


if __name__ == "__main__":
    main(sys.argv[1:])
