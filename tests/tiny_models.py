"""A pretrained folder in small: real SentencePiece models, random weights."""

import io
from functools import cache

import sentencepiece

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
