"""The search against the one of ``transformers``, on the same random weights.

The adapter below lets our search drive a Marian model of ``transformers`` itself, so that nothing
but the search can differ.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from seqviz.decoding.beam import decode_beam
from seqviz.decoding.corpus import decode_corpus
from seqviz.decoding.forced import decode_forced
from seqviz.decoding.record import Decoding
from seqviz.decoding.sampling import kept_tokens
from seqviz.models.base import SpecialTokens, StepOutput
from seqviz.options import DecodeOptions, Sampling
from seqviz.options.intervention import Intervention
from tests.decoding.targets import targets
from tests.fixtures.marian_models import marian_to_transformer, tiny_marian, tiny_marian_config

transformers = pytest.importorskip("transformers")

EOS, PAD, VOCABULARY = 0, 12, 13
SEARCHES = ((1, 9), (3, 5), (5, 9))
"""Beam sizes and maximum lengths."""
MODELS = ((0, 0.0), (1, 1.0), (2, 2.0))
"""Seeds, and what is added to EOS, so that hypotheses end early and late."""


@dataclass(frozen=True)
class MarianMemory:
    states: Tensor
    mask: Tensor
    self_attention: None = None


@dataclass(frozen=True)
class MarianState:
    memory: MarianMemory
    fed: Tensor
    """(B, K, t)."""

    def select(self, parents: Tensor) -> "MarianState":
        places = parents.unsqueeze(2).expand(-1, -1, self.fed.shape[2])
        return MarianState(self.memory, self.fed.gather(1, places))

    def keep(self, sentences: Tensor) -> "MarianState":
        memory = MarianMemory(self.memory.states[sentences], self.memory.mask[sentences])
        return MarianState(memory, self.fed[sentences])


class MarianSearched:
    """A Marian model of ``transformers``, as our search sees models; feeds whole prefixes."""

    layers, heads = 2, 2
    attends = True
    longest = None
    special = SpecialTokens(pad=PAD, unk=PAD, bos=PAD, eos=EOS)

    def __init__(self, model: Any) -> None:
        self.model = model

    def encode(self, source: Tensor, lengths: Tensor, *, record: bool = False) -> MarianMemory:
        mask = torch.arange(source.shape[1]) < lengths[:, None]
        states = self.model.model.encoder(source, attention_mask=mask.long()).last_hidden_state
        return MarianMemory(states, mask)

    def start(self, memory: MarianMemory, *, beam_size: int, max_length: int) -> MarianState:
        return MarianState(memory, torch.zeros((len(memory.mask), 1, 0), dtype=torch.int64))

    def step(
        self,
        state: MarianState,
        tokens: Tensor,
        *,
        record: bool = False,
        edits: Sequence[Intervention] = (),
    ) -> StepOutput[MarianState]:
        fed = torch.cat((state.fed, tokens.unsqueeze(2)), dim=2)
        slots = tokens.shape[1]
        output = self.model(
            encoder_outputs=(state.memory.states.repeat_interleave(slots, dim=0),),
            attention_mask=state.memory.mask.repeat_interleave(slots, dim=0).long(),
            decoder_input_ids=fed.flatten(0, 1),
            use_cache=False,
        )
        logits = output.logits[:, -1].unflatten(0, tokens.shape)
        return StepOutput(logits=logits, state=MarianState(state.memory, fed))


def marian(seed: int, eos_bias: float) -> Any:
    config = tiny_marian_config(
        VOCABULARY,
        encoder_attention_heads=2,
        decoder_attention_heads=2,
        activation_function="gelu",
        scale_embedding=False,
    )
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = transformers.MarianMTModel(config).eval()
        noise = torch.randn(997, VOCABULARY)
    noise[:, EOS] += eos_bias

    def disturb(_: object, __: object, given: dict[str, Tensor], output: Any) -> None:
        """Make every prefix different: random weights alone repeat one token for ever."""
        prefix = given["decoder_input_ids"]  # (R, t)
        marks = (prefix + 1) * (torch.arange(prefix.shape[1]) + 5) ** 3
        output.logits[:, -1] += noise[marks.sum(dim=1) % len(noise)]

    model.register_forward_hook(disturb, with_kwargs=True)
    return model


def generate(
    model: Any, source: list[int], *, options: DecodeOptions, count: int = 1
) -> list[tuple[list[int], float]]:
    """The best targets of ``generate`` without start token and padding, and their scores."""
    assert options.length_normalisation in ("none", "average")
    start = list(options.prefix)
    found = model.generate(
        torch.tensor([source]),
        attention_mask=torch.ones((1, len(source)), dtype=torch.int64),
        num_beams=options.beam_size,
        num_return_sequences=count,
        do_sample=False,
        early_stopping=False,
        length_penalty=options.alpha if options.length_normalisation == "average" else 0.0,
        max_new_tokens=options.max_length,
        min_length=options.min_length,
        bad_words_ids=[[token] for token in options.banned] or None,
        prefix_allowed_tokens_fn=lambda _, fed: (
            start[len(fed) - 1 : len(fed)] or list(range(VOCABULARY))
        ),
        use_cache=False,
        return_dict_in_generate=True,
        output_scores=True,
    )
    targets = [row[1:] for row in found.sequences.tolist()]
    ended = [row[: row.index(EOS) + 1] if EOS in row else row for row in targets]
    scores = [0.0] * count if found.get("sequences_scores") is None else found.sequences_scores
    return list(zip(ended, map(float, scores), strict=True))


def generated(model: Any, source: list[int], *, width: int, limit: int) -> list[int]:
    """Best target of ``generate`` with the defaults."""
    options = DecodeOptions(beam_size=width, max_length=limit)
    return generate(model, source, options=options)[0][0]


def sources(seed: int) -> list[list[int]]:
    rng = np.random.default_rng(seed)
    return [[*rng.integers(1, PAD, size).tolist(), EOS] for size in (3, 7)]


@pytest.mark.parametrize(("seed", "bias"), MODELS)
def test_the_best_hypothesis_is_that_of_generate(seed: int, bias: float) -> None:
    model = marian(seed, bias)
    for source, (width, limit) in product(sources(seed), SEARCHES):
        options = DecodeOptions(beam_size=width, max_length=limit)
        expected = generated(model, source, width=width, limit=limit)
        found = decode_beam(MarianSearched(model), source, options)
        tokens = list(targets(found)[0])
        assert tokens == expected, (source, width, limit, found.scores[:3])


def test_a_batch_is_that_of_generate_too() -> None:
    """And the examples end at many lengths, so that the tests above see all ways to end."""
    lengths = set()
    for seed, bias in MODELS:
        model, batch = marian(seed, bias), sources(seed)
        found = decode_corpus(
            MarianSearched(model), batch, DecodeOptions(beam_size=4, max_length=12)
        )
        expected = [generated(model, source, width=4, limit=12) for source in batch]
        assert [list(result.tokens) for result in found] == expected
        lengths |= {(len(target), target[-1] == EOS) for target in expected}
    assert len(lengths) >= 4
    assert {ended for _, ended in lengths} == {True, False}


ASKED: dict[str, DecodeOptions] = {
    "average": DecodeOptions(),
    "none": DecodeOptions(length_normalisation="none"),
    "all": DecodeOptions(alpha=0.4, min_length=6, banned=(1, 9), prefix=(8, 3)),
}


def rivals(found: Decoding) -> list[tuple[list[int], float]]:
    """Ours, without what ``generate`` has not: survivors beyond the first K at the last step."""
    last = found.search.steps - 1
    beyond = (found.steps == last) & (found.candidates >= found.search.slots) & ~found.finished
    pairs = zip(targets(found), found.scores.tolist(), beyond.tolist(), strict=True)
    return [(list(target), score) for target, score, out in pairs if not out]


@pytest.mark.parametrize("name", ASKED)
def test_the_n_best_are_those_of_generate_in_order_and_score(name: str) -> None:
    ends = set()
    for (seed, bias), width in zip(MODELS, (4, 2, 2), strict=True):
        model, source = marian(seed, bias), sources(seed)[0]
        options = replace(ASKED[name], beam_size=width, max_length=9)
        expected = generate(model, source, options=options, count=width)
        found = decode_beam(MarianSearched(model), source, options)
        ours = rivals(found)[:width]
        assert [target for target, _ in ours] == [target for target, _ in expected]
        scores = [score for _, score in expected]
        np.testing.assert_allclose([score for _, score in ours], scores, atol=1e-4)
        ends.add(found.stopped_by)
    assert "bound" in ends


@pytest.mark.parametrize("seed", range(2))
def test_sampling_cuts_as_the_warpers_do(seed: int) -> None:
    logits = torch.randn((1, 5, 300), generator=torch.Generator().manual_seed(seed)) * (1 + seed)
    log_probs = logits.log_softmax(-1)
    for temperature, top_k, top_p in product((0.3, 1.0, 2.0), (1, 7, 500), (0.05, 0.5, 0.95)):
        warped = transformers.TemperatureLogitsWarper(temperature)(None, log_probs[0])
        warped = transformers.TopKLogitsWarper(top_k)(None, warped)
        warped = transformers.TopPLogitsWarper(top_p)(None, warped)
        found = kept_tokens(log_probs, Sampling(temperature=temperature, top_k=top_k, top_p=top_p))
        assert found.counts[0].tolist() == warped.isfinite().sum(-1).tolist()
        for row, count in enumerate(found.counts[0].tolist()):
            kept = found.tokens[0, row, :count]
            assert warped[row, kept].isfinite().all()
            drawn = found.cumulative[0, row, :count].diff(prepend=torch.zeros(1))
            expected = warped[row].softmax(-1)[kept].double()
            torch.testing.assert_close(drawn, expected, atol=1e-5, rtol=1e-3)


@pytest.mark.parametrize("seed", range(3))
def test_our_transformer_with_the_same_weights_finds_the_same(seed: int) -> None:
    """Equal but for scores so close that the order of additions decides."""
    theirs = tiny_marian(seed=seed)
    ours = marian_to_transformer(theirs)
    rng = np.random.default_rng(seed)
    for width, limit in ((1, 9), (2, 5), (6, 8)):
        source = [*rng.integers(1, PAD, rng.integers(1, 9)).tolist(), EOS]
        expected = generated(theirs, source, width=width, limit=limit)
        options = DecodeOptions(beam_size=width, max_length=limit)
        found = decode_beam(ours, source, options)
        tokens = list(targets(found)[0])
        if tokens != expected:
            score = decode_forced(ours, source, expected, options=options).scores[0]
            assert score == pytest.approx(found.scores[0], abs=1e-5), (tokens, expected)
