"""Looking for a sentence on which greedy decoding and beam search part."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from seqviz.analysis.compare import first_difference
from seqviz.errors import DecodingCancelled, SeqVizError
from seqviz.lesson.chapter import Asked
from seqviz.lesson.models import Models


@dataclass(frozen=True)
class Parting:
    """What a search came to."""

    text: str
    """The first sentence on which they part; empty: there is none."""
    tried: int


def find_parting(
    asked: Asked, texts: Iterable[str], models: Models, *, on_text: Callable[[int], None]
) -> Parting:
    """Decode sentences in both ways until they lead to different translations.

    Args:
        asked: the model and the beam; its sentence is not asked for.
        texts: the sentences; those that the model cannot read are passed over.
        models: decodes.
        on_text: called before every sentence, with how many were tried.

    Raises:
        DecodingCancelled: the caller stopped.
    """
    tried = 0
    for text in texts:
        on_text(tried)
        one = replace(asked, text=text, reference="")
        try:
            beam, greedy = models.decode(one), models.decode(one.greedily)
        except DecodingCancelled:
            raise
        except SeqVizError:
            continue
        tried += 1
        if first_difference(greedy, beam) is not None:
            return Parting(text, tried)
    return Parting("", tried)


def after(text: str, texts: Iterable[str]) -> tuple[str, ...]:
    """The sentences, each once, from the one after ``text`` on, and then those up to it."""
    found = tuple(dict.fromkeys(texts))
    place = found.index(text) + 1 if text in found else 0
    return (*found[place:], *found[:place])
