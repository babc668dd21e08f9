"""What a foreign folder says about its model; every hostile folder is one clear error."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save_file

from seqviz.catalog.families import FAMILIES
from seqviz.catalog.foreign import read_foreign_entry
from seqviz.catalog.untrusted import (
    MAX_CONFIG_BYTES,
    MAX_VOCABULARY_BYTES,
    check_vocabulary,
    find_file,
    read_if_there,
)
from seqviz.errors import ModelError

WEIGHTS = {
    "model.shared.weight": np.zeros((5, 4), np.float16),
    "final_logits_bias": np.zeros((1, 5), np.float16),
    "model.encoder.embed_positions.weight": np.zeros((9, 4), np.float16),
}


def write(folder: Path, files: dict[str, Any]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        text = content if isinstance(content, str) else json.dumps(content)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def model(folder: Path, family: str = "marian", **files: Any) -> Path:
    """A folder with weights; ``words`` is its tokenizer_config.json, other names end in .json."""
    named = {"words": "tokenizer_config.json", "card": "README.md"}
    contents = {named.get(name, f"{name}.json"): content for name, content in files.items()}
    write(folder, {"config.json": {"model_type": family}, **contents})
    save_file(WEIGHTS, folder / "model.safetensors")
    return folder


def test_a_marian_folder(tmp_path: Path) -> None:
    vocabulary = {"</s>": 0, ">>fra<<": 1, "▁a": 2, ">>cmn_Hans<<": 3, ">><<": 4, "x>>de<<": 5}
    card = "---\nlanguage:\n- de\nlicense: cc-by-4.0\ntags:\n- x\n---\nlicense: mit\n"
    folder = model(
        tmp_path / "opus-mt-de-en",
        vocab=vocabulary,
        words={"source_lang": "deu", "target_lang": "eng"},
        card=card,
    )
    entry = read_foreign_entry(folder)
    assert (entry.name, entry.format) == ("opus-mt-de-en", "marian")
    assert (entry.source_language, entry.target_language) == ("deu", "eng")
    assert (entry.kind, entry.attention) == ("transformer", "multi-head")
    assert entry.target_languages == ("cmn_Hans", "fra") and entry.source_languages == ()
    assert entry.parameters == 25  # positions are no parameters
    assert entry.bytes == (folder / "model.safetensors").stat().st_size
    assert entry.licence == "cc-by-4.0"
    assert (entry.revision, entry.takes_instruction, entry.scores) == ("", False, {})


@pytest.mark.parametrize(
    ("path", "name", "languages"),
    [
        ("de-en/marian", "de-en/marian", ("de", "en")),
        ("zh_Hans-en/big", "zh_Hans-en/big", ("zh_Hans", "en")),
        ("x/opus-mt-tc-big-gmq-en", "opus-mt-tc-big-gmq-en", ("gmq", "en")),
        ("x/opus-mt-en-ROMANCE", "opus-mt-en-ROMANCE", ("", "")),
        ("x/<b>model", "<b>model", ("", "")),
        (
            f"models--Helsinki-NLP--opus-mt-de-en/snapshots/{'0a' * 20}",
            "Helsinki-NLP/opus-mt-de-en",
            ("de", "en"),
        ),
    ],
)
def test_names_and_languages_come_from_the_path(
    tmp_path: Path, path: str, name: str, languages: tuple[str, str]
) -> None:
    entry = read_foreign_entry(model(tmp_path / path))
    assert entry.name == name
    assert (entry.source_language, entry.target_language) == languages
    assert entry.revision == ("0a" * 20 if "snapshots" in path else "")


@pytest.mark.parametrize(
    ("family", "files", "codes"),
    [
        ("m2m_100", {"words": {"additional_special_tokens": ["__fr__", "__ast__"]}}, "ast fr"),
        ("m2m_100", {"words": {"extra_special_tokens": ["eng_Latn", "<x>"]}}, "eng_Latn"),
        (
            "m2m_100",
            {"special_tokens_map": {"additional_special_tokens": [{"content": "zho_Hans"}]}},
            "zho_Hans",
        ),
        ("m2m_100", {"words": {"added_tokens_decoder": {"9": {"content": "__de__"}}}}, "de"),
        ("m2m_100", {"words": {"language_codes": "wmt21"}}, "cs de en ha is ja ru zh"),
        ("m2m_100", {"words": {"tokenizer_class": "NllbTokenizer"}}, ""),
        ("mbart", {"tokenizer": {"added_tokens": [{"content": "de_DE"}, {"id": 1}]}}, "de_DE"),
        ("t5", {"words": {"additional_special_tokens": ["__fr__", "de_DE"]}}, ""),
        ("pegasus", {}, ""),
    ],
)
def test_languages_to_choose_from(
    tmp_path: Path, family: str, files: dict[str, Any], codes: str
) -> None:
    entry = read_foreign_entry(model(tmp_path / "m", family, **files))
    assert entry.source_languages == entry.target_languages == tuple(codes.split())
    assert entry.takes_instruction == (family == "t5")


@pytest.mark.parametrize(
    ("words", "count", "one"),
    [
        ({"tokenizer_class": "MBart50TokenizerFast"}, 52, "af_ZA"),
        ({"tokenizer_class": "MBartTokenizer"}, 25, "de_DE"),
    ],
)
def test_languages_of_fixed_vocabularies(
    tmp_path: Path, words: dict[str, str], count: int, one: str
) -> None:
    found = read_foreign_entry(model(tmp_path / "m", "mbart", words=words)).source_languages
    assert len(found) == count and one in found
    assert len(read_foreign_entry(model(tmp_path / "n", "m2m_100")).source_languages) == 100


def test_every_family_has_a_reader(tmp_path: Path) -> None:
    readers = {
        family: read_foreign_entry(model(tmp_path / family, family)).format for family in FAMILIES
    }
    assert set(readers.values()) == {"marian", "transformers"}
    assert [family for family, reader in readers.items() if reader == "marian"] == ["marian"]


@pytest.mark.parametrize(
    ("stored", "parameters"), [("float16", 500), ("float32", 250), (None, 250)]
)
def test_a_pickle_is_measured_not_opened(
    tmp_path: Path, stored: str | None, parameters: int
) -> None:
    write(tmp_path, {"config.json": {"model_type": "marian", "torch_dtype": stored}})
    (tmp_path / "pytorch_model.bin").write_bytes(b"x" * 1000)
    entry = read_foreign_entry(tmp_path)
    assert (entry.parameters, entry.bytes) == (parameters, 1000)


def test_the_file_of_the_weights_is_the_one_that_is_read(tmp_path: Path) -> None:
    entry = read_foreign_entry(model(tmp_path / "m"))
    for name in ("model.safetensors.index.json", "pytorch_model.bin"):
        (entry.folder / name).touch()
    for name in ("model.safetensors", "model.safetensors.index.json", "pytorch_model.bin"):
        assert entry.weights == entry.folder / name
        entry.weights.unlink()
    assert entry.weights == entry.folder / "model.safetensors"


@pytest.mark.parametrize("card", ["license: mit", "---\nlicense: <b>\n---", "---\nlicense: mit"])
def test_no_licence_is_guessed(tmp_path: Path, card: str) -> None:
    assert read_foreign_entry(model(tmp_path / "m", card=card)).licence == ""


@pytest.mark.parametrize(
    ("line", "licence"),
    [
        ("apache-2.0\r", "apache-2.0"),
        ("'cc by 4.0'  ", "cc by 4.0"),
        (" " * 400_000 + "!", ""),  # which a careless pattern would search for days
    ],
)
def test_a_licence_is_read_from_its_line(tmp_path: Path, line: str, licence: str) -> None:
    card = f"---\nlicense: {line}\n---\n"
    assert read_foreign_entry(model(tmp_path / "m", card=card)).licence == licence


BAD: list[tuple[dict[str, Any], str, str]] = [
    ({"config.json": {"model_type": "llama"}}, "foreign_unknown", "'llama'"),
    ({"config.json": {"model_type": ["marian"]}}, "foreign_unknown", "marian"),
    ({"config.json": {}}, "foreign_unknown", "None"),
    ({"config.json": []}, "settings_invalid", "no JSON object"),
    ({"config.json": "{"}, "settings_invalid", "not JSON"),
    ({"config.json": "[" * 100_000}, "settings_invalid", "not JSON"),
    ({"config.json": " " * (MAX_CONFIG_BYTES + 1)}, "not_supported", "more than 1,000,000 bytes"),
    ({"vocab.json": [1]}, "settings_invalid", "vocab.json"),
    ({"tokenizer_config.json": "nothing"}, "settings_invalid", "tokenizer_config.json"),
    ({"model.safetensors": "noise"}, "file_corrupt", "model.safetensors"),
]


@pytest.mark.parametrize(("files", "code", "named"), BAD)
def test_a_bad_folder_is_refused(
    tmp_path: Path, files: dict[str, Any], code: str, named: str
) -> None:
    folder = write(model(tmp_path / "m"), files)
    with pytest.raises(ModelError) as caught:
        read_foreign_entry(folder)
    assert caught.value.code == code and named in str(caught.value)
    assert code != "not_supported" or "fresh copy" not in str(caught.value)


def test_text_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    folder = model(tmp_path / "m")
    (folder / "config.json").write_bytes(b'{"model_type": "\xff"}')
    with pytest.raises(ModelError, match="not UTF-8"):
        read_foreign_entry(folder)


@pytest.mark.parametrize("name", ["config.json", "model.safetensors"])
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    folder = model(tmp_path / "m")
    (folder / name).unlink()
    with pytest.raises(ModelError, match=name) as caught:
        read_foreign_entry(folder)
    assert caught.value.code == "foreign_missing"


@pytest.mark.parametrize("name", ["config.json", "vocab.json", "model.safetensors", "README.md"])
@pytest.mark.parametrize("relative", [True, False])
def test_a_link_out_of_the_folder_is_refused(tmp_path: Path, name: str, relative: bool) -> None:
    folder = model(tmp_path / "m", vocab={}, card="")
    (folder / name).rename(tmp_path / name)
    (folder / name).symlink_to(f"../{name}" if relative else tmp_path / name)
    with pytest.raises(ModelError, match=name) as caught:
        read_foreign_entry(folder)
    assert caught.value.code == "foreign_link"


def test_a_link_within_the_folder_is_followed(tmp_path: Path) -> None:
    folder = model(tmp_path / "m")
    (folder / "config.json").rename(folder / "real.json")
    (folder / "config.json").symlink_to("real.json")
    assert read_foreign_entry(folder).format == "marian"


def test_the_cache_of_the_hub_is_read_and_no_more_than_that(tmp_path: Path) -> None:
    cache = tmp_path / "models--owner--m"
    folder, blobs = model(cache / "snapshots" / ("1b" * 20)), cache / "blobs"
    blobs.mkdir()
    (folder / "config.json").rename(blobs / "abc")
    (folder / "config.json").symlink_to("../../blobs/abc")
    assert read_foreign_entry(folder).name == "owner/m"
    (blobs / "abc").rename(tmp_path / "elsewhere")
    (blobs / "abc").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ModelError) as caught:
        read_foreign_entry(folder)
    assert caught.value.code == "foreign_link"


def test_what_is_no_file_is_not_opened(tmp_path: Path) -> None:
    (tmp_path / "circle.json").symlink_to("circle.json")
    (tmp_path / "nowhere.json").symlink_to("missing.json")
    (tmp_path / "folder.json").mkdir()
    os.mkfifo(tmp_path / "pipe.json")
    for name in ("circle", "nowhere", "folder", "pipe", "none"):
        assert find_file(tmp_path, f"{name}.json") is None
        assert read_if_there(tmp_path, f"{name}.json") == {}


NUMBERED, SCORED, MERGED = '"▁ab":12,', '["▁ab",-9.5],', '["▁a","b"],'
TOGETHER, PIECE, LINE = '"▁a b",', "\n\x0e\n\x05▁ab\x15\0\0\0", "▁a b\n"
VOCABULARIES: dict[str, tuple[str, dict[str, int], bool]] = {
    "the largest, numbered": ("vocab.json", {NUMBERED: 901_629}, True),
    "the largest, scored": ("tokenizer.json", {SCORED: 901_629}, True),
    "NLLB": ("tokenizer.json", {NUMBERED: 256_204, MERGED: 256_000}, True),
    "NLLB, saved by an older release": (
        "tokenizer.json",
        {NUMBERED: 256_204, TOGETHER: 256_000},
        True,
    ),
    "mT5": ("spiece.model", {PIECE: 250_112}, True),
    "merges": ("merges.txt", {LINE: 256_000}, True),
    "more than a million, numbered": ("vocab.json", {NUMBERED: 1_100_000}, False),
    "more than a million, scored": ("tokenizer.json", {SCORED: 1_100_000}, False),
    "more than a million, merged": ("tokenizer.json", {MERGED: 1_100_000}, False),
    "more than a million for SentencePiece": ("spiece.model", {PIECE: 1_100_000}, False),
    "more than two million merges": ("merges.txt", {LINE: 2_200_000}, False),
}


@pytest.mark.parametrize("of", VOCABULARIES)
def test_a_vocabulary_of_millions_is_refused_before_it_is_read(
    of: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The largest known have 250,112 entries (mT5), 256,204 (NLLB) and 901,629 (XLM-V)."""
    name, entries, known = VOCABULARIES[of]
    monkeypatch.setattr("json.loads", lambda text: {})
    content = "".join(entry * count for entry, count in entries.items())
    (tmp_path / name).write_text(content, encoding="utf-8")
    checks: list[Callable[[], object]] = [lambda: check_vocabulary(tmp_path / name)]
    if name.endswith(".json"):
        checks.append(lambda: read_if_there(tmp_path, name, limit=MAX_VOCABULARY_BYTES))
    for check in checks:
        if known:
            check()
            continue
        with pytest.raises(ModelError, match="more than 1,048,576 entries") as caught:
            check()
        assert caught.value.code == "not_supported"
