"""From sentences to rows: they are examined together, and each becomes its features."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF

from seqviz.aligned import Reading
from seqviz.analysis import sentence
from seqviz.analysis.alike import agreement, disagreement
from seqviz.analysis.attention import (
    absentmindedness_source,
    absentmindedness_target,
    attention_entropy,
    coverage_deviation,
)
from seqviz.analysis.marks import Read
from seqviz.analysis.quality import metrics_for
from seqviz.analysis.reference import broken_rule
from seqviz.analysis.words import word_groups, word_labels
from seqviz.errors import InputError
from seqviz.inspection.compare import parted_word
from seqviz.inspection.features import SCHEMA
from seqviz.inspection.reading import Sentence
from seqviz.options import DecodeOptions
from seqviz.translator import Translator
from seqviz.translator.corpus import Examined, Given, check_examined, examine, target_ids
from seqviz.translator.scoring import ScoredText

OnProgress = Callable[[int, int], None]
"""Called with the number of sentences translated, and of all that go together."""
Array = NDArray[np.floating[Any]]


@dataclass(frozen=True)
class Examiner:
    """What turns sentences into rows."""

    translator: Translator
    options: DecodeOptions
    metrics: tuple[BLEU, CHRF]
    contributions: bool
    """Compute ALTI+ too."""

    @classmethod
    def of(
        cls, translator: Translator, options: DecodeOptions, *, contributions: bool = False
    ) -> "Examiner":
        """With the metrics of the language that the model writes.

        Raises:
            InputError: ``inspect_options``; ``contributions_recurrent``.
        """
        check_examined(options)
        if contributions and translator.facts.kind == "rnn":
            raise InputError("contributions_recurrent", {"model": translator.entry.name})
        language = options.target_language or translator.entry.target_language
        metrics = metrics_for(language, for_sentences=True)
        return cls(translator, translator.resolved(options), metrics, contributions)

    def rows(
        self, sentences: Sequence[Sentence], on_progress: OnProgress | None = None
    ) -> pa.Table:
        """Examine sentences together, one row each, in ``SCHEMA``.

        Raises:
            InputError, ModelError: as ``translator.corpus.examine``.
        """
        found = examine(
            self.translator,
            [
                Given(text=one.source, reference=one.reference, other=one.baseline)
                for one in sentences
            ],
            options=self.options,
            contributions=self.contributions,
            on_progress=on_progress,
        )
        rows = [self._row(one, seen) for one, seen in zip(sentences, found, strict=True)]
        return pa.Table.from_pylist(rows, schema=SCHEMA)

    def _row(self, read: Sentence, seen: Examined) -> dict[str, Any]:
        features = {
            **scored_features(seen, self.translator.facts.alignment),
            **_of_search(seen),
            **self._of_reference(read, seen),
            **self._of_baseline(read, seen),
        }
        return {
            "number": read.number,
            "source": read.source,
            "reference": read.reference or None,
            "translation": seen.text,
            "baseline": read.baseline or None,
            **{name: _known(value) for name, value in features.items()},
            "source_pieces": seen.source.pieces,
            "pieces": seen.pieces,
            "log_probs": seen.given.log_probs,
            "contrast": _contrast(seen),
            "source_starts": [start for start, _ in seen.source.spans]
            if seen.source.text == read.source
            else None,
            **_read(seen),
        }

    def _of_reference(self, read: Sentence, seen: Examined) -> Mapping[str, Any]:
        if not read.reference:
            return {}
        bleu, chrf = self._scores(seen.text, read.reference)
        if seen.reference is None:
            return {"bleu": bleu, "chrf": chrf}
        log_probs = seen.reference.log_probs.astype(np.float64)
        return {
            "bleu": bleu,
            "chrf": chrf,
            "reference_logprob": float(log_probs.mean()),
            "search_error": self._is_search_error(seen, float(log_probs.sum())),
        }

    def _of_baseline(self, read: Sentence, seen: Examined) -> Mapping[str, Any]:
        if not read.baseline:
            return {}
        found = {
            "disagreement": disagreement(seen.text, read.baseline),
            **self._of_parting(read.baseline, seen),
        }
        if not read.reference:
            return found
        bleu, chrf = self._scores(read.baseline, read.reference)
        return {**found, "baseline_bleu": bleu, "baseline_chrf": chrf}

    def _of_parting(self, baseline: str, seen: Examined) -> Mapping[str, Any]:
        """Where the two part; nothing where the model cannot write the other's."""
        if seen.text.strip() == baseline:
            return {"baseline_kept": True}
        if (left := seen.found.other) is None:
            return {}
        own, other = map(self._pieces, (seen.text, baseline))
        word = parted_word(own, other) if own or not seen.text.strip() else None
        return {
            "parted_word": None if word is None else word + 1,
            "baseline_kept": not left.lost,
            "baseline_lost": left.step + 1 if left.lost else None,
            "baseline_rank": left.rank if left.lost else None,
        }

    def _pieces(self, text: str) -> list[str]:
        """Of a text, as the model would write it, without EOS."""
        spell = self.translator.target.tokenizer.piece
        return [spell(token) for token in target_ids(self.translator, text, DecodeOptions())[:-1]]

    def _scores(self, text: str, reference: str) -> Iterator[float]:
        """BLEU and chrF of a sentence."""
        return (metric.sentence_score(text, [reference]).score for metric in self.metrics)

    def _is_search_error(self, seen: Examined, log_prob: float) -> bool | None:
        """Whether the reference scores higher; None: the options rule it out."""
        target = seen.reference_tokens
        if target == seen.found.tokens:
            return False
        length, eos = len(seen.source.ids), self.translator.facts.eos
        if broken_rule(target, self.options, source_length=length, eos=eos) is not None:
            return None
        score = log_prob / float(self.options.normaliser(np.array([len(target)]))[0])
        return score > seen.found.score


