"""A pretrained folder in small: real SentencePiece models, random weights."""

import io
from functools import cache
from pathlib import Path

import sentencepiece
import torch

from seqviz.models.checkpoint import Description, Model, save_model
from seqviz.models.rnn import Rnn
from seqviz.models.settings import RecurrentAttention, RnnSettings, TransformerSettings
from seqviz.models.transformer import Transformer

SENTENCES = (
    "es war sehr kalt",
    "ich habe eine katze gesehen",
    "der hund ist nicht hier",
    "it was very cold",
    "i saw a cat",
    "the dog is not here",
    "我喜欢猫",
)
VOCABULARY_SIZE = 60
RECURRENT: dict[str, RecurrentAttention] = {
    "additive": "additive",
    "dot": "dot",
    "none-reversed": "none",
}
SYSTEMS = ("transformer", *RECURRENT)


@cache
def tiny_tokenizer_bytes() -> bytes:
    """A SentencePiece model with the special ids of the shipped ones."""
    content = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(SENTENCES),
        model_writer=content,
        vocab_size=VOCABULARY_SIZE,
        pad_id=0,
        unk_id=1,
        bos_id=2,
        eos_id=3,
        hard_vocab_limit=False,
        minloglevel=2,
    )
    return content.getvalue()


def tiny_model(system: str) -> Model:
    """A model with random weights, the same at every call."""
    size = vocabulary_size()
    with torch.random.fork_rng():
        torch.manual_seed(5)
        if system == "transformer":
            return Transformer(
                TransformerSettings(
                    source_vocabulary=size,
                    target_vocabulary=size,
                    width=8,
                    heads=2,
                    encoder_layers=2,
                    decoder_layers=3,
                    inner_width=16,
                )
            ).eval()
        attention = RECURRENT[system]
        return Rnn(
            RnnSettings(
                source_vocabulary=size,
                target_vocabulary=size,
                width=8,
                layers=1,
                attention=attention,
                bidirectional=attention != "none",
                reverse_source=attention == "none",
            )
        ).eval()


def write_tiny_models(root: Path) -> Path:
    """Fill a folder with every system for the pair de-en, "transformer" with scores; return it."""
    pair = root / "de-en"
    for system in SYSTEMS:
        scores = {"test": {"bleu": 12.345, "chrf": 23.4}} if system == "transformer" else {}
        description = Description(
            name=f"de-en/{system}",
            source_language="de",
            target_language="en",
            licence="None needed",
            scores=scores,
        )
        save_model(pair / system, tiny_model(system), description)
    for side in ("source", "target"):
        (pair / f"{side}.model").write_bytes(tiny_tokenizer_bytes())
    return root


def vocabulary_size() -> int:
    """Pieces of the tiny SentencePiece model."""
    processor = sentencepiece.SentencePieceProcessor(model_proto=tiny_tokenizer_bytes())
    return int(processor.get_piece_size())
