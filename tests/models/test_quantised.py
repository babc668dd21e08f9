"""Weights as int8 rows: what rounding may change, what it may not, and files made to hurt."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from safetensors.torch import load_file, save_file
from torch import Tensor

from seqviz.errors import ModelError
from seqviz.models.checkpoint import Description, fingerprint, load_model, save_model
from seqviz.models.quantised import SCALE, Storage, dequantised, encoded, quantised
from tests.fixtures.tiny_networks import Tiny, padded, tiny_rnn, tiny_transformer

DESCRIPTION = Description(name="xx-yy/tiny", source_language="xx", target_language="yy")
MATRIX = "readout.weight"
STORAGES: tuple[Storage, Storage] = ("float16", "int8")
MODELS: list[Callable[[], Tiny]] = [
    tiny_rnn,
    lambda: tiny_rnn(cell="gru", attention="general", tied_output=False),
    tiny_transformer,
    lambda: tiny_transformer(positions="learned", shared_embeddings=True),
]
Change = Callable[[dict[str, Tensor]], object]

matrices = arrays(
    np.float32,
    st.tuples(st.integers(1, 5), st.integers(1, 9)),
    elements=st.floats(-60_000, 60_000, width=32),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A whole and valid model, as int8."""
    save_model(tmp_path, tiny_rnn(), DESCRIPTION, storage="int8")
    return tmp_path


def refused(folder: Path, change: Change) -> ModelError:
    """What loading says after its tensors were changed."""
    file = folder / "model.safetensors"
    tensors = {name: tensor.clone() for name, tensor in load_file(file).items()}
    change(tensors)
    save_file(tensors, file)
    with pytest.raises(ModelError) as caught:
        load_model(folder)
    assert str(file) in str(caught.value)
    return caught.value


# Rounding


@given(matrices)
def test_a_value_is_off_by_half_a_step_at_most(values: np.ndarray) -> None:
    matrix = torch.from_numpy(values)
    levels, scale = quantised(matrix)
    assert levels.dtype == torch.int8 and scale.dtype == torch.float32
    assert levels.shape == matrix.shape and scale.shape == matrix.shape[:1]
    largest = matrix.double().abs().amax(dim=1, keepdim=True)
    off = (dequantised(levels, scale).double() - matrix.double()).abs()
    assert (off <= largest / 254 * (1 + 1e-5) + 1e-40).all()


@given(matrices)
def test_rounding_a_second_time_changes_nothing(values: np.ndarray) -> None:
    once = dequantised(*quantised(torch.from_numpy(values)))
    twice = dequantised(*quantised(once))
    assert torch.allclose(once, twice, rtol=1e-5, atol=1e-40)


@given(matrices)
def test_signs_stay_and_the_largest_of_a_row_uses_all_levels(values: np.ndarray) -> None:
    matrix = torch.from_numpy(values)
    levels, _ = quantised(matrix)
    assert (levels.float() * matrix.sign() >= 0).all()
    whole = matrix.abs().amax(dim=1) > 1e-30  # smaller ones have no exact scale
    assert levels.abs().amax(dim=1)[whole].tolist() == [127] * int(whole.sum())


def test_a_row_of_zeros_stays_zero_and_does_not_touch_its_neighbour() -> None:
    matrix = torch.tensor([[0.0, 0.0], [-127.0, 1.0], [1e-45, 0.0]])
    levels, scale = quantised(matrix)
    assert levels[:2].tolist() == [[0, 0], [-127, 1]] and scale.tolist() == [0.0, 1.0, 0.0]
    assert dequantised(levels, scale)[:2].tolist() == matrix[:2].tolist()


def test_more_axes_belong_to_their_row() -> None:
    matrix = torch.arange(24, dtype=torch.float32).reshape(2, 3, 4)
    levels, scale = quantised(matrix)
    assert levels.shape == matrix.shape and scale.tolist() == pytest.approx([11 / 127, 23 / 127])
    assert (dequantised(levels, scale) - matrix).abs().max() <= 23 / 254 * (1 + 1e-5)


def test_vectors_and_short_rows_stay_halves() -> None:
    weights = {"bias": torch.ones(32), "thin": torch.ones(9, 15), "wide": torch.ones(1, 16)}
    types = {name: tensor.dtype for name, tensor in encoded(weights, "int8").items()}
    half = torch.float16
    whole = {"wide": torch.int8, "wide" + SCALE: torch.float32}
    assert types == {"bias": half, "thin": half} | whole
    assert {tensor.dtype for tensor in encoded(weights, "float16").values()} == {half}


@pytest.mark.parametrize("value", [torch.nan, torch.inf, 1e6])
def test_what_float16_cannot_hold_is_not_written(tmp_path: Path, value: float) -> None:
    model = tiny_rnn()
    with torch.no_grad():
        model.state_dict()[MATRIX][0, 0] = value
    with pytest.raises(ValueError, match=MATRIX):
        save_model(tmp_path, model, DESCRIPTION, storage="int8")
    assert list(tmp_path.iterdir()) == []


# Models


