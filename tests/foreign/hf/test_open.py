"""Foreign folders of ``transformers`` that are old, odd, damaged or hostile."""

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from seqviz.catalog.untrusted import MAX_VOCABULARY_BYTES
from seqviz.errors import ModelError
from seqviz.foreign import hf
from seqviz.foreign.generation import read_generation
from seqviz.foreign.hf import open as hf_open
from seqviz.foreign.hf.open import open_config
from seqviz.foreign.hf.parts import transformers_parts
from seqviz.options import DecodeOptions
from tests.fixtures.transformers_folders import entry_of, write_folder

transformers = pytest.importorskip("transformers")

Change = Callable[[Path], None]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("de-en") / "bart"
    write_folder(folder, "bart", seed=4)
    return folder


@pytest.fixture
def folder(written: Path, tmp_path: Path) -> Path:
    """A copy that may be spoilt."""
    return Path(shutil.copytree(written, tmp_path / "bart"))


def update(file: Path, **values: Any) -> None:
    found = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    file.write_text(json.dumps(found | values), encoding="utf-8")


def first_logits(folder: Path) -> torch.Tensor:
    parts = transformers_parts(entry_of(folder))
    model = parts.load_model("cpu")
    memory = model.encode(torch.tensor([[0, 7, 8, 2]]), torch.tensor([4]))
    state = model.start(memory, beam_size=1, max_length=1)
    logits: torch.Tensor = model.step(state, torch.tensor([[2]])).logits
    return logits


def refusal(folder: Path) -> ModelError:
    with pytest.raises(ModelError) as caught:
        transformers_parts(entry_of(folder)).load_model("cpu")
    return caught.value


def test_twins_that_differ_are_not_tied(folder: Path) -> None:
    """As in the library, whatever config.json says; see the same for Marian."""
    file = folder / "model.safetensors"
    weights, shared = load_file(file), "model.shared.weight"
    twin = weights[shared] + torch.randn(weights[shared].shape, generator=torch.Generator())
    names = ("lm_head.weight", "model.encoder.embed_tokens.weight")
    for stored in ({names[0]: twin}, {names[1]: twin}, {shared: twin, names[0]: weights[shared]}):
        save_file({**weights, **stored}, file, metadata={"format": "pt"})
        theirs: Any = transformers.BartForConditionalGeneration.from_pretrained(folder).eval()
        with torch.no_grad():
            expected = theirs(
                input_ids=torch.tensor([[0, 7, 8, 2]]), decoder_input_ids=torch.tensor([[2]])
            ).logits
        torch.testing.assert_close(first_logits(folder), expected, atol=1e-4, rtol=1e-4)


CODE = {"AutoModelForSeq2SeqLM": "modeling_evil.Evil", "AutoTokenizer": ["evil.Evil", None]}


@pytest.mark.parametrize(
    "name", ["config.json", "tokenizer_config.json", "special_tokens_map.json"]
)
def test_a_folder_with_code_is_refused(folder: Path, name: str) -> None:
    marker = folder / "ran"
    evil = f"from pathlib import Path\nPath({str(marker)!r}).touch()\nclass Evil: pass\n"
    for module in ("modeling_evil.py", "evil.py"):
        (folder / module).write_text(evil, encoding="utf-8")
    update(folder / name, auto_map=CODE)
    error = refusal(folder)
    assert error.code == "foreign_code" and "auto_map" in str(error)
    assert not marker.exists()


def test_weights_packed_by_a_library_are_refused(folder: Path) -> None:
    update(folder / "config.json", quantization_config={"quant_method": "bitsandbytes"})
    error = refusal(folder)
    assert error.code == "not_supported" and "quantised" in str(error)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"activation_function": "swish2"}, "its activation is 'swish2', not one of gelu"),
        ({"activation_function": "xielu"}, "its activation is 'xielu'"),
        ({"encoder_layers": 201}, "encoder_layers is 201, more than 200"),
        ({"d_model": 2**60}, "d_model is 1152921504606846976, more than 32768"),
        ({"max_position_embeddings": 65_536, "d_model": 1_024}, "more than 33554432 numbers"),
    ],
)
def test_what_may_be_right_but_is_not_for_here_is_not_supported(
    folder: Path, change: dict[str, object], named: str
) -> None:
    update(folder / "config.json", **change)
    error = refusal(folder)
    assert error.code == "not_supported" and named in str(error)
    assert "Not supported" in str(error) and "fresh copy" not in str(error)


