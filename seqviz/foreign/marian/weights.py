"""Marian's weights become our Transformer: renamed, and known to fit before any is read."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import torch
from torch import Tensor

from seqviz.errors import ModelError
from seqviz.foreign.marian.names import from_marian, marian_names
from seqviz.foreign.marian.twins import TABLES, stored_names, table_shapes, tell_apart
from seqviz.foreign.weights import LOGITS_BIAS, StoredWeight, open_weights, read_weights
from seqviz.models.base import SpecialTokens
from seqviz.models.build import empty_model
from seqviz.models.fast.packing import pack_linears
from seqviz.models.layers import sinusoids
from seqviz.models.settings import TransformerSettings
from seqviz.models.transformer import Transformer

POSITIONS = {
    "source_positions.weight": "model.encoder.embed_positions.weight",
    "target_positions.weight": "model.decoder.embed_positions.weight",
}
SAME_POSITIONS = 2e-3
"""Most that a table of sinusoids in half precision differs from ours."""
_FIRST = "model."


def load_marian(
    folder: Path, settings: TransformerSettings, *, special: SpecialTokens, device: str
) -> Transformer:
    """Our Transformer with the weights in a Marian folder, in float32, ready to decode.

    Args:
        folder: that holds the weights.
        settings: as config.json has them; what the weights contradict is as they have it.
        special: its ids that are no text.
        device: where the model goes.

    Raises:
        ModelError: a file is missing, damaged, or does not fit the settings.
    """
    stored = _named(open_weights(folder), settings)
    shape, positions = _positions(stored, settings)
    shape, weights = _read(stored, shape, special=special, folder=folder)
    model = _empty(folder, shape, special)
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
    stored: Mapping[str, StoredWeight],
    settings: TransformerSettings,
    *,
    special: SpecialTokens,
    folder: Path,
) -> tuple[TransformerSettings, dict[str, Tensor]]:
    """Every weight by our name, and which of the embeddings are the same."""
    ours, names = _empty(folder, settings, special).state_dict(), marian_names(settings)
    tables = table_shapes(settings)
    expected = {
        theirs: tuple(ours[name].shape) for name, theirs in names.items() if theirs not in tables
    }
    expected[LOGITS_BIAS] = (1, settings.target_vocabulary)
    _refuse_others(stored, expected)
    bias = torch.zeros(expected[LOGITS_BIAS])
    if LOGITS_BIAS not in stored:  # as in transformers
        del expected[LOGITS_BIAS]
    held = stored_names(stored, tables)
    read = read_weights(stored, {**expected, **{name: tables[name] for name in held.values()}})
    shape, found = tell_apart(held, read, settings)
    try:
        weights = from_marian({LOGITS_BIAS: bias, **read, **found}, shape)
    except ValueError as error:
        facts = {"file": str(next(iter(stored.values())).file), "reason": str(error)}
        raise ModelError("foreign_weights", facts) from error
    return shape, weights


def _refuse_others(
    stored: Mapping[str, StoredWeight], expected: Mapping[str, tuple[int, ...]]
) -> None:
    """Refuse weights that our Transformer would leave out, such as norms of another shape.

    Raises:
        ModelError: ``foreign_weights``.
    """
    known = {*expected, *TABLES, LOGITS_BIAS, *POSITIONS.values()}
    if others := sorted(stored.keys() - known):
        reason = f"{len(others)} weights are no part of the model, among them '{others[0]:.80}'"
        raise ModelError("foreign_weights", {"file": str(stored[others[0]].file), "reason": reason})


def _positions(
    stored: Mapping[str, StoredWeight], settings: TransformerSettings
) -> tuple[TransformerSettings, dict[str, Tensor]]:
    """Tables of positions that are no sinusoids, as learned ones; usually there are none."""
    shape = (settings.max_positions, settings.width)
    held = {name: shape for name in POSITIONS.values() if name in stored}
    if not held:
        return settings, {}
    usual = sinusoids(*shape, layout="halves", device=torch.device("cpu"))
    tables = {**dict.fromkeys(POSITIONS.values(), usual), **read_weights(stored, held)}
    if all(torch.allclose(table, usual, atol=SAME_POSITIONS) for table in tables.values()):
        return settings, {}
    learned = {ours: tables[theirs] for ours, theirs in POSITIONS.items()}
    return replace(settings, positions="learned"), learned


def _named(
    stored: Mapping[str, StoredWeight], settings: TransformerSettings
) -> dict[str, StoredWeight]:
    """By the names of a whole model: a file of one without its output leaves out the first part."""
    known = {*marian_names(settings).values(), *TABLES, *POSITIONS.values()}
    long = {name: f"{_FIRST}{name}" for name in stored if f"{_FIRST}{name}" in known}
    return {long.get(name, name): one for name, one in stored.items()}
