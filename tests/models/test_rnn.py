"""The recurrent model against torch's own layers and against plain loops."""

import pytest
import torch
from torch import Tensor, nn

from seqviz.kinds import RecurrentAttention
from seqviz.models.rnn import Rnn
from seqviz.models.settings import Cell
from tests.fixtures.tiny_networks import WIDTH, tiny_rnn

SOURCE = [5, 6, 7, 8, 3]
TARGET = [2, 9, 4, 10]


def sub_layer(
    model: Rnn, name: str, inputs: int, width: int, *, bidirectional: bool
) -> nn.LSTM | nn.GRU:
    """A layer of torch with the model's weights."""
    kind = nn.LSTM if model.settings.cell == "lstm" else nn.GRU
    layer = kind(
        inputs, width, model.settings.layers, batch_first=True, bidirectional=bidirectional
    )
    weights = model.state_dict()
    layer.load_state_dict(
        {key: weights[f"{name}.{key}"] for key in layer.state_dict()},
    )
    return layer


def both_directions(last: Tensor, layers: int) -> Tensor:
    """Layer by layer: the forward state, then the backward one."""
    rows = [torch.cat([last[2 * i], last[2 * i + 1]], -1) for i in range(layers)]
    return torch.stack(rows)


def expected_logits(model: Rnn, source: list[int], target: list[int]) -> Tensor:
    """The equations of the two papers, one step at a time, on torch's own layers; (T, V)."""
    options, weights = model.settings, model.state_dict()
    both = options.bidirectional
    encoder = sub_layer(model, "encoder", WIDTH, WIDTH // 2 if both else WIDTH, bidirectional=both)
    additive = options.attention == "additive"
    decoder = sub_layer(model, "decoder", (1 + additive) * WIDTH, WIDTH, bidirectional=False)
    read = list(reversed(source)) if options.reverse_source else source
    memory, last = encoder(weights["source_embedding.weight"][read][None])
    if options.reverse_source:
        memory = memory.flip(1)
    if both:
        parts = [last] if options.cell == "gru" else list(last)
        parts = [both_directions(part, options.layers) for part in parts]
        last = parts[0] if options.cell == "gru" else tuple(parts)
    table, rows = weights["target_embedding.weight"], []
    for token in target:
        embedded = table[token][None, None]
        top = (last if options.cell == "gru" else last[0])[-1, 0]
        if additive:
            context = mix(model, top, memory[0])
            output, last = decoder(torch.cat([embedded, context[None, None]], -1), last)
            read_out = torch.cat([output[0, 0], context, embedded[0, 0]])
        else:
            output, last = decoder(embedded, last)
            context = mix(model, output[0, 0], memory[0])
            read_out = torch.cat([context, output[0, 0]])
        if options.attention == "none":
            hidden = output[0, 0]
        else:
            hidden = torch.tanh(weights["readout.weight"] @ read_out + weights["readout.bias"])
        rows.append(table @ hidden + weights["output.bias"])
    return torch.stack(rows)


def mix(model: Rnn, state: Tensor, memory: Tensor) -> Tensor:
    """The context vector of one state, by a loop over the source."""
    weights, kind = model.state_dict(), model.settings.attention
    scores = []
    for source in memory:
        if kind == "general":
            scores.append(state @ weights["attention.key.weight"] @ source)
        elif kind == "additive":
            inner = weights["attention.query.weight"] @ state + weights["attention.query.bias"]
            inner = torch.tanh(inner + weights["attention.key.weight"] @ source)
            scores.append(weights["attention.energy.weight"][0] @ inner)
        else:
            scores.append(state @ source)
    exponents = torch.stack(scores).exp()
    return (exponents / exponents.sum()) @ memory


@pytest.mark.parametrize("reverse_source", [False, True])
@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("attention", ["none", "dot", "general", "additive"])
@pytest.mark.parametrize("cell", ["lstm", "gru"])
@torch.no_grad()
def test_logits_equal_those_of_torch_layers_and_the_papers_equations(
    cell: Cell, attention: RecurrentAttention, bidirectional: bool, reverse_source: bool
) -> None:
    model = tiny_rnn(
        cell=cell, attention=attention, bidirectional=bidirectional, reverse_source=reverse_source
    )
    found = model(torch.tensor([SOURCE]), torch.tensor([5]), torch.tensor([TARGET]))[0]
    torch.testing.assert_close(found, expected_logits(model, SOURCE, TARGET), atol=1e-5, rtol=1e-4)


@torch.no_grad()
def test_an_lstm_cell_by_hand() -> None:
    model = tiny_rnn(attention="none", bidirectional=False, layers=1)
    memory = model.encode(torch.tensor([[7]]), torch.tensor([1]))
    weights = model.state_dict()
    x = weights["source_embedding.weight"][7]
    gates = weights["encoder.weight_ih_l0"] @ x
    gates = gates + weights["encoder.bias_ih_l0"] + weights["encoder.bias_hh_l0"]
    enter, _, cell, leave = gates.chunk(4)  # from a zero state, nothing is there to be forgotten
    content = enter.sigmoid() * cell.tanh()
    hidden = leave.sigmoid() * content.tanh()
    torch.testing.assert_close(memory.last[0][0, 0], hidden)
    torch.testing.assert_close(memory.last[1][0, 0], content)


@torch.no_grad()
def test_a_reversed_source_is_reported_in_written_order() -> None:
    forward = tiny_rnn(attention="dot", bidirectional=False)
    backward = tiny_rnn(attention="dot", bidirectional=False, reverse_source=True)
    backward.load_state_dict(forward.state_dict())
    written, turned = (
        torch.tensor([[5, 6, 7, 0], [8, 9, 4, 3]]),
        torch.tensor([[7, 6, 5, 0], [3, 4, 9, 8]]),
    )
    lengths, start = torch.tensor([3, 4]), torch.tensor([[2], [2]])
    seen = []
    for model, source in ((backward, written), (forward, turned)):
        state = model.start(model.encode(source, lengths), beam_size=1, max_length=1)
        output = model.step(state, start, record=True)
        assert output.cross_attention is not None
        seen.append((output.logits, output.cross_attention[:, 0, 0, 0]))
    torch.testing.assert_close(seen[0][0], seen[1][0])
    torch.testing.assert_close(seen[0][1][0, :3], seen[1][1][0, :3].flip(0))
    torch.testing.assert_close(seen[0][1][1], seen[1][1][1].flip(0))


def test_gradients_reach_every_weight() -> None:
    for attention in ("none", "dot", "general", "additive"):
        model = tiny_rnn(attention=attention).train()
        model(torch.tensor([SOURCE]), torch.tensor([5]), torch.tensor([TARGET])).sum().backward()
        without = [name for name, weight in model.named_parameters() if weight.grad is None]
        assert without == []
