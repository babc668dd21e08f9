"""What went into a translation: every number against a straight computation."""

import copy
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor

from seqviz.decoding.beam import decode_beam
from seqviz.decoding.following import at_once
from seqviz.decoding.forced import decode_forced
from seqviz.decoding.paths import hypothesis_tokens
from seqviz.errors import InputError
from seqviz.options.intervention import Intervention
from seqviz.trace import Trace
from seqviz.trace.evidence import DecoderLens
from seqviz.translator import Translator
from tests.fixtures.explained import OPTIONS, TEXT, tiny_translators

Vectors = NDArray[np.float64]


@pytest.fixture(scope="module")
def translators(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Translator]:
    return tiny_translators(tmp_path_factory.mktemp("models"))


def blocks(model: Any, trace: Trace, rank: int) -> Iterator[tuple[Vectors, Vectors, Vectors]]:
    """Of every layer of a Transformer, from one pass over the whole target.

    Yields:
        α f(x) of every head, step and token (H, T, S, D); the bias (D,); what the block adds (T, D)
    """
    fed = torch.tensor([[model.special.bos, *trace.target(rank)[:-1]]])
    handles, caught = [], list[tuple[Any, Tensor, Tensor]]()

    def catch(module: Any, inputs: tuple[Any, ...], output: Any) -> None:
        caught.append((module, inputs[0], output.context))

    for layer in model.decoder:
        handles.append(layer.cross_attention.register_forward_hook(catch))
    with torch.inference_mode():
        memory = model.encode(
            torch.tensor([trace.source.ids]), torch.tensor([len(trace.source.ids)])
        )
        model(torch.tensor([trace.source.ids]), torch.tensor([len(trace.source.ids)]), fed)
        for handle in handles:
            handle.remove()
        for attention, query, block in caught:
            parts, size = [], query.shape[-1] // attention.heads
            for head in range(attention.heads):
                own = slice(head * size, (head + 1) * size)
                asked = attention.query(query)[0][:, own]
                keys = attention.key(memory.states)[0][:, own]
                alphas = (asked @ keys.T / size**0.5).softmax(-1)
                mapped = (
                    attention.value(memory.states)[0][:, own] @ attention.output.weight[:, own].T
                )
                parts.append(alphas[:, :, None] * mapped)
            yield (
                torch.stack(parts).double().numpy(),
                attention.output.bias.double().numpy(),
                block[0].double().numpy(),
            )


def test_norms_of_a_transformer(translators: dict[str, Translator]) -> None:
    translator = translators["transformer"]
    trace = translator.translate(TEXT, OPTIONS)
    for rank in (0, len(trace.hypotheses) - 1):
        found = translator.evidence(trace, rank).norms()
        straight = list(blocks(translator._model.model, trace, rank))
        assert len(found.layers) == len(straight) == trace.model.layers
        for layer, (parts, bias, added) in enumerate(straight):
            np.testing.assert_allclose(parts.sum((0, 2)) + bias, added, atol=1e-5)
            np.testing.assert_allclose(
                found.heads[layer], np.linalg.norm(parts, axis=-1), atol=1e-5
            )
            together = np.linalg.norm(parts.sum(0), axis=-1)
            np.testing.assert_allclose(found.layers[layer], together, atol=1e-5)


@pytest.mark.parametrize("kind", ["dot", "general", "additive"])
def test_norms_of_a_recurrent_model(translators: dict[str, Translator], kind: str) -> None:
    translator = translators[kind]
    trace = translator.translate(TEXT, OPTIONS)
    found = translator.evidence(trace).norms()
    model: Any = translator._model.model
    width = model.settings.width
    place = model.attention.readout_parts.index("context")
    columns = model.readout.weight[:, place * width : (place + 1) * width]
    ids = trace.source.ids
    with torch.inference_mode():
        states = model.encode(torch.tensor([ids]), torch.tensor([len(ids)])).states[0]
        lengths = (states @ columns.T).norm(dim=-1).double().numpy()
    assert trace.cross_attention is not None
    np.testing.assert_allclose(found.heads, trace.cross_attention * lengths, atol=1e-5)
    np.testing.assert_allclose(found.layers, found.heads[:, 0], atol=1e-12)


