"""All facts by their names, as texts and checks of a chapter name them."""

from collections.abc import Mapping

from seqviz.lesson.facts import SENTENCE_FACTS, Fact, Value
from seqviz.lesson.measured import MEASURED_FACTS
from seqviz.lesson.norms import NORM_FACTS
from seqviz.lesson.scene import Scene
from seqviz.lesson.toys import TOY_FACTS

FACTS: Mapping[str, Fact] = {**SENTENCE_FACTS, **NORM_FACTS, **TOY_FACTS, **MEASURED_FACTS}
"""By name; {name@system} is the same of another system's decoding of the sentence."""


def fact(name: str, scene: Scene) -> Value | None:
    """A fact by its name; None: this sentence has none."""
    own, _, system = name.partition("@")
    return FACTS[own](scene.by(system) if system else scene)
