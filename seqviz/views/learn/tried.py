"""What a learner tries on the spot: gradient steps on a toy, and a search for a sentence."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, replace
from typing import Any, cast

import streamlit as st

from seqviz.errors import SeqVizError
from seqviz.lesson import Chapter, View, needed
from seqviz.lesson.asking import asked_of
from seqviz.lesson.bets import OPTIONS
from seqviz.lesson.learning import before, learnt, told
from seqviz.lesson.models import Models
from seqviz.lesson.parting import Parting, after, find_parting
from seqviz.lesson.scene import scene_of
from seqviz.options import MAX_SOURCE_TOKENS
from seqviz.server.queue import OnWait
from seqviz.tasks.examples import EXAMPLES
from seqviz.translator.gradient import MOST_UPDATES
from seqviz.views.session import cache, state
from seqviz.views.session.cache import OnStep
from seqviz.views.session.i18n import Words
from seqviz.views.session.request import Request
from seqviz.views.shell import progress as decode
from seqviz.views.shell.progress import Progress

LEARNT, SEARCH, FOUND = "lesson-learnt", "lesson-search", "lesson-found"
SHOWN, BETS, FORGOT = "lesson-shown", "lesson-bets", "lesson-forgot"
"""Names under which a session remembers the gradient steps made last with what they led to, the
step that looks for a sentence, what it found, which chapters showed which sentences, what was bet
there, and when all bets were forgotten."""
MOST_SHOWN, MOST_BETS = 100, 200
MOST_LETTERS, MOST_NAME = 60, 200
"""Of a word that a toy learns; of what a step and its decoding are called."""

Place = tuple[str, str, str]
"""Of a bet: chapter, step or name of its question, and the decoding that it asks about."""
Bets = Mapping[Place, Mapping[str, object]]

ModelsOf = Callable[[OnStep, OnWait], Models]


def note_shown(chapter: str, own: str) -> None:
    """Remember that a chapter was shown, and with which sentence of the class; empty: its own."""
    others = (one for one in shown() if one != (chapter, own))
    state.remember(SHOWN, (*others, (chapter, own))[-MOST_SHOWN:])


def shown() -> tuple[tuple[str, str], ...]:
    """Ids of chapters with sentences, those seen last at the end."""
    return cast(tuple[tuple[str, str], ...], state.remembered(SHOWN) or ())


def typed() -> tuple[str, ...]:
    """The class's own sentences, the newest first."""
    return tuple(dict.fromkeys(own for _, own in reversed(shown()) if own))


def note_bets(told: object, forgot: object) -> None:
    """Add to what was bet; what comes from the browser is checked.

    Args:
        told: chapter, step, decoding, and "counts" of hands by option, an "option", a word "typed",
            or the shares of a row "painted"; of each bet.
        forgot: when all bets before were forgotten, in milliseconds; 0: never.
    """
    made = dict(filter(None, map(_placed, told))) if isinstance(told, list) else {}
    before = bets()
    if type(forgot) is int and forgot > cast(int, state.remembered(FORGOT) or 0):
        state.remember(FORGOT, forgot)
        before = {}
    state.remember(BETS, dict([*{**before, **made}.items()][-MOST_BETS:]))


def bets() -> Bets:
    """What was bet in this session, those made last at the end."""
    return cast(Bets, state.remembered(BETS) or {})


def _placed(told: object) -> tuple[Place, dict[str, object]] | None:
    """A bet and its place, if it is one."""
    match told:
        case [str(chapter), str(step), str(decoding), bet] if found := _bet(bet):
            return (chapter[:MOST_NAME], step[:MOST_NAME], decoding[:MOST_NAME]), found
    return None


def _bet(told: object) -> dict[str, object]:
    """A bet, if it is one."""
    if not isinstance(told, Mapping):
        return {}
    counts, option, typed, painted = map(told.get, ("counts", "option", "typed", "painted"))
    if isinstance(counts, list) and len(counts) <= OPTIONS:
        return {"counts": [max(0, one) if type(one) is int else 0 for one in counts]}
    if isinstance(typed, str):
        return {"typed": typed[:MOST_LETTERS]}
    if isinstance(painted, list) and len(painted) <= MAX_SOURCE_TOKENS:
        shares = (one if type(one) in (int, float) else 0.0 for one in painted)
        return {"painted": [round(min(1.0, max(0.0, one)), 3) for one in shares]}
    return {"option": option} if type(option) is int else {}


