"""Translations that people judged, with the log-probabilities of the model that made them.

The layout of MLQE-PE (Fomicheva et al. 2022, https://aclanthology.org/2022.lrec-1.530): TSV with a
header. Knows no model.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from seqviz.analysis.judging import Judgement, best_threshold, judge, pearson
from seqviz.analysis.marks import Array, Rule
from seqviz.analysis.words import CONTINUES
from seqviz.errors import InputError
from seqviz.inspection.rules import strong

COLUMNS = ("translation", "z_mean", "pieces", "log_probs", "translation_tags")
_BAD = "BAD"
_WORST = 3


@dataclass(frozen=True, kw_only=True, eq=False)
class JudgedSentence:
    """One translation."""

    quality: float
    """What raters think of it, higher is better."""
    log_probs: Array
    """Of its pieces, EOS last, (T,), nats."""
    words: tuple[Array, NDArray[np.bool_]] | None
    """Surprisals of its words, the highest of their pieces, (W,), nats, and which of them are bad,
    (W,); None: the pieces do not join to the words that were judged."""


@dataclass(frozen=True, kw_only=True)
class JudgedReport:
    """What numbers of a model say about the judgements of people."""

    name: str
    sentences: int
    joined: int
    """Sentences whose words are judged: their pieces join to them."""
    seq_logprob: float
    """Pearson's correlation of the mean log-probability with the judgement of the sentence."""
    worst3: float
    """The same, of the mean of the three lowest."""
    surprisal: Judgement
    """Of words; the threshold is the one with the highest MCC."""


def read_judged(lines: Iterable[str], name: str) -> list[JudgedSentence]:
    """The sentences of a file.

    Args:
        lines: of the file, without line ends; a header first.
        name: of the file, for errors.

    Raises:
        InputError: ``judged_invalid``: a column is missing, or a line does not fit;
            ``nothing_to_judge``: of the words that pieces join to, none is bad, or all are.
    """
    header, *rows = [line.split("\t") for line in lines if line] or [[]]
    missing = [column for column in COLUMNS if column not in header]
    if missing:
        raise InputError(
            "judged_invalid", {"line": 1, "name": name, "reason": f"no column {missing[0]}"}
        )
    found = []
    for line, row in enumerate(rows, start=2):
        try:
            found.append(_sentence({name: row[header.index(name)] for name in COLUMNS}))
        except (ValueError, IndexError) as error:
            reason = str(error)
            raise InputError(
                "judged_invalid", {"line": line, "name": name, "reason": reason}
            ) from error
    bad = [flag for one in found if one.words for flag in one.words[1].tolist()]
    if not 0 < sum(bad) < len(bad):
        raise InputError("nothing_to_judge", {"name": name})
    return found


def report(sentences: Sequence[JudgedSentence], name: str) -> JudgedReport:
    """Set the numbers of a model beside the judgements of people."""
    quality = [one.quality for one in sentences]
    surprisals, bad = judged_words(sentences)
    return JudgedReport(
        name=name,
        sentences=len(sentences),
        joined=sum(one.words is not None for one in sentences),
        seq_logprob=pearson([one.log_probs.mean() for one in sentences], quality),
        worst3=pearson([np.sort(one.log_probs)[:_WORST].mean() for one in sentences], quality),
        surprisal=judge(surprisals, bad, threshold=best_threshold(surprisals, bad)),
    )


def judged_words(sentences: Sequence[JudgedSentence]) -> tuple[Array, NDArray[np.bool_]]:
    """Surprisals of all words that are judged, and which are bad, (N,) each."""
    surprisals, bad = zip(*(one.words for one in sentences if one.words), strict=True)
    return np.concatenate(surprisals), np.concatenate(bad)


def unsure_rule(files: Mapping[str, Sequence[JudgedSentence]]) -> Rule:
    """From which surprisal on a word is marked, and how good that is, by judgements of people.

    Args:
        files: sentences by the name of their file; the AUROC is the mean over files, the threshold
            the best for all words together.
    """
    surprisals, bad = judged_words([one for sentences in files.values() for one in sentences])
    threshold = best_threshold(surprisals, bad)
    reports = [report(sentences, name) for name, sentences in files.items()]
    return Rule(
        weights={"surprisal": 1.0},
        threshold=threshold,
        full=max(threshold, strong(surprisals, bad)),
        auroc=float(np.mean([one.surprisal.auroc for one in reports])),
        data=f"judgements of people: {', '.join(files)}",
    )


def _sentence(row: Mapping[str, str]) -> JudgedSentence:
    """One line; tags are of gap, word, gap, …, gap."""
    numbers = np.array(row["log_probs"].split(), np.float64)
    spelled = row["pieces"].split()
    if len(numbers) != len(spelled) + 1:
        raise ValueError(f"{len(spelled)} pieces, but {len(numbers)} log-probabilities with EOS")
    words = " ".join(spelled).replace(f"{CONTINUES} ", "").split()
    bad = np.array([tag == _BAD for tag in row["translation_tags"].split()[1::2]], bool)
    joined = words == row["translation"].split() and len(bad) == len(words)
    inner = [piece.endswith(CONTINUES) for piece in ("", *spelled[:-1])]
    surprisals = np.maximum.reduceat(-numbers[:-1], np.flatnonzero(~np.array(inner)))
    return JudgedSentence(
        quality=float(row["z_mean"]),
        log_probs=numbers,
        words=(surprisals, bad) if joined else None,
    )
