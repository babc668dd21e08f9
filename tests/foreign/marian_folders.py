"""Marian folders as ``transformers`` writes them: tiny SentencePiece models, random weights."""

import io
import json
import warnings
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import sentencepiece
import torch

transformers = pytest.importorskip("transformers")

SOURCES = (
    "Es war sehr kalt.",
    "Die Häuser am Fluss sind über 300 Jahre alt!",
    "猫がいる。我喜欢猫",
    "wir gehen nach hause",
)
TARGETS = ("It was very cold.", "the cat's mat — naïve café, 3.5 km", "we are going home")
TAGS = (">>fra<<", ">>cmn_Hans<<")


@cache
def spm(texts: tuple[str, ...], size: int) -> bytes:
    """A SentencePiece model of some texts."""
    content = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(texts * 20),
        model_writer=content,
        vocab_size=size,
        hard_vocab_limit=False,
        minloglevel=2,
        num_threads=1,
    )
    return content.getvalue()


def pieces_of(content: bytes) -> list[str]:
    """The pieces of a SentencePiece model that are text."""
    model = sentencepiece.SentencePieceProcessor(model_proto=content)
    return [model.id_to_piece(token) for token in range(3, model.get_piece_size())]


def numbered(pieces: list[str]) -> dict[str, int]:
    """A vocab.json of these pieces, which lacks every seventh."""
    kept = [piece for place, piece in enumerate(pieces) if place % 7]
    names = dict.fromkeys(["</s>", "<unk>", *kept, "<pad>"])
    return {piece: token for token, piece in enumerate(names)}


def write_tokenizer(folder: Path, *, separate: bool = False, tags: bool = False) -> Any:
    """The files of a tokenizer, as the library saves them; returns the library's tokenizer."""
    folder.mkdir(parents=True, exist_ok=True)
    source, target = spm(SOURCES, 90), spm(TARGETS, 70)
    (folder / "source.spm").write_bytes(source)
    (folder / "target.spm").write_bytes(target)
    lists = [pieces_of(source), pieces_of(target)]
    if not separate:
        lists = [["also", *(TAGS if tags else ()), *lists[0], *lists[1]]]
    for name, pieces in zip(("vocab.json", "target_vocab.json"), lists, strict=False):
        (folder / name).write_text(json.dumps(numbered(pieces)), encoding="utf-8")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it would like sacremoses, and does not use it
        words = transformers.MarianTokenizer(
            str(folder / "source.spm"),
            str(folder / "target.spm"),
            str(folder / "vocab.json"),
            str(folder / "target_vocab.json") if separate else None,
            source_lang="de",
            target_lang="en",
            separate_vocabs=separate,
        )
    words.save_pretrained(folder)
    return words


def sizes_of(folder: Path) -> tuple[int, int]:
    """Of the vocabularies, source and target, one token more than the files have."""
    files = [folder / "vocab.json", folder / "target_vocab.json"]
    sizes = [len(json.loads(file.read_bytes())) for file in files if file.is_file()]
    return sizes[0], sizes[-1]


def write_model(folder: Path, *, seed: int = 1, **shape: Any) -> Any:
    """config.json and weights for the tokenizer that lies there; returns the library's model."""
    source, target = sizes_of(folder)
    pad = min(source, target) - 1
    options: dict[str, Any] = {
        "vocab_size": source,
        "decoder_vocab_size": target,
        "share_encoder_decoder_embeddings": source == target,
        "d_model": 32,
        "encoder_layers": 2,
        "decoder_layers": 2,
        "encoder_attention_heads": 4,
        "decoder_attention_heads": 4,
        "encoder_ffn_dim": 48,
        "decoder_ffn_dim": 48,
        "max_position_embeddings": 64,
        "activation_function": "swish",
        "scale_embedding": True,
        "pad_token_id": pad,
        "decoder_start_token_id": pad,
        "eos_token_id": 0,
        "forced_eos_token_id": 0,
        "init_std": 0.2,
        "attn_implementation": "eager",
        **shape,
    }
    torch.manual_seed(seed)
    model: Any = transformers.MarianMTModel(transformers.MarianConfig(**options))
    model.train(mode=False)
    with torch.no_grad():
        model.final_logits_bias.normal_(std=0.3)[:, 0] += 1  # some targets end early
        for name, parameter in model.named_parameters():
            if "bias" in name or "norm" in name:
                parameter.add_(torch.randn_like(parameter) * 0.1)
            elif "decoder" in name and "out_proj" in name:
                parameter.mul_(0.3)  # or targets say one token again and again
            elif "fc" in name:
                parameter.mul_(4)
    model.generation_config.bad_words_ids = [[pad]]
    model.save_pretrained(folder)
    return model


def write_folder(
    folder: Path, *, seed: int = 1, separate: bool = False, tags: bool = False, **shape: Any
) -> tuple[Any, Any]:
    """A whole folder; returns the library's tokenizer and model."""
    words = write_tokenizer(folder, separate=separate, tags=tags)
    return words, write_model(folder, seed=seed, **shape)