def test_other_settings_of_a_folder_change_nothing(folder: Path) -> None:
    """Among them an attention that would be fetched from the hub, and files elsewhere."""
    expected = first_logits(folder)
    update(
        folder / "config.json",
        attn_implementation="someone/kernel",
        _attn_implementation="someone/kernel",
        is_causal=True,
        output_attentions=True,
        torch_dtype="float16",
        dtype="float16",
        use_cache=False,
        dropout=0.9,
        return_dict=False,
    )
    update(
        folder / "tokenizer_config.json",
        vocab_file="/etc/passwd",
        gguf_file="x.gguf",
        chat_template="{{ evil }}",
        truncation_side="left",
        model_max_length=2,
    )
    update(folder / "generation_config.json", num_beams=7, max_length=3)
    torch.testing.assert_close(first_logits(folder), expected)


@pytest.mark.parametrize("asked", ["ByT5Tokenizer", "evil.Evil", "__import__", ["x"]])
def test_only_known_tokenizers_are_opened(folder: Path, asked: object) -> None:
    update(folder / "tokenizer_config.json", tokenizer_class=asked)
    error = refusal(folder)
    assert error.code == "tokenizer_unknown" and "M2M100" in str(error)


@pytest.mark.parametrize("name", ["extra_ids", "num_madeup_words", "offset"])
@pytest.mark.parametrize("value", [10**9, -1, "9", 1.5])
def test_a_tokenizer_makes_up_few_tokens(folder: Path, name: str, value: object) -> None:
    update(folder / "tokenizer_config.json", **{name: value})
    error = refusal(folder)
    assert error.code == ("not_supported" if value == 10**9 else "settings_invalid")
    assert name in str(error)


@pytest.mark.parametrize(
    ("name", "entry", "count"),
    [
        ("tokenizer.json", '["▁ab",-9.5],', 1_100_000),
        ("merges.txt", "a b\n", 2_200_000),
        ("spiece.model", "\n\x0e\n\x05", 1_100_000),
        ("sentencepiece.bpe.model", " ", MAX_VOCABULARY_BYTES + 1),
    ],
)
def test_a_vocabulary_of_millions_is_not_given_to_the_library(
    folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, entry: str, count: int
) -> None:
    monkeypatch.setattr(OPENING, raising(PanicException))
    (folder / name).write_text(entry * count, encoding="utf-8")
    error = refusal(folder)
    assert error.code == "not_supported" and name in str(error)


@pytest.mark.parametrize("file", ["generation_config.json", "config.json"])
@pytest.mark.parametrize("value", [10**6, -1, [10**6]])
def test_what_ends_a_target_is_a_token(folder: Path, file: str, value: object) -> None:
    if file == "config.json":
        (folder / "generation_config.json").unlink(missing_ok=True)
    update(folder / file, eos_token_id=value)
    error = refusal(folder)
    assert error.code == "settings_invalid" and "eos_token_id" in str(error)


OPENING = "seqviz.foreign.hf.open.AutoTokenizer.from_pretrained"


class PanicException(BaseException):
    """As ``tokenizers`` raises it."""


def test_a_panic_of_the_tokenizer_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(OPENING, raising(PanicException))
    assert refusal(folder).code == "file_corrupt"


@pytest.mark.parametrize("leaves", [KeyboardInterrupt, SystemExit])
def test_who_leaves_may_leave(
    folder: Path, monkeypatch: pytest.MonkeyPatch, leaves: type[BaseException]
) -> None:
    monkeypatch.setattr(OPENING, raising(leaves))
    with pytest.raises(leaves):
        transformers_parts(entry_of(folder))


