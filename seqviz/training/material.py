"""From a config to what a model learns from: pairs read, pieces found or made, all in token ids.

Whatever is wrong with the data is said here, before any time is spent on training.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import compress
from pathlib import Path

from seqviz.catalog import models_folder
from seqviz.errors import InputError
from seqviz.files import write_whole, writing
from seqviz.options import MAX_SOURCE_TOKENS, DecodeOptions
from seqviz.tasks.task import Pair
from seqviz.text.tokenizer import Tokenizer
from seqviz.training.augment.augmented import augmented
from seqviz.training.augment.slots import Kind
from seqviz.training.batches import SPECIAL, Example
from seqviz.training.checkpoints import STATE_FILE
from seqviz.training.data import ParallelText, read_text
from seqviz.training.measure import Development
from seqviz.training.run import Material
from seqviz.training.settings import AddedSettings, TrainSettings
from seqviz.training.start import Begun, find_start
from seqviz.training.vocabulary import (
    SOURCE_FILE,
    TARGET_FILE,
    Vocabularies,
    examples_of,
    find_vocabularies,
    train_vocabularies,
)

PIECES_FOLDER = "pieces"
"""In the work folder."""
ORIGIN_FILE = "origin"
"""In the folder of the pieces: whether they were made for this run, and what it learns from."""
MADE, TAKEN = "made", "taken"


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
    augmented: Mapping[Kind, int]
    """Additional pairs, by what was replaced; see ``augmented``."""
    unspelt: int
    """Training pairs whose target the pieces cannot spell: the model would learn to write ⁇."""
    left_out: int
    """Other training pairs with more than ``max_tokens`` pieces on a side."""
    shared: bool
    """The pair had its pieces already; else they were made from these training pairs."""
    apart: bool
    """The pieces are not those of the pair but of this model alone."""


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
    start = find_start(settings)
    text = read_text(settings.data, places.data, seed=settings.seed)
    made = augmented(text.train, settings.augment, languages=settings.languages, seed=settings.seed)
    own = (places.work / PIECES_FOLDER,) if has_run(places.work) and not fresh else ()
    vocabularies = _vocabularies(settings, text, places, own=own, start=start)
    train = examples_of((*text.train, *made.pairs), vocabularies)
    longest = settings.data.max_tokens + 1  # with EOS
    spelt = [example for example in train if SPECIAL.unk not in example.target]
    fitting = [example for example in spelt if example.width <= longest]
    if not fitting:
        raise InputError("no_pairs", {"found": len(train), "limit": settings.data.max_tokens})
    dev = examples_of(text.dev, vocabularies)
    test = examples_of(text.test, vocabularies)
    _check_lengths(dev, settings.data.dev)
    _check_lengths(test, settings.data.test)
    _check_positions(settings, learnt=fitting, decoded=[*dev, *test])
    fingerprint = _fingerprint(text, vocabularies, made=made.pairs, start=start)
    shared = _keep(vocabularies, settings, places, fingerprint=fingerprint)
    pieces = places.work / PIECES_FOLDER
    material = Material(
        train=fitting,
        dev=Development(
            pairs=text.dev,
            examples=tuple(dev),
            metric="exact_match" if settings.data.task else "bleu",
        ),
        source=Tokenizer(pieces / SOURCE_FILE),
        target=Tokenizer(pieces / TARGET_FILE),
        fingerprint=fingerprint,
        begun=start,
    )
    return Prepared(
        text=text,
        vocabularies=vocabularies,
        material=material,
        augmented=made.kinds,
        unspelt=len(train) - len(spelt),
        left_out=len(spelt) - len(fitting),
        shared=shared,
        apart=start is not None and not (start.shared and settings.added_pieces == AddedSettings()),
    )


def has_run(work: Path) -> bool:
    """Whether the folder holds the checkpoint of a run."""
    return (work / STATE_FILE).is_file()


def _vocabularies(
    settings: TrainSettings,
    text: ParallelText,
    places: Places,
    *,
    own: tuple[Path, ...],
    start: Begun | None,
) -> Vocabularies:
    """Those with which a run began; those of the model it goes on from, or the pair; new ones."""
    shared = (start.pieces,) if start else _shared_folders(settings, places)
    if (found := find_vocabularies(own)) is not None:
        return found
    if (found := find_vocabularies(shared)) is not None:
        more = settings.added_pieces
        return found if more == AddedSettings() else found.with_more(more)
    return train_vocabularies(text.train, settings.source_vocabulary, settings.target_vocabulary)


def _shared_folders(settings: TrainSettings, places: Places) -> tuple[Path, Path]:
    """Where the pair may have pieces already."""
    pair = settings.name.partition("/")[0]
    return places.out / pair, models_folder() / pair


def _keep(
    vocabularies: Vocabularies, settings: TrainSettings, places: Places, *, fingerprint: str
) -> bool:
    """Keep the pieces in the work folder, and remember whether the pair had them already.

    Returns:
        whether it had, also where a run goes on, or replaces the very model that it once made.
    """
    folder = places.work / PIECES_FOLDER
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / ORIGIN_FILE
        origins = {f"{word} {fingerprint}".encode(): word == TAKEN for word in (MADE, TAKEN)}
        stored_origin = file.read_bytes() if file.is_file() else b""
    if vocabularies.reused != folder:
        vocabularies.write(folder)
    if stored_origin in origins:
        return origins[stored_origin]
    shared = vocabularies.reused is not None
    if vocabularies.reused == folder:  # a run of the time before origins were kept
        shared = vocabularies.same(find_vocabularies(_shared_folders(settings, places)))
    origin = next(origin for origin, taken in origins.items() if taken == shared)
    write_whole(file, origin)
    return shared


def _check_lengths(examples: Sequence[Example], name: str) -> None:
    """Every line of these files is a pair, so its place is the line's number."""
    too_long = [example.width > MAX_SOURCE_TOKENS for example in examples]
    for number in compress(range(1, len(examples) + 1), too_long):
        reason = f"has {examples[number - 1].width} tokens, the limit is {MAX_SOURCE_TOKENS}"
        raise InputError("data_line", {"line": number, "name": name, "reason": reason})


def _check_positions(
    settings: TrainSettings, *, learnt: Sequence[Example], decoded: Sequence[Example]
) -> None:
    """Refuse learned positions that end before a sentence, or before its longest translation.

    Raises:
        InputError: ``config_invalid``.
    """
    reach = settings.model.longest
    if reach is None:
        return
    limit = DecodeOptions().length_limit
    longest = max(example.width for example in (*learnt, *decoded))
    needed = max(longest, *(limit(len(example.source)) for example in decoded))
    if reach < needed:
        reason = (
            f"model.max_positions is {reach}, but the longest sentence and its "
            f"translation need {needed}"
        )
        raise InputError("config_invalid", {"file": settings.name, "reason": reason})


def _fingerprint(
    text: ParallelText, vocabularies: Vocabularies, *, made: Sequence[Pair], start: Begun | None
) -> str:
    digest = hashlib.sha256(text.fingerprint.encode())
    digest.update(vocabularies.source)
    digest.update(vocabularies.target)
    digest.update("\n".join(map("\t".join, made)).encode())
    digest.update(start.told.sha256.encode() if start else b"")
    return digest.hexdigest()
