"""Every head of a model's cross-attention over a test set: read, and switched off.

Letters in shapes: N sentences, L layers, H heads.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seqviz.analysis.heads import HeadStudy, head_measures
from seqviz.errors import InputError
from seqviz.inspection.alignment import OnProgress
from seqviz.inspection.reading import Sentence
from seqviz.options import DecodeOptions, Intervention
from seqviz.records.alignment import ALIGNMENT_FILE, AlignmentStudy
from seqviz.trace import Trace
from seqviz.translator import Translator

SENTENCES, SAMPLE = 100, 20
"""That are read, and on which every head is switched off, where nobody says otherwise."""

_OF_ONE = {"empty_text", "empty_target", "source_too_long", "target_too_long"}
"""What may be wrong with one sentence; other errors are about all."""

Array = NDArray[np.floating[Any]]


def head_study(
    translator: Translator,
    sentences: Sequence[Sentence],
    name: str,
    *,
    options: DecodeOptions,
    sample: int = SAMPLE,
    on_progress: OnProgress | None = None,
) -> HeadStudy:
    """Force every reference, or translate where there is none, and look at each head.

    Args:
        translator: of the model.
        sentences: at least one.
        name: of their file.
        options: of the translations; edits hold for all.
        sample: so many of the first sentences are scored again without each head: Michel et al.
            2019, https://arxiv.org/abs/1905.10650, who look at the score of the whole.
        on_progress: told of the decodings.

    Raises:
        InputError: ``heads_no_attention``: the model has none; ``gold_pair``: it cannot read a
            sentence.
    """
    facts = translator.facts
    if not facts.attends:
        raise InputError("heads_no_attention", {"model": facts.name})
    sampled = min(sample, len(sentences))
    total = len(sentences) + sampled * facts.layers * facts.heads
    work = _Work(translator, options, name, total=total, on_progress=on_progress)
    measures, scored = list[Array](), list[_Without]()
    for place, one in enumerate(sentences):
        trace = work.decoded(one)
        assert trace.cross_attention is not None  # it attends, and was recorded
        ends = [token == facts.eos for token in trace.source.ids]
        measures.append(
            head_measures(trace.cross_attention.astype(np.float64), trace.source.pieces, ends)
        )
        if place < sampled:
            scored.append(work.without_each(one, trace))
    return HeadStudy(
        model=facts.name,
        test_set=name,
        fingerprint=facts.fingerprint,
        numbers=tuple(one.number for one in sentences),
        sources=tuple(one.source for one in sentences),
        forced=sum(bool(one.reference) for one in sentences),
        measures=np.stack(measures),
        changes=_per_token(scored, (facts.layers, facts.heads)),
        sample=sampled,
        error_rates=np.full((facts.layers, facts.heads), np.nan),
        gold="",
    )


def with_alignment(study: HeadStudy, alignment: AlignmentStudy | None) -> HeadStudy:
    """With the AER of every head by its weights, in the row of the model's default.

    Args:
        study: of the same weights.
        alignment: what was measured on links that people drew; None: nothing.
    """
    if alignment is None:
        return study
    row, heads = alignment.chosen().row, study.shape[1]
    (grid,) = (one for one in alignment.grids if (one.measure, one.row) == ("weight", row))
    rates = np.array(grid.error_rates)[:, -heads:]  # the mean of several heads stands first
    return replace(study, error_rates=rates, gold=alignment.gold)


def stored_alignment(translator: Translator) -> AlignmentStudy | None:
    """What ``seqviz align --store`` left beside these weights; None: nothing, or of others.

    Raises:
        ModelError: ``file_corrupt``.
    """
    study = ALIGNMENT_FILE.read(translator.entry.folder / ALIGNMENT_FILE.name)
    fits = study is not None and study.fingerprint == translator.facts.fingerprint
    return study if fits else None


@dataclass(frozen=True, kw_only=True)
class _Without:
    """What switching off each head does to a translation."""

    changes: Array
    """Of its log-probability, (L, H)."""
    tokens: Array
    """That were possible with and without the head, (L, H)."""


class _Work:
    """Decodes, and says how far it is."""

    def __init__(
        self,
        translator: Translator,
        options: DecodeOptions,
        name: str,
        *,
        total: int,
        on_progress: OnProgress | None,
    ) -> None:
        self._translator, self._name = translator, name
        self._options = replace(options, record_attention=True, distribution_size=0)
        self._total, self._done, self._say = total, 0, on_progress

    def decoded(self, one: Sentence) -> Trace:
        try:
            if one.reference:
                trace = self._translator.force(one.source, one.reference, self._options)
            else:
                trace = self._translator.translate(one.source, self._options)
        except InputError as error:
            if error.code not in _OF_ONE:
                raise
            raise InputError("gold_pair", {"line": one.number, "name": self._name}) from error
        self._step()
        return trace

    def without_each(self, one: Sentence, trace: Trace) -> _Without:
        """Score the same tokens once for every head."""
        shape = (trace.model.layers, trace.model.heads)
        target, whole = trace.target(), trace.log_probs().astype(np.float64)
        changes, tokens = np.zeros(shape), np.zeros(shape)
        for place in np.ndindex(shape):
            off = Intervention(kind="ablate", heads=(place,))
            edits = (*self._options.interventions, off)
            options = replace(self._options, record_attention=False, interventions=edits)
            found = self._translator.force_tokens(one.source, target, options).log_probs()
            possible = np.isfinite(found) & np.isfinite(whole)
            changes[place] = (found - whole)[possible].sum()
            tokens[place] = possible.sum()
            self._step()
        return _Without(changes=changes, tokens=tokens)

    def _step(self) -> None:
        self._done += 1
        if self._say is not None:
            self._say(self._done, self._total)


def _per_token(scored: Sequence[_Without], shape: tuple[int, int]) -> Array:
    """NaN where nothing was scored."""
    changes = sum((one.changes for one in scored), np.zeros(shape))
    tokens = sum((one.tokens for one in scored), np.zeros(shape))
    mean: Array = np.divide(changes, tokens, out=np.full(shape, np.nan), where=tokens > 0)
    return mean
