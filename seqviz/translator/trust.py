"""All evidence about where the words of one hypothesis come from, gathered for who shows it."""

from collections.abc import Callable
from typing import TypeVar

from seqviz.analysis.trust import Part, Trust
from seqviz.errors import InputError
from seqviz.translator.evidence import Evidence

Found = TypeVar("Found")


def trust_in(evidence: Evidence, *, on_part: Callable[[], None] = lambda: None) -> Trust:
    """Gather all that there is.

    Args:
        evidence: of a hypothesis.
        on_part: called before each part of the work; what it raises ends it.
    """
    missing: dict[Part, InputError] = {}

    def if_any(part: Part, ask: Callable[[], Found]) -> Found | None:
        on_part()
        try:
            return ask()
        except InputError as error:
            missing[part] = error
            return None

    contributions = if_any("share", evidence.contributions)
    norms = if_any("norms", evidence.norms)
    lens = if_any("decoder", evidence.decoder_lens)
    by_layer = if_any("encoder", evidence.encoder_lens)
    on_part()
    grids = evidence.grids()
    on_part()
    return Trust(
        contrast=evidence.contrast(),
        contributions=contributions,
        norms=norms,
        lens=lens,
        by_layer=by_layer,
        grids=grids,
        missing=missing,
    )
