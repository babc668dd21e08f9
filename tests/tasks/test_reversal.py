"""Words backwards: all of them, each once, and half of the examples words both ways."""

from seqviz.tasks import TASKS
from seqviz.tasks.reversal import LETTERS, LONGEST, SHORTEST, word_of


def test_every_word_of_the_letters_comes_once() -> None:
    task = TASKS["word-reversed"]
    assert len(task.values) == sum(8**n for n in (3, 4, 5, 6))
    shorter = 8**3 + 8**4 + 8**5
    found = [word_of(value) for value in task.values if value < shorter or value % 9 == 0]
    assert len(set(found)) == len(found)
    assert {len(word) for word in found} == set(range(SHORTEST, LONGEST + 1))
    assert [len(word_of(value)) for value in (shorter - 1, shorter, task.values[-1])] == [5, 6, 6]
    assert set("".join(found)) == set(LETTERS)


def test_a_word_is_written_from_its_end() -> None:
    for source, target in TASKS["word-reversed"].pairs(train=300, dev=0, test=0, seed=1).train:
        assert [target[-1 - place] for place in range(len(source))] == list(source)
