"""All evidence about where the words of one hypothesis come from, gathered for who shows it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from seqviz.analysis.agreement import Agreement, agreement
from seqviz.analysis.attention import Array
from seqviz.analysis.contrast import SourceContrast
from seqviz.analysis.trust import WordTrust, word_trust
from seqviz.errors import InputError
from seqviz.trace.evidence import DecoderLens, SourceContributions
from seqviz.translator.evidence import Evidence

Found = TypeVar("Found")


@dataclass(frozen=True, kw_only=True, eq=False)
class Trust:
    """What is known of one hypothesis; None, or nothing, where a recurrent model has no such."""

    words: tuple[WordTrust, ...]
    contrast: SourceContrast
    contributions: SourceContributions | None
    lens: DecoderLens | None
    by_layer: tuple[str, ...]
    """The translation after 0, 1, … layers of the encoder."""
    grids: Mapping[str, Array]
    """See ``Evidence.grids``."""
    compared: Agreement
    """Of the grids."""


def trust_in(evidence: Evidence, *, on_part: Callable[[], None] = lambda: None) -> Trust:
    """Gather all that there is.

    Args:
        evidence: of a hypothesis.
        on_part: called between two parts of the work; what it raises ends it.
    """
    contrast = evidence.contrast()
    on_part()
    contributions, lens = _if_any(evidence.contributions), _if_any(evidence.decoder_lens)
    on_part()
    by_layer = _if_any(evidence.encoder_lens) or ()
    on_part()
    grids = evidence.grids()
    return Trust(
        words=word_trust(contrast, contributions, lens),
        contrast=contrast,
        contributions=contributions,
        lens=lens,
        by_layer=by_layer,
        grids=grids,
        compared=agreement(grids),
    )


def _if_any(ask: Callable[[], Found]) -> Found | None:
    """What a recurrent model does not have, as None."""
    try:
        return ask()
    except InputError as error:
        if not error.code.endswith("_recurrent"):
            raise
        return None
