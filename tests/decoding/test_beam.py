"""The recorded search against exhaustive search, greedy decoding, and a plain one."""

from itertools import product
from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqviz.decoding.beam import decode_beam
from seqviz.decoding.record import Decoding
from seqviz.errors import DecodingCancelled, InputError, ModelError
from seqviz.options import DecodeOptions, LengthNormalisation, StopRule
from seqviz.trace import Fate
from tests.decoding import truth
from tests.decoding.scripted import Ids, Script, ScriptedModel, random_script, table_script

EOS = 0
SOURCE = (5, 7, 0)
NORMALISATIONS = get_args(LengthNormalisation)
RULES = get_args(StopRule)
NEVER = float("-inf")


def targets(decoding: Decoding) -> list[Ids]:
    search = decoding.search
    found = []
    for step, candidate in zip(decoding.steps, decoding.candidates, strict=True):
        _, chosen = search.path(int(step), int(candidate))
        found.append(tuple(search.candidate_tokens[np.arange(len(chosen)), chosen].tolist()))
    return found


def log_table(table: dict[Ids, list[float]], otherwise: list[float]) -> Script:
    """A script from probabilities."""
    with np.errstate(divide="ignore"):
        logs = {prefix: np.log(row).tolist() for prefix, row in table.items()}
        return table_script(logs, np.log(otherwise).tolist())


@pytest.mark.parametrize(("form", "rule", "seed"), list(product(NORMALISATIONS, RULES, range(3))))
def test_a_beam_of_everything_is_exhaustive_search(
    form: LengthNormalisation, rule: StopRule, seed: int
) -> None:
    script = random_script(seed, 4)
    options = DecodeOptions(
        beam_size=40, length_normalisation=form, alpha=0.7, stop=rule, max_length=3
    )
    decoding = decode_beam(ScriptedModel(script), SOURCE, options)
    every = dict(truth.all_sequences(script, SOURCE, 3, EOS))
    assert set(targets(decoding)) == set(every)
    assert len(decoding.steps) == len(every) == 40
    best = max(every, key=lambda y: every[y] / truth.divisor(len(y), options))
    assert targets(decoding)[0] == best
    np.testing.assert_allclose(decoding.log_probs, [every[y] for y in targets(decoding)], atol=1e-5)


@pytest.mark.parametrize(
    ("form", "rule", "width"), list(product(NORMALISATIONS, RULES, (1, 2, 3, 5)))
)
def test_the_search_is_the_plain_one(form: LengthNormalisation, rule: StopRule, width: int) -> None:
    for seed in range(6):
        script = random_script(seed, 6)
        options = DecodeOptions(
            beam_size=width, length_normalisation=form, alpha=0.8, stop=rule, max_length=5
        )
        decoding = decode_beam(ScriptedModel(script), SOURCE, options)
        expected, stopped = truth.beam(script, SOURCE, options, EOS)
        assert decoding.stopped_by == stopped
        assert targets(decoding) == [target for target, _, _ in expected]
        assert decoding.finished.tolist() == [finished for _, _, finished in expected]
        np.testing.assert_allclose(decoding.scores, [score for _, score, _ in expected], atol=1e-5)


@pytest.mark.parametrize("seed", range(8))
def test_a_beam_of_one_is_greedy(seed: int) -> None:
    script = random_script(seed, 7)
    decoding = decode_beam(ScriptedModel(script), SOURCE, DecodeOptions(beam_size=1, stop="first"))
    target, total = truth.greedy(script, SOURCE, DecodeOptions().length_limit(len(SOURCE)), EOS)
    assert targets(decoding)[0] == target
    assert decoding.log_probs[0] == pytest.approx(total, abs=1e-4)
    assert decoding.search.slots == 1
    assert decoding.search.candidates == 2
    assert (decoding.search.candidate_fates[:, 1] == Fate.PRUNED).any()


def test_alpha_zero_is_no_normalisation() -> None:
    script = random_script(3, 6)
    plain = decode_beam(
        ScriptedModel(script), SOURCE, DecodeOptions(length_normalisation="none", max_length=6)
    )
    for form in ("average", "gnmt"):
        options = DecodeOptions(length_normalisation=form, alpha=0.0, max_length=6)
        decoding = decode_beam(ScriptedModel(script), SOURCE, options)
        np.testing.assert_array_equal(decoding.scores, plain.scores)
        assert targets(decoding) == targets(plain)
        assert (decoding.normalisers == 1).all()


def test_first_stops_where_the_bound_goes_on() -> None:
    """Two have finished, but the live prefix may still win, and does."""
    options = {"beam_size": 2, "max_length": 6}
    script = log_table(
        {
            (): [0.3, 0.0, 0.6, 0.1],
            (2,): [0.2, 0.0, 0.01, 0.79],
            (2, 3): [0.01, 0.0, 0.01, 0.98],
            (2, 3, 3): [0.98, 0.0, 0.01, 0.01],
        },
        [0.25, 0.25, 0.25, 0.25],
    )
    first = decode_beam(ScriptedModel(script), SOURCE, DecodeOptions(stop="first", **options))
    bound = decode_beam(ScriptedModel(script), SOURCE, DecodeOptions(stop="bound", **options))
    longest = decode_beam(
        ScriptedModel(script), SOURCE, DecodeOptions(stop="max_length", **options)
    )
    assert (first.stopped_by, bound.stopped_by, longest.stopped_by) == (
        "first",
        "bound",
        "max_length",
    )
    assert first.search.steps < bound.search.steps < longest.search.steps == 6
    assert targets(first)[0] != (2, 3, 3, 0)
    assert targets(bound)[0] == (2, 3, 3, 0)
