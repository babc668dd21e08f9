"""Marian's weights become our Transformer: renamed, and known to fit before any is read."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import torch
from torch import Tensor

from seqviz.errors import ModelError
from seqviz.foreign.marian.names import from_marian, marian_names
from seqviz.foreign.weights import StoredWeight, open_weights, read_weights
from seqviz.models.base import SpecialTokens
from seqviz.models.build import empty_model
from seqviz.models.fast.packing import pack_linears
from seqviz.models.layers import sinusoids
from seqviz.models.settings import TransformerSettings
from seqviz.models.transformer import Transformer

BIAS = "final_logits_bias"
ENCODER, DECODER = "model.encoder.embed_tokens.weight", "model.decoder.embed_tokens.weight"
SHARED, HEAD = "model.shared.weight", "lm_head.weight"
POSITIONS = {
    "source_positions.weight": "model.encoder.embed_positions.weight",
    "target_positions.weight": "model.decoder.embed_positions.weight",
}
SAME_POSITIONS = 2e-3
"""Most that a table of sinusoids in half precision differs from ours."""


def load_marian(
    folder: Path, settings: TransformerSettings, *, special: SpecialTokens, device: str
) -> Transformer:
    """Our Transformer with the weights in a Marian folder, in float32, ready to decode.

    Raises:
        ModelError: a file is missing, damaged, or does not fit the settings.
    """
    stored = open_weights(folder)
    shape, positions = _positions(stored, settings)
    model = _empty(folder, shape, special)
    weights = from_marian(_read(stored, model, settings), settings)
    model.load_state_dict({**weights, **positions}, assign=True)
    model.eval().to(device)
    pack_linears(model)
    return model


def _empty(folder: Path, settings: TransformerSettings, special: SpecialTokens) -> Transformer:
    try:
        return empty_model(settings, special)
    except ValueError as error:
        facts = {"file": str(folder / "config.json"), "reason": str(error)}
        raise ModelError("settings_invalid", facts) from error


def _read(
    stored: Mapping[str, StoredWeight], model: Transformer, settings: TransformerSettings
) -> dict[str, Tensor]:
    """Every weight by Marian's name; one that is used in several places may have any of theirs."""
    ours, names = model.state_dict(), marian_names(settings)
    expected = {theirs: tuple(ours[name].shape) for name, theirs in names.items()}
    expected[BIAS] = (1, settings.target_vocabulary)
    _refuse_others(stored, expected)
    bias = torch.zeros(expected[BIAS])
    if BIAS not in stored:  # as in transformers
        del expected[BIAS]
    found = {}
    for name in expected:
        same = next((other for other in _twins(name, settings) if other in stored), name)
        found[name] = same
    read = read_weights(stored, {found[name]: shape for name, shape in expected.items()})
    return {BIAS: bias, **{name: read[same] for name, same in found.items()}}


def _twins(name: str, settings: TransformerSettings) -> tuple[str, ...]:
    """The names under which a weight may lie in a file, the best first."""
    if name == SHARED:
        return (SHARED, HEAD, DECODER, ENCODER)
    if name == ENCODER:
        return (ENCODER, SHARED)
    if name == DECODER:
        return (DECODER, HEAD) if settings.tied_output else (DECODER, SHARED)
    return (name,)


def _refuse_others(
    stored: Mapping[str, StoredWeight], expected: Mapping[str, tuple[int, ...]]
) -> None:
    """Refuse weights that our Transformer would leave out, such as norms of another shape.

    Raises:
        ModelError: ``foreign_weights``.
    """
    known = {*expected, ENCODER, DECODER, SHARED, HEAD, BIAS, *POSITIONS.values()}
    if others := sorted(stored.keys() - known):
        reason = f"{len(others)} weights are no part of the model, among them '{others[0]:.80}'"
        raise ModelError("foreign_weights", {"file": str(stored[others[0]].file), "reason": reason})


def _positions(
    stored: Mapping[str, StoredWeight], settings: TransformerSettings
) -> tuple[TransformerSettings, dict[str, Tensor]]:
    """Tables of positions that are no sinusoids, as learned ones; usually there are none."""
    if not all(name in stored for name in POSITIONS.values()):
        return settings, {}
    shape = (settings.max_positions, settings.width)
    tables = read_weights(stored, dict.fromkeys(POSITIONS.values(), shape))
    usual = sinusoids(*shape, layout="halves", device=torch.device("cpu"))
    if all(torch.allclose(table, usual, atol=SAME_POSITIONS) for table in tables.values()):
        return settings, {}
    learned = {ours: tables[theirs] for ours, theirs in POSITIONS.items()}
    return replace(settings, positions="learned"), learned
