"""A training in small: words spelled backwards, letter by letter."""

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import sentencepiece

from seqviz.models.settings import RnnSettings, TransformerSettings
from seqviz.text.tokenizer import Tokenizer
from seqviz.training.batches import SPECIAL, Example
from seqviz.training.events import Event
from seqviz.training.measure import Development
from seqviz.training.run import Material, Outcome, train
from seqviz.training.settings import DataSettings, OptimiserSettings, ReportSettings, TrainSettings

LETTERS = "abcde"
WORDS = tuple(
    a + b + c + d
    for a in LETTERS
    for b in LETTERS
    for c in LETTERS
    for d in ("", "a", "ae")
    if (a, b) != ("b", "c")
)
PAIRS = tuple((word, word[::-1]) for word in WORDS)
STEPS = 24


def letters_tokenizer(folder: Path) -> Tokenizer:
    """One piece a letter, with the usual special ids."""
    content = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(WORDS),
        model_writer=content,
        model_type="char",
        vocab_size=20,
        pad_id=0,
        unk_id=1,
        bos_id=2,
        eos_id=3,
        add_dummy_prefix=False,
        hard_vocab_limit=False,
        minloglevel=2,
    )
    file = folder / "letters.model"
    file.write_bytes(content.getvalue())
    return Tokenizer(file)


def examples_of(pairs: tuple[tuple[str, str], ...], tokenizer: Tokenizer) -> tuple[Example, ...]:
    """The pairs in token ids."""
    return tuple(
        Example(
            source=(*tokenizer.encode(source).ids, SPECIAL.eos),
            target=(*tokenizer.encode(target).ids, SPECIAL.eos),
        )
        for source, target in pairs
    )


def tiny_material(folder: Path) -> Material:
    """All words but some, which are the development set."""
    tokenizer = letters_tokenizer(folder)
    dev = PAIRS[::13]
    learnt = tuple(pair for pair in PAIRS if pair not in dev)
    return Material(
        train=examples_of(learnt, tokenizer),
        dev=Development(pairs=dev, examples=examples_of(dev, tokenizer), metric="exact_match"),
        source=tokenizer,
        target=tokenizer,
        fingerprint="words",
    )


def tiny_settings(
    model: RnnSettings | TransformerSettings | None = None, **report: int
) -> TrainSettings:
    """A run of 24 steps with dropout, measured every 6."""
    shape = model or RnnSettings(
        source_vocabulary=20, target_vocabulary=20, width=16, layers=1, cell="gru", dropout=0.2
    )
    wanted = ReportSettings(
        log_every=4, dev_every=6, dev_sentences=8, replay_frames=5, replay_sentences=2
    )
    return TrainSettings(
        name="word-drow/additive",
        model=shape,
        data=DataSettings(train=("words.tsv",), dev="dev.tsv"),
        optimiser=OptimiserSettings(steps=STEPS, batch_tokens=150, warmup_steps=4, average_last=2),
        report=replace(wanted, **report),
        seed=3,
    )


def run(
    settings: TrainSettings,
    folder: Path,
    *,
    work: Path,
    on_event: Callable[[Event], None] = lambda event: None,
) -> Outcome:
    """Train on the words."""
    return train(settings, tiny_material(folder), work=work, device="cpu", on_event=on_event)