def test_edits_are_in_force(translators: dict[str, Translator]) -> None:
    muted = replace(OPTIONS, interventions=(Intervention(kind="mute", sources=(1,), steps=(1,)),))
    for kind in ("transformer", "additive"):
        trace = translators[kind].translate(TEXT, muted)
        heads = translators[kind].evidence(trace).norms().heads
        assert not heads[:, :, 1, 1].any() and heads[:, :, 0, 1].all()


@pytest.mark.parametrize("kind", ["transformer", "dot", "additive", "none-reversed"])
def test_a_hypothesis_at_once_is_what_was_decoded_step_by_step(
    translators: dict[str, Translator], kind: str
) -> None:
    """With edits at two of the steps, where the model has attention."""
    edits: tuple[Intervention, ...] = ()
    if kind != "none-reversed":
        edits = (
            Intervention(kind="mute", sources=(1,), steps=(1,)),
            Intervention(kind="uniform", steps=(2,)),
        )
    translator = translators[kind]
    trace = translator.translate(TEXT, replace(OPTIONS, interventions=edits))
    for rank in (0, len(trace.hypotheses) - 1):
        model: Any = translator._model.model
        with torch.inference_mode():
            through = at_once(model, trace, rank)
            log_probs = model.predict(through.levels[-1])[0].log_softmax(-1)
        own = log_probs[torch.arange(len(log_probs)), list(trace.target(rank))]
        np.testing.assert_allclose(own.numpy(), trace.log_probs(rank), atol=2e-5)
        if kind == "transformer":
            recorded = trace.cross_attention_of(rank)
            assert recorded is not None
            for block, weights in zip(through.cross, recorded, strict=True):
                assert block.seen.weights is not None
                np.testing.assert_allclose(block.seen.weights[0], weights, atol=1e-5)


def test_lenses_of_a_transformer(translators: dict[str, Translator]) -> None:
    translator = translators["transformer"]
    trace = translator.translate(TEXT, OPTIONS)
    model: Any = translator._model.model
    evidence = translator.evidence(trace)
    by_layer = evidence.encoder_lens()
    assert len(by_layer) == model.settings.encoder_layers + 1
    assert by_layer[-1] == trace.translation
    shallow = copy.deepcopy(model)
    for left in range(model.settings.encoder_layers):
        shallow.encoder = model.encoder[:left]
        found = decode_beam(shallow, trace.source.ids, replace(OPTIONS, record_attention=False))
        best = hypothesis_tokens(found.search, found.steps[:1], found.candidates[:1])[0]
        assert by_layer[left] == translator.target.text(best)
    lens = evidence.decoder_lens()
    np.testing.assert_allclose(np.log(lens.probs[:, -1]), trace.log_probs(), atol=2e-5)
    assert lens.ranks.shape == lens.probs.shape == (len(trace.target()), trace.model.layers)
    shallow.encoder, shallow.decoder = model.encoder, model.decoder[:1]
    fed = torch.tensor([[model.special.bos, *trace.target()[:-1]]])
    with torch.inference_mode():
        ids = trace.source.ids
        said = shallow(torch.tensor([ids]), torch.tensor([len(ids)]), fed)[0].softmax(-1)
    for step, token in enumerate(trace.target()):
        assert lens.probs[step, 0] == pytest.approx(float(said[step, token]), abs=1e-5)
        assert lens.ranks[step, 0] == 1 + int((said[step] > said[step, token]).sum())


def test_the_layer_at_which_a_word_is_first() -> None:
    ranks = np.array([[9, 1, 1], [1, 2, 1], [4, 3, 2]], np.int32)
    lens = DecoderLens(ranks=ranks, probs=np.zeros((3, 3)))
    assert lens.first_layer.tolist() == [1, 0, -1]


