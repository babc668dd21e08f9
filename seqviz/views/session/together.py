"""Visitors who wait for the same model with the same options are decoded together."""

import time
from collections.abc import Callable

from seqviz.errors import DecodingCancelled, SeqVizError
from seqviz.server.companions import Companion, Companions
from seqviz.trace import Trace
from seqviz.translator import Translator
from seqviz.translator.together import (
    MOST_TOGETHER,
    MOST_TOKENS_TOGETHER,
    Wanted,
    translate_together,
)
from seqviz.views.session.bounds import most_bytes
from seqviz.views.session.counts import count
from seqviz.views.session.request import Request

GATHER_SECONDS = 0.01
"""For so long, the first waits for others, while there is room and anybody else is there."""


OnStep = Callable[[int, int], None]


def made_companions(is_crowded: Callable[[], bool]) -> Companions[Request]:
    """Nobody waits yet; ``is_crowded`` tells whether more than one visitor is there."""
    return Companions(
        most=MOST_TOGETHER,
        most_tokens=MOST_TOKENS_TOGETHER,
        linger=lambda: GATHER_SECONDS if is_crowded() else 0.0,
    )


def decode_along(
    loaded: Translator,
    together: list[Companion[Request]],
    on_step: OnStep,
    *,
    keep: Callable[[Request, Trace], None],
) -> Trace:
    """Decode for the first, and for those whom he takes along.

    Args:
        loaded: the model of all.
        together: who is decoded; the first one's thread is this one.
        on_step: shows the first one how far it is. Its signals end his search only, and go on once
            the others have what they wait for.
        keep: takes the traces of the others.

    Raises:
        SeqVizError: as ``Translator.translate``, of the first.
    """
    signals: list[BaseException] = []

    def step(*progress: int) -> None:
        try:
            on_step(*progress)
        except SeqVizError:
            raise
        except BaseException as signal:  # Streamlit's, to stop or to run again, are no Exception
            signals.append(signal)
            raise DecodingCancelled from signal

    first, *others = together
    wanted = [
        Wanted(text=first.request.text, on_step=step),
        *(Wanted(text=one.request.text, on_step=one.stay) for one in others),
    ]
    began = time.monotonic()
    own, *found = translate_together(loaded, wanted, first.request.options, max_bytes=most_bytes())
    for one, trace in zip(others, found, strict=True):
        if isinstance(trace, Trace):
            keep(one.request, trace)
    made = [trace for trace in (own, *found) if isinstance(trace, Trace)]
    if made:
        count(made, time.monotonic() - began)
    if signals:
        raise signals[0]
    if isinstance(own, SeqVizError):
        raise own
    return own
