"""A training as it goes on: pairs that it never trains on. Its curves are the browser's to draw."""

from collections.abc import Mapping, Sequence

import pandas as pd

from seqviz.figures.words import WORDS
from seqviz.records.live import LiveCase

Words = Mapping[str, str]


def live_cases_table(cases: Sequence[LiveCase], *, words: Words = WORDS) -> pd.DataFrame:
    """Pairs that are not trained on, with what the model makes of them."""
    return pd.DataFrame(
        {
            words["figure.live.right"]: ["✓" if case.matches else "✗" for case in cases],
            words["figure.live.source"]: [case.source for case in cases],
            words["figure.live.output"]: [case.translation for case in cases],
            words["figure.live.reference"]: [case.reference for case in cases],
        }
    )
