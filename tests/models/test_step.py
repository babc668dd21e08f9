"""The step interface, of both kinds of models and all their variants."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from seqviz.models.base import Seq2SeqModel
from seqviz.models.rnn import Rnn, RnnMemory, RnnState
from seqviz.models.transformer import Transformer, TransformerMemory, TransformerState
from tests.fixtures.tiny_networks import Tiny, padded, tiny_rnn, tiny_transformer

VARIANTS: dict[str, Callable[[], Tiny]] = {
    "pre-norm": tiny_transformer,
    "post-norm": lambda: tiny_transformer(norm="post", positions="halves", activation="gelu"),
    "learned": lambda: tiny_transformer(
        positions="learned", encoder_layers=1, shared_embeddings=True, tied_output=False
    ),
    "one-way": lambda: tiny_rnn(attention="dot", bidirectional=False, layers=1),
    "reversed": lambda: tiny_rnn(reverse_source=True, tied_output=False),
    "reversed one-way": lambda: tiny_rnn(
        attention="none", reverse_source=True, bidirectional=False
    ),
    **{
        f"{cell} {attention}": lambda cell=cell, attention=attention: tiny_rnn(  # type: ignore[misc]  # lambdas with defaults
            cell=cell, attention=attention
        )
        for cell in ("lstm", "gru")
        for attention in ("none", "dot", "general", "additive")
    },
}
SOURCES = [[5, 6, 7, 8, 3], [9, 3], [4, 10, 10, 3]]
TARGETS = [[2, 5, 6, 9], [2, 7, 7, 7], [2, 10, 4, 1]]
sentences = st.lists(st.lists(st.integers(1, 10), min_size=1, max_size=6), min_size=1, max_size=4)


@cache
def built(name: str) -> Tiny:
    """A model of that variant, which keeps no memory between calls."""
    return VARIANTS[name]()


@pytest.fixture(params=VARIANTS, scope="module")
def model(request: pytest.FixtureRequest) -> Tiny:
    return built(request.param)


def encode(model: Tiny, sources: list[list[int]], *, record: bool = False) -> Any:
    source, lengths = padded(sources)
    return model.encode(source, lengths, record=record)


def full(model: Tiny, sources: list[list[int]], targets: list[list[int]]) -> Tensor:
    source, lengths = padded(sources)
    with torch.no_grad():
        logits: Tensor = model(source, lengths, torch.tensor(targets))
    return logits


def fed(model: Any, sources: list[list[int]], targets: list[list[int]]) -> list[Any]:
    """The outputs of feeding given targets token by token, recorded."""
    memory = encode(model, sources)
    state = model.start(memory, beam_size=1, max_length=len(targets[0]))
    outputs = []
    for tokens in torch.tensor(targets).T:
        outputs.append(model.step(state, tokens[:, None], record=True))
        state = outputs[-1].state
    return outputs


def close(found: Tensor, expected: Tensor) -> None:
    torch.testing.assert_close(found, expected, atol=2e-5, rtol=1e-4)


def test_both_kinds_serve_the_search() -> None:
    first: Seq2SeqModel[RnnMemory, RnnState] = tiny_rnn()
    second: Seq2SeqModel[TransformerMemory, TransformerState] = tiny_transformer()
    assert (first.layers, first.heads) == (1, 1)
    assert (second.layers, second.heads) == (2, 2)


def test_cached_steps_equal_the_full_forward(model: Tiny) -> None:
    logits = torch.cat([output.logits for output in fed(model, SOURCES, TARGETS)], 1)
    close(logits, full(model, SOURCES, TARGETS))


def test_recording_changes_no_logit(model: Any) -> None:
    memory = encode(model, SOURCES)
    states = [model.start(memory, beam_size=1, max_length=4) for _ in range(2)]
    for tokens in torch.tensor(TARGETS).T:
        plain, recorded = (
            model.step(state, tokens[:, None], record=record)
            for state, record in zip(states, (False, True), strict=True)
        )
        close(plain.logits, recorded.logits)
        extras = (plain.cross_attention, plain.self_attention, plain.scores, plain.context)
        assert extras == (None, None, None, None) and plain.hidden is None
        states = [plain.state, recorded.state]


@settings(max_examples=4)
@given(sentences, st.randoms(use_true_random=False))
def test_padding_and_batch_order_change_nothing(sources: list[list[int]], random: Any) -> None:
    for model in map(built, VARIANTS):
        order = random.sample(range(len(sources)), len(sources))
        targets = [[2, 4 + len(source), 5] for source in sources]
        together = full(model, [sources[i] for i in order], [targets[i] for i in order])
        for row, i in enumerate(order):
            close(together[row], full(model, [sources[i]], [targets[i]])[0])


def test_attention_rows_sum_to_one_and_are_zero_on_padding(model: Tiny) -> None:
    source, lengths = padded(SOURCES)
    padding = torch.arange(source.shape[1]) >= lengths[:, None]
    if isinstance(model, Rnn) and model.settings.attention == "none":
        assert fed(model, SOURCES, TARGETS)[0].cross_attention is None
        return
    for t, output in enumerate(fed(model, SOURCES, TARGETS)):
        cross = output.cross_attention
        assert cross.shape == (3, 1, model.layers, model.heads, 5)
        close(cross.sum(-1), torch.ones(cross.shape[:-1]))
        assert bool((cross.movedim(-1, 1)[padding] == 0).all())
        if isinstance(model, Transformer):
            assert output.self_attention.shape == (3, 1, model.layers, model.heads, t + 1)
            close(output.self_attention.sum(-1), torch.ones(cross.shape[:-1]))
        else:
            close(output.scores.softmax(-1), cross[:, :, 0, 0])
            assert bool((output.scores[:, 0][padding] == -torch.inf).all())


def test_encoder_attention_sums_to_one_and_is_zero_on_padding() -> None:
    memory = encode(tiny_transformer(), SOURCES, record=True)
    weights = memory.self_attention
    assert weights.shape == (3, 2, 2, 5, 5)
    close(weights.sum(-1), torch.ones(weights.shape[:-1]))
    assert bool((weights[1, ..., 2:] == 0).all()) and bool((weights[2, ..., 4:] == 0).all())
    assert encode(tiny_transformer(), SOURCES).self_attention is None


def test_a_recurrent_step_shows_its_context_and_state() -> None:
    for attention in ("dot", "general", "additive"):
        output = fed(tiny_rnn(attention=attention), SOURCES, TARGETS)[-1]
        assert output.context.shape == output.hidden.shape == (3, 1, 16)
        assert output.self_attention is None
    output = fed(tiny_rnn(attention="none"), SOURCES, TARGETS)[-1]
    assert output.hidden.shape == (3, 1, 16) and output.context is None


@st.composite
def searches(draw: st.DrawFn) -> list[tuple[list[list[int]], list[list[int]]]]:
    """Parents and tokens of every step, for two sentences; widths from 1 to 3."""
    steps, slots = [], 1
    for _ in range(draw(st.integers(1, 5))):
        width = draw(st.integers(1, 3))
        row = st.lists(st.integers(0, slots - 1), min_size=width, max_size=width)
        tokens = st.lists(st.integers(4, 10), min_size=width, max_size=width)
        steps.append(([draw(row), draw(row)], [draw(tokens), draw(tokens)]))
        slots = width
    return steps


@settings(max_examples=4)
@given(searches())
def test_selected_slots_go_on_from_their_parents(
    steps: list[tuple[list[list[int]], list[list[int]]]],
) -> None:
    sources = [[5, 6, 7, 3], [8, 3]]
    for name in VARIANTS:
        model: Any = built(name)
        prefixes = [[[2]], [[2]]]
        state = model.start(encode(model, sources), beam_size=3, max_length=6)
        state = model.step(state, torch.tensor([[2], [2]])).state
        for parents, tokens in steps:
            state = state.select(torch.tensor(parents))
            output = model.step(state, torch.tensor(tokens), record=True)
            state = output.state
            prefixes = [
                [[*prefixes[b][p], token] for p, token in zip(parents[b], tokens[b], strict=True)]
                for b in range(2)
            ]
        for b, source in enumerate(sources):
            expected = full(model, [source] * len(prefixes[b]), prefixes[b])[:, -1]
            close(output.logits[b], expected)


def test_kept_sentences_go_on_alone(model: Any) -> None:
    state = model.start(encode(model, SOURCES), beam_size=2, max_length=5)
    state = model.step(state, torch.tensor([[2], [2], [2]])).state
    state = state.select(torch.tensor([[0, 0], [0, 0], [0, 0]]))
    state = model.step(state, torch.tensor([[4, 5], [6, 7], [8, 9]])).state
    state = state.keep(torch.tensor([2, 0]))
    state = state.select(torch.tensor([[1, 0], [1, 1]]))
    output = model.step(state, torch.tensor([[4, 5], [6, 7]]), record=True)
    for row, source, prefixes in (
        (0, SOURCES[2], [[2, 9, 4], [2, 8, 5]]),
        (1, SOURCES[0], [[2, 5, 6], [2, 5, 7]]),
    ):
        close(output.logits[row], full(model, [source] * 2, prefixes)[:, -1])


def test_more_slots_than_asked_for_are_refused() -> None:
    model = tiny_transformer()
    state = model.start(encode(model, SOURCES), beam_size=2, max_length=5)
    with pytest.raises(ValueError, match="3 slots, but there is room for 2"):
        state.select(torch.zeros(3, 3, dtype=torch.long))


def test_more_tokens_than_asked_for_are_refused() -> None:
    model = tiny_transformer()
    state = model.start(encode(model, SOURCES), beam_size=1, max_length=1)
    state = model.step(state, torch.tensor([[2], [2], [2]])).state
    with pytest.raises(IndexError):
        model.step(state, torch.tensor([[4], [4], [4]]))


def greedy(model: Any, source: list[int]) -> list[Tensor]:
    """Ten greedy steps: logits and cross-attention of each."""
    state = model.start(encode(model, [source], record=True), beam_size=3, max_length=10)
    tokens, seen = torch.tensor([[2]]), []
    for _ in range(10):
        output = model.step(state, tokens, record=True)
        state = output.state.select(torch.zeros(1, 3, dtype=torch.long))
        tokens = output.logits[:, :1].argmax(-1).expand(1, 3)
        seen += [output.logits[:, 0], output.cross_attention[:, 0]]
    return seen


@pytest.mark.parametrize("build", [tiny_transformer, tiny_rnn])
def test_four_threads_share_one_model(build: Callable[[], Tiny]) -> None:
    model = build()
    sources = [[4 + (i + j) % 7 for j in range(1 + i % 5)] + [3] for i in range(12)]
    alone = [greedy(model, source) for source in sources]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda source: greedy(model, source), sources))
    for first, second in zip(alone, together, strict=True):
        assert all(torch.equal(a, b) for a, b in zip(first, second, strict=True))


def test_nothing_stays_on_the_model(model: Tiny) -> None:
    def attributes() -> dict[str, set[str]]:
        return {name: set(vars(module)) for name, module in model.named_modules()}

    before, tensors = attributes(), dict(model.state_dict())
    outputs = fed(model, SOURCES, TARGETS)
    assert attributes() == before
    assert tensors.keys() == model.state_dict().keys()
    assert not outputs[-1].logits.requires_grad
