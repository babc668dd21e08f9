"""The text of a step: from what its author typed to a tree that a browser builds node by node.

**bold**, *italics*, `code`, $formula$, $$formula$$ on a line of its own, {fact} or {fact@system},
[words](#part) that light up a part of the picture, [words](?entry) that the glossary explains; a
backslash before a mark takes its meaning away, and an empty line starts a paragraph. No HTML:
what stands here is text.

A node is a text, or a list: its tag, its attributes, its children. Facts are put in afterwards, as
text, so that no sentence that somebody typed is ever read as markup.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from seqviz.lesson.formula import formula

Node = Any
"""A text, or [tag, attributes, *children]; tags are HTML's and MathML's, and "fact"."""
Say = Callable[[str, bool], Node]
"""What stands for a fact, by its name, in a sentence or, where True, in a formula."""

_MARKS = re.compile(
    r"\\(?P<plain>[\\*`$\[\]{}])"
    r"|\*\*(?P<strong>.+?)\*\*"
    r"|\*(?P<em>.+?)\*"
    r"|`(?P<code>[^`]+)`"
    r"|\$\$(?P<block>[^$]+)\$\$"
    r"|\$(?P<formula>[^$]+)\$"
    r"|\{(?P<fact>[a-z0-9_]+(?:@[a-z0-9-]+)?)\}"
    r"|\[(?P<words>[^\]]+)\]\((?P<kind>[#?])(?P<to>[a-z0-9._-]+)\)",
    re.DOTALL,
)
_LEFT = re.compile(r"[*`$\[\]{}]")
_WIDE = "[\u3000-\u303f\u4e00-\u9fff\uff00-\uff60]"
_GAP = re.compile(f"(?<=[\u3000-\u303f\uff00-\uff60]) +|(?<={_WIDE}) +(?={_WIDE})")
"""A line's end in Chinese, where YAML makes a space of it."""
FACT, LIGHT, ENTRY = "fact", "data-light", "data-entry"


def parsed(text: str) -> list[Node]:
    """Read a text: its paragraphs.

    Raises:
        ValueError: a mark has no partner, or a formula cannot be read; the first argument is what
            cannot be read.
    """
    paragraphs = (" ".join(each.split()) for each in re.split(r"\n\s*\n", text.strip()))
    return [["p", {}, *_inline(_GAP.sub("", each))] for each in paragraphs if each]


def filled(node: Node, say: Say, *, in_formula: bool = False) -> Node:
    """A tree with its facts."""
    if isinstance(node, str):
        return node
    tag, attributes, *children = node
    if tag == FACT:
        return say(attributes["name"], in_formula)
    inside = in_formula or tag == "math"
    return [tag, attributes, *(filled(child, say, in_formula=inside) for child in children)]


def found(nodes: list[Node], key: str) -> Iterator[str]:
    """The values of an attribute anywhere in a tree: "name" of facts, ``LIGHT``, ``ENTRY``."""
    for node in nodes:
        if not isinstance(node, str):
            if key in node[1]:
                yield node[1][key]
            yield from found(node[2:], key)


def spoken(nodes: list[Node]) -> str:
    """The words of a tree, for counting: a formula is one word, a fact, too."""
    return "".join(
        node if isinstance(node, str) else "x" if node[0] in ("math", FACT) else spoken(node[2:])
        for node in nodes
    )


def _inline(text: str) -> Iterator[Node]:
    place = 0
    for match in _MARKS.finditer(text):
        yield from _plain(text[place : match.start()])
        place = match.end()
        yield _node(match.groupdict())
    yield from _plain(text[place:])


def _plain(text: str) -> Iterator[str]:
    if left := _LEFT.search(text):
        raise ValueError(f"{left.group()} in “{text[max(0, left.start() - 15) :][:30]}”")
    if text:
        yield text


def _node(marks: Mapping[str, str | None]) -> Node:
    ((mark, text),) = [(mark, text) for mark, text in marks.items() if text and mark in _MADE]
    return _MADE[mark](text, marks)


def _linked(words: str, marks: Mapping[str, str | None]) -> Node:
    tag, key = ("span", LIGHT) if marks["kind"] == "#" else ("dfn", ENTRY)
    return [tag, {key: marks["to"]}, *_inline(words)]


_MADE: Mapping[str, Callable[[str, Mapping[str, str | None]], Node]] = {
    "plain": lambda text, _: text,
    "strong": lambda text, _: ["strong", {}, *_inline(text)],
    "em": lambda text, _: ["em", {}, *_inline(text)],
    "code": lambda text, _: ["code", {}, text],
    "block": lambda text, _: formula(text, display="block"),
    "formula": lambda text, _: formula(text),
    "fact": lambda name, _: [FACT, {"name": name}],
    "words": _linked,
}
"""What is made of each mark."""
