"""Folders that hold another kind of model than any that is read here, told by names of files."""

from collections.abc import Collection, Iterable, Mapping
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import Any

from seqviz.catalog.filenames import OLD_WEIGHTS, SAFE_WEIGHTS, matches
from seqviz.errors import ModelError

Kinds = Mapping[str, tuple[str, ...]]

_ALWAYS: Kinds = {
    "other_adapter": ("adapter_config.json",),
    "other_sentences": ("config_sentence_transformers.json", "modules.json"),
}
_WITHOUT_WEIGHTS: Kinds = {
    "other_ctranslate2": (
        *("shared_vocabulary.*", "source_vocabulary.*"),
        *("vocabulary.json", "vocabulary.txt"),
    ),
    "other_marian_npz": ("*.npz",),
    "other_gguf": ("*.gguf",),
    "other_onnx": ("*.onnx",),
    "other_tensorflow": ("tf_model*.h5", "saved_model.pb", "*.ckpt.index", "*.ckpt-*.index"),
    "other_flax": ("flax_model*.msgpack",),
    "other_fairseq": ("dict.*.txt",),
    "other_checkpoint": ("*.pt", "*.pth", "*.ckpt"),
}
"""Files by which a kind is known, by the code of its error: always, or where no weights are that
could be read."""
_ONNX = "onnx"
"""The folder in a folder where exports lie."""
_NO_ENCODER = "ForCausalLM", "GPT2LMHeadModel"
_NO_DECODER = (
    "EncoderModel",
    "ForMaskedLM",
    "ForQuestionAnswering",
    "ForSequenceClassification",
    "ForTokenClassification",
)
_READERS = "BertModel", "RobertaModel"
"""Ends of the names of architectures that are no encoder-decoder, whatever their family."""


def other_kind(names: Iterable[str]) -> str | None:
    """The code of the error for what files of these names are; None: perhaps a model to read.

    Args:
        names: files in folders below that of the model have these before them.
    """
    listed = tuple(names)
    kinds = dict(_ALWAYS)
    if not any(matches(name, (*SAFE_WEIGHTS, *OLD_WEIGHTS)) for name in listed):
        kinds |= _WITHOUT_WEIGHTS
    files = {PurePosixPath(name).name for name in listed}
    return next((code for code, known in kinds.items() if _any_matches(files, known)), None)


def _any_matches(files: Collection[str], patterns: Collection[str]) -> bool:
    return any(fnmatchcase(file, pattern) for file in files for pattern in patterns)


def refuse_other_kinds(folder: Path) -> None:
    """Refuse a folder of another kind.

    Raises:
        ModelError: what it is, and what to do.
    """
    try:
        names = [file.name for home in (folder, folder / _ONNX) for file in home.glob("*")]
    except OSError:
        return
    if code := other_kind(names):
        raise ModelError(code, {"folder": str(folder)})


def refuse_other_tasks(config: Mapping[str, Any], file: Path) -> None:
    """Refuse a model that does not turn one text into another, as its config.json says.

    One of the architectures that it names is enough; old files name several.

    Args:
        config: its content.
        file: where it lies.

    Raises:
        ModelError: ``other_causal`` or ``other_encoder``.
    """
    listed = config.get("architectures")
    names = [name for name in listed if isinstance(name, str)] if isinstance(listed, list) else []
    others = (*_NO_ENCODER, *_NO_DECODER, *_READERS)
    if not names or not all(name.endswith(others) for name in names):
        return
    code = "other_causal" if names[0].endswith(_NO_ENCODER) else "other_encoder"
    raise ModelError(code, {"file": str(file), "found": f"{names[0]:.60}"})
