"""Many sentences that a backend is asked about, some of them in each request."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

WORK_AT_ONCE = 2_000_000
"""Of all sentences that are sent in one request: whoever else waits there has his turn after it."""
TEXTS_AT_ONCE = 64


@dataclass(frozen=True, kw_only=True)
class Many:
    """What is asked about each of them."""

    path: str
    given: Mapping[str, Sequence[str]]
    """By fields of a request, one text a sentence."""
    works: Sequence[int]
    """``DecodeOptions.work``, or the like, of each."""
    answers: str
    """The field of an answer that has one of them a sentence."""
    more: Mapping[str, object] = field(default_factory=dict)
    """Other fields of a request."""

    def parts(self) -> Iterator[tuple[int, dict[str, object]]]:
        """Where each request ends among the sentences, and its fields."""
        start, work = 0, 0
        for place, one in enumerate(self.works):
            if place > start and (work + one > WORK_AT_ONCE or place - start == TEXTS_AT_ONCE):
                yield place, self._part(start, place)
                start, work = place, 0
            work += one
        if start < len(self.works):
            yield len(self.works), self._part(start, len(self.works))

    def _part(self, start: int, end: int) -> dict[str, object]:
        given = {name: list(texts[start:end]) for name, texts in self.given.items()}
        return {**given, **self.more}
