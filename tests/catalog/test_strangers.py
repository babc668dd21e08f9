"""Folders of another kind: one line that says what they are, however they are given."""

import json
from collections.abc import Iterable
from pathlib import Path
from types import SimpleNamespace

import pytest

from seqviz.catalog import find_models, hub, resolve
from seqviz.catalog.archive import unpack
from seqviz.catalog.strangers import other_kind
from seqviz.errors import ModelError
from seqviz.foreign.importing import import_model
from tests.catalog.test_archive import zipped

KINDS: dict[str, tuple[str, ...]] = {
    "other_adapter": ("adapter_config.json", "adapter_model.safetensors"),
    "other_sentences": (
        "modules.json",
        "config.json",
        "model.safetensors",
        "1_Pooling/config.json",
    ),
    "other_ctranslate2": ("model.bin", "config.json", "shared_vocabulary.json", "source.spm"),
    "other_marian_npz": ("model.npz", "decoder.yml", "vocab.yml", "source.spm"),
    "other_gguf": ("t5-small.Q4_K_M.gguf", "config.json"),
    "other_onnx": ("config.json", "onnx/encoder_model.onnx", "onnx/decoder_model.onnx"),
    "other_tensorflow": ("config.json", "tf_model.h5", "vocab.json", "source.spm"),
    "other_flax": ("config.json", "flax_model.msgpack", "tokenizer.json"),
    "other_fairseq": ("model.pt", "dict.de.txt", "dict.en.txt"),
    "other_checkpoint": ("model_step_9000.pt", "config.yaml", "vocab.src"),
}
MORE_NAMES = [
    ("other_ctranslate2", ("model.bin", "config.json", "vocabulary.txt")),
    ("other_ctranslate2", ("model.bin", "config.json", "vocabulary.json")),
    ("other_ctranslate2", ("model.bin", "config.json", "shared_vocabulary.txt")),
    ("other_ctranslate2", ("model.bin", "source_vocabulary.txt", "target_vocabulary.txt")),
    ("other_checkpoint", ("config.json", "checkpoint_best.pt")),
    ("other_checkpoint", ("best.ckpt", "config.yaml")),
    ("other_tensorflow", ("model.ckpt-9.index", "model.ckpt")),
]


def write(folder: Path, names: Iterable[str]) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text('{"model_type": "marian"}', encoding="utf-8")
    return folder


@pytest.mark.parametrize("code", KINDS)
def test_a_folder_of_another_kind_says_what_it_is(code: str, tmp_path: Path) -> None:
    folder = write(tmp_path / "de-en" / "stranger", KINDS[code])
    with pytest.raises(ModelError) as caught:
        resolve(str(folder))
    assert caught.value.code == code and str(folder) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert find_models(tmp_path).broken["de-en/stranger"].code == code
    with pytest.raises(ModelError) as caught:
        import_model(str(folder), tmp_path / "models", check=lambda entry: None)
    assert caught.value.code == code


@pytest.mark.parametrize(("code", "names"), MORE_NAMES)
def test_a_kind_goes_by_several_names(code: str, names: tuple[str, ...], tmp_path: Path) -> None:
    with pytest.raises(ModelError) as caught:
        resolve(str(write(tmp_path, names)))
    assert caught.value.code == code


@pytest.mark.parametrize("code", KINDS)
def test_so_does_an_archive(code: str, tmp_path: Path) -> None:
    archive = tmp_path / "opus.zip"
    archive.write_bytes(zipped({f"opus/{name}": b"{}" for name in KINDS[code]}))
    with pytest.raises(ModelError) as caught:
        unpack(archive, tmp_path, name="opus.zip")
    assert caught.value.code == code and "'opus.zip'" in str(caught.value)


def test_so_does_the_hub_before_anything_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    siblings = [SimpleNamespace(rfilename=name, size=1) for name in KINDS["other_onnx"]]
    asked = SimpleNamespace(model_info=lambda *_, **__: SimpleNamespace(siblings=siblings))
    monkeypatch.setattr(hub, "hub", SimpleNamespace(HfApi=lambda: asked, snapshot_download=None))
    with pytest.raises(ModelError) as caught:
        hub._fetched("somebody/exported", None)
    assert caught.value.code == "other_onnx" and "somebody/exported" in str(caught.value)


def test_a_file_of_another_kind_says_so_too(tmp_path: Path) -> None:
    kinds = {"x.gguf": "other_gguf", "x.npz": "other_marian_npz", "x.pt": "other_checkpoint"}
    for name, code in kinds.items():
        file = write(tmp_path, [name]) / name
        with pytest.raises(ModelError) as caught:
            resolve(str(file))
        assert caught.value.code == code
        with pytest.raises(ModelError) as caught:
            import_model(str(file), tmp_path / "models", check=lambda entry: None)
        assert caught.value.code == code


def test_further_formats_beside_weights_do_not_matter() -> None:
    """As on the hub, where many folders have all of them."""
    others = ("tf_model.h5", "flax_model.msgpack", "onnx/model.onnx", "model.gguf", "rust_model.ot")
    for weights in ("model.safetensors", "pytorch_model.bin", "model-00001-of-00002.safetensors"):
        assert other_kind(("config.json", weights, *others)) is None


CONFIGS = [
    ("gpt2", ["GPT2LMHeadModel"], "other_causal"),
    ("llama", ["LlamaForCausalLM"], "other_causal"),
    ("bart", ["BartForCausalLM"], "other_causal"),
    ("bert", ["BertForMaskedLM"], "other_encoder"),
    ("xlm-roberta", ["XLMRobertaModel"], "other_encoder"),
    ("t5", ["T5EncoderModel"], "other_encoder"),
    ("mbart", ["MBartForSequenceClassification"], "other_encoder"),
    ("prophetnet", ["ProphetNetForConditionalGeneration"], "foreign_unknown"),
    ("fsmt", ["FSMTForConditionalGeneration"], "foreign_unknown"),
    ("gpt2", None, "foreign_unknown"),
    ("opt", ["OPTModel"], "foreign_unknown"),
    ("t5", ["T5WithLMHeadModel"], "foreign_missing"),  # an old name
    ("bart", ["BartModel", "BartForMaskedLM"], "foreign_missing"),  # one of these is enough
    ("marian", ["MarianModel"], "foreign_missing"),  # weights, which is all that it lacks
    ("t5", ["T5ForConditionalGeneration"], "foreign_missing"),
    ("t5", [7], "foreign_missing"),
]


@pytest.mark.parametrize(("family", "architectures", "code"), CONFIGS)
def test_a_model_of_another_task_says_which(
    family: str, architectures: list[object] | None, code: str, tmp_path: Path
) -> None:
    config = {"model_type": family, "architectures": architectures}
    (tmp_path / "config.json").write_text(json.dumps(config), encoding="utf-8")
    with pytest.raises(ModelError) as caught:
        resolve(str(tmp_path))
    assert caught.value.code == code
    if code.startswith("other_") and architectures:
        assert str(architectures[0]) in str(caught.value)
