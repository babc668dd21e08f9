"""Edits of the cross-attention: the functions against plain loops, and inside every model."""

import copy
import math
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from seqviz.errors import InputError
from seqviz.models.editing import LayerEdits, check_edits, edited_weights, edits_in_layer
from seqviz.models.rnn import Rnn
from seqviz.options.intervention import EditKind, Intervention
from tests.fixtures.tiny_networks import Tiny, padded, tiny_rnn, tiny_transformer

SIZE = 5
HEADS = 2
LAYER = 1
SOURCES = [[5, 6, 7, 8, 3], [9, 3], [4, 10, 10, 3]]
TARGETS = [[2, 5, 6, 9], [2, 7, 7, 7], [2, 10, 4, 1]]
BUILDS: dict[str, Callable[[], Tiny]] = {
    "transformer": tiny_transformer,
    "post-norm": lambda: tiny_transformer(norm="post"),
    "dot": lambda: tiny_rnn(attention="dot"),
    "general": lambda: tiny_rnn(attention="general", cell="gru"),
    "additive": tiny_rnn,
}
Edits = Sequence[Intervention]


@pytest.fixture(params=BUILDS, scope="module")
def model(request: pytest.FixtureRequest) -> Any:
    return BUILDS[request.param]()


def edit(kind: EditKind, **values: Any) -> Intervention:
    return Intervention(kind=kind, **values)


def fed(
    model: Any, edits: Edits, *, sources: list[list[int]] = SOURCES, record: bool = True
) -> list[Any]:
    """The outputs of feeding the given targets token by token, with the edits of every step."""
    state = model.start(model.encode(*padded(sources)), beam_size=1, max_length=4)
    outputs = []
    for step, tokens in enumerate(torch.tensor(TARGETS[: len(sources)]).T):
        made = [edit for edit in edits if edit.applies_at(step)]
        outputs.append(model.step(state, tokens[:, None], record=record, edits=made))
        state = outputs[-1].state
    return outputs


def close(found: Tensor, expected: Tensor) -> None:
    torch.testing.assert_close(found, expected, atol=2e-5, rtol=1e-4)


heads_of_both_layers = st.lists(
    st.tuples(st.integers(0, 1), st.integers(0, HEADS - 1)), max_size=3
).map(tuple)
positions = st.lists(st.integers(0, SIZE - 1), min_size=1, max_size=SIZE).map(tuple)
some_weights = st.just(0.0) | st.floats(1e-6, 1e6)
some_edits = st.lists(
    st.one_of(
        st.builds(edit, st.just("mute"), heads=heads_of_both_layers, sources=positions),
        st.builds(
            edit, st.just("sharpen"), heads=heads_of_both_layers, temperature=st.floats(0.01, 100)
        ),
        st.builds(edit, st.sampled_from(["uniform", "ablate"]), heads=heads_of_both_layers),
        st.builds(edit, st.just("shuffle"), heads=heads_of_both_layers, seed=st.integers(0, 99)),
        st.builds(
            edit,
            st.just("set"),
            heads=heads_of_both_layers,
            weights=st.lists(some_weights, min_size=SIZE, max_size=SIZE).map(tuple),
        ),
    ),
    max_size=5,
)
some_lengths = st.lists(st.integers(1, SIZE), min_size=1, max_size=3)


def random_scores(lengths: Sequence[int], seed: int, queries: int = 3) -> Tensor:
    """(B, H, Q, S), −inf on padding."""
    generator = torch.Generator().manual_seed(seed)
    scores = torch.randn(len(lengths), HEADS, queries, SIZE, generator=generator) * 4
    for row, length in enumerate(lengths):
        scores[row, :, :, length:] = -torch.inf
    return scores


def made(scores: Tensor, edits: Edits) -> Tensor:
    """The weights of layer 1."""
    found = edits_in_layer(edits, LAYER, heads=HEADS)
    return scores.softmax(-1) if found is None else edited_weights(scores, found)