def scored_features(seen: ScoredText, measured: Reading | None) -> Mapping[str, Any]:
    """What can be told of a translation without a search and without a reference.

    Args:
        seen: the translation.
        measured: by which of its attention the model aligns best; its layer is looked at. None:
            nobody measured it, and ``best_covering`` guesses.
    """
    return {
        **_of_probabilities(seen),
        **_of_texts(seen),
        **_of_attention(seen, measured),
        **_of_contributions(seen),
    }


def _contrast(seen: ScoredText) -> Array:
    with np.errstate(invalid="ignore"):  # impossible with the source and without it
        gained: Array = seen.given.log_probs - seen.emptied.log_probs
    return gained


def _read(seen: ScoredText) -> Mapping[str, Array]:
    """What marks need of attention; nothing where there is none."""
    if (stack := seen.given.cross_attention) is None:
        return {}
    read = Read.of(stack, seen.source.pieces)
    return {"read_past": read.past, "read_most": read.most, "read_total": read.total}


def _of_probabilities(seen: ScoredText) -> Mapping[str, Any]:
    log_probs, boosted = seen.given.log_probs, seen.given.boosted
    assert boosted is not None
    return {
        "worst3": sentence.lowest_mean(log_probs),
        "seq_logprob": float(log_probs.mean()),
        "boosted": float(boosted.mean()),
        "source_ignorance": sentence.ignored_share(_contrast(seen), word_groups(seen.pieces)),
    }


def _of_texts(seen: ScoredText) -> Mapping[str, Any]:
    words, source_words = (_words(pieces) for pieces in (seen.pieces, seen.source.pieces))
    return {
        "length_ratio": len(seen.pieces) / len(seen.source.pieces),
        "repetition": sentence.repeated_share(words),
        "copied": sentence.copied_share(words, source_words),
    }


def _words(pieces: Sequence[str]) -> tuple[str, ...]:
    """Without the EOS at the end."""
    return word_labels(pieces, word_groups(pieces))[:-1]


def _of_search(seen: Examined) -> Mapping[str, Any]:
    trail = seen.found.trail
    assert trail is not None
    return {
        "agreement": agreement(seen.finished, [one.score for one in seen.found.finished]),
        "margin_min": trail.margin,
        "entered_last": trail.entered_last,
        "near_prunings": trail.near_prunings,
    }


def _of_contributions(seen: ScoredText) -> Mapping[str, Any]:
    if (found := seen.contributions) is None:
        return {}
    groups = word_groups(seen.source.pieces)
    return {
        "source_share": float(found.source_share.mean()),
        "left_out_alti": sentence.left_out_share(found.source, groups),
    }


def _of_attention(seen: ScoredText, measured: Reading | None) -> Mapping[str, Any]:
    stack = seen.given.cross_attention
    if stack is None:
        return {}
    weights = sentence.best_covering(stack) if measured is None else stack[measured.layer]  # (T, S)
    groups = word_groups(seen.source.pieces)
    return {
        "coverage_min": sentence.least_coverage(weights, groups),
        "left_out": sentence.left_out_share(weights, groups),
        "attention_entropy": float(attention_entropy(weights).mean()),
        "coverage_deviation": float(coverage_deviation(weights)),
        "absentmindedness": float(
            absentmindedness_target(weights) + absentmindedness_source(weights)
        ),
        "wass_to_unif": sentence.distance_from_uniform(weights),
        "attention_eos": sentence.attention_to_end(weights),
    }


def _known(value: Any) -> Any:
    """What a table holds; None where there is no number."""
    return None if isinstance(value, float) and math.isnan(value) else value
