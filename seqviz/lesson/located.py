"""YAML whose values know their lines, so that a mistake in a file is one clear line.

PyYAML's safe composer reads it; nothing in a file is ever made into an object of its own choice.
Knows nothing of lessons.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml.composer import Composer
from yaml.constructor import SafeConstructor
from yaml.cyaml import CParser
from yaml.resolver import Resolver

from seqviz.errors import InputError

MOST_CHARACTERS = 400_000
"""Of a file; the longest shipped chapter has a twentieth."""
MOST_NUMBER = 2**53
"""Numbers of a file are smaller: beyond, a browser would not read them as they were typed."""
MOST_SHOWN = 40
"""Characters of a wrong value that a message repeats."""


@dataclass(frozen=True)
class Located:
    """A value of a YAML file, and the line on which it starts, from 1."""

    value: Any
    """A text, a number, True, False, None, a date, a mapping of names to ``Located``, or a tuple of
    them."""
    line: int


@dataclass
class Complaints:
    """What is wrong with a file: errors in the order in which they were found."""

    file: str
    found: list[InputError] = field(default_factory=list)

    def add(self, code: str, line: int, facts: Mapping[str, object] | None = None) -> None:
        """Add "FILE:LINE: what is wrong and what to do", which is one line."""
        told: dict[str, object] = {"file": self.file, "line": line}
        for name, fact in (facts or {}).items():
            told[name] = " ".join(fact.split()) if isinstance(fact, str) else fact
        self.found.append(InputError(code, told))

    def is_one_of(self, choices: Collection[str], key: str, located: Located) -> bool:
        """Whether a text is one of some names; else that is complained of, unless it is no text."""
        found = located.value
        if isinstance(found, str) and found not in choices:
            facts = {"key": key, "found": found[:MOST_SHOWN], "choices": ", ".join(choices)}
            self.add("lesson_choice", located.line, facts)
        return isinstance(found, str) and found in choices


def read_located(text: str, complaints: Complaints) -> Located | None:
    """Read a file's text; None, with a complaint, where it is no YAML that can be read."""
    if len(text) > MOST_CHARACTERS:
        complaints.add("lesson_too_long", 1, {"most": f"{MOST_CHARACTERS:,}"})
        return None
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
        if node is None:
            complaints.add("lesson_no_yaml", 1, {"reason": "it is empty"})
            return None
        return _located(node, loader, complaints)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        reason = error.problem or error.context or "it cannot be read"
        complaints.add("lesson_no_yaml", mark.line + 1 if mark else 1, {"reason": reason})
    except (yaml.reader.ReaderError, UnicodeEncodeError) as error:
        before = text.encode("utf-8", "replace")[: getattr(error, "position", 0)]
        line = before.count(b"\n") + 1
        reason = "it has a character that YAML does not allow"
        complaints.add("lesson_no_yaml", line, {"reason": reason})
    except RecursionError:
        complaints.add("lesson_no_yaml", 1, {"reason": "it is nested too deeply"})
    return None


class _Loader(Composer, CParser, SafeConstructor, Resolver):  # type: ignore[misc] # no types
    """Of whole texts: a part that is named in one place and repeated in others could grow a lot.

    libyaml reads the text, ten times as fast as Python; the tree is put together in Python, where
    deep nesting is an error.
    """

    def __init__(self, text: str) -> None:
        CParser.__init__(self, text)
        for part in (Composer, SafeConstructor, Resolver):
            part.__init__(self)

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            mark, reason = self.peek_event().start_mark, "parts repeated by * are not read"
            raise yaml.composer.ComposerError(None, None, reason, mark)
        return super().compose_node(parent, index)


def _located(node: yaml.Node, loader: _Loader, complaints: Complaints) -> Located:
    line = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        return Located(_mapping(node, loader, complaints), line)
    if isinstance(node, yaml.SequenceNode):
        return Located(tuple(_located(one, loader, complaints) for one in node.value), line)
    try:
        found = loader.construct_object(node)
        if isinstance(found, int | float) and not abs(found) < MOST_NUMBER:
            raise ValueError
    except (
        ValueError,
        OverflowError,
        LookupError,
        AttributeError,
    ):  # the 30th of February, or !!int ""
        complaints.add("lesson_no_value", line, {"found": node.value[:MOST_SHOWN]})
        found = None
    return Located(found, line)


def _mapping(
    node: yaml.MappingNode, loader: _Loader, complaints: Complaints
) -> Mapping[str, Located]:
    found: dict[str, Located] = {}
    for key, value in node.value:
        name, line = str(key.value), key.start_mark.line + 1
        if name in found:
            complaints.add("lesson_twice", line, {"key": name, "first": found[name].line})
        found[name] = _located(value, loader, complaints)
    return found
