"""Every task: the same cases in every process, and no value in two parts."""

from collections import Counter
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqviz.errors import InputError
from seqviz.tasks import TASKS, TEST_PAIRS, TEST_SEED, Task, TaskPairs, find_task
from seqviz.tasks.task import TRAIN_REPEATS, part_of
from seqviz.training.settings import DataSettings
from tests.tasks.reading import read_date, read_word

VALUE_OF: dict[str, Callable[[str], int]] = {
    "date-iso": lambda source: read_date(source)[0].toordinal(),
    "number-words": lambda source: int(source.replace(",", "")),
    "word-reversed": read_word,
}
EACH = pytest.mark.parametrize("task", TASKS.values(), ids=TASKS)


def some(task: Task, seed: int = 3) -> TaskPairs:
    return task.pairs(train=1_500, dev=200, test=500, seed=seed)


@cache
def most_of(task: str) -> Counter[str]:
    """How many values each part has."""
    return Counter(part_of(value) for value in TASKS[task].values)


@EACH
def test_there_are_as_many_pairs_as_asked_for(task: Task) -> None:
    pairs = some(task)
    assert [len(part) for part in (pairs.train, pairs.dev, pairs.test)] == [1_500, 200, 500]
    assert task.pairs(train=0, dev=0, test=0, seed=3) == TaskPairs(train=(), dev=(), test=())


@EACH
def test_no_source_and_no_value_is_in_two_parts(task: Task) -> None:
    pairs = some(task)
    for what in (str, VALUE_OF[task.name]):
        train, dev, test = (
            Counter(what(source) for source, _ in part)
            for part in (pairs.train, pairs.dev, pairs.test)
        )
        assert not (train.keys() & dev.keys() or train.keys() & test.keys())
        assert not dev.keys() & test.keys()
        assert set(dev.values()) == set(test.values()) == {1}
        assert max(train.values()) <= TRAIN_REPEATS


@EACH
def test_what_one_seed_tests_another_never_trains(task: Task) -> None:
    tested = {target for _, target in task.pairs(train=0, dev=0, test=1_500, seed=1).test}
    for seed in (1, 2):
        pairs = task.pairs(train=2_000, dev=400, test=0, seed=seed)
        assert tested.isdisjoint(target for _, target in (*pairs.train, *pairs.dev))


@EACH
def test_a_seed_decides_and_the_parts_do_not_depend_on_each_other(task: Task) -> None:
    pairs = some(task)
    assert some(task) == pairs
    assert some(task, seed=4).train != pairs.train
    assert some(task, seed=4).test != pairs.test
    assert task.pairs(train=10, dev=0, test=500, seed=3).test == pairs.test
    assert task.pairs(train=1_500, dev=1, test=2, seed=3).train == pairs.train


def test_every_process_generates_the_same() -> None:
    """In each of them texts hash otherwise; and the shipped models were tested on these pairs."""
    found = [task.pairs(train=50, dev=20, test=20, seed=7) for task in TASKS.values()]
    assert sha256(repr(found).encode()).hexdigest()[:16] == "c2727a9d77ef7911"


@EACH
@pytest.mark.parametrize("part", ["train", "dev", "test"])
def test_more_than_there_are_is_refused(task: Task, part: str) -> None:
    most = most_of(task.name)[part]
    most *= TRAIN_REPEATS if part == "train" else 1
    for count in (most + 1, -1):
        with pytest.raises(InputError) as caught:
            task.pairs(**{"train": 0, "dev": 0, "test": 0, part: count}, seed=1)
        assert caught.value.code == "option_out_of_range"
        assert caught.value.facts["high"] == most
        assert task.name in str(caught.value)


@EACH
@pytest.mark.parametrize("part", ["dev", "test"])
def test_all_there_are_can_be_had(task: Task, part: str) -> None:
    most = most_of(task.name)[part]
    pairs = task.pairs(**{"train": 0, "dev": 0, "test": 0, part: most}, seed=1)
    assert len({target for _, target in getattr(pairs, part)}) == most


@given(st.integers(0, 10**9))
def test_every_part_has_its_share(start: int) -> None:
    parts: list[str] = [part_of(value) for value in range(start, start + 2_000)]
    for part, share in (("train", 0.85), ("dev", 0.05), ("test", 0.10)):
        assert abs(parts.count(part) / len(parts) - share) < 0.005


@EACH
def test_the_examples_are_right_and_never_trained_on(task: Task) -> None:
    assert 6 <= len(task.examples) <= 8
    for source, target in task.examples.values():
        value = VALUE_OF[task.name](source)
        assert part_of(value) == "test"
        assert task.write(value, Random(1))[1] == target


@EACH
def test_a_task_is_found_by_its_languages(task: Task) -> None:
    assert task.name == f"{task.source_language}-{task.target_language}"
    assert find_task(task.source_language, task.target_language) is task
    assert find_task(task.target_language, task.source_language) is None
    assert find_task("de", "en") is None


def test_the_trainer_reports_the_test_set_by_which_models_are_compared() -> None:
    assert DataSettings(task="date-iso").task_test == TEST_PAIRS
    assert TEST_SEED == 1


def test_no_kind_of_number_drowns_another() -> None:
    pairs = TASKS["number-words"].pairs(train=4_000, dev=0, test=0, seed=1).train
    kinds = Counter((len(n), n.count("0")) for n in (s.replace(",", "") for s, _ in pairs))
    assert len(kinds) == 22  # 6 lengths, so many zeros as each has room for, and "0" itself
    assert max(kinds.values()) == kinds[6, 0] == pytest.approx(kinds[6, 4], abs=1)
    assert min(kinds[1, 0], kinds[6, 5]) >= 7 * TRAIN_REPEATS
    assert kinds[1, 1] == pairs.count(("0", "zero")) == TRAIN_REPEATS


def test_dates_are_repeated_only_where_there_are_no_more() -> None:
    task = TASKS["date-iso"]
    once = task.pairs(train=62_000, dev=0, test=0, seed=1).train
    assert len({target for _, target in once}) == 62_000
