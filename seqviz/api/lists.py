"""Several sentences at once: translated without the search behind them, examined, scored.

Who waits for the same model and options to translate is served along.

Runs in threads; knows nothing about HTTP.
"""

from collections.abc import Sequence
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
from seqviz.translator.corpus import Examined, Given, examine, target_ids
from seqviz.translator.scoring import ScoredPair, forced_work, score_pairs
from seqviz.translator.translation import Translation

NUMBER_BYTES = 4
"""Of one weight of the attention."""
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
        self._translators, self._limits, self.line = translators, limits, line
        self._listed = Companions[_List](most=MOST_LISTS_TOGETHER, most_tokens=MOST_LISTED_TOKENS)

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
        loaded = self._translators.translator(body.model)
        lengths = self._lengths(loaded, texts, options)
        self._limits.check_work(*map(options.work, lengths))
        group = body.model, self._translators.version(body.model), options
        tokens = max(lengths) * len(lengths) * options.beam_size
        wanted = _List(texts, sum(lengths), told)
        with (
            self._listed.waiting(wanted, group, tokens) as companion,
            self.line.turn(told) as done,
        ):
            wait_for(companion, told.wait)
            with self._listed.taken_along(companion) as together:
                asked = [one.request for one in together]
                if asked:
                    _translate_lists(loaded, asked, options, done=done)
            if wanted.found is None:  # who took this one along could not
                _translate_lists(loaded, [wanted], options, done=done)
        return cast(list[Translation], wanted.found)

    def examine(self, body: bodies.Examine, options: DecodeOptions, told: Told) -> list[Examined]:
        """Translations, each looked at from each side; see ``translator.corpus.examine``.

        Raises:
            SeqVizError: as ``translate``; there, or of as many references.
        """
        loaded = self._translators.translator(body.model)
        others = body.others or ("",) * len(body.references)
        lengths = self._lengths(loaded, body.texts, options, others=(body.references, others))
        targets = [len(target_ids(loaded, one, options)) for one in body.references]
        self._limits.check_work(*map(options.work, lengths))
        self._limits.check_work(*map(forced_work, lengths, targets))
        written = [options.length_limit(length) for length in lengths]
        self._check_sides(loaded, lengths, written, contributions=body.contributions)
        with self.line.turn(told) as done:
            found = examine(
                loaded,
                [
                    Given(text=text, reference=reference, other=other)
                    for text, reference, other in zip(
                        body.texts, body.references, others, strict=True
                    )
                ],
                options=options,
                contributions=body.contributions,
                on_progress=told.step,
            )
            done.together, done.source = len(found), sum(lengths)
            done.target = sum(len(one.pieces) for one in found)
        return found

    def score(self, body: bodies.Pairs, options: DecodeOptions, told: Told) -> list[ScoredPair]:
        """Given translations, looked at from each side; see ``translator.scoring.score_pairs``.

        Raises:
            SeqVizError: as ``examine``.
        """
        loaded = self._translators.translator(body.model)
        lengths = self._lengths(loaded, body.texts, options, others=(body.targets,))
        targets = [len(loaded.prefix_ids(one)) + 1 for one in body.targets]
        self._limits.check_work(*map(forced_work, lengths, targets))
        self._check_sides(loaded, lengths, targets, contributions=body.contributions)
        pairs = list(zip(body.texts, body.targets, strict=True))
        with self.line.turn(told) as done:
            done.together, done.source, done.target = len(pairs), sum(lengths), sum(targets)
            return score_pairs(loaded, pairs, options, contributions=body.contributions)

    def _lengths(
        self,
        loaded: Translator,
        texts: Sequence[str],
        options: DecodeOptions,
        *,
        others: Sequence[Sequence[str]] = (),
    ) -> list[int]:
        """Tokens of every sentence, which may be asked about; ``others`` go with them."""
        if len(texts) > self._limits.texts:
            facts = {"found": len(texts), "limit": self._limits.texts}
            raise InputError("texts_many", facts)
        for some in others:
            if len(some) != len(texts):
                reason = f"it has {len(texts)} texts, and {len(some)} to go with them"
                raise InputError("request_wrong", {"reason": reason})
        return [length_of(loaded, one, options, place=place) for place, one in enumerate(texts)]

    def _check_sides(
        self, loaded: Translator, sources: list[int], targets: list[int], *, contributions: bool
    ) -> None:
        """Refuse what would take too much memory, or time."""
        weights = sum(source * target for source, target in zip(sources, targets, strict=True))
        self._limits.check_size(NUMBER_BYTES * loaded.facts.layers * weights)
        if contributions:
            self._limits.check_evidence(max(sources, default=0))


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
