"""What answers what in the tasks: by hand for some cases, by the whole files for all."""

from pathlib import Path

import pytest

from seqviz.analysis.gold import read_gold, written
from seqviz.tasks import TASKS
from seqviz.tasks.gold import ANSWERED, PAIRS, gold
from seqviz.tasks.numerals import number_words

FOLDER = Path(__file__).parents[2] / "data/alignment"


@pytest.mark.parametrize(
    ("task", "pair", "line"),
    [
        ("word-reversed", ("pot", "top"), "p o t\tt o p\t0-2 1-1 2-0"),
        ("number-words", ("342", "three hundred forty-two"), "0-0 0?1 1-2 2-2"),
        ("number-words", ("13,017", "thirteen thousand seventeen"), "0-0 0?1 1-0 1?1 4-2 5-2"),
        ("number-words", ("10", "ten"), "0-0 1-0"),
        ("number-words", ("400007", "four hundred thousand seven"), "0-0 0?1 0?2 5-3"),
        ("date-iso", ("the 3rd of March 1999", "1999-03-03"), "1-4 3-2 4-0"),
        ("date-iso", ("Friday, 11 jul, 1914", "1914-07-11"), "2-4 3-2 5-0"),
    ],
)
def test_cases_by_hand(task: str, pair: tuple[str, str], line: str) -> None:
    found = ANSWERED[task](pair)
    assert found is not None and found.line().endswith(line)


@pytest.mark.parametrize(
    ("task", "pair"),
    [
        ("number-words", ("0", "zero")),
        ("date-iso", ("3.3.1999", "1999-03-03")),
        ("date-iso", ("19990303", "1999-03-03")),
        ("date-iso", ("March 3rd, nineteen ninety-nine", "1999-03-03")),
    ],
)
def test_cases_without_such_parts_are_passed_over(task: str, pair: tuple[str, str]) -> None:
    assert ANSWERED[task](pair) is None


def test_every_number_but_zero_has_its_parts() -> None:
    for number in (*range(1, 1_200), 99_999, 100_000, 110_013, 999_999):
        found = ANSWERED["number-words"]((f"{number:,}", number_words(number)))
        assert found is not None, number
        said = {at for places in found.sure for at in places}
        assert all(at in said for at, sign in enumerate(found.source) if sign in "123456789")
        assert all(map(any, zip(map(bool, found.sure), map(bool, found.possible), strict=True)))


@pytest.mark.parametrize("name", TASKS)
def test_the_files_are_those_of_the_command_and_are_read_as_the_task_writes(name: str) -> None:
    lines = [one.line() for one in gold(TASKS[name])]
    assert (FOLDER / f"{name}.tsv").read_text("utf-8").splitlines() == lines
    task = TASKS[name]
    cases = set(task.pairs(train=0, dev=0, test=2_000, seed=1).test)
    pairs = read_gold(lines, name)
    assert len(pairs) == PAIRS
    for pair in pairs:
        texts = [
            written(words, code).text
            for words, code in (
                (pair.source, task.source_language),
                (pair.target, task.target_language),
            )
        ]
        assert tuple(texts) in cases