def slow_row(scores: list[float], edits: Edits, head: int) -> list[float]:
    """One row by the words of ``Intervention``; without "shuffle"."""
    edits = [edit for edit in edits if head in edit.heads_of(LAYER, HEADS)]
    hidden = {s for edit in edits for s in edit.sources}
    real = [s for s in range(SIZE) if scores[s] > -math.inf and s not in hidden]
    for edit in edits:
        scores = [score / edit.temperature for score in scores]
    powers = {s: math.exp(scores[s] - max(scores[r] for r in real)) for s in real}
    row = [powers.get(s, 0.0) / (sum(powers.values()) or 1) for s in range(SIZE)]
    for edit in edits:
        if edit.kind == "uniform":
            row = [1 / len(real) if s in real else 0.0 for s in range(SIZE)]
        elif edit.kind == "ablate":
            row = [0.0] * SIZE
        elif edit.kind == "set":
            total = sum(edit.weights[s] for s in real)
            row = [edit.weights[s] / (total or 1) if s in real else 0.0 for s in range(SIZE)]
    return row


@settings(max_examples=25)
@given(some_lengths, some_edits, st.integers(0, 99))
def test_edits_together_do_what_they_say(
    lengths: list[int], edits: list[Intervention], seed: int
) -> None:
    edits = [edit for edit in edits if edit.kind != "shuffle"]
    scores = random_scores(lengths, seed)
    expected = [
        [[slow_row(row, edits, head) for row in rows] for head, rows in enumerate(sentence)]
        for sentence in scores.double().tolist()
    ]
    torch.testing.assert_close(made(scores, edits), torch.tensor(expected), atol=1e-4, rtol=1e-3)


@settings(max_examples=25)
@given(some_lengths, some_edits, st.integers(0, 99))
def test_rows_sum_to_one_or_nothing_and_muted_tokens_get_exactly_nothing(
    lengths: list[int], edits: list[Intervention], seed: int
) -> None:
    weights = made(random_scores(lengths, seed), edits)
    for head in range(HEADS):
        mine = [edit for edit in edits if head in edit.heads_of(LAYER, HEADS)]
        emptied = any(edit.kind in ("ablate", "set") for edit in mine)
        hidden = {s for edit in mine for s in edit.sources}
        for row, length in zip(weights[:, head], lengths, strict=True):
            real = [s for s in range(length) if s not in hidden]
            assert row[:, [s for s in range(SIZE) if s not in real]].eq(0).all()
            sums = row.sum(-1)
            full = (sums - 1).abs() < 1e-5
            assert bool((full | (sums == 0)).all())
            assert bool(full.all()) or emptied or not real


@settings(max_examples=20)
@given(some_lengths, some_edits, st.integers(0, 99))
def test_heads_that_no_edit_names_keep_their_bits(
    lengths: list[int], edits: list[Intervention], seed: int
) -> None:
    scores = random_scores(lengths, seed)
    weights, plain = made(scores, edits), scores.softmax(-1)
    for head in range(HEADS):
        if not any(head in edit.heads_of(LAYER, HEADS) for edit in edits):
            assert torch.equal(weights[:, head], plain[:, head])


@settings(max_examples=20)
@given(some_lengths, some_edits, st.integers(0, 99))
def test_a_sentence_is_edited_alike_alone_and_in_a_padded_batch(
    lengths: list[int], edits: list[Intervention], seed: int
) -> None:
    scores = random_scores(lengths, seed)
    weights = made(scores, edits)
    for row, length in enumerate(lengths):
        close(weights[row, ..., :length], made(scores[row, ..., :length], edits))


@given(st.integers(0, 999), st.integers(1, SIZE), st.sets(st.integers(0, SIZE - 1)))
def test_shuffle_permutes_what_may_be_read_alike_in_every_row(
    seed: int, length: int, hidden: set[int]
) -> None:
    muting = [edit("mute", sources=tuple(hidden))] if hidden else []
    scores = random_scores([length, length], seed)
    before, after = made(scores, muting), made(scores, [*muting, edit("shuffle", seed=seed)])
    assert torch.equal(after.sort(-1).values, before.sort(-1).values)
    real = [s for s in range(length) if s not in hidden]
    orders = {
        tuple(old.index(value) for value in new)
        for old, new in zip(
            before[..., real].flatten(0, -2).tolist(),
            after[..., real].flatten(0, -2).tolist(),
            strict=True,
        )
    }
    assert len(orders) == 1


