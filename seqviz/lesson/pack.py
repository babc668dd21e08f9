"""A chapter as one JSON object: everything that a browser needs to walk through it by itself.

Each decoding is packed once, however many steps show it. What a step says of its sentence is
checked here: where it does not hold, the step's other text stands in, or the step is left out.
"""

from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from seqviz.analysis.words import display_text
from seqviz.errors import InputError
from seqviz.lesson import bets, markup, questions
from seqviz.lesson.asking import Remembering, asked_of
from seqviz.lesson.chapter import Chapter, Check, Layout, Step, Texts
from seqviz.lesson.charts import charts_of
from seqviz.lesson.facts import Value
from seqviz.lesson.glossary import glossary
from seqviz.lesson.learning import OWN_WORD, learning
from seqviz.lesson.measured import replay
from seqviz.lesson.models import Models
from seqviz.lesson.named import fact
from seqviz.lesson.norms import norms
from seqviz.lesson.positions import positions
from seqviz.lesson.scene import Scene, scene_of
from seqviz.lesson.selected import read_of, state_of
from seqviz.viewer import packed
from seqviz.viewer.computation import packed_computation
from seqviz.words import table

FORMAT = 1


def packed_chapter(
    chapter: Chapter, language: str, *, models: Models, own: str = ""
) -> dict[str, Any]:
    """Everything that is shown of a chapter, as JSON.

    Args:
        chapter: what to pack.
        language: of its texts, one of ``LANGUAGES``.
        models: decodes, each sentence once, and takes steps apart.
        own: a sentence that takes the place of the chapter's; empty: the chapter's own.

    Returns:
        "chapter", "title", "language"; "sentence": the one that is shown, "own": whether another
        may take its place; "traces": by key, as ``viewer.packed`` packs them; "computations": by
        key; "glossary": by id, {term, other, means}; "steps": see ``_Packer.steps``.

    Raises:
        SeqVizError: a sentence cannot be decoded, or no step holds.
    """
    packer = _Packer(language=language, models=Remembering(models))
    steps = [packed for step in chapter.steps for packed in packer.steps(step, own)]
    steps += packer.questions(chapter, own)
    if not steps:
        raise InputError("lesson_nothing", {"chapter": chapter.id})
    shown = next((step.asked[language].text for step in chapter.steps if step.own), "")
    return {
        "format": FORMAT,
        "chapter": chapter.id,
        "title": chapter.title[language],
        "language": language,
        "sentence": own or shown,
        "own": any(step.own for step in chapter.steps),
        "steps": steps,
        "traces": {key: packer.trace(*shown) for key, shown in packer.shown.items()},
        "computations": packer.computations,
        "glossary": _entries(steps, language),
    }


class _Missing(Exception):
    """A text names a fact that its sentence lacks."""


@dataclass(frozen=True, kw_only=True)
class _Said:
    """What a step says and asks of its sentence."""

    text: list[markup.Node]
    reveal: list[markup.Node]
    bet: dict[str, Any] | None
    holds: bool
    """It is the step's own text."""


