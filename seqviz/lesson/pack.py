"""A chapter as one JSON object: everything that a browser needs to walk through it by itself.

Each decoding is packed once, however many steps show it. What a step says of its sentence is
checked here: where it does not hold, the step's other text stands in, or the step is left out.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from seqviz.analysis.words import display_text
from seqviz.lesson import bets, markup
from seqviz.lesson.chapter import Asked, Chapter, Check, Layout, Step
from seqviz.lesson.facts import Value, fact
from seqviz.lesson.glossary import glossary
from seqviz.lesson.scene import Decode, Scene
from seqviz.trace import Trace
from seqviz.viewer import packed
from seqviz.words import table

Explain = Callable[[Asked, Scene], Mapping[str, Any] | None]
"""The packed computation of a scene's step; None: the model cannot tell."""

FORMAT = 1


def packed_chapter(
    chapter: Chapter,
    language: str,
    *,
    decode: Decode,
    explain: Explain | None = None,
    own: str = "",
) -> dict[str, Any]:
    """Everything that is shown of a chapter, as JSON.

    Args:
        chapter: what to pack.
        language: of its texts, one of ``LANGUAGES``.
        decode: decodes a sentence; asked once for each of ``needed``.
        explain: computes one step with all its numbers; None: the browser asks for it later.
        own: a sentence that takes the place of the chapter's; empty: the chapter's own.

    Returns:
        "chapter", "title", "language"; "sentence": the one that is shown, "own": whether another
        may take its place; "traces": by key, as ``viewer.packed`` packs them; "computations": by
        key; "glossary": by id, {term, other, means}; "steps": see ``_Packer.step``.

    Raises:
        SeqVizError: a sentence cannot be decoded.
    """
    packer = _Packer(language=language, decode=_remembering(decode), explain=explain)
    steps = [packed for step in chapter.steps for packed in packer.steps(step, own)]
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


def needed(chapter: Chapter, language: str, *, own: str = "") -> tuple[Asked, ...]:
    """The decodings that every way of packing a chapter asks for, each once, in order.

    What facts compare with, such as greedy decoding, comes on top.
    """
    found: dict[Asked, None] = {}
    for step in chapter.steps:
        asked = _asked(step, language, own)
        found[asked] = None
        systems = (*step.systems, *(step.bet.systems if step.bet else ()))
        found.update(dict.fromkeys(asked.by(system) for system in systems))
    return tuple(found)


def _asked(step: Step, language: str, own: str) -> Asked:
    asked = step.asked[language]
    return replace(asked, text=own, reference="") if own and step.own else asked


def _remembering(decode: Decode) -> Decode:
    found: dict[Asked, Trace] = {}

    def remembered(asked: Asked) -> Trace:
        asked = replace(asked, reference="")
        if asked not in found:
            found[asked] = decode(asked)
        return found[asked]

    return remembered


class _Missing(Exception):
    """A text names a fact that its sentence lacks."""


@dataclass
class _Packer:
    """Packs steps, and remembers what they show."""

    language: str
    decode: Decode
    explain: Explain | None
    shown: dict[str, tuple[Scene, bool]] = field(default_factory=dict)
    """By key: a scene of the decoding, and whether it is compared with greedy decoding."""
    computations: dict[str, Any] = field(default_factory=dict)

    def steps(self, step: Step, own: str) -> Iterator[dict[str, Any]]:
        """The step, or nothing, where the sentence bears neither of its texts."""
        asked = _asked(step, self.language, own)
        scene = Scene(asked=asked, trace=self.decode(asked), view=step.view, decode=self.decode)
        text, holds = self.text(step, scene)
        if text is None:
            return
        bet = self.bet(step, scene) if holds else None
        compares = "compare" in _flat(step.show)
        self.shown[asked.key] = scene, compares or self.shown.get(asked.key, (scene, False))[1]
        yield {
            "id": step.id,
            "text": text,
            "holds": holds,
            "trace": asked.key,
            "layout": step.show,
            "state": _state(scene),
            "highlight": step.highlight if holds else (),
            "needs": step.needs if holds and (bet or not step.bet) else "none",
            "action": step.action,
            "bet": bet,
            "systems": [self.system(scene.by(system)) for system in step.systems],
            "computation": self.computation(step, scene),
        }

    def text(self, step: Step, scene: Scene) -> tuple[Any, bool]:
        """The text that the sentence bears, and whether it is the step's own; None: none."""
        checked = scene.step is not None and all(_holds(check, scene) for check in step.checks)
        for text, may in ((step.text, checked), (step.otherwise, True)):
            try:
                if may and text:
                    return self.filled(text[self.language], scene), text is step.text
            except _Missing:
                continue
        return None, False

    def filled(self, text: str, scene: Scene) -> Any:
        def say(name: str, in_formula: bool) -> Any:
            found = fact(name, scene)
            if found is None:
                raise _Missing(name)
            return _written(found, in_formula=in_formula)

        return [markup.filled(node, say) for node in markup.parsed(text)]

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
        """The key of the step's computation; None: it shows none."""
        if "computation" not in _flat(step.show) or self.explain is None:
            return None
        view = scene.view
        key = f"{scene.asked.key} {scene.rank} {scene.step} {view.kind} {view.layer} {view.head}"
        if key not in self.computations:
            self.computations[key] = self.explain(scene.asked, scene)
        return key if self.computations[key] is not None else None

    def trace(self, scene: Scene, compares: bool) -> dict[str, Any]:
        """A decoding as the viewer packs it."""
        return packed(scene.trace, greedy=scene.greedy if compares else None)


def _state(scene: Scene) -> dict[str, Any]:
    """What is selected, in the names of the viewer's stage; −1: as where nobody chose."""
    view = scene.view
    return {
        "kind": view.kind,
        "layer": view.layer - 1,
        "head": view.head - 1,
        "hypothesis": scene.rank,
        "step": scene.step or 0,
        "node": view.node,
        "words": view.words,
        "raw": view.raw,
        "cuts": view.pruned,
        "layout": view.layout,
        "window": max(0, view.window - 1),
    }


def _holds(check: Check, scene: Scene) -> bool:
    found = fact(check.fact, scene)
    if found is None:
        return False
    if isinstance(check.value, str) or check.how in ("is", "is_not"):
        return (found.raw == check.value) == (check.how == "is")
    value = float(found.raw)
    return value > check.value if check.how == "above" else value < check.value


def _written(found: Value, *, in_formula: bool) -> Any:
    if not in_formula:
        return found.text
    return ["mtext" if isinstance(found.raw, str) else "mn", {}, found.formula]


def _flat(layout: Layout) -> Iterator[str]:
    for one in layout:
        yield from (one,) if isinstance(one, str) else _flat(one)


def _entries(steps: list[dict[str, Any]], language: str) -> dict[str, Any]:
    """Of the glossary, those that some text names."""
    named = {name for step in steps for name in markup.found(step["text"], markup.ENTRY)}
    return {
        name: {
            "term": entry.term[language],
            "other": [term for code, term in entry.term.items() if code != language],
            "means": entry.means[language],
        }
        for name, entry in glossary().items()
        if name in named
    }
