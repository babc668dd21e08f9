"""Judgements of people: pieces become words where they are the words that were judged."""

import numpy as np
import pytest

from seqviz.errors import InputError
from seqviz.inspection.judged import COLUMNS, judged_words, read_judged, report

HEADER = "\t".join(("source", *COLUMNS))
GOOD = "x\ta Scheck\t0.5\ta Sch@@ eck\t-0.1 -2 -0.5 -0.2\tOK OK OK BAD OK"
OTHER = "x\tb c\t-0.5\tb c\t-0.3 -1 -0.2\tOK BAD OK OK OK"
SPLIT = "x\tab c\t-1\ta bc\t-3 -4 -5\tOK BAD OK BAD OK"


def test_a_word_counts_as_its_least_expected_piece() -> None:
    first, second = read_judged([HEADER, GOOD, OTHER], "x.tsv")
    assert first.quality == 0.5 and first.log_probs.tolist() == [-0.1, -2, -0.5, -0.2]
    surprisals, bad = judged_words([first, second])
    assert surprisals.tolist() == [0.1, 2, 0.3, 1]
    assert bad.tolist() == [False, True, True, False]


def test_other_words_than_were_judged_are_left_out() -> None:
    sentences = read_judged([HEADER, GOOD, SPLIT, OTHER, ""], "x.tsv")
    assert [one.words is not None for one in sentences] == [True, False, True]
    found = report(sentences, "x")
    assert (found.name, found.sentences, found.joined) == ("x", 3, 2)
    assert (found.surprisal.count, found.surprisal.bad) == (4, 2)
    quality = [0.5, -1, -0.5]
    means = np.corrcoef([-0.7, -4, -0.5], quality)[0, 1]
    assert found.seq_logprob == pytest.approx(means)
    assert found.worst3 == pytest.approx(np.corrcoef([-2.7 / 3, -4, -0.5], quality)[0, 1])


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["a\tb"], "Line 1 of x.tsv .* no column translation"),
        ([HEADER, "x\ta"], "Line 2 of x.tsv"),
        (["", ""], "Line 1 of x.tsv .* no column translation"),
        ([HEADER], "Nothing can be judged with x.tsv"),
        ([HEADER, SPLIT], "Nothing can be judged with x.tsv"),
        ([HEADER, GOOD, GOOD.replace("-0.1 ", "")], "Line 3 of x.tsv .* 3 pieces, but 3"),
        ([HEADER, GOOD.replace("0.5\t", "good\t", 1)], "Line 2 of x.tsv .* could not convert"),
    ],
)
def test_another_layout_is_refused_in_words(lines: list[str], said: str) -> None:
    with pytest.raises(InputError, match=said):
        read_judged(lines, "x.tsv")
