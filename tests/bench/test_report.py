"""How times become ratios."""

from seqviz.bench.plan import FULL, Case
from seqviz.bench.report import Timing, ratio

SHORT = Case(part="peers", length=30, beam_size=5)


def test_a_ratio_is_the_median_of_those_of_the_rounds() -> None:
    """Of the medians it would be 1, of one sentence and another."""
    timings = [
        Timing(case=SHORT, engine="ours", seconds=(1.0, 4.0, 2.0)),
        Timing(case=SHORT, engine="other", seconds=(2.0, 2.0, 3.0)),
        Timing(case=SHORT, engine="other", threads=2, seconds=(9.0, 1.0, 9.0)),
    ]
    assert ratio(timings, "other", "ours") == 1.5
    assert ratio(timings, "ours", "ours") == 1.0
    assert ratio(timings, "ours", "nobody") is None


def test_short_sentences_have_more_rounds() -> None:
    assert FULL.rounds_of(SHORT) >= 7
    assert FULL.rounds_of(Case(part="peers", length=31, beam_size=5)) == FULL.rounds
    assert FULL.rounds_of(Case(part="growth", length=30, beam_size=5)) == 1
