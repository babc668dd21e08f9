"""How the page puts facts into its words.

Facts may be anything that a visitor typed, so wherever Markdown is interpreted they are escaped.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from seqviz.errors import SeqVizError, without_places
from seqviz.words import part, table

LEAST_ROUNDED, LEAST_MILLIONS = 10_000, 100_000
"""From where on a number is told in thousands, and in millions."""
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_LINK = re.compile(r"(https?:(?=//)|www(?=\.)|(?<=\S)@)", re.IGNORECASE)
_NAME = re.compile(r"\\\{(\w+)\\\}")
"""A place for a fact, in an escaped template."""
_BETWEEN = "; "
"""Between several reasons; see ``models.quantised.joined``."""
_FACTS = {
    "count": r"\d+",
    "kind": r"\w+",
    "setting": r"\w+",
    "some": r"[^\s,]+(?:, [^\s,]+)*",
    "value": r"[-\d'\"\[{(].*?|True|False|None|nan|inf",
}
"""What facts in reasons look like, where that tells the code's from a library's."""
_JOINER = "\u2060"
"""Has no width; escaped or not, an address without it would become a link."""


@dataclass(frozen=True)
class Words:
    """The page's words in one language."""

    language: str

    @property
    def table(self) -> Mapping[str, str]:
        """All templates of the language by key."""
        return table(self.language)

    def __call__(self, key: str, facts: Mapping[str, object] | None = None) -> str:
        """The text of ``key`` with its facts, for places that show plain text."""
        return self.table[key].format_map(facts or {})

    def markdown(self, key: str, facts: Mapping[str, object]) -> str:
        """The text of ``key`` for places that interpret Markdown: the facts show as they are."""
        return self(key, {name: escape_markdown(value) for name, value in facts.items()})

    def error(self, error: SeqVizError) -> str:
        """The message of an error, for places that interpret Markdown.

        Options go by their names, files by the last parts of their paths.
        """
        facts = without_places(error.facts)
        for name in {"reason", "wanted"} & facts.keys():
            facts[name] = self.reason(str(facts[name]))
        if "option" in facts:
            facts["option"] = self.name("setting", str(facts["option"]))
        if error.code == "edit_outside":  # counts from 0, the page from 1
            facts["what"] = self.name("edit_part", str(facts["what"]))
            facts["found"] = int(str(facts["found"])) + 1
            return self.markdown("intervene.outside", facts)
        return self.markdown(f"error.{error.code}", facts)

    def reason(self, text: str) -> str:
        """Why something is refused, which the code says in English, in this language.

        What the code does not say itself, such as a message of a library, is marked as English.
        """
        said = [self._reason(part) for part in text.split(_BETWEEN)]
        if all(said):
            return self("page.between_reasons").join(filter(None, said))
        return self._reason(text) or self("why.other", {"reason": text})

    def _reason(self, text: str) -> str:
        """One reason; empty where the code does not say it."""
        for pattern, template in _reasons(self.language):
            found = pattern.fullmatch(text)
            if found:
                facts = found.groupdict()
                if "why" in facts:
                    facts["why"] = self.reason(facts["why"])
                if "names" in facts:
                    facts["names"] = self._reason(facts["names"]) or facts["names"]
                return template.format_map(facts)
        return ""

    def count(self, number: int) -> str:
        """A large number, rounded, in the units of the language."""
        if number < LEAST_ROUNDED:
            return self("number.small", {"number": number})
        facts = {
            "thousands": f"{number / 1e3:.0f}",
            "myriads": f"{number / 1e4:.0f}",
            "millions": f"{number / 1e6:.1f}",
        }
        return self("number.thousands" if number < LEAST_MILLIONS else "number.millions", facts)

    def name(self, group: str, code: str) -> str:
        """The name of a language or system, or its code where it has no name."""
        return self.table.get(f"{group}.{code}", code)


def escape_markdown(value: object) -> object:
    """Make text show literally where Markdown, its colours or formulas would be interpreted."""
    if not isinstance(value, str):
        return value
    text = _LINK.sub(rf"\1{_JOINER}", " ".join(value.split()))
    return _PUNCTUATION.sub(r"\\\1", text)


@cache
def _reasons(language: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    """English reasons as patterns, each with its template in a language; the first fit counts."""
    ours = part(table(language), "why.")
    return tuple(
        (re.compile(_NAME.sub(_group, re.escape(english)), re.DOTALL), ours[key])
        for key, english in part(table(), "why.").items()
        if key != "why.other"
    )


def _group(fact: re.Match[str]) -> str:
    return f"(?P<{fact[1]}>{_FACTS.get(fact[1], '.+?')})"
