"""Example sentences: eight a language pair, chosen to show something.

Sentences of Tatoeba (CC BY 2.0 FR, https://tatoeba.org), some written for SeqViz.
"""

from collections.abc import Mapping
from dataclasses import dataclass

CODES = (
    "short",
    "long",
    "reordering",
    "idiom",
    "divergence",
    "bottleneck",
    "question",
    "negation",
)


@dataclass(frozen=True)
class Example:
    """A sentence with its reference; ``code`` says what it shows."""

    code: str
    source: str
    reference: str


EXAMPLES: Mapping[str, tuple[Example, ...]] = {
    "de-en": (),
    "zh-en": (),
}


def example_of(pair: str, text: str) -> Example | None:
    """The example of that pair with exactly that sentence."""
    return next((e for e in EXAMPLES.get(pair, ()) if e.source == text), None)


def is_example(text: str) -> bool:
    """Whether the sentence is an example of any pair, or there is none."""
    return not text or any(example_of(pair, text) for pair in EXAMPLES)
