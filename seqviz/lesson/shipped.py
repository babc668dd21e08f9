"""The chapters that come with the program: YAML files, which are the best example of one, too."""

from functools import cache
from importlib.resources import files

from seqviz.lesson.chapter import Chapter
from seqviz.lesson.schema import read_chapter

FOLDER = "chapters"


@cache
def shipped_chapters() -> tuple[Chapter, ...]:
    """All of them, in the order of their files' names, which begin in their numbers."""
    folder = files(__package__).joinpath(FOLDER)
    found = sorted((file for file in folder.iterdir() if file.name.endswith(".yaml")), key=str)
    return tuple(read_chapter(file.read_text("utf-8"), file.name) for file in found)


def shipped_chapter(name: str) -> Chapter | None:
    """The one of that id; None: there is none."""
    return next((chapter for chapter in shipped_chapters() if chapter.id == name), None)
