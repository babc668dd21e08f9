from dataclasses import replace

import pytest

from seqviz.bench.report import warnings_of
from seqviz.bench.targets import Target, targets_of
from tests.fixtures.bench_reports import made_up_report


def found(differing: int = 0, device: str = "cpu") -> dict[str, Target]:
    report = made_up_report(differing=differing, device=device)
    return {target.name: target for target in targets_of(report)}


@pytest.mark.parametrize(
    ("start", "ratio", "reached"),
    [
        ("S = 30, beam 5, faster than transformers, attentions", 3.0, True),
        ("S = 30, beam 5, time of ctranslate2", 1.0, True),
        ("S = 300, beam 5, time of ctranslate2", None, None),
        ("Recording everything", 1.25, False),
        ("Peak memory less 20 MiB, S = 300", 1.0, True),
        ("Sentences per second in batches, those of ctranslate2", 0.5, False),
        ("Sentences per second in batches, those of transformers", None, None),
        ("Recurrent models", 1.2, True),
    ],
)
def test_ratios_are_those_of_the_medians(
    start: str, ratio: float | None, reached: bool | None
) -> None:
    (target,) = (target for name, target in found().items() if name.startswith(start))
    assert target.found == (None if ratio is None else pytest.approx(ratio, rel=0.01))
    assert target.reached is reached


def test_other_results_make_a_comparison_void() -> None:
    name = "S = 30, beam 5, faster than transformers, attentions"
    assert found(differing=1)[name].found is None
    assert found(differing=1)["S = 30, beam 5, time of ctranslate2"].found == 1.0
    (warning,) = warnings_of(made_up_report(differing=1))
    assert warning.startswith("transformers, attentions, S = 30, beam 5: 1 of 3 best sequences")
    assert warnings_of(made_up_report()) == []


def test_a_card_has_targets_of_its_own() -> None:
    targets = found(device="cuda")
    assert targets["S = 30, beam 5, faster than transformers, attentions"].bound == 8
    assert not any("ctranslate2" in name for name in targets)


def test_a_target_says_in_words_what_it_came_to() -> None:
    target = Target(name="Speed", bound=2.0, at_least=True, found=3.304)
    assert str(target) == "Speed: target ≥ 2×: 3.30× reached"
    assert str(replace(target, found=1.9)) == "Speed: target ≥ 2×: 1.90× missed"
    assert str(replace(target, at_least=False)) == "Speed: target ≤ 2×: 3.30× missed"
    assert str(replace(target, found=None)) == "Speed: target ≥ 2×: not measured"
