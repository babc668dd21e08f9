import itertools
import math

import pytest

from seqviz.training.loop import learning_rate
from seqviz.training.settings import OptimiserSettings, Schedule


def settings(schedule: Schedule, warmup: int = 10) -> OptimiserSettings:
    return OptimiserSettings(
        steps=110, learning_rate=0.5, warmup_steps=warmup, schedule=schedule, batch_tokens=10
    )


@pytest.mark.parametrize("schedule", ["cosine", "inverse-sqrt"])
def test_the_rate_rises_linearly_to_its_highest(schedule: Schedule) -> None:
    rates = [learning_rate(step, settings(schedule)) for step in range(1, 111)]
    assert rates[:10] == pytest.approx([0.05 * step for step in range(1, 11)])
    assert max(rates) == rates[9] == 0.5
    assert all(later < earlier for earlier, later in itertools.pairwise(rates[9:]))


def test_a_cosine_is_half_way_down_in_the_middle_and_ends_just_above_zero() -> None:
    asked = OptimiserSettings(steps=109, learning_rate=0.5, warmup_steps=10)
    assert learning_rate(60, asked) == pytest.approx(0.25)
    assert 0 < learning_rate(109, asked) < 0.001


def test_an_inverse_square_root_halves_the_rate_when_the_step_is_four_times_as_large() -> None:
    assert learning_rate(40, settings("inverse-sqrt")) == pytest.approx(0.25)


def test_without_warm_up_the_first_step_is_finite() -> None:
    assert learning_rate(1, settings("inverse-sqrt", warmup=0)) == 0.5
    assert math.isclose(learning_rate(1, settings("cosine", warmup=0)), 0.5, rel_tol=1e-3)