# Gradient steps


def ask_to_learn(facts: Mapping[str, Any]) -> None:
    """Note which steps the lesson asks for; what comes from the browser may be anything."""
    with suppress(TypeError, ValueError):
        rates = tuple(map(float, facts.get("rates", ())))[: MOST_UPDATES + 1]
        told = {name: str(facts.get(name, ""))[:MOST_LETTERS] for name in ("text", "right")}
        state.remember(LEARNT, {"trace": str(facts.get("trace")), "rates": rates, **told})


def learning(
    chapter: Chapter, language: str, *, request: Request, models_of: ModelsOf, w: Words
) -> Mapping[str, Any] | None:
    """What the steps asked for last led to, on a copy of the model; None: nobody asked.

    Computed in turn with all decodings, from the model's own weights, and once: the same steps
    always lead to the same numbers. With a pair of one's own comes what it is before the first
    step, as "before", with the "facts" that the text names; where nothing came of it, "failed" says
    why.
    """
    asked = state.remembered(LEARNT)
    if not isinstance(asked, Mapping) or "losses" in asked or "failed" in asked:
        return cast(Mapping[str, Any] | None, asked)
    among = {one.key: one for one in needed(chapter, language) if one.reference}
    if (one := among.get(asked["trace"])) is None:
        return None
    progress = Progress(w, LEARNT)
    answer = dict(asked)
    try:
        models = models_of(progress.step, progress.wait)
        shown = scene_of(one, View(), models)
        with cache.visits().turn(progress.wait, request.visitor):
            if asked["text"] or asked["right"]:
                one = replace(one, text=asked["text"], reference=asked["right"])
                answer["before"] = before(models.learn(one, ()))
                answer["before"]["facts"] = told(replace(shown, asked=one))
            answer |= learnt(models.learn(one, asked["rates"]))
            answer |= {} if answer["losses"] else {"failed": w("lesson.learn.failed")}
    except SeqVizError as error:
        answer["failed"] = w(f"error.{error.code}", error.facts)
    progress.clear()
    state.remember(LEARNT, answer)
    return answer


# A sentence on which greedy decoding and beam search part


def ask_to_search(facts: Mapping[str, Any]) -> None:
    """Begin to look, at the step that asks."""
    state.put_if_there("at", facts.get("at", ""))
    state.resume()
    state.remember(SEARCH, state.text("at"))


def found() -> Mapping[str, Any]:
    """What the last search came to, and "searching": whether one is under way."""
    is_on = state.remembered(SEARCH) == state.text("at") and not state.is_cancelled(SEARCH)
    last = state.remembered(FOUND)
    return {"searching": is_on, **(last if isinstance(last, Mapping) else {})}


def search(chapter: Chapter, own: str, *, models_of: ModelsOf, w: Words) -> None:
    """Look for a sentence if the step asked for one, and open the first that is found.

    Of those that were typed and the pair's examples, from the one after the sentence that is shown.
    """
    at = state.text("at")
    step = next((one for one in chapter.steps if one.id == at), None)
    if step is None or state.remembered(SEARCH) != at:
        return
    asked = asked_of(step, w.language, own)
    shipped = (example.source for example in EXAMPLES.get(asked.pair, ()))
    texts = after(asked.text, (*typed(), step.asked[w.language].text, *shipped))

    def look(progress: Progress) -> Parting:
        models = models_of(lambda *_: progress.poll(), progress.wait)

        def say(tried: int) -> None:
            words = w("lesson.find.trying", {"number": tried + 1, "count": len(texts)})
            progress.show(tried / len(texts), words)

        return find_parting(asked, texts, models, on_text=say)

    parting = decode.shown(SEARCH, look, w)
    if parting is None:
        return
    state.remember(SEARCH, None)
    state.remember(FOUND, {"chapter": chapter.id, **asdict(parting)})
    if parting.text:
        state.put("sentence", parting.text)
    st.rerun()
