"""Tables that a Marian file holds under several names: tied or not as ``transformers`` does it."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file

from seqviz.catalog.foreign import read_foreign_entry
from seqviz.errors import ModelError
from seqviz.foreign.importing import import_model
from seqviz.foreign.marian.parts import marian_parts
from seqviz.foreign.marian.twins import TABLES
from tests.fixtures.marian_folders import write_folder

transformers = pytest.importorskip("transformers")

SOURCE, LENGTHS = torch.tensor([[3, 4, 5, 6, 7, 0]]), torch.tensor([6])
PAIR = tuple[bool, bool]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("twins")
    write_folder(made, seed=3)
    return made


@cache
def shapes_of(config: str) -> dict[str, torch.Size]:
    """Of the weights that the library's model has with this config.json."""
    model = transformers.MarianMTModel(transformers.MarianConfig(**json.loads(config)))
    return {name: weight.shape for name, weight in model.state_dict().items()}


def rewrite(folder: Path, flags: PAIR, tables: str, *, pickled: bool = False) -> Any:
    """Give a folder these flags (shared, tied) and tables, as by a letter each; "-": none."""
    file = folder / "config.json"
    names = ("share_encoder_decoder_embeddings", "tie_word_embeddings")
    old = json.loads(file.read_bytes())
    config = json.dumps(old | dict(zip(names, flags, strict=True)))
    file.write_text(config, encoding="utf-8")
    shapes = shapes_of(config)
    weights = {
        name: torch.randn(shape, generator=torch.Generator().manual_seed(7)) * 0.3
        for name, shape in shapes.items()
        if name not in TABLES and "embed_positions" not in name
    }
    shape = shapes[TABLES[1]]
    letters = {
        letter: torch.randn(shape, generator=torch.Generator().manual_seed(ord(letter)))
        for letter in set(tables) - {"-"}
    }
    weights |= {
        name: letters[letter] if pickled else letters[letter].clone()
        for name, letter in zip(TABLES, tables, strict=True)
        if letter != "-"
    }
    for name in ("model.safetensors", "pytorch_model.bin"):
        (folder / name).unlink(missing_ok=True)
    if pickled:
        torch.save(weights, folder / "pytorch_model.bin")
    else:
        save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})


def logits(folder: Path) -> tuple[torch.Tensor, torch.Tensor]:
    """Ours and theirs."""
    ours: Any = marian_parts(read_foreign_entry(folder)).load_model("cpu")
    theirs: Any = transformers.MarianMTModel.from_pretrained(folder).eval()
    target = torch.tensor([[ours.special.bos, 8, 9, 10]])
    with torch.no_grad():
        expected = theirs(input_ids=SOURCE, decoder_input_ids=target).logits
        return ours(SOURCE, LENGTHS, target), expected


BOTH, SHARED, TIED, NEITHER = (True, True), (True, False), (False, True), (False, False)
CASES = [
    (BOTH, "aaab"),  # another output
    (BOTH, "aaba"),
    (BOTH, "abaa"),
    (BOTH, "abcd"),
    (BOTH, "a--b"),
    (BOTH, "-a-b"),  # without the shared one, its twins stand for it in their order
    (BOTH, "--ba"),
    (BOTH, "-ab-"),
    (TIED, "-aab"),
    (TIED, "-ab-"),
    (TIED, "cab-"),  # a shared one that is none is left out
    (TIED, "-a-b"),
    (SHARED, "dabc"),
    (SHARED, "daaa"),
    (NEITHER, "-abc"),
    (NEITHER, "-aaa"),
]


@pytest.mark.parametrize(("flags", "tables"), CASES)
def test_twins_are_tied_as_in_transformers(folder: Path, flags: PAIR, tables: str) -> None:
    """The tables in their order: shared, of the encoder, of the decoder, of the output."""
    rewrite(folder, flags, tables)
    torch.testing.assert_close(*logits(folder), atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize(
    ("flags", "tables"),
    [(BOTH, "----"), (TIED, "a-bb"), (TIED, "aa--"), (SHARED, "ab-c"), (NEITHER, "-ab-")],
)
def test_what_transformers_would_make_up_is_missing(folder: Path, flags: PAIR, tables: str) -> None:
    rewrite(folder, flags, tables)
    with pytest.raises(ModelError, match=r"weights are missing") as caught:
        marian_parts(read_foreign_entry(folder)).load_model("cpu")
    assert caught.value.code == "foreign_weights"


def test_a_shared_table_is_enough_where_it_is_not_that_of_the_output(folder: Path) -> None:
    """Releases before the fifth wrote no other."""
    rewrite(folder, SHARED, "a--b")
    ours: Any = marian_parts(read_foreign_entry(folder)).load_model("cpu")
    assert ours.settings.shared_embeddings and not ours.settings.tied_output


@pytest.mark.parametrize(("flags", "tables"), [(NEITHER, "aaaa"), (TIED, "aaaa"), (BOTH, "aaab")])
def test_an_import_of_a_pickle_loses_no_table(
    folder: Path, tmp_path: Path, flags: PAIR, tables: str
) -> None:
    rewrite(folder, flags, tables, pickled=True)
    expected, theirs = logits(folder)
    torch.testing.assert_close(expected, theirs, atol=1e-4, rtol=1e-4)
    entry = import_model(str(folder), tmp_path, check=lambda entry: None, name="a-b/c")
    ours: Any = marian_parts(entry).load_model("cpu")
    target = torch.tensor([[ours.special.bos, 8, 9, 10]])
    with torch.no_grad():
        assert torch.equal(ours(SOURCE, LENGTHS, target), expected)


def test_a_file_of_the_model_without_its_output_is_read(folder: Path) -> None:
    rewrite(folder, BOTH, "aaaa")
    model = transformers.MarianMTModel.from_pretrained(folder)
    model.model.save_pretrained(folder)
    torch.testing.assert_close(*logits(folder), atol=1e-4, rtol=1e-4)


def test_one_table_of_positions_is_used_beside_sinusoids(folder: Path) -> None:
    rewrite(folder, BOTH, "aaaa")
    weights = transformers.MarianMTModel.from_pretrained(folder).state_dict()
    table = weights["model.decoder.embed_positions.weight"] * 1.5
    kept = {name: weight for name, weight in weights.items() if "embed_positions" not in name}
    (folder / "model.safetensors").unlink()
    torch.save(
        {**kept, "model.decoder.embed_positions.weight": table}, folder / "pytorch_model.bin"
    )
    torch.testing.assert_close(*logits(folder), atol=1e-4, rtol=1e-4)
    (folder / "pytorch_model.bin").unlink()
