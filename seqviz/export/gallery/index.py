"""The first page of a site: a card for every trace and lesson, which needs no script to be read.

What a script says in another language stands in attributes: ``data-say`` and ``data-label`` are
keys of the words, with ``data-facts``; ``data-texts`` and ``data-links`` have one a language.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from seqviz.export.gallery.thumbnail import thumbnail
from seqviz.trace import Trace
from seqviz.viewer.markup import clean
from seqviz.words import table

Facts = Mapping[str, str | int]


@dataclass(frozen=True, kw_only=True)
class TraceCard:
    """What the index says of a trace."""

    file: str
    picture: str
    source: str
    translation: str
    model: str
    how: tuple[str, Facts]
    """How it was decoded: a key of the words, and its facts."""
    steps: int

    @classmethod
    def of(cls, trace: Trace, file: str) -> "TraceCard":
        """The card of a trace whose page is that file."""
        return cls(
            file=file,
            picture=thumbnail(trace),
            source=trace.source.text,
            translation=trace.translation,
            model=trace.model.name,
            how=_how(trace),
            steps=trace.search.steps,
        )


@dataclass(frozen=True, kw_only=True)
class LessonCard:
    """What the index says of a chapter."""

    links: Mapping[str, str]
    """Its page in every language."""
    titles: Mapping[str, str]
    steps: int


def index_body(
    traces: Sequence[TraceCard],
    lessons: Sequence[LessonCard],
    *,
    title: str,
    language: str,
) -> str:
    """What stands in the page; a title of one's own is said in every language as it is."""
    say = _Words(table(language))
    heading = f"<h1>{_text(title)}</h1>" if title else say.element("h1", "gallery.title")
    groups = (
        ("lessons", [_lesson(card, language, say) for card in lessons]),
        ("traces", [_trace(card, say) for card in traces]),
    )
    sections = (_section(name, cards, say) for name, cards in groups if cards)
    return "\n".join(
        (
            '<header><div class="bar"><p class="brand">SeqViz</p></div>',
            heading,
            say.element("p", "gallery.lead", name="lead"),
            "</header>",
            "<main>",
            *sections,
            "</main>",
            "<footer><p>",
            f'<a href="viewer.html" data-say="gallery.elsewhere">{say("gallery.elsewhere")}</a>',
            "</p>",
            say.element("p", "gallery.footer"),
            "</footer>",
        )
    )


class _Words:
    """Elements that say something, now and in other languages."""

    def __init__(self, words: Mapping[str, str]) -> None:
        self._words = words

    def __call__(self, key: str, facts: Facts | None = None) -> str:
        """A sentence, to stand in markup."""
        return _text(self._words[key].format_map(facts or {}))

    def element(self, tag: str, key: str, facts: Facts | None = None, *, name: str = "") -> str:
        """An element that says it."""
        given = f' data-facts="{escape(json.dumps(facts))}"' if facts else ""
        named = f' class="{name}"' if name else ""
        return f'<{tag}{named} data-say="{key}"{given}>{self(key, facts)}</{tag}>'

    def picture(self, svg: str, key: str, facts: Facts) -> str:
        """A picture with what it shows in words."""
        attributes = (
            f'role="img" aria-label="{self(key, facts)}" data-label="{key}" '
            f'data-facts="{escape(json.dumps(facts))}"'
        )
        return svg.replace("<svg", f"<svg {attributes}", 1)


def _section(name: str, cards: Sequence[str], say: _Words) -> str:
    heading = say.element("h2", f"gallery.{name}")
    return f'<section id="{name}">{heading}<ul class="cards">{"".join(cards)}</ul></section>'


def _trace(card: TraceCard, say: _Words) -> str:
    key, facts = card.how
    steps = {"steps": card.steps}
    return (
        f'<li><a href="{card.file}">{say.picture(card.picture, "gallery.picture", steps)}'
        f'<p class="from" dir="auto">{_text(card.source)}</p>'
        f'<p class="to" dir="auto">{_text(card.translation) or "∅"}</p></a>'
        f'<ul class="tags"><li><bdi>{_text(card.model)}</bdi></li>{say.element("li", key, facts)}'
        f"</ul></li>"
    )


def _lesson(card: LessonCard, language: str, say: _Words) -> str:
    link, title = card.links[language], card.titles[language]
    links, titles = (escape(json.dumps(dict(one))) for one in (card.links, card.titles))
    steps = say.element("li", "gallery.steps", {"count": card.steps})
    return (
        f'<li><a href="{link}" data-links="{links}">'
        f'<p class="from" data-texts="{titles}">{_text(title)}</p></a>'
        f'<ul class="tags">{steps}</ul></li>'
    )


def _how(trace: Trace) -> tuple[str, Facts]:
    beam = trace.options.beam_size
    if trace.forced:
        return "viewer.forced", {}
    if trace.options.sampling is not None:
        return "viewer.samples", {"count": beam}
    return ("figure.compare.greedy", {}) if beam == 1 else ("figure.compare.beam", {"beam": beam})


def _text(text: str) -> str:
    return escape(clean(text))
