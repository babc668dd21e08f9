"""The recorded search against exhaustive search, greedy decoding, and a plain one."""

from dataclasses import replace
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
from tests.decoding.targets import EOS, SOURCE, assert_true, targets, task_of
from tests.fixtures.scripted_model import Ids, Script, ScriptedModel, random_script, table_script

NORMALISATIONS = get_args(LengthNormalisation)
RULES = get_args(StopRule)
RULES_IN_TURN: tuple[StopRule, ...] = ("first", "bound", "max_length")
NEVER = float("-inf")


def log_table(table: dict[Ids, list[float]], otherwise: list[float]) -> Script:
    """A script from probabilities."""
    with np.errstate(divide="ignore"):
        logs = {prefix: np.log(row).tolist() for prefix, row in table.items()}
        return table_script(logs, np.log(otherwise).tolist())


ASKED: dict[str, DecodeOptions] = {
    "none": DecodeOptions(length_normalisation="none"),
    "average": DecodeOptions(alpha=0.7),
    "gnmt": DecodeOptions(length_normalisation="gnmt", alpha=1.4),
    "coverage": DecodeOptions(beta=0.8),
    "coverage, gnmt": DecodeOptions(length_normalisation="gnmt", alpha=0.6, beta=0.2),
    "min_length": DecodeOptions(min_length=3),
    "prefix": DecodeOptions(prefix=(3, 1)),
    "banned": DecodeOptions(banned=(2,)),
    "all": DecodeOptions(alpha=0.5, beta=0.4, min_length=3, prefix=(2,), banned=(1, 2)),
}
"""Each of the options that a search may have, on a vocabulary of at least four."""


@pytest.mark.parametrize("asked", ASKED.values(), ids=ASKED)
@pytest.mark.parametrize("rule", RULES)
def test_a_beam_of_everything_is_exhaustive_search(asked: DecodeOptions, rule: StopRule) -> None:
    options = replace(asked, beam_size=40, stop=rule, max_length=3)
    for seed in range(3):
        task = task_of(random_script(seed, 4), options)
        decoding = decode_beam(ScriptedModel(task.script), SOURCE, options)
        every = dict(truth.all_sequences(task))
        assert len(targets(decoding)) == len(every)
        assert set(targets(decoding)) == set(every)
        scores = {target: truth.score(task, target, log_prob) for target, log_prob in every.items()}
        assert targets(decoding)[0] == max(scores, key=scores.__getitem__)
        found = targets(decoding)
        np.testing.assert_allclose(decoding.log_probs, [every[y] for y in found], atol=1e-5)
        np.testing.assert_allclose(decoding.scores, [scores[y] for y in found], atol=1e-5)


def test_exhaustive_search_sees_what_each_option_does() -> None:
    """Every option above changes what can come out, or what is best, on some of the scripts."""
    plain = DecodeOptions(length_normalisation="none", max_length=3)
    for name, asked in ASKED.items():
        changed = 0
        for seed in range(3):
            script, results = random_script(seed, 4), []
            for options in (plain, replace(asked, max_length=3)):
                task = task_of(script, options)
                every = dict(truth.all_sequences(task))
                results.append({y: truth.score(task, y, value) for y, value in every.items()})
            changed += results[0] != results[1]
        assert changed == (0 if name == "none" else 3), name


def assert_plain_search(script: Script, options: DecodeOptions) -> None:
    decoding = decode_beam(ScriptedModel(script), SOURCE, options)
    assert_true(decoding, task_of(script, options), atol=1e-5)


@pytest.mark.parametrize("asked", ASKED.values(), ids=ASKED)
@pytest.mark.parametrize("rule", RULES)
def test_the_search_is_the_plain_one(asked: DecodeOptions, rule: StopRule) -> None:
    for seed, width in enumerate((1, 2, 3, 5)):
        options = replace(asked, beam_size=width, stop=rule, max_length=5)
        assert_plain_search(random_script(seed, 6), options)


