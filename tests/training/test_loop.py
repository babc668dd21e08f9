import math
from dataclasses import replace
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F

from seqviz.errors import InputError
from seqviz.models.build import Model
from seqviz.models.checkpoint import fingerprint
from seqviz.models.settings import TransformerSettings
from seqviz.training.batches import SPECIAL, Example, collate, epoch_batches
from seqviz.training.build import build_model
from seqviz.training.loop import Trainer, token_loss
from seqviz.training.settings import TrainingPrecision, TrainSettings
from tests.fixtures.letter_training import PAIRS, examples_of, letters_tokenizer, tiny_settings
from tests.fixtures.tiny_networks import tiny_rnn_settings, tiny_transformer_settings

TRANSFORMER = tiny_transformer_settings(
    vocabulary=20, encoder_layers=1, decoder_layers=1, inner_width=16
)


def build(settings: TrainSettings, folder: Path) -> tuple[Model, tuple[Example, ...]]:
    tokenizer = letters_tokenizer(folder)
    torch.manual_seed(settings.seed)
    model = build_model(settings, source=tokenizer, target=tokenizer)
    return model, examples_of(PAIRS, tokenizer)


@pytest.mark.parametrize(("shape", "precision"), [(None, "float32"), (TRANSFORMER, "bfloat16")])
def test_the_loss_falls(
    shape: TransformerSettings | None, precision: TrainingPrecision, tmp_path: Path
) -> None:
    settings = tiny_settings(shape)
    asked = replace(settings.optimiser, precision=precision, steps=200, learning_rate=5e-3)
    model, examples = build(replace(settings, optimiser=asked), tmp_path)
    trainer = Trainer(model, examples, replace(settings, optimiser=asked))
    losses = [trainer.advance().loss for _ in range(40)]
    assert losses[0] > 0.8 * math.log(len(letters_tokenizer(tmp_path)))
    assert sum(losses[-5:]) < 0.8 * sum(losses[:5])


def test_the_loss_is_that_of_a_slow_loop_with_smoothing_and_without_padding() -> None:
    torch.manual_seed(1)
    batch = collate(
        [Example(source=(5, 3), target=(4, 5, 3)), Example(source=(5, 3), target=(3,))],
        special=SPECIAL,
        device="cpu",
    )
    logits, smoothing, size = torch.randn(2, 3, 7), 0.1, 7
    total = 0.0
    for row, step in ((0, 0), (0, 1), (0, 2), (1, 0)):
        log_probs = F.log_softmax(logits[row, step], -1)
        wanted = torch.full((size,), smoothing / size)
        wanted[batch.target_out[row, step]] += 1 - smoothing
        total -= float((wanted * log_probs).sum())
    found = token_loss(logits, batch, pad=0, label_smoothing=smoothing)
    assert float(found) == pytest.approx(total / 4, abs=1e-5)


def test_steps_epochs_and_tokens_are_counted(tmp_path: Path) -> None:
    settings = tiny_settings()
    model, examples = build(settings, tmp_path)
    trainer = Trainer(model, examples, settings)
    tokens, epoch, steps = 0, 0.0, 0
    while epoch < 1:
        update = trainer.advance()
        tokens, epoch, steps = tokens + update.tokens, update.epoch, steps + 1
        assert update.step == trainer.step == steps
    assert tokens == sum(len(example.target) for example in examples)
    assert epoch == 1
    assert trainer.advance().epoch > 1


def test_batches_of_one_update_are_as_one_large_batch(tmp_path: Path) -> None:
    settings = tiny_settings(tiny_rnn_settings(vocabulary=20, layers=1, dropout=0.0))
    model, examples = build(settings, tmp_path)
    twice = replace(settings, optimiser=replace(settings.optimiser, accumulate=2))
    trainer = Trainer(model, examples, twice)
    update = trainer.advance()
    batches = epoch_batches(examples, batch_tokens=150, seed=settings.seed, epoch=0)[:2]
    chosen = [examples[place] for batch in batches for place in batch]
    assert update.tokens == sum(len(example.target) for example in chosen)
    whole, _ = build(settings, tmp_path)
    whole.train()
    batch = collate(chosen, special=SPECIAL, device="cpu")
    logits = whole(batch.source, batch.lengths, batch.target_in)
    loss = token_loss(logits, batch, pad=0, label_smoothing=settings.optimiser.label_smoothing)
    assert update.loss == pytest.approx(loss.item(), abs=1e-5)


def test_the_learning_rate_is_that_of_the_schedule(tmp_path: Path) -> None:
    settings = tiny_settings()
    model, examples = build(settings, tmp_path)
    trainer = Trainer(model, examples, settings)
    rates = [trainer.advance().learning_rate for _ in range(4)]
    assert rates == pytest.approx([5e-4, 1e-3, 1.5e-3, 2e-3])


def test_a_gradient_is_clipped_to_its_largest_norm(tmp_path: Path) -> None:
    norms = {}
    for clip in (0.0, 0.01):
        settings = tiny_settings()
        settings = replace(settings, optimiser=replace(settings.optimiser, clip_norm=clip))
        model, examples = build(settings, tmp_path)
        Trainer(model, examples, settings).advance()
        grads = [p.grad.norm() for p in model.parameters() if p.grad is not None]
        norms[clip] = float(torch.stack(grads).norm())
    assert norms[0.01] == pytest.approx(0.01, rel=1e-3)
    assert norms[0.0] > 0.05


@pytest.mark.parametrize("bad", [math.nan, math.inf])
@pytest.mark.parametrize("clip", [0.0, 1.0])
def test_a_gradient_that_is_no_number_stops_before_it_harms_the_weights(
    bad: float, clip: float, tmp_path: Path
) -> None:
    settings = tiny_settings()
    settings = replace(settings, optimiser=replace(settings.optimiser, clip_norm=clip))
    model, examples = build(settings, tmp_path)
    trainer = Trainer(model, examples, settings)
    trainer.advance()
    before = fingerprint(model)
    weight = model.target_embedding.weight
    weight.register_hook(lambda grad: grad * bad)  # type: ignore[no-untyped-call]  # torch's own
    with pytest.raises(InputError, match="step 2") as caught:
        trainer.advance()
    assert caught.value.code == "training_diverged"
    assert fingerprint(model) == before


def test_a_loss_that_is_no_number_stops_before_it_harms_the_weights(tmp_path: Path) -> None:
    settings = tiny_settings()
    model, examples = build(settings, tmp_path)
    trainer = Trainer(model, examples, settings)
    trainer.advance()
    with torch.no_grad():
        model.target_embedding.weight[4] = torch.nan
    before = fingerprint(model)
    with pytest.raises(InputError, match="step 2") as caught:
        trainer.advance()
    assert caught.value.code == "training_diverged"
    assert trainer.step == 1
    assert fingerprint(model) == before


def test_a_restored_trainer_goes_on_to_the_same_weights(tmp_path: Path) -> None:
    settings = tiny_settings()
    model, examples = build(settings, tmp_path)
    trainer = Trainer(model, examples, settings)
    for _ in range(5):
        trainer.advance()
    torch.save(trainer.state(), tmp_path / "state")
    for _ in range(9):  # into the second epoch
        trainer.advance()
    other, _ = build(settings, tmp_path)
    resumed = Trainer(other, examples, settings)
    torch.rand(7)
    resumed.restore(torch.load(tmp_path / "state", weights_only=True))
    for _ in range(9):
        resumed.advance()
    assert fingerprint(other) == fingerprint(model)
    assert resumed.step == trainer.step == 14
