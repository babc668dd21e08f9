"""Load the weights in a folder of ``transformers``; none is read before all are known to fit."""

import threading
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import torch
import transformers
from transformers.utils import logging

from seqviz.catalog.families import FAMILIES
from seqviz.errors import ModelError
from seqviz.foreign.hf.attention import ATTENTION, register_attention
from seqviz.foreign.hf.model import TransformersModel
from seqviz.foreign.weights import (
    StoredWeight,
    first_names,
    misfit,
    open_weights,
    read_weights,
)
from seqviz.models.base import SpecialTokens

MOST_SAID = 200
_MAY_LACK = {
    "final_logits_bias": ("bart", "m2m_100", "mbart", "pegasus"),
    "model.encoder.embed_positions.weight": ("pegasus",),
    "model.decoder.embed_positions.weight": ("pegasus",),
}
"""Zeros, and tables that the library computes; by name, in which families."""
_LOADING = threading.Lock()
"""While it loads, the library changes settings that all threads see."""


def load_weights(folder: Path, config: Any, special: SpecialTokens) -> TransformersModel:
    """A model ready to decode on the CPU, in float32.

    Args:
        folder: that holds the weights.
        config: of ``open.open_config``.
        special: its ids that are no text.

    Raises:
        ModelError: a file is missing or damaged, or the weights do not fit the configuration.
    """
    register_attention()
    kind = getattr(transformers, f"{FAMILIES[config.model_type].prefix}ForConditionalGeneration")
    with _LOADING:
        empty = _empty(folder, kind, config)
        expected = {name: tuple(weight.shape) for name, weight in empty.state_dict().items()}
        stored = _named(open_weights(folder), expected, kind.base_model_prefix)
        needed = [name for name in expected if config.model_type not in _MAY_LACK.get(name, ())]
        missing = list(_missing(needed, stored, empty.all_tied_weights_keys))
        if missing:
            raise misfit(folder, [f"'{name}' is missing" for name in missing])
        first = first_names(stored, expected)
        read = read_weights(stored, {name: expected[name] for name in set(first.values())})
        weights = {name: read[first[name]] for name in stored}
        logging.disable_progress_bar()
        model = kind.from_pretrained(
            None,
            config=config,
            state_dict=weights,
            dtype=torch.float32,
            attn_implementation=ATTENTION,
        )
    return TransformersModel(model, special)


def _empty(folder: Path, kind: Any, config: Any) -> Any:
    """The model without memory for its weights."""
    try:
        with torch.device("meta"):
            return kind(config)
    except Exception as error:  # the library raises what it likes
        reason = " ".join(f"{type(error).__name__}: {error}".split())[:MOST_SAID]
        facts = {"file": str(folder / "config.json"), "reason": reason}
        raise ModelError("settings_invalid", facts) from error


def _named(
    stored: Mapping[str, StoredWeight], expected: Mapping[str, object], prefix: str
) -> dict[str, StoredWeight]:
    """Those that the model knows, by its names: some files leave out the first part."""
    long = {name: name if name in expected else f"{prefix}.{name}" for name in stored}
    return {long[name]: one for name, one in stored.items() if long[name] in expected}


def _missing(
    needed: Iterable[str], stored: Mapping[str, object], tied: Mapping[str, str]
) -> Iterable[str]:
    """What the model needs and the files lack.

    Args:
        needed: the names of the model's weights.
        stored: the files', by the same names.
        tied: names of weights that are another one under a further name, and that one's.
    """
    for name in needed:
        first = tied.get(name, name)
        twins = {first, *(other for other, source in tied.items() if source == first)}
        if not twins & stored.keys():
            yield name
