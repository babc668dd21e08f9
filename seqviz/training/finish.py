"""The end of a training: weights saved and scored, record and card written, all moved in place."""

import os
import shlex
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import torch

from seqviz.analysis.quality import corpus_quality, exact_match, sentence_chrf
from seqviz.catalog import read_entry
from seqviz.errors import InputError
from seqviz.files import held
from seqviz.models.checkpoint import Description, save_model
from seqviz.options import DecodeOptions
from seqviz.records.training import FILE_NAME
from seqviz.records.training_file import write_record
from seqviz.tasks.task import Pair
from seqviz.training.card import CardFacts, Sample, best_point, model_card
from seqviz.training.corpora import licence_line
from seqviz.training.events import Averaged
from seqviz.training.job import STORAGES, Job, Scoring, Tell
from seqviz.training.keep_confidence import keep_confidence
from seqviz.training.material import Prepared
from seqviz.training.run import Outcome
from seqviz.translator import Translator
from seqviz.translator.devices import describe_machine, installed_versions

CARD_FILE = "README.md"
SHOWN = 6
"""Sentences of each kind in the card."""
OPTIONS = DecodeOptions()
"""Beam 5, as ``seqviz evaluate`` has it."""


@dataclass(frozen=True, kw_only=True)
class Trained:
    """What came out of a training."""

    outcome: Outcome
    averaged: Averaged | None
    """What the mean of the last checkpoints gave; None: it was not tried."""