def raising(error: type[BaseException]) -> Callable[..., None]:
    def fail(*_: object, **__: object) -> None:
        raise error

    return fail


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("vocab_size", -1),
        ("vocab_size", "many"),
        ("decoder_attention_heads", 0),
        ("decoder_attention_heads", 5),
        ("encoder_ffn_dim", True),
        ("max_position_embeddings", 1.5),
        ("model_type", "gpt2"),
    ],
)
def test_settings_out_of_range_are_refused(folder: Path, name: str, value: object) -> None:
    update(folder / "config.json", **{"d_model": 1024, name: value})
    assert refusal(folder).code == "settings_invalid"


@pytest.mark.parametrize(("name", "value"), [("vocab_size", 9_999_999), ("d_model", 32_768)])
def test_memory_is_not_taken_for_what_the_files_do_not_hold(
    folder: Path, name: str, value: int
) -> None:
    update(folder / "config.json", **{name: value})
    error = refusal(folder)
    assert error.code == "foreign_weights" and "expected" in str(error)


def test_missing_weights_are_named(folder: Path) -> None:
    file = folder / "model.safetensors"
    weights = load_file(file)
    for name in [name for name in weights if "decoder.layers.1.fc" in name]:
        del weights[name]
    save_file(weights, file)
    assert "'model.decoder.layers.1.fc1.weight' is missing; " in str(refusal(folder))
    file.unlink()
    assert refusal(folder).code == "foreign_missing"


def as_pickle(folder: Path) -> None:
    weights = load_file(folder / "model.safetensors")
    torch.save(weights, folder / "pytorch_model.bin")


def as_old_pickle(folder: Path) -> None:
    weights = load_file(folder / "model.safetensors")
    torch.save(weights, folder / "pytorch_model.bin", _use_new_zipfile_serialization=False)


def in_parts(folder: Path) -> None:
    weights = load_file(folder / "model.safetensors")
    names = sorted(weights)
    parts = {"model-1.safetensors": names[::2], "model-2.safetensors": names[1::2]}
    for file, held in parts.items():
        save_file({name: weights[name] for name in held}, folder / file)
    index = {"weight_map": {name: file for file, held in parts.items() for name in held}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index), encoding="utf-8")


def without_the_first_part_of_names(folder: Path) -> None:
    weights = load_file(folder / "model.safetensors")
    short = {name.removeprefix("model."): weight for name, weight in weights.items()}
    torch.save(short, folder / "pytorch_model.bin")


def with_all_names_of_one_weight(folder: Path) -> None:
    weights = load_file(folder / "model.safetensors")
    same = ("model.encoder.embed_tokens.weight", "lm_head.weight", "model.encoder.version")
    torch.save(
        weights | dict.fromkeys(same, weights["model.shared.weight"]), folder / "pytorch_model.bin"
    )


@pytest.mark.parametrize(
    "store",
    [
        as_pickle,
        as_old_pickle,
        in_parts,
        without_the_first_part_of_names,
        with_all_names_of_one_weight,
    ],
)
def test_weights_may_be_stored_in_many_ways(folder: Path, store: Change) -> None:
    expected = first_logits(folder)
    store(folder)
    (folder / "model.safetensors").unlink()
    torch.testing.assert_close(first_logits(folder), expected)


def test_what_the_library_computes_may_be_missing(tmp_path: Path) -> None:
    write_folder(tmp_path / "pegasus", "pegasus")
    file = tmp_path / "pegasus" / "model.safetensors"
    weights, lacking = load_file(file), "embed_positions.weight"
    assert sum(lacking in name for name in weights) == 2
    save_file({name: one for name, one in weights.items() if lacking not in name}, file)
    parts: Any = transformers_parts(entry_of(tmp_path / "pegasus"))
    table = parts.load_model("cpu").state_dict()[f"model.model.encoder.{lacking}"]
    places = torch.arange(80)[:, None] / 10000 ** (torch.arange(12) / 12)
    torch.testing.assert_close(table, torch.cat((places.sin(), places.cos()), 1), atol=1e-4, rtol=0)


def test_learned_positions_may_not_be_missing(folder: Path) -> None:
    file = folder / "model.safetensors"
    weights = load_file(file)
    del weights["model.encoder.embed_positions.weight"], weights["final_logits_bias"]
    save_file(weights, file)
    error = refusal(folder)
    assert "'model.encoder.embed_positions.weight' is missing" in str(error)


