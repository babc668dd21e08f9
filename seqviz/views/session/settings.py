"""What the page remembers: every setting's code, its default, and how a link's value is read.

Codes are stable and never labels, so that a link survives a change of language.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from seqviz.kinds import LEARNT_LIVE
from seqviz.options import MAX_TARGET_TOKENS, DecodeOptions, Sampling
from seqviz.options.declared import Option, options_of
from seqviz.options.editcode import decode_edits, encode_edits
from seqviz.records.lengths import METRICS
from seqviz.records.live import TASKS as LIVE_TASKS
from seqviz.words import LANGUAGES

GROUPS: Mapping[str, tuple[str, ...]] = {
    "watch": ("attention", "tree", "compare"),
    "compare": ("systems", "beam_sizes", "lengths", "alignment"),
    "experiment": ("what_if", "intervene", "rerank", "reference"),
    "train": ("training", "teacher", "live"),
    "learn": ("lesson", "bottleneck", "concept_test"),
    "inspect": ("inspect",),
}
"""The screens by what one does on them; the codes of older links are among them."""
VIEWS = tuple(view for views in GROUPS.values() for view in views)
EDIT_MODES = ("redo", "score")
TRAINING_AXES = ("step", "seconds", "epoch")
KINDS = ("cross", "encoder", "decoder")
PRUNED = ("none", "next", "all")
LAYOUTS = ("tree", "rank")
MEASURES = ("", "norms", "fed", "norms fed")
SEARCH_OPTIONS, DRAW_OPTIONS = (
    {one.declared.code: one for one in options_of(record) if one.declared.code}
    for record in (DecodeOptions, Sampling)
)
OPTIONS: Mapping[str, Option] = {**SEARCH_OPTIONS, **DRAW_OPTIONS}
"""The decoding options that the page asks for, by the codes of their settings."""
NORMALISATIONS = OPTIONS["norm"].choices
DECODERS = ("beam", "sample")
MAX_PAGE_ALPHA, MAX_PAGE_BETA = (OPTIONS[code].page_range[1] for code in ("alpha", "beta"))
MAX_WHAT_IFS_CHARACTERS = 1_000

Value = str | int | float | bool


@dataclass(frozen=True)
class Setting:
    """One value of the page: what it is at first, and how its code in a link is read."""

    default: Value
    parse: Callable[[str], Value]
    """Raises ValueError for a value that does not exist."""


def choice(*codes: str, default: int = 0) -> Setting:
    """One of some codes; ``default`` is the place of the first one shown."""
    return Setting(codes[default], lambda code: codes[codes.index(code)])


def number(default: float, *, low: float, high: float) -> Setting:
    """A number in a closed range, whole if its default is whole."""

    def parse(code: str) -> float:
        value = type(default)(code)
        if not low <= value <= high:
            raise ValueError(f"{code} is not between {low} and {high}")
        return value

    return Setting(default, parse)


def flag(default: bool = False) -> Setting:
    """Yes or no, "1" or "0" in a link."""
    return Setting(default, lambda code: bool(("0", "1").index(code)))


def text() -> Setting:
    """Any text; empty at first."""
    return Setting("", str)


def line() -> Setting:
    """A text without control characters; empty at first."""

    def parse(code: str) -> str:
        if not code.isprintable():
            raise ValueError("it holds control characters")
        return code

    return Setting("", parse)


def language() -> Setting:
    """The code of a language, as some model spells it; empty at first."""

    def parse(code: str) -> str:
        if not re.fullmatch(r"[\w.+@-]{0,40}", code, re.ASCII):
            raise ValueError(f"{code} is no code of a language")
        return code

    return Setting("", parse)


def node() -> Setting:
    """A node of the tree, STEP.CANDIDATE, both from 0; none at first."""

    def parse(code: str) -> str:
        if not re.fullmatch(r"[0-9]{1,3}\.[0-9]{1,3}", code):
            raise ValueError(f"{code} is not STEP.CANDIDATE")
        return code

    return Setting("", parse)


def own_or_number(*, high: float) -> Setting:
    """A number from 0, or empty for one that stands elsewhere; empty at first."""

    def parse(code: str) -> str:
        if not 0 <= float(code) <= high:
            raise ValueError(f"{code} is not between 0 and {high}")
        return code

    return Setting("", parse)


def what_ifs() -> Setting:
    """Starts of the translation, as token ids joined by dots, dashes between them; none at first.

    The last one is the present one, the others are those before it, to go back to.
    """

    def parse(code: str) -> str:
        ids = r"[0-9]{1,6}(\.[0-9]{1,6})*"
        if len(code) > MAX_WHAT_IFS_CHARACTERS or not re.fullmatch(rf"{ids}(-{ids})*", code):
            raise ValueError("no token ids, or too many")
        return code

    return Setting("", parse)


def edits() -> Setting:
    """Edits of the attention, as ``editcode`` writes them; none at first."""

    def parse(code: str) -> str:
        return encode_edits(decode_edits(code))

    return Setting("", parse)


def _decoding(one: Option) -> Setting:
    """What the page asks of a decoding option, as it is declared."""
    if one.choices:
        return choice(*one.choices)
    if one.kind in (str, tuple[str, ...]):
        return text()
    low, high = one.page_range
    return number(one.default or type(high)(0), low=low, high=high)


def group_of(view: str) -> str:
    """The group in which a screen stands."""
    return next(group for group, views in GROUPS.items() if view in views)


SETTINGS: Mapping[str, Setting] = {
    "lang": choice(*LANGUAGES),
    "view": choice(*VIEWS),
    "pair": text(),
    "system": text(),
    "own": line(),  # a model's folder, or OWNER/MODEL of the hub; empty: pair and system count
    "text": text(),
    "part": number(1, low=0, high=99),  # which sentence of the text; 0: all as one
    "reference": text(),
    "device": text(),
    **{code: _decoding(one) for code, one in OPTIONS.items()},
    "how": choice(*DECODERS),
    "samples": _decoding(OPTIONS["beam"]),
    "source_language": language(),  # empty, here and below: as the model is used to
    "target_language": language(),
    "whatif": what_ifs(),
    "kind": choice(*KINDS),
    "layer": number(0, low=0, high=999),  # from 1; 0 is the layer that aligns best
    "head": number(0, low=0, high=999),  # from 1; 0 is the mean of the heads
    "hypothesis": number(0, low=0, high=999),
    "words": flag(True),  # whole ones, not pieces
    "raw": flag(),
    "by": choice(*MEASURES),  # what the matrix holds besides weights of the step that produces
    "step": number(0, low=0, high=511),
    "source": number(0, low=0, high=512),  # the kept token of the sentence, from 1; 0: none
    "pruned": choice("", *PRUNED),  # empty, here and below: what suits the search
    "layout": choice("", *LAYOUTS),
    "window": number(1, low=1, high=512),  # the first step shown, from 1
    "node": node(),  # STEP.CANDIDATE, both from 0
    "why": flag(),  # whether marks, trust, lenses and attributions are shown
    "numbers": flag(),  # whether the step is shown with every number
    "rerank_norm": choice("", *NORMALISATIONS),  # empty, here and below: as in the search
    "rerank_alpha": own_or_number(high=MAX_PAGE_ALPHA),
    "rerank_beta": own_or_number(high=MAX_PAGE_BETA),
    "edits": edits(),
    "edit_mode": choice(*EDIT_MODES),
    "train_with": text(),  # PAIR/SYSTEM whose training is drawn beside the chosen system's
    "train_axis": choice(*TRAINING_AXES),
    "train_log": flag(),
    "train_sentence": number(0, low=0, high=999),
    "train_stop": number(0, low=0, high=999),  # where the replay stands
    "teacher_step": number(1, low=1, high=MAX_TARGET_TOKENS),  # from 1
    "live_task": choice(*LIVE_TASKS),
    "live_system": choice(*LEARNT_LIVE),
    "length_metric": choice(*METRICS),
    "bare": text(),  # the two systems that are compared along a reference
    "attentive": text(),
    "chapter": line(),  # of the lesson, its step, and the sentence in place of the chapter's own
    "at": line(),
    "sentence": text(),
    "base": text(),  # the system that the others are compared with, or "_reference"
    "run": line(),  # of the test set that is inspected: its name on the server, or its folder
    "filter": text(),
    "order": line(),  # the feature whose worst sentences come first; empty: as in the file
    "marked": flag(),  # whether only sentences with a bookmark are listed
    "row": number(0, low=0, high=10**9),  # the sentence that is looked at, from 1; 0: none
}

MOVED: Mapping[str, Mapping[str, str]] = {"trust": {"view": "attention", "why": "1"}}
"""Screens of older links, and what shows the same now."""
GONE = ("all_layers",)
"""Settings of older links that say nothing any more."""
MOVES = (
    *("layer", "head", "hypothesis", "by", "step", "source", "window", "node"),
    *("teacher_step", "train_stop", "at", "rerank_alpha", "rerank_beta", "row"),
)
"""What one points at or draws along: a change of it alone is no step of the browser's Back."""
DECODING = (*OPTIONS, "how", "samples")
"""The settings that say how to decode."""
SWAPPED = ("beam", "samples", *DRAW_OPTIONS)
"""Those that are drawn for one way of decoding only."""
FORM = ("text", "device", *DECODING)
"""What one types or drags: the sentence, in a form that every run draws, and the settings."""