def test_shares_of_the_source(translators: dict[str, Translator]) -> None:
    translator = translators["transformer"]
    trace = translator.translate(TEXT, OPTIONS)
    found = translator.evidence(trace).contributions()
    steps, tokens = len(trace.target()), len(trace.source.ids)
    assert found.source.shape == (steps, tokens) and found.prefix.shape == (steps, steps)
    np.testing.assert_allclose(found.source_share + found.prefix.sum(1), 1, atol=1e-5)
    muted = Intervention(kind="mute", sources=(1,))
    edited = translator.force_tokens(TEXT, trace.target(), replace(OPTIONS, interventions=(muted,)))
    less = translator.evidence(edited).contributions().source
    assert (less[:, 1] < found.source[:, 1]).all()


def test_contrast_is_that_of_the_emptied_sentence(translators: dict[str, Translator]) -> None:
    translator = translators["dot"]
    trace = translator.translate(TEXT, OPTIONS)
    found = translator.evidence(trace, 1).contrast()
    without = translator.without_source(trace, 1)
    np.testing.assert_array_equal(found.without_source, without.log_probs())
    np.testing.assert_array_equal(found.with_source, trace.log_probs(1))


@pytest.mark.parametrize("kind", ["transformer", "dot", "additive", "none-reversed"])
def test_gradients_are_what_a_small_change_of_the_embedding_does(
    translators: dict[str, Translator], kind: str
) -> None:
    translator = translators[kind]
    trace = translator.translate(TEXT, OPTIONS)
    found = translator.evidence(trace).attribution("gradient")
    assert found.shape == (len(trace.target()), len(trace.source.ids))
    model: Any = copy.deepcopy(translator._model.model)
    model.double()
    ids, target = trace.source.ids, list(trace.target())
    fed = torch.tensor([[model.special.bos, *target[:-1]]])
    for place in (0, len(ids) - 1):
        if ids.count(ids[place]) > 1:
            continue  # to change its row of the table would change both

        def log_probs(factor: float, token: int = ids[place]) -> Vectors:
            """The token's embedding made longer or shorter."""
            with torch.inference_mode():
                row = model.source_embedding.weight[token].clone()
                model.source_embedding.weight[token] *= factor
                said = model(torch.tensor([ids]), torch.tensor([len(ids)]), fed)[0].log_softmax(-1)
                model.source_embedding.weight[token] = row
                found: Vectors = said[torch.arange(len(target)), target].numpy()
                return found

        slope = (log_probs(1 + 1e-5) - log_probs(1 - 1e-5)) / 2e-5
        np.testing.assert_allclose(found[:, place], slope, atol=1e-4)


@pytest.mark.parametrize("kind", ["transformer", "additive"])
def test_occlusion_is_what_a_token_that_says_nothing_takes_away(
    translators: dict[str, Translator], kind: str
) -> None:
    translator = translators[kind]
    trace = translator.translate(TEXT, OPTIONS)
    found = translator.evidence(trace).attribution("occlusion")
    model: Any = translator._model.model
    ids, target = trace.source.ids, trace.target()
    for place in range(len(ids)):
        without = (*ids[:place], model.special.unk, *ids[place + 1 :])
        forced = decode_forced(model, without, target, options=OPTIONS)
        lost = trace.log_probs() - forced.search.candidate_log_probs[:, 0]
        np.testing.assert_allclose(found[:, place], lost, atol=2e-5)


def test_what_is_not_there_is_refused(translators: dict[str, Translator]) -> None:
    without = translators["none-reversed"]
    found = without.evidence(without.translate(TEXT, OPTIONS))
    wrong: Any = "attention"
    refusals: dict[str, Callable[[], object]] = {
        "align_no_attention": found.norms,
        "contributions_recurrent": found.contributions,
        "encoder_lens_recurrent": found.encoder_lens,
        "decoder_lens_recurrent": found.decoder_lens,
        "option_unknown": lambda: found.attribution(wrong),
    }
    for code, ask in refusals.items():
        with pytest.raises(InputError) as caught:
            ask()
        assert caught.value.code == code
    trace = translators["dot"].translate(TEXT, OPTIONS)
    with pytest.raises(InputError) as caught:
        translators["dot"].evidence(trace, 99)
    assert caught.value.facts["option"] == "rank"
    with pytest.raises(InputError) as caught:
        translators["additive"].evidence(trace)
    assert caught.value.code == "explain_other_model"
