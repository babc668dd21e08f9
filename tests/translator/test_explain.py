"""A step taken apart: every number follows from those before it, and is that of the record."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from seqviz.errors import InputError
from seqviz.options import Sampling
from seqviz.options.intervention import Intervention
from seqviz.trace import Fate, Trace
from seqviz.trace.computation import Prediction, StepComputation, Weighing
from seqviz.trace.file import read_trace, write_trace
from seqviz.translator import Translator
from tests.fixtures.explained import KINDS, OPTIONS, TEXT, reads, some_steps, tiny_translators

ATTENDING = [kind for kind in KINDS if kind != "none-reversed"]


@pytest.fixture(scope="module")
def translators(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Translator]:
    return tiny_translators(tmp_path_factory.mktemp("models"))


def everywhere(translator: Translator, trace: Trace) -> Iterator[StepComputation]:
    """Every layer, head and step of the first and the last hypothesis."""
    layers = {"cross": trace.model.layers, "decoder": trace.model.layers, "encoder": 2}
    for read in reads(trace):
        for layer, head in np.ndindex(layers[read], trace.model.heads):
            for rank in (0, len(trace.hypotheses) - 1):
                last = int(trace.hypotheses.steps[rank])
                for step in range(len(trace.source.ids) if read == "encoder" else last + 1):
                    yield translator.explain(trace, step, rank, read=read, layer=layer, head=head)


def check_weighing(found: Weighing, *, dot: bool) -> None:
    """Every number from those before it."""
    if dot:
        assert found.energies is None
        np.testing.assert_allclose(found.products, found.query * found.keys)
    else:
        assert found.energies is not None
        mixed = np.tanh(found.query + found.keys)
        np.testing.assert_allclose(found.products, found.energies * mixed)
    np.testing.assert_allclose(found.scores, found.products.sum(1) * found.scaling)
    if not found.rewritten:
        np.testing.assert_allclose(found.weights, found.exp / found.exp.sum())
    np.testing.assert_allclose(found.contributions, found.weights[:, None] * found.values)
    np.testing.assert_allclose(found.context, found.contributions.sum(0))


def check_prediction(found: Prediction) -> None:
    if found.parts is not None:
        assert found.vectors is not None
        if found.weights is not None:
            mapped = np.einsum("pij,pj->pi", found.weights, found.vectors)
            np.testing.assert_allclose(found.parts, mapped)
        summed = found.parts.sum(0) + found.constant
        np.testing.assert_allclose(found.combined, np.tanh(summed))
    np.testing.assert_allclose(found.logits, found.rows @ found.combined + found.biases)
    np.testing.assert_allclose(found.log_probs, found.logits - found.log_normaliser)
    assert 0 < np.exp(found.log_probs[:10]).sum() < 1 + 1e-9


@pytest.mark.parametrize("kind", KINDS)
def test_every_head_of_every_step_is_that_of_the_record(
    translators: dict[str, Translator], kind: str
) -> None:
    translator = translators[kind]
    trace = translator.translate(TEXT, OPTIONS)
    seen = set()
    for found in everywhere(translator, trace):
        seen.add(found.kind)
        if found.weighing is not None:
            check_weighing(found.weighing, dot=found.kind != "additive")
            assert found.weight_deviation is not None and found.weight_deviation <= 1e-4
            assert len(found.column_tokens) == len(found.weighing.weights)
        if found.prediction is not None:
            check_prediction(found.prediction)
            assert found.log_prob_deviation is not None and found.log_prob_deviation <= 1e-4
            assert found.prediction.pieces[found.prediction.chosen] == found.row_token
            assert not found.prediction.rows.flags.writeable
    expected = {"transformer": {"cross", "decoder", "encoder"}, "none-reversed": {"none"}}
    assert seen == expected.get(kind, {kind})


def test_what_a_recurrent_decoder_combines(translators: dict[str, Translator]) -> None:
    for kind, names in {
        "dot": ("context", "state"),
        "additive": ("state", "context", "fed"),
    }.items():
        trace = translators[kind].translate(TEXT, OPTIONS)
        found = translators[kind].explain(trace, 1)
        prediction, weighing = found.prediction, found.weighing
        assert prediction is not None and weighing is not None and prediction.vectors is not None
        assert prediction.part_names == names and found.state is not None
        vectors = dict(zip(names, prediction.vectors, strict=True))
        np.testing.assert_allclose(vectors["context"], weighing.context, atol=1e-6)
        assert trace.search.decoder_states is not None
        slot = trace.path()[0][1]
        np.testing.assert_allclose(found.state, trace.search.decoder_states[1, slot], atol=1e-5)
        np.testing.assert_allclose(vectors["state"], found.state)
        assert (kind == "dot") == np.array_equal(weighing.query, found.state)


def test_without_attention_the_last_state_is_handed_over(
    translators: dict[str, Translator],
) -> None:
    translator = translators["none-reversed"]
    trace = translator.translate(TEXT, OPTIONS)
    first, second = (translator.explain(trace, step) for step in (0, 1))
    assert first.weighing is None and first.weight_deviation is None
    assert first.handed is not None and second.handed is not None
    np.testing.assert_array_equal(first.handed, second.handed)
    assert first.prediction is not None and first.state is not None
    np.testing.assert_array_equal(first.prediction.combined, first.state)
    assert first.source is not None and len(first.source) == len(trace.source.ids)
    np.testing.assert_allclose(first.source[0], first.handed, atol=1e-6)  # it reads backwards


def test_the_states_of_a_recurrent_model_so_far(translators: dict[str, Translator]) -> None:
    for kind in ("general", "additive"):
        trace = translators[kind].translate(TEXT, OPTIONS)
        rank = int(np.argmax(trace.hypotheses.steps))
        last = int(trace.hypotheses.steps[rank])
        steps = [translators[kind].explain(trace, step, rank) for step in range(last + 1)]
        for found in steps:
            assert found.weighing is not None and found.source is not None
            np.testing.assert_array_equal(found.source, found.weighing.values)
        assert steps[-1].before is not None and len(steps[-1].before) == last
        for found, recorded in zip(steps, steps[-1].before, strict=False):
            assert found.state is not None
            np.testing.assert_allclose(found.state, recorded, atol=1e-5)
    plain = translators["transformer"].translate(TEXT, OPTIONS)
    found = translators["transformer"].explain(plain, 0)
    assert (found.source, found.state, found.before) == (None, None, None)


def test_heads_side_by_side_make_what_the_block_adds(translators: dict[str, Translator]) -> None:
    translator = translators["transformer"]
    trace = translator.translate(TEXT, OPTIONS)
    model: Any = translator._model.model
    for read in reads(trace):
        heads = [translator.explain(trace, 1, read=read, layer=0, head=head) for head in (0, 1)]
        contexts = [head.weighing.context for head in heads if head.weighing is not None]
        assert heads[0].contexts is not None and heads[0].block is not None
        np.testing.assert_allclose(heads[0].contexts, contexts, atol=1e-6)
        layer = (model.encoder if read == "encoder" else model.decoder)[0]
        names = {"cross": "cross_attention", "decoder": "self_attention", "encoder": "attention"}
        output = getattr(layer, names[read]).output
        joined = np.concatenate(contexts) @ output.weight.detach().numpy().T
        np.testing.assert_allclose(heads[0].block, joined + output.bias.detach().numpy(), atol=1e-5)
        assert heads[0].mixed is not None and heads[0].mixing_bias is not None
        alone = np.concatenate([contexts[0], np.zeros_like(contexts[1])])
        np.testing.assert_allclose(
            heads[0].mixed[0], alone @ output.weight.detach().numpy().T, atol=1e-5
        )
        np.testing.assert_array_equal(heads[0].block, heads[0].mixed.sum(0) + heads[0].mixing_bias)


def test_any_node_of_the_tree(translators: dict[str, Translator]) -> None:
    for kind in ("dot", "transformer"):
        trace = translators[kind].translate(TEXT, OPTIONS)
        fates = trace.search.candidate_fates
        pruned = np.argwhere(fates == Fate.PRUNED)[-1]
        node = int(pruned[0]), int(pruned[1])
        found = translators[kind].explain(trace, node[0], node)
        token = int(trace.search.candidate_tokens[node])
        assert found.row_token == trace.vocabulary[token]
        assert found.prediction is not None
        taken = found.prediction.log_probs[found.prediction.chosen]
        assert taken == pytest.approx(trace.search.candidate_log_probs[node], abs=1e-4)
        before = translators[kind].explain(trace, node[0] - 1, node)
        assert before.row_token == found.fed_token


EDITS = {
    "mute": Intervention(kind="mute", sources=(0, 2)),
    "sharpen": Intervention(kind="sharpen", temperature=0.2),
    "uniform": Intervention(kind="uniform", steps=(0, 2)),
    "shuffle": Intervention(kind="shuffle", seed=3),
    "ablate": Intervention(kind="ablate", heads=((0, 0),)),
}


@pytest.mark.parametrize("kind", ATTENDING)
def test_edits_are_in_force(translators: dict[str, Translator], kind: str) -> None:
    translator = translators[kind]
    everything = tuple(EDITS[name] for name in ("sharpen", "mute", "uniform"))
    for edits in (*((edit,) for edit in EDITS.values()), everything):
        trace = translator.translate(TEXT, replace(OPTIONS, interventions=edits))
        for step in (0, 1):
            found = translator.explain(trace, step, layer=0, head=0)
            assert found.weighing is not None
            check_weighing(found.weighing, dot=kind != "additive")
            made = [edit for edit in edits if edit.applies_at(step)]
            assert found.edits == tuple(edit.kind for edit in made)
            rewriting = {"uniform", "shuffle", "ablate"}
            assert found.weighing.rewritten == bool(rewriting.intersection(found.edits))


def test_however_it_was_decoded(translators: dict[str, Translator], tmp_path: Path) -> None:
    for translator in (translators["additive"], translators["transformer"]):
        plain = translator.translate(TEXT, OPTIONS)
        write_trace(plain, tmp_path / "half.json", half_precision=True)
        traces = (
            translator.force(TEXT, "it was cold"),
            translator.translate(TEXT, replace(OPTIONS, sampling=Sampling(seed=2))),
            translator.translate(TEXT, replace(OPTIONS, prefix=plain.target(1)[:2], beta=0.5)),
            read_trace(tmp_path / "half.json"),
        )
        for trace in traces:
            for found in some_steps(translator, trace):
                assert found.weight_deviation is not None and found.weight_deviation < 1e-3
        bare = translator.translate(
            TEXT, replace(OPTIONS, record_attention=False, distribution_size=0)
        )
        found = translator.explain(bare, 0)
        assert found.weight_deviation is None and found.log_prob_deviation is None


def test_threads_may_take_steps_apart_at_the_same_time(
    translators: dict[str, Translator],
) -> None:
    for kind in ("additive", "transformer"):
        translator = translators[kind]
        trace = translator.translate(TEXT, OPTIONS)
        steps = range(int(trace.hypotheses.steps[0]) + 1)
        alone = [translator.explain(trace, step) for step in steps]
        with ThreadPoolExecutor(4) as threads:
            found = threads.map(partial(translator.explain, trace), [*steps] * 6)
            for one, expected in zip(found, alone * 6, strict=True):
                assert one.weighing is not None and expected.weighing is not None
                np.testing.assert_array_equal(one.weighing.keys, expected.weighing.keys)
                np.testing.assert_array_equal(one.weighing.query, expected.weighing.query)


def spoilt(trace: Trace, column: str) -> Trace:
    """A trace with one number a little off."""
    numbers = getattr(trace.search, column).copy()
    numbers[1, int(trace.path()[0][1])].flat[0] += 3e-4
    return replace(trace, search=replace(trace.search, **{column: numbers}))


def test_what_differs_from_the_record_is_not_shown(translators: dict[str, Translator]) -> None:
    trace = translators["dot"].translate(TEXT, OPTIONS)
    for column in ("cross_attention", "next_log_probs"):
        with pytest.raises(InputError) as caught:
            translators["dot"].explain(spoilt(trace, column), 1)
        assert caught.value.code == "explain_differs"
        translators["dot"].explain(spoilt(trace, column), 2)


def test_tokens_that_the_model_lacks_are_said_to_be_so(translators: dict[str, Translator]) -> None:
    for kind in ("dot", "transformer"):
        trace = translators[kind].translate(TEXT, OPTIONS)
        ids = (99_999, *trace.source.ids[1:])
        tokens = np.where(trace.search.candidate_tokens >= 0, 99_999, -1).astype(np.int32)
        for wrong in (
            replace(trace, source=replace(trace.source, ids=ids)),
            replace(
                trace,
                search=replace(trace.search, candidate_tokens=tokens),
                vocabulary=trace.vocabulary | {99_999: "x"},
            ),
        ):
            with pytest.raises(InputError) as caught:
                translators[kind].explain(wrong, 1)
            assert caught.value.code == "explain_tokens"


def test_what_is_not_there_is_refused(translators: dict[str, Translator]) -> None:
    dot, trace = translators["dot"], translators["dot"].translate(TEXT, OPTIONS)
    asked: list[tuple[str, dict[str, Any]]] = [
        ("step", {"step": 99}),
        ("step", {"step": -1}),
        ("rank", {"rank": 99}),
        ("node", {"rank": (99, 0)}),
        ("node", {"rank": (0, 99)}),
        ("layer", {"layer": 1}),
        ("head", {"head": 1}),
        ("read", {"read": "decoder"}),
    ]
    for option, wrong in asked:
        with pytest.raises(InputError) as caught:
            dot.explain(trace, **{"step": 0, **wrong})
        assert caught.value.facts["option"] == option
    for option, no_number in (
        *(("step", one) for one in (0.5, True, "0", None)),
        ("layer", False),
        ("head", "0"),
        ("rank", 1.0),
        ("rank", [0, 0]),
        ("rank", (0, 0, 0)),
        ("node", (0, 0.0)),
    ):
        wrong = {"rank" if option == "node" else option: no_number}
        with pytest.raises(InputError) as caught:
            dot.explain(trace, **{"step": 0, **wrong})
        assert (caught.value.code, caught.value.facts["option"]) == ("option_not_whole", option)
    dot.explain(trace, np.int64(0), np.int64(0))  # type: ignore[arg-type]
    with pytest.raises(InputError) as caught:
        translators["additive"].explain(trace, 0)
    assert caught.value.code == "explain_other_model"
    with pytest.raises(InputError) as caught:
        dot.explain(replace(trace, precision="bfloat16"), 0)
    assert caught.value.code == "explain_precision"
