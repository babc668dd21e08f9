r"""Formulas: LaTeX to MathML, which browsers draw by themselves, offline and for screen readers.

latex2mathml makes the MathML; Streamlit's KaTeX cannot reach into a component. Two commands are
ours: \term{part.piece}{…} lights up cells of the picture, and \fact{name} is a number of the trace.
"""

import re
from functools import cache
from typing import Any
from xml.etree import ElementTree

from latex2mathml.converter import convert

from seqviz.lesson.located import MOST_SHOWN

Node = Any
"""As in ``markup``."""
MOST_DEPTH = 40
"""Of elements within each other; the shipped formulas have a fifth."""

_TERM = re.compile(r"\\term\b")
_ARG = re.compile(r"\\arg\b")
_FACT = re.compile(r"\\fact\{([a-z0-9_]+(?:@[a-z0-9-]+)?)\}")
_HELD = re.compile(r"⟦(.+)⟧")
_TAGS = frozenset(
    (
        *("math", "mrow", "mi", "mn", "mo", "mtext", "mspace", "mfrac", "msqrt", "mroot", "msub"),
        *("msup", "msubsup", "munder", "mover", "munderover", "mtable", "mtr", "mtd", "mstyle"),
    )
)
_WITH_SCRIPTS = frozenset(("msub", "msup", "msubsup", "munder", "munderover"))
_ATTRIBUTES = frozenset(("display", "stretchy", "mathvariant", "displaystyle", "width", "accent"))


@cache
def _tree(latex: str, display: str) -> ElementTree.Element:
    held = _FACT.sub(r"\\text{⟦\1⟧}", _TERM.sub(r"\\class", latex))
    held = _ARG.sub(r"\\operatorname{arg}", held)
    if re.sub(r"\\[{}]", "", held).count("{") != re.sub(r"\\[{}]", "", held).count("}"):
        raise ValueError("a brace has no partner")
    try:
        return ElementTree.fromstring(convert(held, display=display))
    except Exception as error:  # it has ten of its own, and IndexError
        raise ValueError(type(error).__name__) from error


def formula(latex: str, *, display: str = "inline") -> Node:
    """A formula as a tree; facts in it are nodes of their own.

    Args:
        latex: what stands between the dollars.
        display: "inline", or "block" for one on a line of its own.

    Raises:
        ValueError: it cannot be read.
    """
    try:
        return _node(_tree(latex, display))
    except ValueError as error:
        raise ValueError(f"${latex[:MOST_SHOWN]}$: {error}") from error


def _node(element: ElementTree.Element, depth: int = 1, *, is_small: bool = False) -> Node:
    """Spaced as in print: after "log", none around "<" in a script; "max" has its letter below."""
    if depth > MOST_DEPTH:
        raise ValueError("it is nested too deeply")
    tag, text = _tag(element), (element.text or "").strip()
    if tag not in _TAGS or "\\" in text or "&" in text:
        raise ValueError(f"{text if tag in _TAGS else tag} is not known here")
    if fact := _HELD.fullmatch(text):
        return ["fact", {"name": fact[1]}]
    attributes = {key: value for key, value in element.attrib.items() if key in _ATTRIBUTES}
    if lights := element.get("class"):
        attributes["data-light"] = lights
    if tag == "mo" and is_small:
        attributes |= {"lspace": "0", "rspace": "0"}
    children: list[Node] = []
    for place, each in enumerate(element):
        small = is_small or (place > 0 and tag in _WITH_SCRIPTS)
        children.append(_node(each, depth + 1, is_small=small))
        if _is_name(each) and place + 1 < len(element) and _tag(element[place + 1]) != "mo":
            children.append(["mspace", {"width": "0.167em"}])
    if tag == "msub" and _tag(element[0]) == "mo" and (element[0].text or "").isalpha():
        tag = "munder"
    return [tag, attributes, *([text] if text else []), *children]


def _tag(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def _is_name(element: ElementTree.Element) -> bool:
    """Whether it is the name of a function, such as "log"."""
    return _tag(element) == "mi" and len(element.text or "") > 1
