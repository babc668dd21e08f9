"""Translations without the search behind them; who waits for the same ones is served along.

Runs in threads; knows nothing about HTTP.
"""

from dataclasses import dataclass
from typing import cast

from seqviz.api import bodies
from seqviz.api.limits import Limits
from seqviz.api.line import Done, Line
from seqviz.api.shelf import Translators
from seqviz.api.told import Told
from seqviz.errors import InputError
from seqviz.options import DecodeOptions
from seqviz.server.companions import Companions, wait_for
from seqviz.translator import Translator
from seqviz.translator.translation import Translation

MOST_LISTS_TOGETHER, MOST_LISTED_TOKENS = 64, 32_768
"""Requests for translations alone, which are put into batches of the right size anyway."""


@dataclass
class _List:
    """Translations that somebody waits for."""

    texts: tuple[str, ...]
    source: int
    """Tokens of all texts."""
    told: Told
    found: list[Translation] | None = None


class Lists:
    """Where they are made."""

    def __init__(self, translators: Translators, limits: Limits, line: Line) -> None:
        """Nobody waits yet.

        Args:
            translators: the models.
            limits: how much may be asked.
            line: in which those who ask for a search wait, too.
        """
        self._translators, self._limits, self._line = translators, limits, line
        self._waiting = Companions[_List](most=MOST_LISTS_TOGETHER, most_tokens=MOST_LISTED_TOKENS)

    def translate(
        self, body: bodies.Translate, options: DecodeOptions, told: Told
    ) -> list[Translation]:
        """Translations of all texts; who waits for the same model and options is served along.

        Raises:
            SeqVizError: a text or an option is refused, or the server is busy.
        """
        texts = body.texts if body.text is None else (body.text,)
        if not texts or (body.text is not None and body.texts):
            raise InputError("request_wrong", {"reason": "it must have either 'text' or 'texts'"})
        if len(texts) > self._limits.texts:
            facts = {"found": len(texts), "limit": self._limits.texts}
            raise InputError("texts_many", facts)
        loaded = self._translators.translator(body.model)
        lengths = [length_of(loaded, one, options, place=place) for place, one in enumerate(texts)]
        self._limits.check_work(*map(options.work, lengths))
        group = body.model, self._translators.version(body.model), options
        tokens = max(lengths) * len(lengths) * options.beam_size
        wanted = _List(texts, sum(lengths), told)
        with (
            self._waiting.waiting(wanted, group, tokens) as companion,
            self._line.turn(told) as done,
        ):
            wait_for(companion, told.wait)
            with self._waiting.taken_along(companion) as together:
                asked = [one.request for one in together]
                if asked:
                    _translate_lists(loaded, asked, options, done=done)
            if wanted.found is None:  # who took this one along could not
                _translate_lists(loaded, [wanted], options, done=done)
        return cast(list[Translation], wanted.found)


def length_of(
    loaded: Translator, text: str, options: DecodeOptions, *, place: int | None = None
) -> int:
    """Tokens of a sentence, which is refused here, and not once others wait for it, too."""
    try:
        return len(loaded.read(text, options).ids)
    except InputError as error:
        if error.code != "empty_text" or place is None:
            raise
        raise InputError("line_empty", {"line": place + 1, "name": "the texts"}) from error


def _translate_lists(
    loaded: Translator, asked: list[_List], options: DecodeOptions, *, done: Done
) -> None:
    """Translate what several ask for as one list; it goes on while one of them waits."""

    def stay(*_: int) -> None:
        for one in asked:
            if not one.told.has_left:
                return
        asked[0].told.step(0, 1)  # says so

    texts = [text for one in asked for text in one.texts]
    each = iter(loaded.translate_all(texts, options, on_progress=stay))
    for one in asked:
        one.found = [next(each) for _ in one.texts]
    done.together, done.source = len(texts), sum(one.source for one in asked)
    done.target = sum(found.tokens for one in asked for found in one.found or ())