@dataclass
class _Packer:
    """Packs steps, and remembers what they show."""

    language: str
    models: Models
    shown: dict[str, tuple[Scene, bool]] = field(default_factory=dict)
    """By key: a scene of the decoding, and whether it is compared with greedy decoding."""
    computations: dict[str, Any] = field(default_factory=dict)

    def steps(self, step: Step, own: str) -> Iterator[dict[str, Any]]:
        """The step, or nothing, where the sentence bears neither of its texts."""
        asked = asked_of(step, self.language, own)
        scene = scene_of(asked, step.view, self.models)
        said = self.own(step, scene) or self.instead(step, scene)
        if said is None:
            return
        yield {
            "id": step.id,
            "text": said.text,
            "holds": said.holds,
            **self.picture(scene, step.show),
            "highlight": step.highlight if said.holds else (),
            "needs": step.needs if said.holds else "none",
            "action": step.action,
            "bet": said.bet,
            "reveal": said.reveal,
            "systems": [self.system(scene.by(system)) for system in step.systems],
            "learning": learning(scene) if "learning" in _flat(step.show) else None,
            "positions": positions(scene) if "positions" in _flat(step.show) else None,
            "norms": norms(scene) if "norms" in _flat(step.show) else None,
            "replay": replay(scene) if "replay" in _flat(step.show) else None,
            "charts": charts_of(step, scene, shown=set(_flat(step.show)), language=self.language),
            "computation": self.computation(step, scene),
        }

    def questions(self, chapter: Chapter, own: str) -> Iterator[dict[str, Any]]:
        """Those at the chapter's end: steps like all others, their answers computed."""
        found = questions.chapter_questions(chapter, self.language, own, models=self.models)
        for place, (name, scene, asked) in enumerate(found, 1):
            systems = asked.options if "systems" in asked.shows else ()
            yield {
                "id": f"question-{place}",
                "asks": name,
                "holds": True,
                **self.picture(scene, asked.shows),
                **questions.said(name, scene, asked, language=self.language),
                "highlight": (),
                "needs": "bet",
                "action": "",
                "systems": [self.system(scene.by(system)) for system in systems],
                "charts": {},
                "computation": None,
            }

    def picture(self, scene: Scene, show: Layout) -> dict[str, Any]:
        """Of which decoding a step shows which parts, and what is selected there."""
        key = scene.asked.key
        compares = "compare" in _flat(show) or self.shown.get(key, (scene, False))[1]
        self.shown[key] = scene, compares
        return {"trace": key, "layout": show, "state": state_of(scene)}

    def own(self, step: Step, scene: Scene) -> "_Said | None":
        """What the step says and asks; None: the sentence does not bear it."""
        if scene.step is None or not all(_holds(check, scene) for check in step.checks):
            return None
        bet = self.bet(step, scene)
        if step.bet is not None and bet is None:
            return None
        try:
            live = OWN_WORD if "learning" in _flat(step.show) else ()
            texts = [self.filled(text, scene, live) for text in (step.text, step.reveal)]
        except _Missing:
            return None
        reveal = [*texts[1], *self.judged(step, scene)]
        return _Said(text=texts[0], reveal=reveal, bet=bet, holds=True)

    def judged(self, step: Step, scene: Scene) -> Iterator[markup.Node]:
        """What says by which translation two systems are judged where nobody knows a right one."""
        if step.bet is not None and step.bet.kind == "fails":
            found = bets.stand_in([scene.by(system) for system in step.bet.systems])
            if found:
                words = table(self.language)["lesson.judged"]
                yield ["p", {}, words.format(translation=display_text(found))]

    def instead(self, step: Step, scene: Scene) -> "_Said | None":
        """What stands in; None: nothing does."""
        try:
            text = self.filled(step.otherwise, scene)
        except _Missing:
            return None
        return _Said(text=text, reveal=[], bet=None, holds=False) if text else None

    def filled(self, texts: Texts, scene: Scene, live: Collection[str] = ()) -> list[markup.Node]:
        """A text of the language with its facts; ``live`` ones tell the browser their names.

        Raises:
            _Missing: the sentence lacks one of them.
        """

        def say(name: str, in_formula: bool) -> Any:
            found = fact(name, scene)
            if found is None:
                raise _Missing(name)
            written = _written(found, in_formula=in_formula)
            return ["span", {"data-fact": name}, written] if name in live else written

        return [markup.filled(node, say) for node in markup.parsed(texts.get(self.language, ""))]

    def bet(self, step: Step, scene: Scene) -> dict[str, Any] | None:
        """What is asked, as JSON; None: nothing, or nothing can be asked of this sentence."""
        if step.bet is None:
            return None
        found: bets.Question | bets.Painting | None
        if step.bet.kind == "fails":
            scenes = [scene.by(system) for system in step.bet.systems]
            found = bets.fails_question(scenes, [self.name(one) for one in step.bet.systems])
        elif step.bet.kind == "row":
            found = bets.row_question(scene)
        else:
            ask = {"next": bets.next_question, "dies": bets.dies_question}[step.bet.kind]
            found = ask(scene)
        return (
            None if found is None else {"step": scene.step, **asdict(found), "kind": step.bet.kind}
        )

    def system(self, scene: Scene) -> dict[str, Any]:
        """A row of the list of systems."""
        best = scene.trace.hypotheses
        return {
            "system": scene.asked.system,
            "name": self.name(scene.asked.system),
            "text": display_text(scene.trace.translation),
            "logProb": round(float(best.log_probs[0]), 4),
            "score": round(float(best.scores[0]), 4),
        }

    def name(self, system: str) -> str:
        """What a system is called; one of the lecturer's own by its folder's name."""
        return table(self.language).get(f"system.{system}", system)

    def computation(self, step: Step, scene: Scene) -> str | None:
        """The key of the step's computation; None: it shows none, or the model cannot tell."""
        if scene.step is None or not {"computation", "states"} & set(_flat(step.show)):
            return None
        read, layer, head = read_of(scene)
        key = f"{scene.asked.key} {read} {layer} {head} {scene.rank} {scene.step}"
        if key not in self.computations:
            found = self.models.explain(
                scene.asked, scene.step, scene.rank, read=read, layer=layer, head=head
            )
            if found is None:
                return None
            self.computations[key] = packed_computation(found)
        return key

    def trace(self, scene: Scene, compares: bool) -> dict[str, Any]:
        """A decoding as the viewer packs it."""
        return packed(scene.trace, greedy=scene.greedy if compares else None)


def _holds(check: Check, scene: Scene) -> bool:
    found = fact(check.fact, scene)
    if found is None:
        return False
    if check.how in ("is", "is_not"):
        return (found.raw == check.value) == (check.how == "is")
    if isinstance(found.raw, str) or isinstance(check.value, str):
        return False  # words are neither above nor below anything
    return found.raw > check.value if check.how == "above" else found.raw < check.value


def _written(found: Value, *, in_formula: bool) -> Any:
    if not in_formula:
        return found.text
    return ["mtext" if isinstance(found.raw, str) else "mn", {}, found.formula]


def _flat(layout: Layout) -> Iterator[str]:
    for one in layout:
        yield from (one,) if isinstance(one, str) else _flat(one)


def _entries(steps: list[dict[str, Any]], language: str) -> dict[str, Any]:
    """Of the glossary, those that some text names."""
    named = {
        name for step in steps for name in markup.found(step["text"] + step["reveal"], markup.ENTRY)
    }
    return {
        name: {
            "term": entry.term[language],
            "other": [term for code, term in entry.term.items() if code != language],
            "means": entry.means[language],
        }
        for name, entry in glossary().items()
        if name in named
    }