@pytest.mark.parametrize("build", MODELS)
def test_a_model_stored_as_int8_comes_back_nearly(
    tmp_path: Path, build: Callable[[], Tiny]
) -> None:
    before = build()
    save_model(tmp_path, before, DESCRIPTION, storage="int8")
    after = load_model(tmp_path, packed=False)
    assert after.settings == before.settings
    assert {tensor.dtype for tensor in after.state_dict().values()} == {torch.float32}
    for name, tensor in before.state_dict().items():
        step = tensor.abs().amax() / 127 if tensor.dim() > 1 else tensor.abs().amax() / 1024
        assert (after.state_dict()[name] - tensor).abs().amax() <= step / 2 * 1.001, name
    source, lengths = padded([[5, 6, 3], [7, 3]])
    target = torch.tensor([[2, 4], [2, 5]])
    with torch.no_grad():
        found, expected = after(source, lengths, target), before(source, lengths, target)
    assert not torch.equal(found, expected)
    assert torch.allclose(found, expected, atol=0.1)


def test_the_fingerprint_is_of_what_is_loaded(folder: Path) -> None:
    first = load_model(folder, packed=False)
    assert fingerprint(first) == fingerprint(load_model(folder)) != fingerprint(tiny_rnn())
    values = load_file(folder / "model.safetensors")
    rows = values[MATRIX].float() * values[MATRIX + SCALE][:, None]
    assert torch.equal(first.state_dict()[MATRIX], rows)


def test_settings_say_nothing_of_how_weights_are_stored(tmp_path: Path, folder: Path) -> None:
    save_model(tmp_path / "half", tiny_rnn(), DESCRIPTION)
    texts = [(path / "settings.json").read_bytes() for path in (folder, tmp_path / "half")]
    assert texts[0] == texts[1]


def test_int8_takes_about_half_the_room() -> None:
    matrix = {"matrix": torch.ones(100, 64)}
    half, rounded = (
        sum(tensor.nbytes for tensor in encoded(matrix, storage).values()) for storage in STORAGES
    )
    assert (half, rounded) == (12_800, 6_800)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32])
def test_scales_of_any_float_are_read(folder: Path, dtype: torch.dtype) -> None:
    file = folder / "model.safetensors"
    tensors = load_file(file)
    tensors[MATRIX + SCALE] = torch.full_like(tensors[MATRIX + SCALE], 0.5).to(dtype)
    save_file(tensors, file)
    found = load_model(folder, packed=False).state_dict()[MATRIX]
    assert torch.equal(found, tensors[MATRIX].float() / 2)


# Files made to hurt


def scaled(value: Tensor) -> Change:
    return lambda tensors: tensors.update({MATRIX + SCALE: value})


MISFITS: dict[str, tuple[Change, str]] = {
    "no scale": (lambda t: t.pop(MATRIX + SCALE), "missing: readout.weight.scale"),
    "scale too short": (scaled(torch.ones(15)), "'readout.weight.scale' is [15], expected [16]"),
    "one scale": (scaled(torch.tensor(1.0)), "'readout.weight.scale' is [], expected [16]"),
    "scale a column": (scaled(torch.ones(16, 1)), "is [16, 1], expected [16]"),
    "scale huge": (scaled(torch.ones(10**6)), "is [1000000], expected [16]"),
    "scale of integers": (scaled(torch.ones(16, dtype=torch.int32)), "is I32, expected one of"),
    "scale of int8": (scaled(torch.ones(16, dtype=torch.int8)), "is I8, expected one of F16, BF"),
    "scale of doubles": (scaled(torch.ones(16, dtype=torch.float64)), "is F64, expected one of"),
    "scale of a float": (
        lambda t: t.update({MATRIX: t[MATRIX].half()}),
        "unexpected: readout.weight.scale",
    ),
    "scale of nothing": (lambda t: t.update({"odd.scale": torch.ones(1)}), "unexpected: odd.scale"),
    "bytes without sign": (
        lambda t: t.update({MATRIX: t[MATRIX].to(torch.uint8)}),
        "'readout.weight' is U8, expected one of F16, BF16, F32, I8",
    ),
    "matrix too short": (
        lambda t: t.update({MATRIX: t[MATRIX][:-1].contiguous()}),
        "'readout.weight' is [15,",
    ),
    "int8 vector": (
        lambda t: t.update(
            {
                "readout.bias": torch.ones(16, dtype=torch.int8),
                "readout.bias.scale": torch.ones(16),
            }
        ),
        "'readout.bias' is I8, expected one of F16, BF16, F32",
    ),
}


@pytest.mark.parametrize(("change", "reason"), MISFITS.values(), ids=MISFITS)
def test_tensors_that_do_not_fit(folder: Path, change: Change, reason: str) -> None:
    error = refused(folder, change)
    assert error.code == "weights_mismatch" and reason in str(error)
    assert "Take both files from the same model" in str(error)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (-1e-9, "scale that is negative"),
        (torch.nan, "negative or no number"),
        (-torch.inf, "negative or no number"),
        (torch.inf, "'readout.weight' holds values that are no numbers"),
        (3e38, "'readout.weight' holds values that are no numbers"),
    ],
)
def test_scales_that_are_no_scales(folder: Path, value: float, reason: str) -> None:
    error = refused(folder, lambda tensors: tensors[MATRIX + SCALE][3:4].fill_(value))
    assert error.code == "file_corrupt" and reason in str(error)
    assert "take a fresh copy" in str(error)


def test_nothing_is_read_before_everything_fits(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    monkeypatch.setattr("seqviz.models.checkpoint.decoded", lambda name, _: read.append(name))
    assert refused(folder, lambda tensors: tensors.pop(MATRIX)).code == "weights_mismatch"
    assert read == []
