from seqviz.bench.timing import best, ratio
from tests.fixtures.bench_reports import timing


def test_the_median_is_the_one_in_the_middle() -> None:
    assert timing("a", 3.0, 1.0, 9.0).median == 3.0
    assert timing("a", 3.0, 1.0, 9.0, 4.0).median == 3.5


def test_the_spread_goes_from_the_fastest_to_the_slowest() -> None:
    found = timing("a", 3.0, 1.0, 9.0)
    assert (found.fastest, found.slowest) == (1.0, 9.0)


def test_a_round_of_over_twice_the_median_stalled_and_stays() -> None:
    found = timing("a", 1.0, 2.0, 1.0, 2.1, 1.0)
    assert found.stalled == (3,)
    assert found.slowest == 2.1


def test_an_engine_counts_at_its_better_thread_count() -> None:
    timings = [
        timing("slow", 8.0),
        timing("slow", 6.0, threads=2),
        timing("fast", 2.0),
        timing("fast", 9.0, threads=2),
    ]
    found = best(timings, "slow")
    assert found is not None
    assert found.threads == 2
    assert ratio(timings, "slow", "fast") == 3.0


def test_there_is_no_ratio_without_both() -> None:
    assert best([timing("a", 1.0)], "b") is None
    assert ratio([timing("a", 1.0)], "a", "b") is None
    assert ratio([timing("a", 1.0)], "b", "a") is None
