"""The columns of an inspected test set, declared once, and how much each feature deserves trust.

Knows nothing about how they are computed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import pyarrow as pa

Group = Literal["strong", "reference", "baseline", "weak"]
Better = Literal["high", "low"]

_NUMBER, _COUNT = pa.float64(), pa.int32()


@dataclass(frozen=True, kw_only=True)
class Feature:
    """One number of a translated sentence."""

    name: str
    """The name of its column, and what a filter calls it."""
    group: Group
    """"strong": published evidence, or our own measurements, speak for it; "reference": needs a
    reference; "baseline": needs another system's translation; "weak": published evidence is mixed,
    and most follow, in part, the length of the sentence, so they are folded away.
    """
    better: Better | None
    """Which end is the good one; None: neither."""
    source: str
    """Whose definition it is; empty: everybody's."""
    type: pa.DataType = _NUMBER

    @property
    def digits(self) -> int:
        """Behind the point, where it is shown."""
        if self.type != _NUMBER:
            return 0
        return 1 if self.name.endswith(("bleu", "chrf", "agreement", "disagreement")) else 2

    @property
    def label(self) -> str:
        """The key of its name in ``seqviz.words``."""
        return f"inspect.feature.{self.name}"

    @property
    def help(self) -> str:
        """The key of what it means."""
        return f"inspect.feature.{self.name}.help"


OURS = "ours"
"""Unpublished."""
UNVERIFIED = "unverified"
"""Found in public code."""
_HALOMI = "Dale et al. 2023 (HalOmi), arXiv 2305.11746"
_GUERREIRO = "Guerreiro et al. 2023, arXiv 2212.09631"
_RIKTERS = "Rikters & Fishel 2017, arXiv 1710.03743"

FEATURES: Mapping[str, Feature] = {
    one.name: one
    for one in (
        Feature(name="worst3", group="strong", better="high", source=OURS),
        Feature(
            name="seq_logprob",
            group="strong",
            better="high",
            source="Guerreiro et al. 2023, arXiv 2208.05309",
        ),
        Feature(
            name="boosted", group="strong", better="high", source="BoostedProb, EMNLP 2025 (0.1.3)"
        ),
        Feature(
            name="source_share",
            group="strong",
            better="high",
            source="Ferrando et al. 2022 (ALTI+), arXiv 2205.11631",
        ),
        Feature(name="source_ignorance", group="strong", better="low", source=_HALOMI),
        Feature(name="length_ratio", group="strong", better=None, source=""),
        Feature(name="repetition", group="strong", better="low", source=""),
        Feature(name="copied", group="strong", better="low", source=OURS),
        Feature(
            name="agreement",
            group="strong",
            better="high",
            source=OURS,
        ),
        Feature(name="margin_min", group="strong", better="high", source=OURS),
        Feature(name="entered_last", group="strong", better="low", source=OURS, type=_COUNT),
        Feature(name="near_prunings", group="strong", better="low", source=OURS, type=_COUNT),
        Feature(name="coverage_min", group="strong", better="high", source=OURS),
        Feature(name="left_out", group="strong", better="low", source=_HALOMI),
        Feature(name="left_out_alti", group="strong", better="low", source=_HALOMI),
        Feature(
            name="bleu", group="reference", better="high", source="Post 2018 (sacrebleu), W18-6319"
        ),
        Feature(name="chrf", group="reference", better="high", source="Popović 2015, W15-3049"),
        Feature(
            name="reference_logprob",
            group="reference",
            better="high",
            source="",
        ),
        Feature(
            name="search_error",
            group="reference",
            better="low",
            source="Stahlberg & Byrne 2019, arXiv 1908.10090",
            type=pa.bool_(),
        ),
        Feature(name="disagreement", group="baseline", better=None, source=""),
        Feature(
            name="parted_word",
            group="baseline",
            better="high",
            source="",
            type=_COUNT,
        ),
        Feature(
            name="baseline_kept",
            group="baseline",
            better="high",
            source=OURS,
            type=pa.bool_(),
        ),
        Feature(name="baseline_lost", group="baseline", better="high", source=OURS, type=_COUNT),
        Feature(name="baseline_rank", group="baseline", better="low", source=OURS, type=_COUNT),
        Feature(name="baseline_bleu", group="baseline", better=None, source="Post 2018, W18-6319"),
        Feature(
            name="baseline_chrf", group="baseline", better=None, source="Popović 2015, W15-3049"
        ),
        Feature(
            name="attention_entropy",
            group="weak",
            better="low",
            source="Ghader & Monz 2017, arXiv 1710.03348",
        ),
        Feature(name="coverage_deviation", group="weak", better="high", source=_RIKTERS),
        Feature(name="absentmindedness", group="weak", better="high", source=_RIKTERS),
        Feature(name="wass_to_unif", group="weak", better="low", source=_GUERREIRO),
        Feature(
            name="attention_eos",
            group="weak",
            better="low",
            source=UNVERIFIED,
        ),
    )
}
"""By name, in the order in which they are shown."""

NEWER = ("parted_word", "baseline_kept", "baseline_lost", "baseline_rank")
"""Features that tables of ``run.FORMAT`` 1 lack."""
TEXTS = ("source", "reference", "translation", "baseline")
"""Columns of text."""
SCHEMA = pa.schema(
    [
        ("number", pa.int64()),
        *((name, pa.string()) for name in TEXTS),
        *((one.name, one.type) for one in FEATURES.values()),
        ("source_pieces", pa.list_(pa.string())),
        ("pieces", pa.list_(pa.string())),
        ("log_probs", pa.list_(pa.float32())),
        ("contrast", pa.list_(pa.float32())),
        ("source_starts", pa.list_(pa.int32())),
        *((f"read_{name}", pa.list_(pa.float32())) for name in ("past", "most", "total")),
    ]
)
"""One row a sentence: its number is that of its line, a header not counted; a reference, the
baseline (the other system's translation) and what needs them are null where there is none; last
come the pieces of both sides, EOS included; of every target piece log p(y | x), nats, and
log p(y | x) − log p(y | ∅); where in the source each of its pieces starts, null where the model
reads another text; and what marks need of attention, ``analysis.marks.Read``, null where there is
none.
"""


def in_group(group: Group) -> Sequence[Feature]:
    """The features of a group, in order."""
    return [one for one in FEATURES.values() if one.group == group]
