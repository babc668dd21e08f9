"""Browser components, plain JavaScript without a build step: the step scrubber, attention lines.

Registered once, here; ``replay`` holds one more. Tokens travel as data and become text nodes; words
come from the caller, in the page's language. ``payload`` makes what travels. Letters in shapes: T
steps, S source tokens.
"""

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from seqviz.views.components.parts import read
from seqviz.views.components.payload import (
    NextTokens,
    Weights,
    checked,
    line_threshold,
    numbers,
    packed,
    top_tokens,
)
from seqviz.words import part, table

_stepper = st.components.v2.component(
    "seqviz_stepper",
    css=read("base.css", "controls.css", "stepper.css"),
    js=read("drawing.js", "controls.js", "walker.js", "chips.js", "bars.js", "stepper.js"),
)
_lines = st.components.v2.component(
    "seqviz_lines",
    css=read("base.css", "lines.css"),
    js=read("drawing.js", "picture.js", "lines.js"),
)


def stepper(  # noqa: PLR0913 - one call is one component: its arguments are its properties
    *,
    key: str,
    tokens: Sequence[str],
    source: Sequence[str],
    attention: Weights | None,
    next_tokens: Sequence[NextTokens],
    chosen: Sequence[int],
    entropies: Sequence[float],
    step: int,
    drawable: Sequence[Sequence[bool] | None] | None = None,
    words: Mapping[str, str],
    on_change: Callable[[], None] | None = None,
) -> int:
    """Show the step scrubber, which walks through a decoding without asking Python.

    Once the visitor rests on a step, the page runs again. ``on_change`` is called before that run;
    the new step is then at ``st.session_state[key]["step"]``, to be passed as ``step`` at once.
    Keeping what is returned, for the next run, works too; but then the scrubber cannot be told to
    go back to the step that it was last given. When ``step`` is another than in the last run, the
    scrubber goes there, unless the visitor is just moving it.

    Args:
        key: unique on the page.
        tokens: T tokens of the output; step t produced ``tokens[t]``.
        source: S tokens.
        attention: (T, S), weights in [0, 1]; None: the system has no attention.
        next_tokens: T lists of tokens with their probabilities, most probable first.
        chosen: T indices into these lists, -1 where the chosen token is not listed.
        entropies: T entropies of the next-token distributions, in nats.
        step: where to stand, from 0; cut to what there is.
        drawable: T times whether sampling could draw each listed token; None: nothing was cut off.
        words: the page's; those whose keys start with "stepper." travel.
        on_change: called when the visitor has moved.

    Returns:
        The step where the visitor stands, 0 to T - 1.

    Raises:
        ValueError: there are no tokens, or the lengths disagree.
    """
    if not tokens or not len(tokens) == len(next_tokens) == len(chosen) == len(entropies):
        raise ValueError(
            f"{len(tokens)} tokens, {len(next_tokens)} lists of next tokens, {len(chosen)} chosen, "
            f"{len(entropies)} entropies: need the same number of each, and at least one"
        )
    here = max(0, min(step, len(tokens) - 1))
    if attention is not None:
        attention = checked(attention, steps=len(tokens), source=len(source))
    result = _stepper(
        key=key,
        data={
            "tokens": list(tokens),
            "source": list(source),
            "attention": None if attention is None else packed(attention),
            "next": [
                top_tokens(*row)
                for row in zip(next_tokens, chosen, drawable or [None] * len(tokens), strict=True)
            ],
            "entropies": numbers(entropies),
            "step": here,
            "words": _words("stepper.", words),
        },
        # A trigger, not a state: a state that returns to an earlier value would call nobody.
        on_step_change=on_change or _nothing,
    )
    moved = result.get("step")
    return moved if isinstance(moved, int) and 0 <= moved < len(tokens) else here


def lines(
    *,
    key: str,
    source: Sequence[str],
    target: Sequence[str],
    weights: Weights,
    words: Mapping[str, str],
    title: str,
) -> None:
    """Show attention as lines between two columns of tokens.

    Args:
        key: unique on the page.
        source: S tokens, on the left.
        target: T tokens, on the right.
        weights: (T, S), in [0, 1].
        words: the page's; those whose keys start with "lines." travel.
        title: stands above the picture, and in the downloaded file.

    Raises:
        ValueError: there are no tokens, or the weights have another shape.
    """
    if not source or not target:
        raise ValueError(f"{len(source)} source and {len(target)} target tokens: need some of each")
    checked(weights, steps=len(target), source=len(source))
    _lines(
        key=key,
        data={
            "source": list(source),
            "target": list(target),
            "weights": packed(weights),
            "threshold": line_threshold(weights),
            "title": title,
            "words": _words("lines.", words),
        },
    )


def _words(prefix: str, words: Mapping[str, str]) -> dict[str, str]:
    return {key: words[key] for key in part(table(), prefix)}


def _nothing() -> None:
    """Make Streamlit report the step even where nobody is called."""
