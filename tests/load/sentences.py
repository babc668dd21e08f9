"""Sentences of one length, none twice, and whether a page shows the Translator's own answer."""

from collections.abc import Iterator, Mapping
from itertools import islice, product
from random import Random

from seqviz.options import DecodeOptions
from seqviz.translator import Translator

MODEL = "de-en/transformer"
TOKENS, BEAM = 12, 5
"""Of a sentence, EOS counted; of the search."""
PLACES = "der Schule", "der Kirche", "der Stadt", "der Bibliothek", "dem Park", "dem Garten"
MORE_PLACES = "dem Haus", "dem Zug", "dem Wald", "dem Hotel", "dem Hof", "dem Dorf"
TIMES = "gestern", "heute", "dann", "damals", "oft", "nie", "schon", "wieder", "dort"
KINDS = "alten", "neuen", "guten", "kleinen", "jungen", "großen", "armen", "reichen", "netten"
WHOM = "Freund", "Lehrer", "Arzt", "Mann", "Hund", "Nachbarn", "Onkel", "Bruder", "Sohn", "Vater"
DONE = "getroffen", "gesehen", "besucht", "gefunden"


def sentences(count: int, translator: Translator) -> list[str]:
    """So many, of ``TOKENS`` tokens each for this model."""
    options = DecodeOptions(beam_size=BEAM)
    fitting = (one for one in _all() if len(translator.read(one, options).ids) == TOKENS)
    found = list(islice(fitting, count))
    if len(found) < count:
        raise ValueError(f"there are only {len(found)} such sentences")
    return found


def _all() -> Iterator[str]:
    """All there are, in an order that is always the same; neighbours differ in most words."""
    parts = (TIMES, (*PLACES, *MORE_PLACES), KINDS, WHOM, DONE)
    made = [
        f"{subject} {time} in {place} einen {kind} {whom} {done}."
        for subject in ("Ich habe", "Wir haben")
        for time, place, kind, whom, done in product(*parts)
    ]
    Random(0).shuffle(made)
    return iter(made)


def crossed(shown: Mapping[str, tuple[str, str]], translator: Translator) -> list[str]:
    """Sentences of visitors who saw something else than the Translator's answer to theirs.

    Args:
        shown: by the sentence that was asked for, the sentence and the translation on the page.
        translator: the model of the page.
    """
    options, asked = DecodeOptions(beam_size=BEAM), list(shown)
    answers = [one.text for one in translator.translate_all(asked, options)]
    doubtful = [
        text for text, answer in zip(asked, answers, strict=True) if shown[text] != (text, answer)
    ]  # a batch may differ in the last bits
    return [
        text
        for text in doubtful
        if shown[text] != (text, translator.translate(text, options).translation)
    ]