def test_a_folder_of_an_older_library_scales_as_it_did(tmp_path: Path) -> None:
    """T5 1.1 said by ``tie_word_embeddings`` that it does not; now another setting does."""
    write_folder(tmp_path / "t5", "t5", tied=False)
    file = tmp_path / "t5" / "config.json"
    config = json.loads(file.read_text(encoding="utf-8"))
    assert config.pop("scale_decoder_outputs") is True
    file.write_text(json.dumps(config), encoding="utf-8")
    scaled = first_logits(tmp_path / "t5")
    update(file, tie_word_embeddings=False)
    torch.testing.assert_close(first_logits(tmp_path / "t5"), scaled * 24**0.5)
    update(file, tie_word_embeddings=True, scale_decoder_outputs=False)
    torch.testing.assert_close(first_logits(tmp_path / "t5"), scaled * 24**0.5)


@pytest.mark.parametrize("name", ["tokenizer.json", "vocab.json"])
def test_a_damaged_tokenizer_is_one_clear_error(folder: Path, name: str) -> None:
    (folder / "merges.txt").unlink(missing_ok=True)
    (folder / name).write_text('{"model": {"vocab": 5}}', encoding="utf-8")
    error = refusal(folder)
    assert error.code == "file_corrupt" and "tokenizer" in str(error)


def test_an_older_folder_keeps_its_rules_in_the_config(folder: Path) -> None:
    (folder / "generation_config.json").unlink()
    update(
        folder / "config.json", forced_bos_token_id=0, no_repeat_ngram_size=3, early_stopping=True
    )
    asked = read_generation(folder, open_config(folder))
    assert (asked.start, asked.eos, asked.first, asked.ends) == (2, 2, 0, False)
    assert asked.unapplied == {"early_stopping": True, "no_repeat_ngram_size": 3}


def test_what_is_not_applied_is_named(folder: Path) -> None:
    update(
        folder / "generation_config.json",
        eos_token_id=[2, 5],
        forced_eos_token_id=6,
        bad_words_ids=[[9], [10, 11], [10**9], "x"],
        suppress_tokens=[8, -1],
        begin_suppress_tokens=[7],
        length_penalty=2.0,
        repetition_penalty=1.0,
        do_sample=False,
        top_k=50,
        num_beams=4,
        max_length=60,
        min_length=0,
    )
    update(folder / "config.json", no_repeat_ngram_size=3, max_length=20, forced_bos_token_id=7)
    asked = read_generation(folder, open_config(folder))
    assert asked.never == (8, 9) and asked.eos == 2 and not asked.ends
    assert [*asked.unapplied] == [
        *("bad_words_ids", "begin_suppress_tokens", "eos_token_id", "forced_bos_token_id"),
        *("forced_eos_token_id", "length_penalty", "max_length", "no_repeat_ngram_size"),
        "num_beams",
    ]
    codec = transformers_parts(entry_of(folder)).codec
    notices = codec.notices("a", DecodeOptions())
    assert [notice.partition("=")[0] for notice in notices] == [
        f"unapplied:{name}" for name in asked.unapplied
    ]
    assert {"unapplied:num_beams=4", "unapplied:max_length=60"} < {*notices}
    same = DecodeOptions(beam_size=4, max_length=59, alpha=2.0)
    met = {*notices} - {*codec.notices("a", same)}
    assert met == {
        *("unapplied:num_beams=4", "unapplied:max_length=60", "unapplied:length_penalty=2.0")
    }


def test_a_missing_library_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "transformers", None)
    for name in ("load", "open"):
        monkeypatch.delitem(sys.modules, f"seqviz.foreign.hf.{name}", raising=False)
        monkeypatch.delattr(hf, name, raising=False)
    assert "pip install 'seqviz[transformers]'" in str(refusal(folder))


def test_an_old_library_is_as_good_as_none(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hf_open, "library_version", lambda: (4, 57))
    assert refusal(folder).code == "transformers_missing"