class Finish:
    """From trained weights to the folder: saved, scored, described, moved."""

    def __init__(self, job: Job, prepared: Prepared, trained: Trained) -> None:
        """Take what the training had and gave.

        Args:
            job: of the training.
            prepared: its data.
            trained: its result.
        """
        self._job, self._prepared, self._trained = job, prepared, trained
        self._outcome, self._settings = trained.outcome, job.config.settings
        self._folder = job.stage / self._settings.name

    def to_the_end(self, tell: Tell) -> Mapping[str, object]:
        """Do it all.

        Returns:
            the scores of the test set, as in settings.json; empty: there is none.

        Raises:
            InputError: the weights cannot be stored, or the pair has got other pieces meanwhile.
            OSError: a folder cannot be written.
        """
        try:
            return self._made(tell)
        finally:
            shutil.rmtree(self._job.stage, ignore_errors=True)

    def _made(self, tell: Tell) -> Mapping[str, object]:
        shutil.rmtree(self._job.stage, ignore_errors=True)
        self._folder.mkdir(parents=True)
        place = self._folder if self._prepared.apart else self._folder.parent
        self._prepared.vocabularies.write(place)
        self._save({})
        translator = Translator(read_entry(self._folder), self._job.device)
        test = self._prepared.text.test
        scores: Mapping[str, object] = {}
        texts: list[str] = []
        if test:
            texts = _translations(translator, test, tell)
            scores = _scores(texts, test, self._settings.target_language)
            self._save(scores)
        keep_confidence(
            translator,
            [source for source, _ in self._prepared.text.dev],
            self._settings.data.task or self._settings.data.dev,
        )
        record = replace(self._outcome.record, fingerprint=translator.facts.fingerprint)
        write_record(record, self._folder / FILE_NAME)
        facts = self._facts(scores, _samples(texts, test))
        (self._folder / CARD_FILE).write_text(model_card(facts), encoding="utf-8")
        self._move()
        return scores

    def _save(self, scores: Mapping[str, object]) -> None:
        settings = self._settings
        description = Description(
            name=settings.name,
            source_language=settings.source_language,
            target_language=settings.target_language,
            licence=self._licence(),
            scores={"test": dict(scores)} if scores else {},
        )
        model, storage = self._outcome.model, self._job.storage
        try:
            save_model(self._folder, model, description, storage=storage)
        except ValueError as error:
            raise InputError("file_unwritable", {"file": self._folder, "reason": error}) from error

    def _licence(self) -> str:
        """Of the data, and of those of the model that was gone on from."""
        begun = self._prepared.material.begun
        if begun is None:
            return self._own_licence()
        earlier = self._earlier_licence() or "terms not known."
        return f"{self._own_licence()} Went on from {begun.told.model}: {earlier}"

    def _own_licence(self) -> str:
        return licence_line(list(self._prepared.text.corpora), self._settings.languages)

    def _earlier_licence(self) -> str:
        """Of the data of the model that was gone on from; what is the same is not said again."""
        begun, own = self._prepared.material.begun, self._own_licence()
        if begun is None or not begun.licence.startswith(own):
            return begun.licence if begun else ""
        return f"Trained on the same data.{begun.licence.removeprefix(own)}"

    def _move(self) -> None:
        """Put the pieces, then the model in their places.

        Another system of the pair may have been trained meanwhile: the first one to end decides on
        the pieces of both.
        """
        folder, replaced = self._job.folder, self._job.stage / "replaced"
        folder.parent.mkdir(parents=True, exist_ok=True)
        with held(folder.parent, wait=True):
            if not self._prepared.apart:
                self._prepared.vocabularies.add_to(folder.parent)
            if folder.exists():
                os.replace(folder, replaced)
            try:
                os.replace(self._folder, folder)
            except OSError:
                if replaced.exists():
                    os.replace(replaced, folder)
                raise

    def _facts(self, scores: Mapping[str, object], samples: Sequence[Sample]) -> CardFacts:
        outcome, text = self._outcome, self._prepared.text
        return CardFacts(
            config=self._job.config,
            model=outcome.model.settings,
            parameters=sum(parameter.numel() for parameter in outcome.model.parameters()),
            storage=self._job.storage,
            vocabulary=self._pieces(),
            apart=self._prepared.apart,
            files=text.files,
            corpora=text.corpora,
            augmented=self._prepared.augmented,
            unspelt=self._prepared.unspelt,
            left_out=self._prepared.left_out,
            licence=self._earlier_licence(),
            fingerprint=text.fingerprint,
            record=outcome.record,
            command=_command(self._job),
            machine=_machine(self._job.device),
            outcome=_endings(self._trained, self._settings.optimiser.keep_start),
            scores=scores,
            samples=samples[:: max(1, len(samples) // SHOWN)][:SHOWN],
            worst=_worst(samples),
        )

    def _pieces(self) -> str:
        """Where they come from, a clause."""
        settings, begun = self._settings, self._prepared.material.begun
        if self._prepared.apart and begun is not None:
            more = vars(settings.added_pieces)
            added = "; ".join(f"{side} {' '.join(more[side])}" for side in more if more[side])
            return f"those of `{begun.told.model}`{added and f', and behind them: {added}'}"
        if self._prepared.shared:
            return "those that the pair had already"
        kinds = (settings.source_vocabulary.kind, settings.target_vocabulary.kind)
        return f"made from the training pairs ({' and '.join(dict.fromkeys(kinds))})"


def _worst(samples: Sequence[Sample]) -> list[Sample]:
    """The least like their references; none that is right to the letter."""
    wrong = [sample for sample in samples if sample.translation != sample.reference]
    return sorted(wrong, key=lambda sample: sample.chrf)[:SHOWN]


def _translations(translator: Translator, test: Sequence[Pair], tell: Tell) -> list[str]:
    found = translator.translate_all(
        [source for source, _ in test],
        OPTIONS,
        on_progress=lambda done, total: tell(Scoring(done, total)),
    )
    return [translation.text for translation in found]


def _scores(texts: Sequence[str], test: Sequence[Pair], language: str) -> dict[str, object]:
    references = [reference for _, reference in test]
    quality = corpus_quality(texts, references, language=language)
    return {
        "bleu": round(quality.bleu, 2),
        "chrf": round(quality.chrf, 2),
        "exact_match": round(exact_match(texts, references), 2),
        "bleu_signature": quality.bleu_signature,
        "chrf_signature": quality.chrf_signature,
        "beam_size": OPTIONS.beam_size,
        "length_normalisation": OPTIONS.length_normalisation,
        "alpha": OPTIONS.alpha,
        "sentences": len(test),
    }


def _samples(texts: Sequence[str], test: Sequence[Pair]) -> list[Sample]:
    return [
        Sample(
            source=source,
            reference=reference,
            translation=text,
            chrf=sentence_chrf(text, reference),
        )
        for text, (source, reference) in zip(texts, test, strict=True)
    ]


def _command(job: Job) -> str:
    """What would do it again; folders are everybody's own."""
    words = ["seqviz", "train", job.config.called, "--device", job.device]
    if job.config.settings.data.train:
        words += ["--data", "DATA"]
    words += ["--threads", str(torch.get_num_threads())]
    if job.storage != STORAGES[0]:
        words += ["--storage", job.storage]
    return shlex.join(words)


def _machine(device: str) -> str:
    """Such as "NVIDIA H200, 1 thread of AMD EPYC (2 cores), Python 3.11.7, torch 2.13.0"."""
    machine, versions = describe_machine(), installed_versions()
    threads = torch.get_num_threads()
    count = f"{threads} thread{'s' if threads > 1 else ''}"
    parts = [f"{count} of {machine['cpu']} ({machine['cores']} cores)"]
    if device == "cuda":
        parts.insert(0, torch.cuda.get_device_name())
    parts += [f"Python {machine['python']}", f"torch {versions['torch']}"]
    return ", ".join(parts)


def _endings(trained: Trained, kept: float) -> list[str]:
    """Which weights these are, what averaging gave, and whether it stopped early."""
    outcome, averaged = trained.outcome, trained.averaged
    best = best_point(outcome.record)
    sentences = [f"These weights are those after {outcome.steps[0]:,} steps."]
    if len(outcome.steps) > 1:
        sentences = [f"These weights are the mean of {len(outcome.steps)} checkpoints."]
    if averaged is not None:
        steps = ", ".join(f"{step:,}" for step in averaged.steps)
        sentences.append(
            f"The mean of those after {steps} steps reached {averaged.score:.2f} on the "
            f"development set, the best single ones, after {best.step:,} steps, {best.score:.2f}."
        )
    if kept:
        sentences.append(
            f"They are mixed with those that the training went on from: {kept:.0%} of these, "
            f"{1 - kept:.0%} of what was learnt (Wortsman et al. 2022), "
            f"{outcome.score:.2f} on the development set."
        )
    if outcome.stopped_early:
        sentences.append("The training stopped early, for nothing got better any more.")
    return sentences
