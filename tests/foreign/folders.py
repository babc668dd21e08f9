"""Folders as the ``transformers`` library writes them: tiny tokenizers, random weights."""

import io
import json
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import sentencepiece
import torch

from seqviz.catalog.entry import ModelEntry
from tests.foreign.families import FAMILIES, theirs

transformers = pytest.importorskip("transformers")
tokenizers = pytest.importorskip("tokenizers")

TEXTS = (
    "Es war sehr kalt.",
    "Die Häuser am Fluss sind über 300 Jahre alt!",
    "猫がいる。我喜欢猫",
    "the cat's mat — naïve café, 3.5 km",
    "мир и дом, ﬁne",
)


@cache
def sentencepiece_model(kind: str, *, t5: bool = False) -> bytes:
    """A SentencePiece model of some hundred pieces; T5's has its special tokens elsewhere."""
    ids: dict[str, Any] = {"pad_id": 0, "eos_id": 1, "unk_id": 2, "bos_id": -1} if t5 else {}
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(TEXTS * 20),
        model_writer=model,
        vocab_size=150,
        model_type=kind,
        hard_vocab_limit=False,
        minloglevel=2,
        num_threads=1,
        **ids,
    )
    return model.getvalue()


def _t5(folder: Path) -> None:
    (folder / "spiece.model").write_bytes(sentencepiece_model("unigram", t5=True))


def _fairseq(folder: Path) -> None:
    (folder / "sentencepiece.bpe.model").write_bytes(sentencepiece_model("unigram"))


def _nllb(folder: Path) -> None:
    (folder / "sentencepiece.bpe.model").write_bytes(sentencepiece_model("bpe"))


def _m2m(folder: Path) -> None:
    _nllb(folder)
    model = sentencepiece.SentencePieceProcessor(model_proto=sentencepiece_model("bpe"))
    pieces = [model.id_to_piece(token) for token in range(3, model.get_piece_size() - 9)]
    names = ("<s>", "<pad>", "</s>", "<unk>", *pieces)  # and nine pieces that it lacks
    words = {piece: token for token, piece in enumerate(names)}
    (folder / "vocab.json").write_text(json.dumps(words), encoding="utf-8")


def _bart(folder: Path) -> None:
    words = tokenizers.ByteLevelBPETokenizer()
    names = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    words.train_from_iterator(TEXTS * 20, vocab_size=330, special_tokens=names, show_progress=False)
    words.save_model(str(folder))


Write = Callable[[Path], None]
KINDS: Mapping[str, tuple[str, Write, Mapping[str, Any]]] = {
    "bart": ("bart", _bart, {}),
    "m2m_100": ("m2m_100", _m2m, {}),
    "mbart": ("mbart", _fairseq, {}),
    "mbart50": ("mbart", _fairseq, {"tokenizer_class": "MBart50Tokenizer"}),
    "mt5": ("mt5", _t5, {"tokenizer_class": "T5Tokenizer", "extra_ids": 0}),
    "nllb": (
        "m2m_100",
        _nllb,
        {
            "tokenizer_class": "NllbTokenizer",
            "additional_special_tokens": ["deu_Latn", "eng_Latn", "zho_Hans"],
        },
    ),
    "pegasus": ("pegasus", _t5, {}),
    "t5": ("t5", _t5, {}),
    "umt5": ("umt5", _t5, {"tokenizer_class": "T5Tokenizer"}),
}
"""Model and tokenizer: the family, the files of the vocabulary, tokenizer_config.json."""


def write_tokenizer(folder: Path, kind: str) -> None:
    """As it lies on the hub: vocabulary files and settings."""
    family, write, settings = KINDS[kind]
    folder.mkdir(parents=True, exist_ok=True)
    write(folder)
    (folder / "tokenizer_config.json").write_text(json.dumps(settings), encoding="utf-8")
    (folder / "config.json").write_text(json.dumps({"model_type": family}), encoding="utf-8")


def tokenizer_of(folder: Path, kind: str, **how: str) -> Any:
    """The library's own tokenizer of such a folder."""
    kind_of = transformers.T5Tokenizer if kind == "umt5" else transformers.AutoTokenizer
    return kind_of.from_pretrained(folder, local_files_only=True, **how)


def vocabulary_size(words: Any) -> int:
    """Of a model: some tokens more than the tokenizer has, as is usual."""
    languages: dict[str, int] = getattr(words, "lang_token_to_id", {})
    return max(len(words), *languages.values(), 0) + 8


def write_folder(
    folder: Path,
    kind: str,
    *,
    seed: int = 1,
    tied: bool = True,
    generation: Mapping[str, Any] | None = None,
) -> Any:
    """A whole folder; returns the model that lies there.

    Args:
        folder: made where there is none.
        kind: in KINDS.
        seed: of the weights.
        tied: the output has the weights of the embeddings, so that a model likes to repeat.
        generation: settings of generation_config.json.
    """
    write_tokenizer(folder, kind)
    words = tokenizer_of(folder, kind)
    model = theirs(KINDS[kind][0], seed, vocabulary=vocabulary_size(words))
    for name, value in (generation or {}).items():
        setattr(model.generation_config, name, value)
    if not tied:
        _untie(model, seed)
    model.save_pretrained(folder)
    return model


def _untie(model: Any, seed: int) -> None:
    """Give it an output of its own, as in T5 1.1, that is fond of EOS."""
    generator = torch.Generator().manual_seed(seed)
    weight = torch.randn(model.lm_head.weight.shape, generator=generator) * 0.4
    weight[model.config.eos_token_id] *= 2
    model.lm_head.weight = torch.nn.Parameter(weight)
    if hasattr(model, "model"):  # T5's configuration always says that they are tied
        for stack in (model.model.encoder, model.model.decoder):
            stack.embed_tokens.weight = torch.nn.Parameter(stack.embed_tokens.weight.clone())
        model.config.tie_word_embeddings = False


def entry_of(folder: Path) -> ModelEntry:
    return ModelEntry(
        name=f"{folder.parent.name}/{folder.name}",
        source_language="",
        target_language="",
        kind="transformer",
        attention="multi-head",
        parameters=0,
        bytes=0,
        licence="",
        scores={},
        folder=folder,
        format="transformers",
    )


assert all(family in FAMILIES for family, _, _ in KINDS.values())
