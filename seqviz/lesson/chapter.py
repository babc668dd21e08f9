"""What a chapter of the lesson is: steps as data, frozen. Knows no file, no model, no picture.

A chapter is one YAML file with both languages side by side; ``schema`` reads it, ``pack`` makes of
it what a browser walks through.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from seqviz.options import DecodeOptions

Texts = Mapping[str, str]
"""By the code of a language."""
Layout = tuple["str | Layout", ...]
"""Parts one below the other; those in a tuple stand beside each other, and so on in turns."""
Needs = Literal["none", "bet", "action"]
BetKind = Literal["next", "row", "dies", "fails"]
Moment = str | int
"""A step of the translation: its number from 0, from the end where it is below 0, or the name of
one that depends on the sentence; see ``moments``."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One decoding that a step shows."""

    pair: str
    system: str
    text: str
    options: DecodeOptions = field(default_factory=DecodeOptions)
    reference: str = ""
    """A right translation, where one is known."""

    @property
    def model(self) -> str:
        """PAIR/SYSTEM."""
        return f"{self.pair}/{self.system}"

    @property
    def key(self) -> str:
        """A short name for the browser: the same for the same decoding, whatever its reference."""
        facts = f"{self.model}|{self.text}|{self.options}"
        return f"{self.model} {hashlib.sha256(facts.encode('utf-8', 'replace')).hexdigest()[:8]}"

    def by(self, system: str) -> "Asked":
        """The same sentence in another system, of the same pair."""
        return replace(self, system=system)

    @property
    def greedily(self) -> "Asked":
        """The same, by greedy decoding."""
        return replace(self, options=replace(self.options, beam_size=1))


@dataclass(frozen=True, kw_only=True)
class View:
    """What is selected in the picture; the codes of the page's links, and their meaning."""

    step: Moment = 0
    kind: str = ""
    """Of attention: "cross", "encoder" or "decoder"; empty: the first that there is."""
    layer: int = 0
    """From 1; 0 is the layer that is shown where nobody chose."""
    head: int = 0
    """From 1; 0 is the mean of all."""
    hypothesis: int = 0
    words: bool = True
    raw: bool = False
    node: str = ""
    """STEP.CANDIDATE, both from 0."""
    pruned: str = ""
    layout: str = ""
    window: int = 0
    grow: bool = False
    """The tree ends at the step; states, or terms of a sum, come one by one."""
    phase: str = ""
    """Of the computation: "score", "softmax", "sum", "heads" or "predict"; empty: the first."""
    token: int | None = None
    """The source token whose score is taken apart, from 0; None: the one with the largest weight.
    """
    dim: int | None = None
    """The place in the vectors that is looked at, from 0."""
    temperature: float | None = None
    """Of the softmax in the computation."""


@dataclass(frozen=True, kw_only=True)
class Bet:
    """What is hidden, and asked for, before a step shows it."""

    kind: BetKind
    systems: tuple[str, ...] = ()
    """Of the pair, where one bets which of them fails."""


@dataclass(frozen=True, kw_only=True)
class Check:
    """What a step's text relies on: a fact, and what it must be."""

    fact: str
    how: Literal["is", "is_not", "above", "below"]
    value: str | float


@dataclass(frozen=True, kw_only=True)
class Step:
    """One idea: a text, a picture, and what is asked of the learner."""

    id: str
    line: int
    """Where it starts in its file."""
    text: Texts
    """Empty where a bet alone is asked."""
    otherwise: Texts
    """What stands in where the sentence does not bear the text; empty: the step is left out."""
    reveal: Texts
    """What is said once the bet is revealed; empty: nothing more than the outcome."""
    asked: Mapping[str, Asked]
    """By language."""
    own: bool
    """Whether one's own sentence takes the place of this one."""
    show: Layout
    view: View
    highlight: tuple[str, ...]
    needs: Needs
    bet: Bet | None
    action: str
    checks: tuple[Check, ...]
    systems: tuple[str, ...]
    """Of the pair, whose translations are listed."""


@dataclass(frozen=True, kw_only=True)
class Chapter:
    """A list of steps, walked through from the first to the last."""

    id: str
    title: Texts
    steps: tuple[Step, ...]
    questions: tuple[str, ...] = ()
    """Asked at its end: the first three that its sentences bear; see ``questions``."""

    @property
    def asked(self) -> Iterator[Asked]:
        """Every decoding that its steps show, in every language."""
        return (asked for step in self.steps for asked in step.asked.values())
