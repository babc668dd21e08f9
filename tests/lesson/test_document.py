"""The document names every place, fact, part, action and term that a chapter may name."""

from pathlib import Path

import pytest

from seqviz.lesson.glossary import glossary
from seqviz.lesson.named import FACTS
from seqviz.lesson.parts import ACTIONS, LIGHTS
from seqviz.lesson.scene import MOMENTS
from seqviz.lesson.schema import checked_chapter

TEXT = (Path(__file__).parents[2] / "docs/lesson-file.md").read_text("utf-8")


@pytest.mark.parametrize("names", [FACTS, MOMENTS, LIGHTS, ACTIONS, tuple(glossary())])
def test_every_name_is_there(names: tuple[str, ...]) -> None:
    assert [name for name in names if f"`{name}`" not in TEXT] == []


def test_its_example_is_right() -> None:
    example = TEXT.split("```yaml\n")[1].split("```")[0]
    chapter, mistakes = checked_chapter(example, "example.yaml")
    assert mistakes == []
    assert chapter is not None
