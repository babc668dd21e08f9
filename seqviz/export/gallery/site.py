"""A site of traces and lessons: all its files, by their paths.

The viewer's program, its words and its styles are one file each; a page holds the data of what it
shows, for a page that is opened from a disk may fetch none. Nothing here reads or writes a file.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from importlib.resources import files
from string import Template
from typing import Any

from seqviz.errors import InputError
from seqviz.export.gallery.index import LessonCard, TraceCard, index_body
from seqviz.trace import Trace
from seqviz.viewer import LESSON_STYLES, lesson_words, packed, script, style
from seqviz.viewer.markup import as_json, clean, wrapped
from seqviz.viewer.reader import ROOM, reader_facts
from seqviz.words import LANGUAGES, part, table

STYLES = (*LESSON_STYLES, "page", "facts", "print", "handout", "gallery")
OWN = "'self' file:"
"""Where scripts and styles may come from. Not every browser takes files beside a page that lies on
a disk for its own; a page from a server may never read what lies on one."""


@dataclass(frozen=True, kw_only=True)
class _Page:
    """What a page holds beside the data of what it shows."""

    title: str
    body: str
    root: str
    """The way to the site's first page."""
    connect: str = "'none'"
    """What it may ask: nothing."""


class Site:
    """Takes traces and lessons, one after the other, and tells the files that show them.

    Args of ``__init__``: the site's title, and the language that its files are written in where
    nobody has chosen one; its program speaks all.
    """

    def __init__(self, *, title: str = "", language: str = LANGUAGES[0]) -> None:
        self._language = language
        self._title = title
        self._names: set[str] = set()
        self._traces: list[TraceCard] = []
        self._lessons: list[LessonCard] = []
        self._pages: dict[str, str] = {}
        self._chapters: list[dict[str, dict[str, Any]]] = []

    def add_trace(self, trace: Trace, name: str, *, greedy: Trace | None = None) -> None:
        """Take a trace.

        Args:
            trace: the decoding.
            name: what its file may be called; letters, digits and dashes are kept.
            greedy: another decoding of the same sentence by the same model, to compare with.

        Raises:
            InputError: the two traces have no common ground.
        """
        file = f"traces/{self._free(name)}.html"
        source, translation = trace.source.text, trace.translation
        page = _Page(
            title=f"{source} → {translation} · SeqViz",
            body=_no_script(table(self._language)["viewer.no_script"], source, translation),
            root="../",
        )
        content = {"kind": "trace", "trace": packed(trace, greedy=greedy, room=ROOM)}
        self._pages[file] = self._written(page, content, self._language)
        self._traces.append(TraceCard.of(trace, file))

    def add_lesson(self, chapters: Mapping[str, dict[str, Any]]) -> None:
        """Take a chapter, as ``seqviz.lesson.packed_chapter`` packs it, in every language.

        Raises:
            InputError: there is one of that id already.
        """
        chapter = str(chapters[self._language]["chapter"])
        if any(found[self._language]["chapter"] == chapter for found in self._chapters):
            raise InputError("gallery_twice", {"chapter": chapter})
        name = self._free(chapter)
        links = {language: f"lessons/{name}-{language}.html" for language in chapters}
        titles = {language: str(packed["title"]) for language, packed in chapters.items()}
        steps = len(chapters[self._language]["steps"])
        self._lessons.append(LessonCard(links=links, titles=titles, steps=steps))
        self._chapters.append(dict(chapters))

    def files(self) -> dict[str, bytes]:
        """Every file of the site by its path, such as "traces/cold.html"."""
        words = {code: lesson_words(code) | part(table(code), "gallery.") for code in LANGUAGES}
        shared = as_json({"words": words, "reader": reader_facts()})
        texts = {
            "index.html": self._index(),
            "viewer.html": self._viewer(),
            "assets/words.js": f"globalThis.seqvizSite={shared};\n",
            "assets/seqviz.js": wrapped(script("gallery")),
            "assets/seqviz.css": style(*STYLES),
            **self._pages,
            **dict(self._lesson_pages()),
        }
        return {path: text.encode() for path, text in texts.items()}

    def _free(self, name: str) -> str:
        """A file's name that no other file of the site has, whatever system it is put on."""
        plain = re.sub("[^a-z0-9]+", "-", name.lower()).strip("-")[:60] or "trace"
        found, number = plain, 1
        while found in self._names:
            number += 1
            found = f"{plain}-{number}"
        self._names.add(found)
        return found

    def _index(self) -> str:
        body = index_body(self._traces, self._lessons, title=self._title, language=self._language)
        title = self._title or table(self._language)["gallery.title"]
        page = _Page(title=f"{title} · SeqViz", body=body, root="")
        return self._written(page, {"kind": "index"}, self._language)

    def _viewer(self) -> str:
        words = table(self._language)
        page = _Page(
            title=f"{words['gallery.elsewhere']} · SeqViz",
            body=_no_script(words["lesson.no_script"]),
            root="",
            connect="'self' http: https:",
        )
        return self._written(page, {"kind": "elsewhere"}, self._language)

    def _lesson_pages(self) -> Iterator[tuple[str, str]]:
        for card, chapters in zip(self._lessons, self._chapters, strict=True):
            for language, chapter in chapters.items():
                menu = [
                    [
                        packed[language]["chapter"],
                        packed[language]["title"],
                        _beside(other, language),
                    ]
                    for other, packed in zip(self._lessons, self._chapters, strict=True)
                ]
                content = {
                    "kind": "lesson",
                    "chapter": chapter,
                    "menu": menu,
                    "languages": {code: _beside(card, code) for code in card.links},
                }
                page = _Page(
                    title=f"{chapter['title']} · SeqViz",
                    body=_no_script(table(language)["lesson.no_script"]),
                    root="../",
                )
                yield card.links[language], self._written(page, content, language)

    def _written(self, page: _Page, content: Mapping[str, Any], language: str) -> str:
        texts = {
            "language": language,
            "policy": (
                f"default-src 'none'; script-src {OWN}; style-src {OWN}; img-src data:; "
                f"connect-src {page.connect}; base-uri 'none'; form-action 'none'"
            ),
            "title": escape(clean(page.title)),
            "root": page.root,
            "body": page.body,
            "data": as_json({**content, "language": language, "root": page.root}),
        }
        template = files(__package__).joinpath("page.html").read_text("utf-8")
        return Template(template).substitute(texts)


def _beside(card: LessonCard, language: str) -> str:
    """The address of a lesson's page, from another lesson's."""
    return card.links[language].removeprefix("lessons/")


def _no_script(*paragraphs: str) -> str:
    texts = "\n".join(f"<p><bdi>{escape(clean(text))}</bdi></p>" for text in paragraphs)
    return f"<noscript>\n{texts}\n</noscript>"
