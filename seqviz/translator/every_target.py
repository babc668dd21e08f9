"""Every target that a toy could write, with its probability: what greedy decoding may miss."""

from seqviz.decoding.exhaustive import AllTargets, all_targets
from seqviz.translator.translator import Translator


def every_target(translator: Translator, text: str, *, most: int) -> AllTargets:
    """Score every target of at most so many tokens, whatever a search would keep.

    Raises:
        InputError: the sentence is empty or too long, or there are too many targets.
    """
    source = translator.read(text).ids
    size = len(translator.target.tokenizer)
    found = translator.work(lambda model: all_targets(model, source, size=size, most=most))
    return found.value