def test_a_penalised_end_does_not_stop_the_search_too_soon() -> None:
    """What has finished counts with its penalty, what lives on without: it may still be covered."""
    later = 0
    for seed, width in product(range(12), (1, 2)):
        script = random_script(seed, 4)
        options = DecodeOptions(
            beam_size=width, length_normalisation="none", beta=5.0, max_length=6
        )
        assert_plain_search(script, options)
        plain, penalised = (
            decode_beam(ScriptedModel(script), SOURCE, each).search.steps
            for each in (replace(options, beta=0.0), options)
        )
        assert penalised >= plain
        later += penalised > plain
    assert later > 3


@pytest.mark.parametrize("seed", range(4))
def test_a_beam_of_one_is_greedy(seed: int) -> None:
    for asked in ASKED.values():
        options = replace(asked, beam_size=1, stop="first")
        task = task_of(random_script(seed, 7), options)
        decoding = decode_beam(ScriptedModel(task.script), SOURCE, options)
        target, total = truth.greedy(task)
        assert targets(decoding)[0] == target
        assert decoding.log_probs[0] == pytest.approx(total, abs=1e-4)
        assert decoding.search.slots == 1
        assert decoding.search.candidates == 2


def test_alpha_zero_is_no_normalisation() -> None:
    script = random_script(3, 6)
    plain = decode_beam(
        ScriptedModel(script), SOURCE, DecodeOptions(length_normalisation="none", max_length=6)
    )
    for form in NORMALISATIONS:
        options = DecodeOptions(length_normalisation=form, alpha=0.0, max_length=6)
        decoding = decode_beam(ScriptedModel(script), SOURCE, options)
        np.testing.assert_array_equal(decoding.scores, plain.scores)
        assert targets(decoding) == targets(plain)
        assert (decoding.normalisers == 1).all()


def test_first_stops_where_the_bound_goes_on() -> None:
    """Two have finished, but the live prefix may still win, and does."""
    script = log_table(
        {
            (): [0.3, 0.0, 0.6, 0.1],
            (2,): [0.2, 0.0, 0.01, 0.79],
            (2, 3): [0.01, 0.0, 0.01, 0.98],
            (2, 3, 3): [0.98, 0.0, 0.01, 0.01],
        },
        [0.25, 0.25, 0.25, 0.25],
    )
    first, bound, longest = (
        decode_beam(
            ScriptedModel(script), SOURCE, DecodeOptions(stop=rule, beam_size=2, max_length=6)
        )
        for rule in RULES_IN_TURN
    )
    assert (first.stopped_by, bound.stopped_by, longest.stopped_by) == (
        "first",
        "bound",
        "max_length",
    )
    assert first.search.steps < bound.search.steps < longest.search.steps == 6
    assert targets(first)[0] != (2, 3, 3, 0)
    assert targets(bound)[0] == (2, 3, 3, 0)


def test_a_prefix_that_no_token_follows_is_dropped() -> None:
    script = log_table({(): [0.0, 0.0, 0.5, 0.5], (2,): [0.5, 0.0, 0.5, 0.0]}, [0.0, 0.0, 1.0, 0.0])
    options = DecodeOptions(beam_size=3, max_length=4)
    decoding = decode_beam(ScriptedModel(script), SOURCE, options)
    search = decoding.search
    present = search.candidate_fates != Fate.ABSENT
    assert np.isfinite(search.candidate_cumulative[present]).all()
    assert set(search.candidate_tokens[0][present[0]]) == {2, 3}
    assert (2, 0) in targets(decoding)
    assert all(1 not in target for target in targets(decoding))


@pytest.mark.parametrize("damaged", [float("nan"), NEVER, float("inf")])
def test_numbers_that_are_none_leave_no_hypothesis_and_say_so(damaged: float) -> None:
    model = ScriptedModel(lambda _, prefix: [damaged] * 4)
    with pytest.raises(ModelError) as caught:
        decode_beam(model, SOURCE, DecodeOptions())
    assert caught.value.code == "no_prediction"
    assert model.steps == 1


