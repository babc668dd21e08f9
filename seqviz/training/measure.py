"""How good a model is on the development set while it learns."""

from dataclasses import dataclass

import torch

from seqviz.analysis.quality import corpus_quality, exact_match
from seqviz.decoding.corpus import decode_corpus
from seqviz.options import DecodeOptions
from seqviz.records.training import Metric
from seqviz.training.batches import Example, collate, epoch_batches
from seqviz.training.loop import token_loss
from seqviz.training.observer import Observer

LOSS_TOKENS = 4_000
"""Padded tokens of a batch."""


@dataclass(frozen=True, kw_only=True)
class Development:
    """The sentence pairs that choose the best weights."""

    pairs: tuple[tuple[str, str], ...]
    """Sources and references."""
    examples: tuple[Example, ...]
    """The same in token ids."""
    metric: Metric


def dev_loss(observer: Observer, dev: Development) -> float:
    """Mean −log p of all the references' tokens, EOS included, without smoothing; nats."""
    model, total, count = observer.model.eval(), 0.0, 0
    device = next(model.parameters()).device
    with torch.inference_mode():
        for places in epoch_batches(dev.examples, batch_tokens=LOSS_TOKENS, seed=0, epoch=0):
            chosen = [dev.examples[place] for place in places]
            batch = collate(chosen, special=model.special, device=device)
            logits = model(batch.source, batch.lengths, batch.target_in)
            loss = token_loss(logits, batch, pad=model.special.pad)
            total, count = total + float(loss) * batch.tokens, count + batch.tokens
    return total / count


def dev_score(observer: Observer, dev: Development, *, most: int) -> float:
    """BLEU or exact match of greedy translations, 0 to 100.

    Args:
        observer: the model with its tokenizers.
        dev: the development set.
        most: only so many sentences, from the start.
    """
    observer.model.eval()
    options = DecodeOptions(beam_size=1)
    found = decode_corpus(observer.searched, [e.source for e in dev.examples[:most]], options)
    texts = [observer.spelling.text(result.tokens) for result in found]
    references = [reference for _, reference in dev.pairs[:most]]
    if dev.metric == "exact_match":
        return exact_match(texts, references)
    language = observer.settings.target_language
    return corpus_quality(texts, references, language=language).bleu
