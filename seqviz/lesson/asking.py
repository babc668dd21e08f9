"""Which decodings a chapter asks for, and that each is asked for once."""

from dataclasses import replace

from seqviz.lesson.chapter import Asked, Chapter, Step
from seqviz.lesson.models import Models
from seqviz.trace import Trace


def asked_of(step: Step, language: str, own: str) -> Asked:
    """What a step decodes; one's own sentence takes the place of its own, where it may."""
    asked = step.asked[language]
    return replace(asked, text=own, reference="") if own and step.own else asked


def needed(chapter: Chapter, language: str, *, own: str = "") -> tuple[Asked, ...]:
    """The decodings that every way of packing a chapter asks for, each once, in order.

    What facts compare with, such as greedy decoding, comes on top.
    """
    found: dict[Asked, None] = {}
    for step in chapter.steps:
        asked = asked_of(step, language, own)
        found[asked] = None
        systems = (*step.systems, *(step.bet.systems if step.bet else ()))
        found.update(dict.fromkeys(asked.by(system) for system in systems))
    return tuple(found)


class Remembering:
    """Models that are asked for every decoding once, whatever is known of a right translation."""

    def __init__(self, models: Models) -> None:
        self._models = models
        self._found: dict[Asked, Trace] = {}
        self.explain, self.without_source = models.explain, models.without_source
        self.scores, self.target_text = models.scores, models.target_text
        self.lengths, self.beam_sizes = models.lengths, models.beam_sizes
        self.training, self.positions = models.training, models.positions
        self.norms = models.norms
        self.every_target, self.learn = models.every_target, models.learn

    def decode(self, asked: Asked) -> Trace:
        """See ``Models.decode``."""
        asked = replace(asked, reference="")
        if asked not in self._found:
            self._found[asked] = self._models.decode(asked)
        return self._found[asked]
