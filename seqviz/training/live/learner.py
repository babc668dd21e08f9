"""A small model and a synthetic task that it learns in a minute or two, update by update."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch

from seqviz.catalog import models_folder
from seqviz.decoding.corpus import decode_corpus
from seqviz.errors import ModelError
from seqviz.kinds import LEARNT_FIRST, SYSTEMS
from seqviz.options import DecodeOptions
from seqviz.records.live import LiveCase, LiveJob
from seqviz.tasks import TASKS
from seqviz.tasks.task import Pair
from seqviz.text.codec import read_source
from seqviz.text.tokenizer import Tokenizer
from seqviz.trace import Trace
from seqviz.training.batches import SPECIAL
from seqviz.training.build import build_model
from seqviz.training.config import read_config, shipped_configs
from seqviz.training.loop import Trainer
from seqviz.training.observer import Observer
from seqviz.training.settings import TrainSettings
from seqviz.training.vocabulary import (
    SOURCE_FILE,
    TARGET_FILE,
    Vocabularies,
    examples_of,
    find_vocabularies,
    train_vocabularies,
)

MORE_TOKENS = 2
"""A translation may be so much longer than the longest target that is trained on."""


def live_settings(job: LiveJob) -> TrainSettings:
    """The config that came with the program; else that of ``LEARNT_FIRST``, attending otherwise."""
    name, system = f"{job.task}/{job.system}", SYSTEMS[job.system]
    ships = name in shipped_configs()
    config = read_config(name if ships else f"{job.task}/{LEARNT_FIRST}").settings
    model: Any = config.model
    if not ships:
        model = replace(model, attention=system.attention, cell=system.cell)
    data = replace(config.data, task_pairs=job.pairs, task_dev=job.dev)
    return replace(config, name=name, model=model, data=data, seed=job.seed)


@dataclass(frozen=True, kw_only=True)
class Learner:
    """A model that learns a task."""

    trainer: Trainer
    observer: Observer
    dev: tuple[Pair, ...]
    """Pairs that are not trained on."""
    most_tokens: int
    """Of a translation."""

    @property
    def steps(self) -> int:
        """Updates that are planned in all."""
        return self.observer.settings.optimiser.steps

    @property
    def parameters(self) -> int:
        """How many numbers the model has."""
        return sum(parameter.numel() for parameter in self.observer.model.parameters())

    @property
    def example(self) -> Pair:
        """A source and its reference: longer than most, so that there is something to see."""
        by_length = sorted(self.dev, key=lambda pair: len(pair[0]) + len(pair[1]))
        return by_length[len(by_length) * 4 // 5]

    def advance(self) -> tuple[float, float]:
        """Do one update; how often all pairs were seen by now, and the loss of this one.

        Raises:
            InputError: "training_diverged", the loss is no number.
        """
        update = self.trainer.advance()
        return update.epoch, update.loss

    def translate(self, text: str) -> Trace:
        """Translate a text greedily.

        Raises:
            SeqVizError: it is empty or too long, or the weights predict nothing.
        """
        self.observer.model.eval()
        return self.observer.translate(text, max_length=self.most_tokens)

    def cases(self) -> list[LiveCase]:
        """All development pairs, translated greedily."""
        observer, eos = self.observer, SPECIAL.eos
        observer.model.eval()
        sources = [read_source(source, observer.source, eos).ids for source, _ in self.dev]
        options = DecodeOptions(beam_size=1, max_length=self.most_tokens)
        texts = [
            observer.spelling.text(result.tokens)
            for result in decode_corpus(observer.searched, sources, options)
        ]
        return [
            LiveCase(source=source, reference=reference, translation=text)
            for (source, reference), text in zip(self.dev, texts, strict=True)
        ]


def prepare(job: LiveJob) -> Learner:
    """Generate the pairs, take or make the pieces, build the model.

    Raises:
        SeqVizError: there are not as many pairs.
    """
    settings = live_settings(job)
    pairs = TASKS[job.task].pairs(train=job.pairs, dev=job.dev, test=0, seed=job.seed)
    pieces = _pieces(settings, pairs.train)
    examples = examples_of(pairs.train, pieces)
    source, target = _tokenizers(pieces)
    torch.manual_seed(settings.seed)
    model = build_model(settings, source=source, target=target)
    return Learner(
        trainer=Trainer(model, examples, settings),
        observer=Observer(model=model, settings=settings, source=source, target=target),
        dev=pairs.dev,
        most_tokens=max(len(example.target) for example in examples) + MORE_TOKENS,
    )


def _pieces(settings: TrainSettings, pairs: Sequence[Pair]) -> Vocabularies:
    """Those of the shipped models of the task, or new ones."""
    try:
        found = find_vocabularies([models_folder() / settings.data.task])
    except ModelError:  # damaged; a training that is thrown away needs no other cure
        found = None
    sides = settings.source_vocabulary, settings.target_vocabulary
    return found or train_vocabularies(pairs, *sides)


def _tokenizers(pieces: Vocabularies) -> tuple[Tokenizer, Tokenizer]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pieces.write(folder)
        return Tokenizer(folder / SOURCE_FILE), Tokenizer(folder / TARGET_FILE)