def test_a_damaged_prefix_leaves_the_others_alone() -> None:
    """One NaN makes the predictions of its prefix unusable, and of no other."""
    sound = random_script(1, 6)

    def script(source: Ids, prefix: Ids) -> list[float]:
        logits = list(sound(source, prefix))
        return [*logits[:-1], float("nan")] if prefix[:1] == (3,) else logits

    options = DecodeOptions(beam_size=6, max_length=4, stop="max_length")
    decoding = decode_beam(ScriptedModel(script), SOURCE, options)
    assert all(target[0] != 3 or len(target) == 1 for target in targets(decoding))
    slot = int(decoding.search.candidate_slots[0][decoding.search.candidate_tokens[0] == 3][0])
    assert np.isnan(decoding.search.entropies[1, slot])
    assert (decoding.search.next_tokens[1, slot] == -1).all()
    assert not np.isnan(np.delete(decoding.search.entropies[1, :5], slot)).any()


def test_when_every_prefix_has_ended_the_search_stops() -> None:
    script = log_table({(): [0.5, 0.0, 0.5, 0.0]}, [1.0, 0.0, 0.0, 0.0])
    for rule in RULES:
        options = DecodeOptions(beam_size=4, stop=rule)
        decoding = decode_beam(ScriptedModel(script), SOURCE, options)
        assert targets(decoding) == [(2, 0), (0,)]
        assert (decoding.search.steps, decoding.stopped_by) == (2, "finished")


def test_equals_go_to_the_lower_slot_then_to_the_lower_token() -> None:
    model = ScriptedModel(lambda _, prefix: [-1.0] + [0.0] * 99)
    search = decode_beam(model, SOURCE, DecodeOptions(beam_size=3, max_length=2)).search
    assert search.candidate_tokens.tolist() == [[1, 2, 3, 4, 5, 6]] * 2
    assert search.candidate_parents.tolist() == [[0] * 6] * 2
    assert search.next_tokens[0, 0].tolist() == list(range(1, 11))


def test_survivors_compete_only_at_the_maximum_length() -> None:
    """An unfinished hypothesis that scores best is the best only at the maximum length."""
    script = log_table({(): [0.4, 0.0, 0.6, 0.0]}, [0.0, 0.0, 1.0, 0.0])
    at_limit = decode_beam(ScriptedModel(script), SOURCE, DecodeOptions(beam_size=2, max_length=3))
    assert at_limit.stopped_by == "max_length"
    assert targets(at_limit) == [(2, 2, 2), (0,)]
    stopped = decode_beam(
        ScriptedModel(log_table({(): [0.4, 0.0, 0.6, 0.0]}, [0.1, 0.0, 0.9, 0.0])),
        SOURCE,
        DecodeOptions(beam_size=2, stop="first", max_length=9),
    )
    assert stopped.stopped_by == "first"
    assert stopped.finished.tolist() == [True, True, False]
    assert stopped.scores[2] > stopped.scores[1]


def test_an_end_beyond_the_first_k_is_pruned() -> None:
    script = log_table({}, [0.2, 0.0, 0.5, 0.3])
    search = decode_beam(
        ScriptedModel(script), SOURCE, DecodeOptions(beam_size=2, max_length=1)
    ).search
    assert search.candidate_tokens[0].tolist() == [2, 3, 0, -1]
    assert search.candidate_fates[0].tolist() == [
        Fate.KEPT,
        Fate.KEPT,
        Fate.PRUNED,
        Fate.ABSENT,
    ]


