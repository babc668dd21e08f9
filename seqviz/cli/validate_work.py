"""What ``seqviz validate`` lets models say of sentences, before anything is judged."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from typing import Any

from seqviz.analysis.gold import read_gold
from seqviz.catalog import resolve
from seqviz.cli import lines
from seqviz.cli.pairs import read_pairs
from seqviz.inspection.alignment import alignment_study
from seqviz.inspection.kept import KEPT_FILE, KeptMarks
from seqviz.inspection.marked import known_about
from seqviz.inspection.marot import drawn, read_marot
from seqviz.inspection.own import OwnTranslations, gives_shares, translated
from seqviz.inspection.planted import Planted, plant
from seqviz.inspection.reading import Sentence
from seqviz.inspection.rules import Family, Known, Worth, family_of
from seqviz.inspection.validation import Tables, as_planted, joined, observe
from seqviz.inspection.worth import FeatureReport, judged_features
from seqviz.translator import Translator, load

LONGEST = 60
"""Characters of a source that people marked; the shipped models know short sentences."""


@dataclass(frozen=True, kw_only=True)
class Observed:
    """What a model said of sentences that were forced through it."""

    name: str
    family: Family
    group: str
    """Models that are judged together: its family, or the model by itself."""
    known: Known
    """What was measured before."""
    tables: Tables
    features: Sequence[FeatureReport] = ()


@dataclass(frozen=True, kw_only=True)
class Kept:
    """What was kept of a model."""

    model: str
    file: Path


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where words come from."""

    sentences: int
    seed: int
    device: str
    models: Path | None
    apart: bool = False
    """Every model is judged by itself, not only those of others."""

    def planted(self, model: str, file: Path, *, shares: bool = False) -> Observed:
        """Words of a test set into which errors are planted; with their source shares, if asked."""
        both = [(one.source, one.reference) for one in self._pairs(file)]
        planted = plant(both, seed=self.seed, most=self.sentences)
        return self._observed(self._loaded(model), planted, shares=shares)

    def own(self, model: str, file: Path) -> tuple[Observed, OwnTranslations]:
        """What the model itself makes of a test set."""
        pairs = self._pairs(file)
        chosen = Random(self.seed).sample(pairs, min(2 * self.sentences, len(pairs)))
        translator = self._loaded(model)
        found = translated(translator, chosen)
        return self._observed(translator, found.planted()), found

    def marked(self, model: str, file: Path) -> Observed:
        """Words of translations in which people marked errors."""
        segments = read_marot(lines.from_file(file), str(file))
        most = 2 * self.sentences
        chosen = drawn(segments, most=most, characters=LONGEST, seed=self.seed)
        planted = [as_planted(segment) for segment in chosen]
        return self._observed(self._loaded(model), planted, shares=True)

    def aligned(self, model: str, file: Path) -> dict[str, Any]:
        """How well a model links words, read as its settings say."""
        translator = self._loaded(model)
        study = alignment_study(translator, read_gold(lines.from_file(file), str(file)), file.name)
        return {"model": study.model, **asdict(study.read_as(translator.facts.alignment))}

    def check_keeps(self, fitted: Sequence[str]) -> None:
        """Refuse to keep anything of models, before they are measured.

        Raises:
            InputError: ``not_over_network``: a folder is another machine's.
            ModelError: there is no such model.
        """
        for model in fitted:
            resolve(model, self.models).require_here()

    def keep(self, model: str, known: Mapping[str, Known]) -> Kept:
        """Keep what was measured of a model in its folder.

        Args:
            model: its name or folder.
            known: by the names of models.

        Raises:
            InputError: ``file_unwritable``.
        """
        translator = self._loaded(model)
        entry, found = translator.entry, known[translator.entry.name]
        kept = KeptMarks(
            model=entry.name,
            fingerprint=translator.facts.fingerprint,
            rules={kind: tuple(several) for kind, several in found.rules.items()},
            worth=_numbers(found.worth),
            own=_numbers(found.own),
        )
        path = entry.folder / KEPT_FILE.name
        KEPT_FILE.write(kept, path)
        return Kept(model=entry.name, file=path)

    def _loaded(self, model: str) -> Translator:
        return load(model, self.device, self.models)

    def _pairs(self, file: Path) -> list[Sentence]:
        found = read_pairs(file, strict=False)
        columns = zip(found.numbers, found.sources, found.references, strict=True)
        return [Sentence(number=at, source=one, reference=other) for at, one, other in columns]

    def _observed(
        self, translator: Translator, planted: Sequence[Planted], *, shares: bool = False
    ) -> Observed:
        entry = translator.entry
        family = family_of(entry.kind, entry.family)
        found = observe(translator, planted, contributions=shares and gives_shares(translator))
        return Observed(
            name=entry.name,
            family=family,
            group=entry.name if self.apart or family == "foreign" else family,
            known=known_about(translator),
            tables=found.words,
            features=judged_features(found.sentences),
        )


def _numbers(found: Worth) -> Worth:
    """Without what too few sentences leave undefined."""
    return {
        name: {of: value for of, value in values.items() if math.isfinite(value)}
        for name, values in found.items()
        if math.isfinite(next(iter(values.values()), math.nan))
    }


def together(observed: Sequence[Observed]) -> list[Observed]:
    """The words of all models of each group."""
    found = []
    for group in dict.fromkeys(one.group for one in observed):
        several = [one for one in observed if one.group == group]
        found.append(
            Observed(
                name=", ".join(dict.fromkeys(one.name for one in several)),
                family=several[0].family,
                group=group,
                known=several[0].known,
                tables={
                    side: joined([one.tables[side] for one in several])
                    for side in several[0].tables
                },
            )
        )
    return found
