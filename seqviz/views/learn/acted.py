"""What a learner did to a step's picture: edits of the attention, a branch continued, in turn.

Each is decoded anew, for all visitors once. What comes from the browser may be anything.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from seqviz.analysis.compare import word_differences
from seqviz.errors import DecodingCancelled, SeqVizError
from seqviz.lesson import Asked
from seqviz.lesson.models import Models
from seqviz.options.intervention import MAX_EDITS
from seqviz.viewer import packed
from seqviz.views.experiment import acts
from seqviz.views.learn.tried import ModelsOf
from seqviz.views.session import state
from seqviz.views.session.i18n import Words
from seqviz.views.shell.progress import Progress

ACTED = "lesson-acted"
"""Under it a session remembers what was done last."""
BEAM, WIDEST = "beam", 10
"""The act that decodes with another beam size, and the largest one."""


def note(facts: Mapping[str, Any]) -> None:
    """Remember what was done: "id", "trace", the key of what a step shows, and "acts"."""
    state.resume()
    state.remember(ACTED, dict(facts))


def asked_with(asked: Asked, done: Sequence[Mapping[str, Any]], models: Models) -> Asked:
    """What a step decodes once these things were done, each on the picture of those before it.

    Args:
        asked: what the step decodes by itself.
        done: each with its "name", and the facts that ``views.experiment.acts`` wants of it; or
            the size as "beam", of which the last one counts.
        models: decodes.

    Raises:
        InputError, KeyError, TypeError, ValueError: one of them makes no sense there.
        SeqVizError: it cannot be decoded.
    """
    sizes = [one for one in done if one["name"] == BEAM]
    edits_done = [one for one in done if one["name"] != BEAM][:MAX_EDITS]
    for one in sizes[-1:]:
        asked = replace(asked, options=replace(asked.options, beam_size=_size(one)))
    for one in edits_done:
        trace, name = models.decode(asked), one["name"]
        if name not in acts.possible(trace):
            raise ValueError(f"no {name} on this picture")
        options = asked.options
        if name == acts.CONTINUE:
            options = replace(options, prefix=acts.start_of(trace, one), prefix_text="")
        else:
            edits = (*options.interventions, acts.edit_of(trace, name, one))
            options = replace(options, interventions=edits)
        asked = replace(asked, options=options)
    return asked


def _size(facts: Mapping[str, Any]) -> int:
    if facts["beam"] not in range(1, WIDEST + 1):
        raise ValueError("no such beam size")
    return int(facts["beam"])


def answer(
    among: Mapping[str, Asked], *, models_of: ModelsOf, w: Words
) -> Mapping[str, Any] | None:
    """What the things done last led to, decoded once; None: nothing was done.

    Args:
        among: what the chapter decodes, by key.
        models_of: of a work's progress.
        w: the page's words.

    Returns:
        "id", as it came; and "trace", the key of the decoding, "packed", and "marks": the words of
        both translations, before and after, each with 1 where the other lacks it; or "refused":
        why not.
    """
    facts = state.remembered(ACTED)
    if not isinstance(facts, Mapping) or "packed" in facts or "refused" in facts:
        return cast(Mapping[str, Any] | None, facts)
    progress = Progress(w, ACTED)
    try:
        if state.is_cancelled(ACTED):
            raise DecodingCancelled
        led_to = _led_to(facts, among, models_of(progress.step, progress.wait))
    except SeqVizError as error:
        led_to = {"refused": w.error(error)}
    except (KeyError, TypeError, ValueError, OverflowError):
        led_to = {"refused": w("lesson.acted.refused")}
    finally:
        progress.clear()
    found = {"id": facts.get("id"), **led_to}
    state.remember(ACTED, found)
    return found


def _led_to(
    facts: Mapping[str, Any], among: Mapping[str, Asked], models: Models
) -> Mapping[str, Any]:
    first = among[str(facts["trace"])]
    asked = asked_with(first, facts["acts"], models)
    before, after = models.decode(first), models.decode(asked)
    both = word_differences(before.translation, after.translation)
    marks = [[[word.text, int(word.differs)] for word in words] for words in both]
    return {"trace": asked.key, "packed": packed(after), "marks": marks}