def check_fates(decoding: Decoding, beam_size: int) -> None:
    """What every search must look like."""
    search = decoding.search
    live = 1
    for step in range(search.steps):
        fates = search.candidate_fates[step]
        present = fates != Fate.ABSENT
        count = int(present.sum())
        assert present[:count].all()
        tokens, totals = search.candidate_tokens[step], search.candidate_cumulative[step]
        parents, slots = search.candidate_parents[step], search.candidate_slots[step]
        assert (np.diff(totals[:count]) <= 0).all()
        assert ((parents >= 0) == present).all()
        assert (parents[present] < live).all()
        ended = present & (tokens == EOS)
        assert ((fates == Fate.FINISHED) == (ended & (np.arange(len(fates)) < beam_size))).all()
        kept = np.flatnonzero(fates == Fate.KEPT)
        assert kept.tolist() == np.flatnonzero(present & ~ended)[:beam_size].tolist()
        assert slots[kept].tolist() == list(range(len(kept)))
        assert (np.delete(slots, kept) == -1).all()
        if step:
            before = search.candidate_cumulative[step - 1]
            origin = [
                np.flatnonzero(search.candidate_slots[step - 1] == p)[0] for p in parents[:count]
            ]
            np.testing.assert_allclose(
                before[origin] + search.candidate_log_probs[step, :count], totals[:count], atol=1e-5
            )
        assert (~np.isnan(search.entropies[step])).tolist() == [
            slot < live for slot in range(beam_size)
        ]
        live = len(kept)


@settings(max_examples=30)
@given(
    seed=st.integers(0, 10_000),
    vocabulary=st.integers(2, 9),
    beam_size=st.integers(1, 8),
    max_length=st.integers(1, 6),
    rule=st.sampled_from(RULES),
    form=st.sampled_from(NORMALISATIONS),
    alpha=st.floats(0, 2),
)
def test_every_search_is_consistent(
    *,
    seed: int,
    vocabulary: int,
    beam_size: int,
    max_length: int,
    rule: StopRule,
    form: LengthNormalisation,
    alpha: float,
) -> None:
    options = DecodeOptions(
        beam_size=beam_size,
        max_length=max_length,
        stop=rule,
        length_normalisation=form,
        alpha=alpha,
    )
    decoding = decode_beam(ScriptedModel(random_script(seed, vocabulary)), SOURCE, options)
    check_fates(decoding, beam_size)
    ends = decoding.search.candidate_fates == Fate.FINISHED
    assert decoding.finished.sum() == ends.sum()
    assert (~decoding.finished).sum() == (decoding.search.candidate_fates[-1] == Fate.KEPT).sum()
    np.testing.assert_array_equal(decoding.scores, decoding.log_probs / decoding.normalisers)
    for group in (decoding.finished, ~decoding.finished):
        assert (np.diff(decoding.scores[group]) <= 0).all()
    assert [len(target) for target in targets(decoding)] == decoding.lengths.tolist()


def test_the_same_search_twice_is_the_same() -> None:
    model = ScriptedModel(random_script(8, 9))
    one, two = (decode_beam(model, SOURCE, DecodeOptions()) for _ in range(2))
    for name, value in vars(one.search).items():
        np.testing.assert_array_equal(value, getattr(two.search, name))
    np.testing.assert_array_equal(one.scores, two.scores)


def test_on_step_sees_every_step_and_may_cancel() -> None:
    model, seen = ScriptedModel(random_script(1, 9)), []
    options = DecodeOptions(stop="max_length", max_length=6)

    def cancel_at_three(step: int, limit: int) -> None:
        seen.append((step, limit))
        if step == 3:
            raise DecodingCancelled

    with pytest.raises(DecodingCancelled):
        decode_beam(model, SOURCE, options, on_step=cancel_at_three)
    assert seen == [(0, 6), (1, 6), (2, 6), (3, 6)]
    assert model.steps == 3
    assert decode_beam(model, SOURCE, options).search.steps == 6


@pytest.mark.parametrize(("length", "code"), [(0, "empty_text"), (513, "source_too_long")])
def test_a_source_out_of_bounds_is_refused(length: int, code: str) -> None:
    model = ScriptedModel(random_script(1, 9))
    with pytest.raises(InputError) as caught:
        decode_beam(model, [4] * length, DecodeOptions())
    assert caught.value.code == code
    assert model.steps == 0


def test_the_longest_source_is_welcome() -> None:
    model = ScriptedModel(random_script(1, 9))
    decoding = decode_beam(model, [4] * 512, DecodeOptions(beam_size=1, max_length=2))
    assert decoding.search.cross_attention is not None
    assert decoding.search.cross_attention.shape[-1] == 512
