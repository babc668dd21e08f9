"""Recorded searches in batches against one at a time, as a table: ``make measure-together``.

No test, for times depend on the machine. Each sentence is decoded both ways, in turns of a batch;
then translations, trees and attention are compared. Seconds are the processor's, of one thread.
"""

import argparse
import itertools
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch

from seqviz.inspection.reading import opened, sentences_in
from seqviz.options import DecodeOptions
from seqviz.trace import Trace
from seqviz.translator import Translator, load
from seqviz.translator.devices import describe_machine
from seqviz.translator.together import Wanted, translate_together

OPTIONS = DecodeOptions()
TREE = ("candidate_tokens", "candidate_parents", "candidate_fates", "candidate_slots")
ATTENTION = ("cross_attention", "self_attention")
WANTED, CLOSE = 2.0, 1e-5
"""Times as many sentences a second; the largest difference of a weight of attention."""


@dataclass
class Compared:
    """A system, both ways."""

    sentences: int = 0
    translations: int = 0
    """That are the same."""
    trees: int = 0
    """That are the same, down to each candidate's rank."""
    furthest: float = 0.0
    """A weight of attention of the same tree from its like."""
    alone: list[float] = field(default_factory=list)
    """Seconds of each turn."""
    together: list[float] = field(default_factory=list)

    def add(self, one: Trace, other: Trace) -> None:
        """Compare two records of a sentence."""
        self.sentences += 1
        self.translations += one.translation == other.translation
        if all(
            np.array_equal(getattr(one.search, name), getattr(other.search, name)) for name in TREE
        ):
            self.trees += 1
            self.furthest = max(self.furthest, *map(_distance, *map(_weights, (one, other))))

    def row(self) -> str:
        """Cells of the table."""
        one, other = sum(self.alone), sum(self.together)
        turns = [a / b for a, b in zip(self.alone, self.together, strict=True)]
        return (
            f"{self.translations} of {self.sentences} | {self.trees} | {self.furthest:.1e} | "
            f"{self.sentences / one:.1f} | {self.sentences / other:.1f} | **{one / other:.2f}×** "
            f"({statistics.median(turns):.2f}× of a turn)"
        )


def _weights(trace: Trace) -> list[np.ndarray]:
    found = [getattr(trace.search, name) for name in ATTENTION] + [trace.encoder_self_attention]
    return [one for one in found if one is not None]


def _distance(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.nanmax(np.abs(one - other), initial=0.0))


def compared(translator: Translator, texts: Sequence[str], size: int) -> Compared:
    """Decode all both ways; a first batch before that does not count."""
    found = Compared()
    batches = [texts[place : place + size] for place in range(0, len(texts), size)]
    for number, batch in enumerate([batches[0], *batches]):
        began = time.process_time()
        alone = [translator.translate(text, OPTIONS) for text in batch]
        middle = time.process_time()
        together = translate_together(translator, [Wanted(text=text) for text in batch], OPTIONS)
        ended = time.process_time()
        if number:
            found.alone.append(middle - began)
            found.together.append(ended - middle)
            for one, other in zip(alone, together, strict=True):
                if not isinstance(other, Trace):
                    raise other
                found.add(one, other)
    return found


def rows(asked: argparse.Namespace) -> Iterator[str]:
    """The table, line by line."""
    yield (
        f"| beam {OPTIONS.beam_size}, batches of {asked.size} | same translation | same tree | "
        "attention differs by | sentences a second alone | together | ratio |"
    )
    yield f"| --- {'| --: ' * 6}|"
    for system, file in zip(asked.of[::2], map(Path, asked.of[1::2]), strict=True):
        with opened(file) as stream:
            read = itertools.islice(sentences_in(stream, file.name), asked.sentences)
            texts = [one.source for one in read]
        yield f"| {system} | {compared(load(system, 'cpu'), texts, asked.size).row()} |"


def main() -> None:
    """Measure, and print each row as soon as it is there."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sentences", type=int, default=200)
    parser.add_argument("--size", type=int, default=8)
    parser.add_argument("of", nargs="+", metavar="SYSTEM FILE")
    asked = parser.parse_args()
    torch.set_num_threads(1)
    sys.stdout.write(
        f"{describe_machine()['cpu']}, one thread. Wanted ≥ {WANTED}× and attention within "
        f"{CLOSE}.\n\n"
    )
    for line in rows(asked):
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
