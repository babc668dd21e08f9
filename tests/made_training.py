"""A made-up training: losses fall, the attention finds the diagonal, the translation its words."""

import math

import numpy as np

from seqviz.records.training import (
    DevPoint,
    LossPoint,
    Metric,
    ReplayFrame,
    ReplaySentence,
    ReplayView,
    TrainingRecord,
)

SENTENCES = (
    ("Es war kalt.", "It was cold ."),
    ("Der Hund schläft.", "The dog sleeps ."),
    ("Ich habe das Buch gestern nicht gelesen.", "I did not read the book yesterday ."),
    ("Wo ist der Bahnhof?", "Where is the station ?"),
    ("Wir gehen heute ins Kino.", "We go to the cinema today ."),
    ("<b>Nein</b> & *ja*", "<b>No</b> & *yes* $x$"),
)


def made_record(
    *,
    model: str = "de-en/dot",
    fingerprint: str = "f" * 64,
    attends: bool = True,
    steps: int = 1200,
    losses: int = 600,
    frames: int = 20,
    longest: int = 0,
    metric: Metric = "bleu",
) -> TrainingRecord:
    """A whole training.

    Args:
        model: PAIR/SYSTEM.
        fingerprint: of the weights.
        attends: the system has attention.
        steps: updates.
        losses: points of the loss curve.
        frames: of the replay.
        longest: if not 0, so many pieces in every sentence, as in a record of real sentences.
        metric: of the score.
    """
    dev = max(1, losses // 10)
    sentences = tuple(_sentence(*pair, longest=longest) for pair in SENTENCES)
    at = [0]
    for place in range(1, frames):
        at.append(max(at[-1] + 1, round(steps ** (place / (frames - 1)))))
    return TrainingRecord(
        model=model,
        fingerprint=fingerprint,
        seed=1,
        device="cpu",
        metric=metric,
        steps=steps,
        seconds=steps / 4,
        losses=tuple(_loss(steps * (n + 1) // losses, steps) for n in range(losses)),
        dev=tuple(_dev(steps * (n + 1) // dev, steps) for n in range(dev)),
        sentences=sentences,
        frames=tuple(
            ReplayFrame(
                step=step,
                views=tuple(_view(s, step / steps, attends=attends) for s in sentences),
            )
            for step in at
        ),
    )


def _sentence(source: str, reference: str, *, longest: int) -> ReplaySentence:
    def pieces(text: str) -> tuple[str, ...]:
        words = [f"▁{word}" for word in text.split()]
        return (*(words * max(1, longest))[: longest - 1 if longest else len(words)], "</s>")

    return ReplaySentence(
        source=source,
        reference=reference,
        pieces=pieces(source),
        reference_pieces=pieces(reference),
    )


def _loss(step: int, steps: int) -> LossPoint:
    wave = 1 + 0.03 * math.sin(step * 12.9898)
    return LossPoint(
        step=step,
        epoch=step / 400,
        seconds=step / 5,
        loss=(1.8 + 6.2 * math.exp(-6 * step / steps)) * wave,
        learning_rate=2e-3 * min(1.0, 8 * step / steps),
    )


def _dev(step: int, steps: int) -> DevPoint:
    learnt = 1 - math.exp(-5 * step / steps)
    return DevPoint(step=step, seconds=step / 5 + 1, loss=7.9 - 6 * learnt, score=45 * learnt)


def _view(sentence: ReplaySentence, share: float, *, attends: bool) -> ReplayView:
    known = round(math.sqrt(share) * len(sentence.reference_pieces))
    pieces = sentence.reference_pieces[:known] + ("▁the",) * (
        len(sentence.reference_pieces) - known
    )
    rows, columns = len(pieces), len(sentence.pieces)
    ideal = np.round(np.linspace(0, columns - 1, rows))[:, None]
    near = np.exp(-3 * share * 4 * (np.arange(columns)[None] - ideal) ** 2)
    weights = near / near.sum(axis=1, keepdims=True)
    return ReplayView(
        translation=" ".join(piece.removeprefix("▁") for piece in pieces if piece != "</s>"),
        pieces=pieces,
        attention=np.round(255 * weights).astype(np.uint8)
        if attends
        else np.zeros((rows, 0), np.uint8),
        surprisals=tuple(
            0.1 + 8.9876543 * math.exp(-4 * share) * (1 + place % 3) / 3 for place in range(rows)
        ),
    )
