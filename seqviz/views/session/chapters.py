"""The chapters of the lesson that there are: the shipped ones, the server's, and the session's own.

One that somebody brings takes the place of a shipped one of the same id.
"""

import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from seqviz.errors import InputError
from seqviz.lesson import Chapter, shipped_chapters
from seqviz.lesson.opened import MOST_BYTES, VARIABLE, opened_chapter
from seqviz.server.kept import kept
from seqviz.views.session import cache, state

OWN = "chapters-own"
"""Under it a session remembers the chapters that were opened in it, by id."""
MOST_OWN = 20


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A chapter, and where it came from."""

    chapter: Chapter
    file: str = ""
    """The file's name; empty: it is a shipped one."""
    version: str = ""
    """Of the file's content."""


def listed() -> tuple[Mapping[str, Listed], Sequence[InputError]]:
    """All chapters by id in their order, and what is wrong with the server's own one."""
    found = {chapter.id: Listed(chapter=chapter) for chapter in shipped_chapters()}
    served, complaints = _served()
    others = [*([served] if served else []), *_own().values()]
    return found | {one.chapter.id: one for one in others}, complaints


def open_file(name: str, content: bytes) -> tuple[Listed | None, Sequence[InputError]]:
    """Take a chapter into the session; or tell what is wrong with it, and leave all as it was."""
    found, complaints = _read(name, content)
    if found is not None:
        others = {code: one for code, one in _own().items() if code != found.chapter.id}
        kept_ones = [*others.items(), (found.chapter.id, found)][-MOST_OWN:]
        state.remember(OWN, dict(kept_ones))
    return found, complaints


def close(chapter: str) -> None:
    """Forget a chapter of the session."""
    state.remember(OWN, {code: one for code, one in _own().items() if code != chapter})


def _own() -> Mapping[str, Listed]:
    return cast(Mapping[str, Listed], state.remembered(OWN) or {})


def _served() -> tuple[Listed | None, Sequence[InputError]]:
    """The chapter that the server was started with, as its file is now."""
    path = Path(os.environ.get(VARIABLE, ""))
    if not path.name:
        return None, ()
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        facts = {"file": str(path), "reason": error.strerror or "it cannot be read"}
        return None, [InputError("file_unreadable", facts)]
    return _kept(path.name, content, cache.version())


@kept(most=2)
def _kept(name: str, content: bytes, models: str) -> tuple[Listed | None, Sequence[InputError]]:
    return _read(name, content)


def _read(name: str, content: bytes) -> tuple[Listed | None, Sequence[InputError]]:
    chapter, complaints = opened_chapter(content, name)
    if chapter is not None:
        complaints = [*_missing_models(chapter, name)]
    if chapter is None or complaints:
        return None, complaints
    version = hashlib.sha256(content).hexdigest()
    return Listed(chapter=chapter, file=name, version=version), ()


def _missing_models(chapter: Chapter, file: str) -> Iterator[InputError]:
    """Systems that are not here, each where it is first asked for."""
    known = {f"{one.pair}/{one.system}" for one in cache.models().entries}
    told = set(known)
    for step in chapter.steps:
        systems = (*step.systems, *(step.bet.systems if step.bet else ()))
        for asked in step.asked.values():
            for model in (asked.model, *(asked.by(system).model for system in systems)):
                if model not in told:
                    told.add(model)
                    facts = {"file": file, "line": step.line, "model": model}
                    yield InputError("lesson_no_model", facts)
