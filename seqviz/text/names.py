"""Names of a sentence that its English translation lacks, where other words say that it is one.

German writes every noun with a capital, French every Spaniard, and models spell rare words in
pieces as they do names: only what follows a form of address, or an introduction, is surely a name.
Knows nothing of models.
"""

import re
import unicodedata

TARGETS = frozenset({"en"})
"""Languages in which such a name is written as in the source's."""
_NAME = "[A-ZÀ-Þ][a-zß-ÿ]+(?:-[A-ZÀ-Þ][a-zß-ÿ]+)*"
_ONE = rf"{_NAME}(?![-\w])"
_WHOLE = f"{_NAME}(?: {_NAME})?(?= [a-zà-ÿ]|[.,;!?…]|$)"
_TITLE = "(?:(?:Dr|Prof)[.] |Doktor |Professor |Docteur )*"
_NO_NAMES = (
    "(?!(?:Doktor|Prof|Präsident|Ober|Direktor|Minister|Kanzler|Richter|Lehrer|Koll|Nachbar|Gott))"
)
_ADDRESSED = {
    "de": re.compile(
        rf"(?:\b(?:Herrn?|Frau|Fräulein) {_TITLE}{_NO_NAMES}(?P<one>{_ONE})"
        rf"|\b(?:[Ii]ch heiße|[Nn]ame ist) (?P<whole>{_WHOLE}))"
    ),
    "fr": re.compile(
        rf"(?:\b(?:M\.|Mme|Mlle|[Mm]onsieur|[Mm]adame|[Mm]ademoiselle) {_TITLE}(?P<one>{_ONE})"
        rf"|\b(?:m['’]appelle|nom est) (?P<whole>{_WHOLE}))"
    ),
}
_DETERMINED = re.compile(
    r"\b(?:(?:[mds]?ein|ihr|unser|eue?r|kein|dies|jed|jen|welch)(?:e|er|en|em|es)?|der|die|den|dem)"
    r" $",
    re.IGNORECASE,
)
"""Before "Frau": it is a woman then, or a wife, whom something is given to."""


def missing_names(source: str, target: str, languages: tuple[str, str]) -> tuple[str, ...]:
    """The names of a sentence, as written, that do not stand in its translation, each once.

    Args:
        source: a sentence.
        target: its translation.
        languages: of both; of others than German and French into English nothing is said.
    """
    pattern = _ADDRESSED.get(languages[0])
    if pattern is None or languages[1] not in TARGETS:
        return ()
    there = _plain(target)
    found = (
        name
        for match in pattern.finditer(source)
        if match["whole"] or not _DETERMINED.search(source[: match.start()])
        for name in (match["one"] or match["whole"]).split()
    )
    return tuple(dict.fromkeys(name for name in found if not _stands(name, there)))


def _stands(name: str, there: str) -> bool:
    """Whether a name is in a translation, its genitive's s or not, its umlauts however spelled."""
    spelled = re.sub("[äöü]", lambda letter: f"{letter[0]}e", name.lower())
    forms = {_plain(name), _plain(spelled)}
    return any(form in there or form.removesuffix("s") in there for form in forms)


def _plain(text: str) -> str:
    """Small letters without accents."""
    letters = unicodedata.normalize("NFD", text.lower().replace("ß", "ss"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
