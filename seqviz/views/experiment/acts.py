"""What a visitor did on a picture: a start of the translation, or an edit of the attention.

It is taken to the screen where it counts. What comes from the browser may be anything.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from seqviz.errors import InputError
from seqviz.options.intervention import Intervention
from seqviz.trace import Fate, Trace
from seqviz.views.experiment import edit_panel, starts
from seqviz.views.experiment.starts import Start
from seqviz.views.session import state

CONTINUE = "continue"
EDITS = ("mute", "ablate", "paint")
"""Acts that are edits; only where there is attention."""
DIGITS = 4
"""Of a painted weight, which a link must hold."""


def possible(trace: Trace) -> tuple[str, ...]:
    """The acts that make sense on a picture of this trace."""
    return (CONTINUE, *EDITS) if trace.model.attends else (CONTINUE,)


def take(found: Callable[[], Trace | None], name: str, facts: Mapping[str, Any]) -> None:
    """Do what was asked for on the picture of a trace, if it makes sense there."""
    trace = found()
    if trace is None or name not in possible(trace):
        return
    with suppress(InputError, KeyError, TypeError, ValueError, OverflowError):
        if name == CONTINUE:
            start = start_of(trace, facts)
            if trace.model.eos not in start:
                starts.go(start)
        else:
            edit_panel.add(edit_of(trace, name, facts))
            state.put("view", "intervene")


def start_of(trace: Trace, facts: Mapping[str, Any]) -> Start:
    """The tokens up to ``facts["node"]``, "STEP.CANDIDATE".

    Raises:
        KeyError, TypeError, ValueError: there is no such node.
    """
    search = trace.search
    places = map(int, str(facts["node"]).split("."))
    step, candidate = map(_within, places, (search.steps, search.candidates))
    if search.candidate_fates[step, candidate] == Fate.ABSENT:
        raise ValueError("there were fewer candidates")
    _, path = search.path(step, candidate)
    return tuple(search.candidate_tokens[range(step + 1), path].tolist())


def edit_of(trace: Trace, name: str, facts: Mapping[str, Any]) -> Intervention:
    """The edit that was drawn.

    Args:
        trace: of the picture.
        name: one of ``EDITS``.
        facts: of "mute" the source tokens from "source" up to "end", a word; of "ablate" the
            "layer" and the "head"; of "paint" the steps from "step" up to "end", a word, and the
            "weights", one a source token.

    Raises:
        InputError, KeyError, TypeError, ValueError: it names what is not there.
    """
    count = len(trace.source.ids)
    if name == "mute":
        end = _within(facts["end"], count + 1)
        return Intervention(kind="mute", sources=tuple(range(_within(facts["source"], end), end)))
    if name == "ablate":
        layer = _within(facts["layer"], trace.model.layers)
        return Intervention(
            kind="ablate", heads=((layer, _within(facts["head"], trace.model.heads)),)
        )
    weights = tuple(round(float(weight), DIGITS) for weight in facts["weights"])
    if len(weights) != count:
        raise ValueError(f"{len(weights)} weights for {count} tokens")
    end = _within(facts["end"], len(trace.target()) + 1)
    steps = range(_within(facts["step"], end), end)
    return Intervention(kind="set", steps=tuple(steps), weights=weights)


def _within(place: int, count: int) -> int:
    """The same place, if it is one of so many."""
    if place not in range(count):
        raise ValueError(f"{place} is none of {count}")
    return place