def test_every_permutation_is_drawn_about_as_often() -> None:
    scores = torch.arange(3.0).expand(1, HEADS, 1, 3)
    drawn = [
        tuple(made(scores, [edit("shuffle", seed=seed)])[0, 0, 0].argsort().tolist())
        for seed in range(600)
    ]
    counts = [drawn.count(order) for order in set(drawn)]
    assert len(counts) == 6 and sum((n - 100) ** 2 / 100 for n in counts) < 20.5  # χ², p = 0.001


def test_later_edits_take_what_earlier_ones_left() -> None:
    scores = random_scores([SIZE], 1)
    row = edit("set", weights=(1, 0, 0, 0, 0))
    assert made(scores, [edit("ablate"), row]).sum(-1).eq(1).all()
    assert made(scores, [row, edit("ablate")]).eq(0).all()
    shuffled = made(scores, [row, edit("shuffle", seed=3)])
    assert shuffled.sort(-1).values[..., -1].eq(1).all()


def test_sharpening_twice_multiplies_and_muting_comes_first_wherever_it_stands() -> None:
    scores = random_scores([SIZE], 2)
    twice = made(scores, [edit("sharpen", temperature=0.5), edit("sharpen", temperature=4.0)])
    close(twice, (scores / 2).softmax(-1))
    mute, row = edit("mute", sources=(0, 3)), edit("set", weights=(8, 1, 1, 8, 2))
    expected = torch.tensor([0, 0.25, 0.25, 0, 0.5])
    for edits in ([mute, row], [row, mute]):
        assert torch.equal(made(scores, edits), expected.expand(1, HEADS, 3, SIZE))


def test_low_precision_stands_the_sharpest_temperature() -> None:
    scores = torch.tensor([[[[900.0, 899.0]]]], dtype=torch.float16)
    weights = edited_weights(scores, LayerEdits(0, 1, (edit("sharpen", temperature=0.01),)))
    assert weights.dtype == torch.float16 and weights.tolist() == [[[[1.0, 0.0]]]]


def test_damaged_scores_are_not_hidden() -> None:
    scores = torch.tensor([[[[1.0, torch.nan]]]])
    weights = edited_weights(scores, LayerEdits(0, 1, (edit("mute", sources=(0,)),)))
    assert bool(weights[..., 1].isnan())


@pytest.mark.skipif(not torch.cuda.is_available(), reason="this machine has no GPU")
def test_a_gpu_makes_the_same_edits() -> None:
    for seed in range(20):
        scores = random_scores([SIZE, 3, 2], seed)
        edits = [
            edit("mute", sources=(1,), heads=((LAYER, 0),)),
            edit("set", weights=(5, 4, 3, 2, 1), heads=((LAYER, 1),)),
            edit("shuffle", seed=seed),
        ]
        close(made(scores.cuda(), edits).cpu(), made(scores, edits))


def test_only_layers_that_are_named_are_edited() -> None:
    edits = [edit("ablate", heads=((1, 0),)), edit("uniform", heads=((2, 1), (1, 1)))]
    assert edits_in_layer(edits, 0, heads=2) is None
    assert edits_in_layer([], 0, heads=2) is None
    assert edits_in_layer(edits, 1, heads=2) == LayerEdits(1, 2, tuple(edits))
    assert edits_in_layer(edits, 2, heads=2) == LayerEdits(2, 2, (edits[1],))
    assert edits_in_layer([edit("uniform")], 9, heads=2) is not None


@pytest.mark.parametrize(
    ("wrong", "code", "words"),
    [
        (edit("ablate", heads=((2, 0),)), "edit_outside", "layer 2, which does not exist: 2"),
        (edit("ablate", heads=((0, 3),)), "edit_outside", "head 3, which does not exist: 3"),
        (edit("mute", sources=(0, 5)), "edit_outside", "source token 5, which does not exist: 5"),
        (edit("set", weights=(1, 1)), "edit_row_length", "of the source: 5, not 2"),
        (edit("set", weights=(1,) * 6), "edit_row_length", "of the source: 5, not 6"),
    ],
)
def test_edits_of_what_is_not_there_are_refused(wrong: Intervention, code: str, words: str) -> None:
    fine = [edit("mute", sources=(4,)), edit("set", weights=(1,) * 5, heads=((1, 2),))]
    check_edits(fine, layers=2, heads=3, source_length=5, attends=True)
    with pytest.raises(InputError, match=words) as found:
        check_edits([*fine, wrong], layers=2, heads=3, source_length=5, attends=True)
    assert found.value.code == code


