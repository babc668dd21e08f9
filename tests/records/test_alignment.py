"""The record of alignments: which choice follows from its numbers, and what it refuses."""

from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from seqviz.aligned import MEASURES, ROWS
from seqviz.errors import ModelError
from seqviz.records.alignment import ALIGNMENT_FILE, AlignmentGrid, AlignmentStudy, Rates

FAIR, BEST = (0.2, 0.3, 0.3), (0.2, 0.3, 0.1)
HIGH = ((0.9, 0.9, 0.9), (0.9, 0.9, 0.9))


def study(**rates: Rates) -> AlignmentStudy:
    """Two layers of two heads; rates by "weight_step" and so on, elsewhere 0.9."""
    grids = tuple(
        AlignmentGrid(
            measure=measure,
            row=row,
            error_rates=(found := rates.get(f"{measure}_{row}", HIGH)),
            precisions=found,
            recalls=found,
        )
        for measure, row in product(MEASURES, ROWS)
    )
    return AlignmentStudy(
        model="de-en/dot",
        fingerprint="0",
        gold="gold.tsv",
        pairs=2,
        sure=5,
        possible=6,
        grids=grids,
        coverage_deviations=(-0.1, -0.3),
        mean_norms=(1.0, 2.0),
    )


@pytest.mark.parametrize(
    ("rates", "chosen"),
    [
        ({"weight_step": ((0.3, 0.2, 0.3), (0.215, 0.3, 0.3))}, ("weight", "step", 1, None)),
        ({"weight_step": ((0.3, 0.2, 0.21), (0.23, 0.3, 0.19))}, ("weight", "step", 1, 1)),
        (
            {"weight_step": ((0.3, 0.3, 0.3), (0.22, 0.3, 0.3)), "norm_step": (FAIR, HIGH[0])},
            ("weight", "step", 1, None),
        ),
        (
            {"weight_step": ((0.3, 0.3, 0.3), (0.23, 0.3, 0.3)), "norm_fed": (BEST, HIGH[0])},
            ("norm", "fed", 0, 1),
        ),
    ],
)  # fmt: skip
def test_the_simplest_choice_near_the_best_is_taken(
    rates: dict[str, Rates], chosen: tuple[Any, ...]
) -> None:
    found = study(**rates).chosen()
    assert (found.measure, found.row, found.layer, found.head) == chosen
    assert found.error_rate <= found.lowest + 0.02


def test_what_one_would_guess_without_gold() -> None:
    assert study().guessed() == {"coverage": 0, "norm": 1}


def test_it_lies_beside_the_weights_and_is_read_with_distrust(tmp_path: Path) -> None:
    path = tmp_path / ALIGNMENT_FILE.name
    ALIGNMENT_FILE.write(study(), path)
    assert ALIGNMENT_FILE.read(path) == study()
    text = path.read_text(encoding="utf-8")
    for wrong in ("9.0", "NaN", "true"):
        path.write_text(text.replace("0.9", wrong, 1), encoding="utf-8")
        with pytest.raises(ModelError):
            ALIGNMENT_FILE.read(path)


def test_grids_that_do_not_fit_together_are_refused() -> None:
    found = study()
    other = replace(found.grids[0], error_rates=HIGH[:1], precisions=HIGH[:1], recalls=HIGH[:1])
    for grids in ((), found.grids[1:], (*found.grids, found.grids[0]), (*found.grids[1:], other)):
        with pytest.raises(ValueError, match="grids"):
            replace(found, grids=grids)
    with pytest.raises(ValueError, match="lengths"):
        replace(found.grids[0], recalls=((0.9, 0.9), (0.9, 0.9, 0.9)))
    with pytest.raises(ValueError, match="guess"):
        replace(found, mean_norms=(1.0,))
