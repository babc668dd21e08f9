"""Three questions at the end of a chapter, asked of the decodings that it shows.

They are steps like all others: a bet on options of which one is right, and the explanation as what
is said once it is revealed.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from seqviz.analysis.words import display_text
from seqviz.lesson import number_questions as numbers
from seqviz.lesson import picture_questions as pictures
from seqviz.lesson.asking import asked_of
from seqviz.lesson.bets import certain
from seqviz.lesson.chapter import Bet, Chapter, Step, View
from seqviz.lesson.models import Models
from seqviz.lesson.question import Asks, Computed
from seqviz.lesson.scene import Scene, scene_of
from seqviz.words import table

MOST = 3
"""Questions a chapter."""
NO_BET = Bet(kind="next")

QUESTIONS: Mapping[str, Asks] = {
    ask.__name__: ask
    for ask in (
        *(numbers.least_sure, numbers.least_likely, numbers.second_choice),
        *(numbers.steps_count, numbers.carried, numbers.whole_prob, numbers.without_last),
        *(numbers.bits, numbers.loss, numbers.score),
        *(pictures.looked, pictures.spread, pictures.rest_weight, pictures.head),
        *(pictures.lost, pictures.without_norm, pictures.parting, pictures.surest_system),
    )
}
"""By the names that a chapter lists."""


def chapter_questions(
    chapter: Chapter, language: str, own: str, *, models: Models
) -> Iterator[tuple[str, Scene, Computed]]:
    """The first of a chapter's questions that one of its decodings bears, at most ``MOST``.

    Yields:
        name, the first decoding that bears it, with the place it speaks of in its view, question.
    """
    steps = sorted(chapter.steps, key=lambda step: not step.own)
    asked = dict.fromkeys(asked_of(step, language, own) for step in steps)
    scenes = [scene_of(one, View(), models) for one in asked]
    borne = (
        (name, scene, found)
        for name in chapter.questions
        for scene in scenes
        if (found := QUESTIONS[name](scene, _systems(steps, scene, language))) is not None
    )
    found_names: set[str] = set()
    for name, scene, found in borne:
        if name not in found_names and len(found_names) < MOST:
            found_names.add(name)
            view = View(step=found.step, layer=found.layer + 1)
            yield name, replace(scene, view=view), found


def _systems(steps: Sequence[Step], scene: Scene, language: str) -> tuple[str, ...]:
    """Those that steps of the same pair list, or bet on."""
    alike = [step for step in steps if step.asked[language].pair == scene.asked.pair]
    named = (name for step in alike for name in (*step.systems, *(step.bet or NO_BET).systems))
    return tuple(dict.fromkeys(named))


def said(name: str, scene: Scene, asked: Computed, *, language: str) -> dict[str, Any]:
    """What a question's step says, asks and explains, as JSON; see ``pack``."""
    words = table(language)
    labels = [words.get(f"system.{label}", label) for label in asked.options]
    facts = {"right": labels[asked.right], **asked.facts}
    right = [place == asked.right for place in range(len(labels))]
    bet = certain("asked", labels, asked.options, right=right)
    shown: list[Any] = [["em", {}, display_text(scene.trace.source.text)]]
    if "systems" not in asked.shows:
        shown += [" → ", ["em", {}, display_text(scene.trace.hypotheses.texts[scene.rank])]]
    question, why = (
        words[f"questions.{name}{asked.form}.{part}"].format_map(facts) for part in ("ask", "why")
    )
    return {
        "text": [["p", {}, *shown]],
        "bet": {"step": asked.step, "question": question, **asdict(bet)},
        "reveal": [["p", {}, why]],
    }