def test_without_attention_only_no_edit_is_accepted() -> None:
    check_edits([], layers=1, heads=1, source_length=5, attends=False)
    with pytest.raises(InputError) as found:
        check_edits([edit("uniform")], layers=1, heads=1, source_length=5, attends=False)
    assert found.value.code == "no_attention"


def test_the_identity_changes_no_bit(model: Any) -> None:
    assert model.attends
    for sources in (SOURCES, SOURCES[:1]):
        identity = [edit("sharpen", temperature=1.0)]
        plain, edited = fed(model, [], sources=sources), fed(model, identity, sources=sources)
        for first, second in zip(plain, edited, strict=True):
            assert torch.equal(first.logits, second.logits)
            assert torch.equal(first.cross_attention, second.cross_attention)


def test_a_row_set_to_what_it_was_changes_nothing(model: Any) -> None:
    plain = fed(model, [], sources=SOURCES[:1])
    rows = plain[2].cross_attention[0, 0]  # (L, H, S)
    same = [
        edit("set", steps=(2,), heads=((layer, head),), weights=tuple(rows[layer, head].tolist()))
        for layer in range(model.layers)
        for head in range(model.heads)
    ]
    for first, second in zip(plain, fed(model, same, sources=SOURCES[:1]), strict=True):
        close(second.logits, first.logits)
        close(second.cross_attention, first.cross_attention)


def test_edits_count_without_recording_too(model: Any) -> None:
    edits = [edit("mute", sources=(0,)), edit("shuffle", seed=4), edit("ablate", heads=((1, 0),))]
    recorded, plain = fed(model, edits), fed(model, edits, record=False)
    unedited = fed(model, [], record=False)
    for first, second, third in zip(recorded, plain, unedited, strict=True):
        close(second.logits, first.logits)
        assert second.cross_attention is None
        assert not torch.allclose(second.logits, third.logits, atol=1e-3)


def test_muted_tokens_receive_exactly_nothing_in_what_is_recorded(model: Any) -> None:
    edits = [
        edit("mute", sources=(0, 1), steps=(0, 2)),
        edit("set", weights=(5, 4, 3, 2, 1), heads=((0, 0),)),
    ]
    for step, output in enumerate(fed(model, edits)):
        close(
            output.cross_attention[::2].sum(-1),
            torch.ones_like(output.cross_attention[::2, ..., 0]),
        )
        muted = output.cross_attention[..., :2]
        assert bool(muted.eq(0).all()) == (step in (0, 2))
        assert bool(output.logits.isfinite().all())  # the second sentence has only two tokens


def test_a_row_set_by_hand_is_what_is_recorded(model: Any) -> None:
    head = (model.layers - 1, model.heads - 1)
    row = edit("set", steps=(1,), heads=(head,), weights=(0, 2, 1, 0, 1))
    plain, edited = fed(model, [], sources=SOURCES[:1]), fed(model, [row], sources=SOURCES[:1])
    assert edited[1].cross_attention[0, 0][head].tolist() == [0, 0.5, 0.25, 0, 0.25]
    assert torch.equal(edited[0].cross_attention, plain[0].cross_attention)
    others = torch.ones(model.layers, model.heads, dtype=torch.bool)
    others[head] = False
    assert torch.equal(
        edited[1].cross_attention[0, 0][others], plain[1].cross_attention[0, 0][others]
    )
    assert not torch.equal(edited[1].logits, plain[1].logits)
    # What the last layer reads, or a state is given after the step, reaches no later step.
    carried = isinstance(model, Rnn) and model.settings.attention == "additive"
    assert torch.equal(edited[2].logits, plain[2].logits) == (not carried)


def test_uniform_is_over_the_real_tokens_of_each_sentence(model: Any) -> None:
    for output in fed(model, [edit("uniform")]):
        for row, source in zip(output.cross_attention[:, 0], SOURCES, strict=True):
            expected = torch.zeros(SIZE)
            expected[: len(source)] = 1 / len(source)
            close(row, expected.expand_as(row))


