"""Our Transformer computes what MarianMTModel computes, from renamed weights."""

import pytest
import torch

pytest.importorskip("transformers")
from tests.models.marian import marian_to_transformer, tiny_marian
from tests.models.tiny import padded

CASES = [
    (1, 2, 3, "swish"),
    (2, 3, 1, "relu"),
    (3, 1, 2, "gelu"),
    (4, 4, 4, "swish"),
]


@pytest.mark.parametrize(("seed", "encoder_layers", "decoder_layers", "activation"), CASES)
def test_logits_and_every_attention_equal_those_of_transformers(
    seed: int, encoder_layers: int, decoder_layers: int, activation: str
) -> None:
    theirs = tiny_marian(
        seed=seed,
        encoder_layers=encoder_layers,
        decoder_layers=decoder_layers,
        activation=activation,
    )
    ours = marian_to_transformer(theirs)
    generator = torch.Generator().manual_seed(seed)
    source = torch.randint(1, 12, (1, 7), generator=generator)
    target = torch.randint(1, 12, (1, 6), generator=generator)
    target[0, 0] = ours.special.bos
    with torch.no_grad():
        expected = theirs(
            input_ids=source, decoder_input_ids=target, output_attentions=True, use_cache=False
        )
    lengths = torch.tensor([7])
    memory = ours.encode(source, lengths, record=True)
    assert memory.self_attention is not None
    torch.testing.assert_close(
        memory.self_attention, torch.stack(expected.encoder_attentions, 1), atol=1e-5, rtol=0
    )
    with torch.no_grad():
        torch.testing.assert_close(
            ours(source, lengths, target), expected.logits, atol=1e-5, rtol=1e-5
        )
    state = ours.start(memory, beam_size=1, max_length=6)
    cross = torch.stack(expected.cross_attentions, 1)  # (B, L, H, T, S)
    own = torch.stack(expected.decoder_attentions, 1)  # (B, L, H, T, T)
    for t in range(6):
        seen = ours.step(state, target[:, t : t + 1], record=True)
        state = seen.state
        assert seen.cross_attention is not None and seen.self_attention is not None
        close(seen.logits[:, 0], expected.logits[:, t])
        close(seen.cross_attention[:, 0], cross[:, :, :, t])
        close(seen.self_attention[:, 0], own[:, :, :, t, : t + 1])


def test_padding_counts_as_little_as_in_transformers() -> None:
    theirs = tiny_marian(seed=5)
    ours = marian_to_transformer(theirs)
    _, lengths = padded([[1] * 6, [1] * 3])
    source = torch.tensor([[3, 4, 5, 6, 7, 0], [8, 9, 0, 12, 12, 12]])
    target = torch.tensor([[12, 3, 4], [12, 5, 6]])
    with torch.no_grad():
        expected = theirs(
            input_ids=source, attention_mask=source.ne(12).long(), decoder_input_ids=target
        ).logits
        close(ours(source, lengths, target), expected)


def close(found: torch.Tensor, expected: torch.Tensor) -> None:
    torch.testing.assert_close(found, expected, atol=1e-5, rtol=1e-5)
