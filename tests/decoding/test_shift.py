"""Edits of the attention in whole decodings, and how far they move the distributions."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from seqviz.decoding.beam import decode_beam
from seqviz.decoding.forced import decode_forced
from seqviz.decoding.shift import decode_shift, kl_divergence, total_variation
from seqviz.options import DecodeOptions, Sampling
from seqviz.options.intervention import Intervention
from tests.decoding.targets import targets
from tests.fixtures.random_models import KINDS, random_model
from tests.fixtures.scripted_model import ScriptedModel, random_script, table_script

EOS = 3
SOURCE = (5, 7, 4, 3)
TARGET = (8, 4, 6, 3)
ATTENDING = [kind for kind in KINDS if kind != "none"]
IDENTITIES: dict[str, Intervention] = {
    "temperature 1": Intervention(kind="sharpen", temperature=1.0),
    "a step that never comes": Intervention(kind="ablate", steps=(400,)),
    "one head, temperature 1": Intervention(kind="sharpen", heads=((0, 0),)),
}
STRONG: dict[str, Intervention] = {
    "mute": Intervention(kind="mute", sources=(0, 1)),
    "sharpen": Intervention(kind="sharpen", temperature=0.05),
    "uniform": Intervention(kind="uniform"),
    "shuffle": Intervention(kind="shuffle", seed=3),
    "set": Intervention(kind="set", weights=(0.0, 0.0, 0.0, 1.0)),
    "ablate": Intervention(kind="ablate"),
}


@pytest.mark.parametrize("kind", ATTENDING)
@pytest.mark.parametrize("name", IDENTITIES)
def test_an_identity_changes_nothing_in_a_whole_search(kind: str, name: str) -> None:
    model, options = random_model(kind), DecodeOptions(beam_size=4, max_length=6, beta=0.2)
    plain = decode_beam(model, SOURCE, options)
    edited = decode_beam(model, SOURCE, replace(options, interventions=(IDENTITIES[name],)))
    assert targets(edited) == targets(plain)
    assert edited.stopped_by == plain.stopped_by
    np.testing.assert_allclose(edited.scores, plain.scores, atol=1e-4)
    for column, expected in vars(plain.search).items():
        found = getattr(edited.search, column)
        if expected is None:
            assert found is None
        elif column.startswith(("candidate_tok", "candidate_par", "candidate_fat", "candidate_sl")):
            np.testing.assert_array_equal(found, expected)
        else:
            np.testing.assert_allclose(found, expected, atol=2e-4)


@pytest.mark.parametrize("kind", ATTENDING)
@pytest.mark.parametrize("name", STRONG)
def test_a_real_edit_changes_the_search_and_forced_decoding_alike(kind: str, name: str) -> None:
    model, options = random_model(kind), DecodeOptions(beam_size=3, max_length=6)
    with_edit = replace(options, interventions=(STRONG[name],))
    plain, edited = (decode_beam(model, SOURCE, each) for each in (options, with_edit))
    assert not np.array_equal(plain.scores, edited.scores)
    best = targets(edited)[0]
    forced = decode_forced(model, SOURCE, best, options=with_edit)
    assert forced.log_probs[0] == pytest.approx(edited.log_probs[0], abs=1e-4)
    without = decode_forced(model, SOURCE, best, options=options)
    assert without.log_probs[0] != pytest.approx(edited.log_probs[0], abs=1e-4)


@pytest.mark.parametrize("kind", ATTENDING)
def test_muted_tokens_receive_exactly_nothing_at_the_named_steps(kind: str) -> None:
    model = random_model(kind)
    edit = Intervention(kind="mute", sources=(1,), steps=(0, 2))
    options = DecodeOptions(
        beam_size=3, max_length=4, min_length=4, stop="max_length", interventions=(edit,)
    )
    search = decode_beam(model, SOURCE, options).search
    assert search.cross_attention is not None
    live = ~np.isnan(search.entropies)
    for step in range(4):
        weights = search.cross_attention[step, live[step]]
        assert (weights[..., 1] == 0).all() == (step in (0, 2))
        np.testing.assert_allclose(weights.sum(-1), 1, atol=1e-5)


def test_edits_reach_the_model_at_the_steps_they_name() -> None:
    always = Intervention(kind="uniform")
    later = Intervention(kind="sharpen", temperature=2.0, steps=(1, 3))
    first = Intervention(kind="mute", sources=(0,), steps=(0,))
    expected = [(always, first), (always, later), (always,), (always, later), (always,)]
    options = DecodeOptions(
        max_length=5, min_length=5, stop="max_length", interventions=(always, later, first)
    )
    for asked in (options, replace(options, sampling=Sampling())):
        model = ScriptedModel(random_script(1, 9), eos=EOS)
        decode_beam(model, SOURCE, asked)
        assert [set(edits) for edits in model.edits] == [set(edits) for edits in expected]
    model = ScriptedModel(random_script(1, 9), eos=EOS)
    decode_forced(model, SOURCE, (8, 4, 6, 5, 3), options=options)
    assert [set(edits) for edits in model.edits] == [set(edits) for edits in expected]
    assert model.edits[1] == (always, later), "in the order in which they were given"
    decode_beam(model, SOURCE, DecodeOptions(max_length=2))
    assert model.edits[5:] == [(), ()]


@pytest.mark.parametrize("kind", ATTENDING)
def test_without_an_edit_nothing_shifts(kind: str) -> None:
    model = random_model(kind)
    for edits in ((), (IDENTITIES["a step that never comes"],), (IDENTITIES["temperature 1"],)):
        found = decode_shift(model, SOURCE, TARGET, options=DecodeOptions(interventions=edits))
        assert found.total_variation.shape == found.kl.shape == (4,)
        np.testing.assert_allclose(found.total_variation, 0, atol=1e-5)
        np.testing.assert_allclose(found.kl, 0, atol=1e-6)


@pytest.mark.parametrize("kind", ATTENDING)
@pytest.mark.parametrize("name", STRONG)
def test_a_shift_is_within_its_bounds_and_both_sides_are_forced_decodings(
    kind: str, name: str
) -> None:
    model, options = random_model(kind), DecodeOptions(interventions=(STRONG[name],))
    found = decode_shift(model, SOURCE, TARGET, options=options)
    assert ((found.total_variation >= 0) & (found.total_variation <= 1)).all()
    assert (found.kl >= 0).all()
    assert found.total_variation.max() > 1e-3
    assert (found.total_variation <= np.sqrt(found.kl / 2) + 1e-5).all(), "Pinsker's inequality"
    edited = decode_forced(model, SOURCE, TARGET, options=options)
    plain = decode_forced(model, SOURCE, TARGET, options=DecodeOptions())
    np.testing.assert_array_equal(found.edited.log_probs, edited.log_probs)
    np.testing.assert_array_equal(found.plain.log_probs, plain.log_probs)
    assert found.plain.search.candidate_tokens[:, 0].tolist() == list(TARGET)


def test_a_shift_by_hand() -> None:
    """Step 0 moves from (½, ¼, ¼, 0) to (¼, ½, ¼, 0); step 1 is not edited."""
    before, after = ([math.log(p) if p else -math.inf for p in row] for row in (P, Q))
    model = ScriptedModel(table_script({}, before), edited=table_script({}, after), eos=EOS)
    edit = Intervention(kind="uniform", steps=(0,))
    seen: list[tuple[int, int]] = []
    found = decode_shift(
        model,
        SOURCE,
        (0, 1),
        options=DecodeOptions(interventions=(edit,)),
        on_step=lambda *step: seen.append(step),
    )
    assert found.total_variation.tolist() == pytest.approx([0.25, 0.0], abs=1e-6)
    assert found.kl.tolist() == pytest.approx([0.25 * math.log(2), 0.0], abs=1e-6)
    assert found.edited.log_probs[0] == pytest.approx(math.log(0.25 * 0.25), abs=1e-5)
    assert found.plain.log_probs[0] == pytest.approx(math.log(0.5 * 0.25), abs=1e-5)
    assert seen == [(0, 2), (1, 2)] * 2
    assert model.edits == [(), (), (edit,), ()]


P = (0.5, 0.25, 0.25, 0.0)
Q = (0.25, 0.5, 0.25, 0.0)


def test_distances_where_a_side_is_zero() -> None:
    p, q = torch.tensor([0.5, 0.5, 0.0]).log(), torch.tensor([1.0, 0.0, 0.0]).log()
    assert total_variation(p, q).item() == 0.5
    assert kl_divergence(p, q).item() == math.inf
    assert kl_divergence(q, p).item() == pytest.approx(math.log(2))
    assert kl_divergence(q, q).item() == total_variation(q, q).item() == 0.0


ROWS = st.lists(st.floats(-30, 5, width=32), min_size=7, max_size=7)


@settings(deadline=None)
@given(ROWS, ROWS)
def test_distances_against_plain_python(one: list[float], other: list[float]) -> None:
    p, q = (torch.tensor(row).log_softmax(0) for row in (one, other))
    pairs = list(zip(p.double().exp().tolist(), q.double().exp().tolist(), strict=True))
    assert total_variation(p, q).item() == pytest.approx(sum(abs(a - b) for a, b in pairs) / 2)
    divergence = sum(a * math.log(a / b) for a, b in pairs if a)
    assert kl_divergence(p, q).item() == pytest.approx(max(divergence, 0), abs=1e-9, rel=1e-6)
    assert 0 <= total_variation(p, q).item() <= 1