@pytest.mark.parametrize("kind", ["mute", "sharpen", "uniform", "shuffle", "ablate"])
def test_an_edited_sentence_is_the_same_in_a_padded_batch(model: Any, kind: EditKind) -> None:
    change = edit(kind, sources=(1,) if kind == "mute" else (), temperature=0.3, seed=5)
    together = fed(model, [change])
    for row, (source, target) in enumerate(zip(SOURCES, TARGETS, strict=True)):
        state = model.start(model.encode(*padded([source])), beam_size=1, max_length=4)
        for token, output in zip(target, together, strict=True):
            alone = model.step(state, torch.tensor([[token]]), record=True, edits=[change])
            state = alone.state
            close(output.logits[row], alone.logits[0])
            size = len(source)
            close(output.cross_attention[row, ..., :size], alone.cross_attention[0])


def test_ablating_heads_is_zeroing_what_the_output_projection_reads_of_them() -> None:
    model = tiny_transformer()
    width = model.settings.width // model.heads
    cut = copy.deepcopy(model)
    ablated = ((0, 1), (1, 0))
    for layer, head in ablated:
        projection = cast(Any, cut.decoder[layer]).cross_attention.output
        with torch.no_grad():
            projection.weight[:, head * width : (head + 1) * width] = 0
    for first, second in zip(
        fed(model, [edit("ablate", heads=ablated)]), fed(cut, []), strict=True
    ):
        close(first.logits, second.logits)
        assert all(bool(first.cross_attention[:, :, *head].eq(0).all()) for head in ablated)


@pytest.mark.parametrize("attention", ["dot", "general", "additive"])
@pytest.mark.parametrize("empty", [edit("ablate"), edit("mute", sources=tuple(range(SIZE)))])
def test_a_recurrent_model_that_reads_nothing_has_no_context(
    attention: Any, empty: Intervention
) -> None:
    model = tiny_rnn(attention=attention)
    for output in fed(model, [empty]):
        assert bool(output.context.eq(0).all()) and bool(output.cross_attention.eq(0).all())
        assert bool(output.logits.isfinite().all())


@pytest.mark.parametrize("attention", ["dot", "general", "additive"])
def test_raw_scores_are_those_before_the_edits(attention: Any) -> None:
    model = tiny_rnn(attention=attention)
    edits = [edit("mute", sources=(0,)), edit("sharpen", temperature=3.0), edit("uniform")]
    plain, edited = fed(model, [])[0], fed(model, edits)[0]
    assert torch.equal(plain.scores, edited.scores)
    assert not torch.equal(plain.context, edited.context)


def test_without_attention_edits_change_nothing() -> None:
    model = tiny_rnn(attention="none")
    assert not model.attends
    for plain, edited in zip(fed(model, []), fed(model, [edit("ablate")]), strict=True):
        assert torch.equal(plain.logits, edited.logits) and edited.cross_attention is None


def test_threads_with_different_edits_share_one_model(model: Any) -> None:
    wishes: list[Edits] = [
        [],
        [edit("ablate")],
        [edit("mute", sources=(0,)), edit("sharpen", temperature=0.2)],
        [edit("shuffle", seed=7)],
        [edit("uniform", steps=(1, 3))],
    ] * 2
    alone = [fed(model, edits) for edits in wishes]
    with ThreadPoolExecutor(5) as pool:
        together = list(pool.map(lambda edits: fed(model, edits), wishes))
    for first, second in zip(alone, together, strict=True):
        for expected, found in zip(first, second, strict=True):
            assert torch.equal(found.logits, expected.logits)
            assert torch.equal(found.cross_attention, expected.cross_attention)


def test_an_edit_of_a_lower_layer_reaches_later_steps() -> None:
    model = tiny_transformer()
    plain, edited = fed(model, []), fed(model, [edit("uniform", steps=(1,), heads=((0, 0),))])
    reached = [not torch.equal(a.logits, b.logits) for a, b in zip(plain, edited, strict=True)]
    assert reached == [False, True, True, True]


def test_edits_of_one_layer_leave_the_layers_below_alone() -> None:
    model = tiny_transformer()
    plain, edited = fed(model, [])[0], fed(model, [edit("shuffle", heads=((1, 0), (1, 1)))])[0]
    assert torch.equal(plain.cross_attention[:, :, 0], edited.cross_attention[:, :, 0])
    assert not torch.equal(plain.cross_attention[:, :, 1], edited.cross_attention[:, :, 1])
