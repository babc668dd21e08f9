"""Errors planted into reference translations, so that it is known which words are wrong.

Six kinds, each made from a test set alone: a clause left out, a phrase said twice, a source word
copied, a clause invented, a number changed, two names swapped. The same seed plants the same
errors. What stands around an error is a translation by people. Knows no model.
"""

import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from seqviz.trace.pieces import UNSPACED

Pair = tuple[str, str]
Span = tuple[int, int]

NUMBERS = (
    *("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("twenty", "thirty", "forty", "fifty", "hundred", "thousand", "million"),
)
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_NUMBER = re.compile(rf"\b(?:\d+|{'|'.join(NUMBERS)})\b")
_SOURCE_CLAUSES = re.compile("[,，;；]")
_CLAUSES = re.compile("[,;]")
_END = ".!?。！？\"”'’ "
_NEAR = 0.15  # of the length
_SHORTEST_COPY = 4  # letters
_LISTED = re.compile(r"[\s,]*(?:and|or|nor)?\s*")  # "Tom and Mary", swapped, say the same


@dataclass(frozen=True, kw_only=True)
class Planted:
    """A pair in which it is known what is wrong."""

    kind: str
    """One of ``KINDS``; "": nothing was planted."""
    source: str
    target: str
    wrong: tuple[Span, ...] = ()
    """Half-open character ranges of the target that say what the source does not."""
    left_out: tuple[Span, ...] = ()
    """Half-open character ranges of the source that the target does not say."""


@dataclass(frozen=True, kw_only=True)
class _Corpus:
    """What an error may be made of."""

    pairs: Sequence[Pair]
    names: frozenset[str]
    """Words that stand with a capital within sentences, and never without."""
    chance: random.Random

    def other(self, pair: Pair) -> Pair | None:
        """Another pair; None where there is none."""
        two = self.chance.sample(self.pairs, min(2, len(self.pairs)))
        return next((one for one in two if one != pair), None)


def plant(pairs: Sequence[Pair], *, seed: int, most: int) -> list[Planted]:
    """Sentences with one planted error each, and as many without.

    Args:
        pairs: source and reference.
        seed: of all choices.
        most: sentences of every kind; there are fewer where a test set has no more.
    """
    names = _names([target for _, target in pairs])
    found: list[Planted] = []
    for kind, change in {"": _nothing, **KINDS}.items():
        chance = random.Random(f"{seed} {kind}")
        corpus = _Corpus(pairs=pairs, names=names, chance=chance)
        made: list[Planted] = []
        for pair in chance.sample(pairs, len(pairs)):
            if len(made) == most:
                break
            made += [one for one in (change(pair, corpus),) if one is not None]
        found += made
    return found


def _nothing(pair: Pair, _: _Corpus) -> Planted:
    return Planted(kind="", source=pair[0], target=pair[1])


def _dropped(pair: Pair, corpus: _Corpus) -> Planted | None:
    """One of two clauses; or the second of two sentences that are set side by side."""
    source, target = pair
    cuts, ends = (
        [found.span() for found in marks.finditer(text, 1, _end(text))]
        for marks, text in ((_SOURCE_CLAUSES, source), (_CLAUSES, target))
    )
    if len(cuts) == len(ends) == 1 and _answer(cuts[0][0] / len(source), ends[0][0] / len(target)):
        kept = target[: ends[0][0]] + target[_end(target) :]
        left_out = (cuts[0][1], _end(source))
        return Planted(kind="dropped", source=source, target=kept, left_out=(left_out,))
    if (another := corpus.other(pair)) is None:
        return None
    other, _ = another
    joined = f"{source}{'' if UNSPACED.search(source) else ' '}{other}"
    left_out = (len(joined) - len(other), len(joined))
    return Planted(kind="dropped", source=joined, target=target, left_out=(left_out,))


def _end(text: str) -> int:
    """Where the marks that end a sentence begin."""
    return len(text.rstrip(_END))


def _answer(cut: float, end: float) -> bool:
    """Whether both sides are cut at about the same share of their length."""
    return abs(cut - end) < _NEAR


def _repeated(pair: Pair, corpus: _Corpus) -> Planted | None:
    """A phrase of two to four words stands twice, the second time right behind the first."""
    source, target = pair
    count = corpus.chance.randint(2, 4)
    words = [found.span() for found in _WORD.finditer(target)]
    phrases = [
        (words[first][0], words[first + count - 1][1]) for first in range(len(words) - count + 1)
    ]
    plain = [
        (start, end) for start, end in phrases if re.fullmatch(r"[\w\s'’-]+", target[start:end])
    ]
    if not plain:
        return None
    start, end = corpus.chance.choice(plain)
    changed = f"{target[:end]} {target[start:end]}{target[end:]}"
    return Planted(
        kind="repeated", source=source, target=changed, wrong=((end + 1, end + 1 + end - start),)
    )


def _copied(pair: Pair, corpus: _Corpus) -> Planted | None:
    """A source word stands in the translation as it is; of scripts with spaces only."""
    source, target = pair
    if UNSPACED.search(source):
        return None
    here = {found[0].casefold() for found in _WORD.finditer(target)}
    words = [word for word in _long_words(source) if word[0].casefold() not in here]
    places = list(_long_words(target))
    if not words or not places:
        return None
    word = corpus.chance.choice(words)
    share = word.start() / len(source)
    place = min(places, key=lambda found: abs(found.start() / len(target) - share))
    return _exchanged(pair, "copied", {place.span(): word[0]})


def _long_words(text: str) -> Iterator[re.Match[str]]:
    return (found for found in _WORD.finditer(text) if len(found[0]) >= _SHORTEST_COPY)


def _invented(pair: Pair, corpus: _Corpus) -> Planted | None:
    """What another sentence says is said, too."""
    source, target = pair
    if (another := corpus.other(pair)) is None:
        return None
    _, other = another
    first = _WORD.match(other)
    named = first is None or first[0] in corpus.names or _is_i(first[0])
    clause = other if named else other[0].lower() + other[1:]
    start, said = _end(target), f", and {clause[: _end(clause)]}"
    return Planted(
        kind="invented",
        source=source,
        target=target[:start] + said + target[start:],
        wrong=((start, start + len(said)),),
    )


def _number(pair: Pair, corpus: _Corpus) -> Planted | None:
    """A number becomes another one of as many digits, or another number word."""
    found = list(_NUMBER.finditer(pair[1]))
    if not found:
        return None
    place = corpus.chance.choice(found)
    return _exchanged(pair, "number", {place.span(): _another(place[0], corpus.chance)})


def _another(number: str, chance: random.Random) -> str:
    if number in NUMBERS:
        return chance.choice([word for word in NUMBERS if word != number])
    low = 10 ** (len(number) - 1)
    changed = str(chance.randrange(low, 10 * low))
    return changed if changed != number else _another(number, chance)


def _names_swapped(pair: Pair, corpus: _Corpus) -> Planted | None:
    """Two names stand each in the other's place; not those of a list."""
    found = [word for word in _WORD.finditer(pair[1]) if word[0] in corpus.names]
    apart = [
        (first, second)
        for first, second in pairwise(found)
        if first[0] != second[0] and not _LISTED.fullmatch(pair[1], first.end(), second.start())
    ]
    if not apart:
        return None
    first, second = corpus.chance.choice(apart)
    return _exchanged(pair, "names", {first.span(): second[0], second.span(): first[0]})


def _names(targets: Sequence[str]) -> frozenset[str]:
    """Words that stand with a capital within sentences, more than once, and never without."""
    inside = Counter(
        word[0] for text in targets for word in _WORD.finditer(text) if _goes_before(text, word)
    )
    lower = {word[0] for text in targets for word in _WORD.finditer(text)}
    return frozenset(
        word
        for word, count in inside.items()
        if count > 1 and word[0].isupper() and word.isalpha() and word.lower() not in {*lower, "i"}
    )


def _is_i(word: str) -> bool:
    return re.split("['’]", word)[0] == "I"


def _goes_before(text: str, word: re.Match[str]) -> bool:
    """Whether a word goes before, in the same sentence."""
    return re.search(r"[\w,;]\s+$", text[: word.start()]) is not None


def _exchanged(pair: Pair, kind: str, changes: dict[Span, str]) -> Planted:
    """Other text at some places, all of it wrong."""
    source, target = pair
    made, wrong, at = "", [], 0
    for (start, end), text in sorted(changes.items()):
        made += target[at:start]
        wrong.append((len(made), len(made) + len(text)))
        made, at = made + text, end
    return Planted(kind=kind, source=source, target=made + target[at:], wrong=tuple(wrong))


KINDS: dict[str, Callable[[Pair, _Corpus], Planted | None]] = {
    "dropped": _dropped,
    "repeated": _repeated,
    "copied": _copied,
    "invented": _invented,
    "number": _number,
    "names": _names_swapped,
}
"""How an error of each kind is planted; None: not into this pair."""
