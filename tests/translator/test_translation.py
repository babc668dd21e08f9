"""The translations of a text's sentences in one."""

from seqviz.translator.translation import Translation, joined

FIRST = Translation(
    text="A.", log_prob=-1.0, score=-0.5, tokens=2, finished=True, unknown=("x",), confidence=0.5
)
SECOND = Translation(
    text="B.", log_prob=-4.0, score=-1.0, tokens=4, finished=False, unknown=("x", "y")
)


def test_one_sentence_is_what_it_was() -> None:
    assert joined([FIRST], "en") is FIRST


def test_several_become_one() -> None:
    found = joined([FIRST, SECOND], "en")
    assert (found.text, joined([FIRST, SECOND], "zh").text) == ("A. B.", "A.B.")
    assert (found.log_prob, found.tokens, found.score) == (-5.0, 6, -5 / 6)
    assert (found.finished, found.unknown, found.confidence) == (False, ("x", "y"), 0.5)
    assert found.sentences == (FIRST, SECOND)
