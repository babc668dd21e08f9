"""From a config to what a model learns from: pairs read, pieces found or made, all in token ids.

Whatever is wrong with the data is said here, before any time is spent on training.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import compress
from pathlib import Path

from seqviz.catalog import models_folder
from seqviz.errors import InputError
from seqviz.options import MAX_SOURCE_TOKENS
from seqviz.tokenizer import Tokenizer
from seqviz.training.batches import Example
from seqviz.training.checkpoints import STATE_FILE
from seqviz.training.data import Pair, ParallelText, read_text
from seqviz.training.measure import Development
from seqviz.training.run import Material
from seqviz.training.settings import TrainSettings
from seqviz.training.vocabulary import (
    SOURCE_FILE,
    SPECIAL,
    TARGET_FILE,
    Vocabularies,
    encode_all,
    find_vocabularies,
    train_vocabularies,
)

PIECES_FOLDER = "pieces"
"""In the work folder."""


@dataclass(frozen=True, kw_only=True)
class Places:
    """Folders of a training."""

    data: Path
    out: Path
    """Gets PAIR/source.model, PAIR/target.model and PAIR/SYSTEM."""
    work: Path
    """Of this run alone: log, pieces, checkpoints."""


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """What a model learns from, and where it comes from."""

    text: ParallelText
    vocabularies: Vocabularies
    material: Material
    left_out: int
    """Training pairs with more than ``max_tokens`` pieces on a side."""


def prepare(settings: TrainSettings, places: Places, *, fresh: bool = False) -> Prepared:
    """Read the data, and find or make the pieces.

    Args:
        settings: of the run.
        places: its folders.
        fresh: an earlier run's pieces do not count.

    Raises:
        InputError: the data cannot be used; see ``read_text`` and ``train_vocabularies``.
        ModelError: the pieces that are there cannot be used.
    """
    text = read_text(settings.data, places.data, seed=settings.seed)
    begun = not fresh and has_run(places.work)
    vocabularies = _vocabularies(settings, text, places, begun=begun)
    train = _examples(text.train, vocabularies)
    longest = settings.data.max_tokens + 1  # with EOS
    fitting = [example for example in train if example.width <= longest]
    if not fitting:
        raise InputError("no_pairs", {"found": len(train), "limit": settings.data.max_tokens})
    dev = _examples(text.dev, vocabularies)
    _check_lengths(dev, settings.data.dev)
    _check_lengths(_examples(text.test, vocabularies), settings.data.test)
    pieces = places.work / PIECES_FOLDER
    pieces.mkdir(parents=True, exist_ok=True)
    vocabularies.write(pieces)
    material = Material(
        train=fitting,
        dev=Development(
            pairs=text.dev,
            examples=tuple(dev),
            metric="exact_match" if settings.data.task else "bleu",
        ),
        source=Tokenizer(pieces / SOURCE_FILE),
        target=Tokenizer(pieces / TARGET_FILE),
        fingerprint=_fingerprint(text, vocabularies),
    )
    left_out = len(train) - len(fitting)
    return Prepared(text=text, vocabularies=vocabularies, material=material, left_out=left_out)


def has_run(work: Path) -> bool:
    """Whether the folder holds the checkpoint of a run."""
    return (work / STATE_FILE).is_file()


def _vocabularies(
    settings: TrainSettings, text: ParallelText, places: Places, *, begun: bool
) -> Vocabularies:
    """The pieces with which a run began; else those of the pair; else new ones."""
    pair = settings.name.partition("/")[0]
    shared = (places.out / pair, models_folder() / pair)
    own = (places.work / PIECES_FOLDER,) if begun else ()
    found = find_vocabularies((*own, *shared))
    if found is not None:
        return found
    return train_vocabularies(text.train, settings.source_vocabulary, settings.target_vocabulary)


def _examples(pairs: Sequence[Pair], vocabularies: Vocabularies) -> list[Example]:
    sources = encode_all(vocabularies.source, [source for source, _ in pairs])
    targets = encode_all(vocabularies.target, [target for _, target in pairs])
    return [
        Example((*source, SPECIAL.eos), (*target, SPECIAL.eos))
        for source, target in zip(sources, targets, strict=True)
    ]


def _check_lengths(examples: Sequence[Example], name: str) -> None:
    """Every line of these files is a pair, so its place is the line's number."""
    too_long = [example.width > MAX_SOURCE_TOKENS for example in examples]
    for number in compress(range(1, len(examples) + 1), too_long):
        reason = f"has {examples[number - 1].width} tokens, the limit is {MAX_SOURCE_TOKENS}"
        raise InputError("data_line", {"line": number, "name": name, "reason": reason})


def _fingerprint(text: ParallelText, vocabularies: Vocabularies) -> str:
    digest = hashlib.sha256(text.fingerprint.encode())
    digest.update(vocabularies.source)
    digest.update(vocabularies.target)
    return digest.hexdigest()
