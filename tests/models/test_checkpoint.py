"""Models on disk: what is written is read again, and whatever is wrong is one clear error."""

import json
import os
import pickle
import struct
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from seqviz.errors import ModelError
from seqviz.models.base import SpecialTokens
from seqviz.models.checkpoint import Description, fingerprint, load_model, save_model
from seqviz.models.rnn import Rnn
from tests.fixtures.tiny_networks import Tiny, padded, tiny_rnn, tiny_transformer

DESCRIPTION = Description(
    name="xx-yy/tiny", source_language="xx", target_language="yy", licence="MIT — 测试"
)
MODELS: list[Callable[[], Tiny]] = [
    tiny_rnn,
    lambda: tiny_rnn(cell="gru", attention="general", tied_output=False),
    tiny_transformer,
    lambda: tiny_transformer(positions="learned", shared_embeddings=True),
    lambda: tiny_transformer(norm="post", special=SpecialTokens(pad=9, unk=1, bos=9, eos=0)),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A whole and valid model."""
    save_model(tmp_path, tiny_transformer(), DESCRIPTION)
    return tmp_path


def refused(folder: Path) -> ModelError:
    with pytest.raises(ModelError) as caught:
        load_model(folder)
    assert str(folder) in str(caught.value)
    return caught.value


def change_settings(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    file = folder / "settings.json"
    settings = json.loads(file.read_text())
    change(settings)
    file.write_text(json.dumps(settings))


def change_weights(folder: Path, change: Callable[[dict[str, torch.Tensor]], object]) -> None:
    file = folder / "model.safetensors"
    weights = {name: tensor.clone() for name, tensor in load_file(file).items()}
    change(weights)
    save_file(weights, file)


@pytest.mark.skipif(os.name == "nt", reason="no such modes there")
def test_whoever_may_read_the_settings_may_read_the_weights(folder: Path) -> None:
    modes = [(folder / name).stat().st_mode for name in ("settings.json", "model.safetensors")]
    (folder / "new").touch()
    assert modes == [(folder / "new").stat().st_mode] * 2


@pytest.mark.parametrize("build", MODELS)
def test_a_saved_model_comes_back(tmp_path: Path, build: Callable[[], Tiny]) -> None:
    before = build()
    with torch.no_grad():
        for parameter in before.parameters():
            parameter.copy_(parameter.half())
    save_model(tmp_path / "new", before, DESCRIPTION)
    after = load_model(tmp_path / "new", packed=False)
    assert type(after) is type(before) and not after.training
    assert (after.settings, after.special) == (before.settings, before.special)
    assert fingerprint(after) == fingerprint(before)
    source, lengths = padded([[5, 6, 3], [7, 3]])
    target = torch.tensor([[2, 4], [2, 5]])
    with torch.no_grad():
        assert torch.equal(after(source, lengths, target), before(source, lengths, target))
    assert {tensor.dtype for tensor in after.state_dict().values()} == {torch.float32}


def test_settings_say_what_the_catalogue_needs(tmp_path: Path) -> None:
    save_model(tmp_path, tiny_rnn(), DESCRIPTION)
    settings = json.loads((tmp_path / "settings.json").read_text(encoding="utf-8"))
    architecture = settings.pop("architecture")
    assert settings == {
        "format": 1,
        "name": "xx-yy/tiny",
        "source_language": "xx",
        "target_language": "yy",
        "kind": "rnn",
        "attention": "additive",
        "special_tokens": {"pad": 0, "unk": 1, "bos": 2, "eos": 3},
        "parameters": sum(tensor.numel() for tensor in tiny_rnn().state_dict().values()),
        "licence": "MIT — 测试",
        "scores": {},
    }
    assert (architecture["width"], architecture["cell"]) == (16, "lstm")
    save_model(tmp_path, tiny_transformer(), DESCRIPTION)
    settings = json.loads((tmp_path / "settings.json").read_text(encoding="utf-8"))
    assert (settings["kind"], settings["attention"]) == ("transformer", "multi-head")
    assert {file.name for file in tmp_path.iterdir()} == {"settings.json", "model.safetensors"}


def test_the_fingerprint_tells_any_change_of_weights() -> None:
    first, second = tiny_rnn(), tiny_rnn()
    assert fingerprint(first) == fingerprint(second)
    with torch.no_grad():
        second.state_dict()["readout.bias"][3] += 1e-6
    assert fingerprint(first) != fingerprint(second)


def test_loading_leaves_the_random_numbers_alone(folder: Path) -> None:
    before = torch.random.get_rng_state()
    load_model(folder)
    assert torch.equal(torch.random.get_rng_state(), before)


def test_weights_that_float16_cannot_hold_are_not_written(tmp_path: Path) -> None:
    model = tiny_rnn()
    with torch.no_grad():
        model.state_dict()["readout.bias"][0] = 1e6
    with pytest.raises(ValueError, match=r"readout\.bias"):
        save_model(tmp_path, model, DESCRIPTION)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["settings.json", "model.safetensors"])
def test_a_missing_file(folder: Path, name: str) -> None:
    (folder / name).unlink()
    error = refused(folder)
    assert error.code == "file_missing" and name in str(error) and "git checkout" in str(error)
    (folder / name).mkdir()
    assert refused(folder).code == "file_missing"


def truncated(content: bytes) -> bytes:
    return content[:-1]


def half(content: bytes) -> bytes:
    return content[: len(content) // 2]


def emptied(content: bytes) -> bytes:
    return b""


def pickled(content: bytes) -> bytes:
    return pickle.dumps(Bomb())


def absurd_header(content: bytes) -> bytes:
    return struct.pack("<Q", 2**63 - 1) + content[8:]


def long_header(content: bytes) -> bytes:
    return struct.pack("<Q", 90_000_000) + content[8:]


def broken_header(content: bytes) -> bytes:
    return content[:9] + b"\xff\xfe" + content[11:]


def longer(content: bytes) -> bytes:
    return content + bytes(8)


class Bomb:
    """Unpickling it makes a file."""

    def __reduce__(self) -> tuple[Callable[[str], int], tuple[str]]:
        return (os.system, ("touch exploded",))


@pytest.mark.parametrize(
    "damage",
    [truncated, half, emptied, pickled, absurd_header, long_header, broken_header, longer],
)
def test_damaged_weights(
    folder: Path, damage: Callable[[bytes], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    file = folder / "model.safetensors"
    file.write_bytes(damage(file.read_bytes()))
    error = refused(folder)
    assert error.code == "file_corrupt" and error.facts["file"] == str(file)
    assert not (folder / "exploded").exists()


@pytest.mark.parametrize("value", [torch.nan, torch.inf, -torch.inf])
def test_weights_that_are_no_numbers(folder: Path, value: float) -> None:
    change_weights(folder, lambda weights: weights["decoder_norm.bias"][2:3].fill_(value))
    error = refused(folder)
    assert error.code == "file_corrupt" and "decoder_norm.bias" in str(error)


def test_weights_that_do_not_fit(folder: Path) -> None:
    change_weights(folder, lambda weights: weights.pop("decoder_norm.bias"))
    error = refused(folder)
    assert error.code == "weights_mismatch" and "missing: decoder_norm.bias" in str(error)
    change_weights(
        folder,
        lambda weights: weights.update(
            {"decoder_norm.bias": torch.zeros(17), "odd": torch.ones(1)}
        ),
    )
    error = refused(folder)
    assert error.code == "weights_mismatch"
    assert "unexpected: odd" in str(error)
    assert "'decoder_norm.bias' is [17], expected [16]" in str(error)


def test_weights_of_the_wrong_type(folder: Path) -> None:
    change_weights(
        folder,
        lambda weights: weights.update({"decoder_norm.bias": torch.zeros(16, dtype=torch.int64)}),
    )
    error = refused(folder)
    assert error.code == "weights_mismatch" and "I64" in str(error)


def test_weights_of_another_model_are_listed_shortly(folder: Path, tmp_path: Path) -> None:
    save_model(tmp_path / "rnn", tiny_rnn(), DESCRIPTION)
    os.replace(tmp_path / "rnn" / "model.safetensors", folder / "model.safetensors")
    error = refused(folder)
    assert error.code == "weights_mismatch" and len(str(error)) < 600


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b"[1]", "no JSON object"),
        (b"{}", "format is None"),
        (b'{"format": 2}', "format is 2"),
        (b'{"format": 1}', "special_tokens is None"),
        (b"[" * 100_000, "recursion"),
        (b" " * 1_000_001, "more than 1000000"),
        (b'{"format": ' + b"1" * 5000 + b"}", "digits"),
    ],
)
def test_settings_that_are_no_settings(folder: Path, content: bytes, reason: str) -> None:
    (folder / "settings.json").write_bytes(content)
    error = refused(folder)
    assert error.code == "settings_invalid" and reason in str(error)
    assert "Take a fresh copy" in str(error)


@pytest.mark.parametrize(
    ("section", "key", "value", "reason"),
    [
        ("architecture", "width", 10**12, "width is 1000000000000"),
        ("architecture", "width", 0, "width is 0"),
        ("architecture", "width", -16, "width is -16"),
        ("architecture", "width", "16", "width is '16'"),
        ("architecture", "width", 16.0, "width is 16.0"),
        ("architecture", "width", True, "width is True"),
        ("architecture", "width", None, "width is None"),
        ("architecture", "width", [16], "width is"),
        ("architecture", "encoder_layers", 10**9, "from 1 to 64"),
        ("architecture", "target_vocabulary", 2**40, "from 1 to 1000000"),
        ("architecture", "heads", 3, "3 heads do not divide"),
        ("architecture", "norm", "middle", "one of: pre, post"),
        ("architecture", "norm", ["pre"], "one of: pre, post"),
        ("architecture", "positions", "none", "interleaved, halves, learned"),
        ("architecture", "tied_output", 1, "true or false"),
        ("architecture", "dropout", float("nan"), "dropout is nan"),
        ("architecture", "dropout", 1, "dropout is 1"),
        ("architecture", "depth", 3, "unknown depth"),
        ("special_tokens", "pad", "0", "pad is '0'"),
        ("special_tokens", "eos", -1, "eos is -1"),
        ("special_tokens", "bos", 11, "bos is 11"),
        ("special_tokens", "mask", 4, "unknown mask"),
    ],
)
def test_settings_out_of_range(
    folder: Path, section: str, key: str, value: object, reason: str
) -> None:
    change_settings(folder, lambda settings: settings[section].update({key: value}))
    error = refused(folder)
    assert error.code == "settings_invalid" and reason in str(error)


@pytest.mark.parametrize(
    ("key", "value"),
    [("kind", "cnn"), ("kind", None), ("kind", []), ("architecture", [1]), ("special_tokens", 3)],
)
def test_settings_with_wrong_parts(folder: Path, key: str, value: object) -> None:
    change_settings(folder, lambda settings: settings.update({key: value}))
    error = refused(folder)
    assert error.code == "settings_invalid" and key in str(error)


def test_settings_that_lack_a_part(folder: Path) -> None:
    change_settings(folder, lambda settings: settings["architecture"].pop("heads"))
    assert "architecture lacks heads" in str(refused(folder))


def test_large_sizes_take_no_memory_before_they_are_checked(folder: Path) -> None:
    sizes = {"source_vocabulary": 1_000_000, "width": 16_384, "encoder_layers": 64}  # 66 GB a table
    change_settings(folder, lambda settings: settings["architecture"].update(sizes))
    assert refused(folder).code == "weights_mismatch"


def test_an_odd_width_of_two_directions(tmp_path: Path) -> None:
    save_model(tmp_path, tiny_rnn(), DESCRIPTION)
    change_settings(tmp_path, lambda settings: settings["architecture"].update({"width": 15}))
    assert "two directions need an even one" in str(refused(tmp_path))


def test_a_link_is_a_file(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "weights"
    os.replace(folder / "model.safetensors", elsewhere)
    (folder / "model.safetensors").symlink_to(elsewhere)
    assert not isinstance(load_model(folder), Rnn)
    elsewhere.unlink()
    assert refused(folder).code == "file_missing"


def test_loading_does_not_bring_in_the_compiler(tmp_path: Path) -> None:
    for number, make in enumerate(MODELS):
        save_model(tmp_path / str(number), make(), DESCRIPTION)
    code = (
        "import sys; from pathlib import Path; from seqviz.models.checkpoint import load_model\n"
        f"for folder in Path({str(tmp_path)!r}).iterdir(): load_model(folder)\n"
        "print('torch._dynamo' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
