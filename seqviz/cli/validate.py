"""``seqviz validate``: how good the flags on words and sentences are."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from typing import Any

import click

from seqviz.cli import lines, options, printing, validate_report
from seqviz.cli.pairs import read_pairs
from seqviz.files import write_whole
from seqviz.inspection.fitting import fitted_rules
from seqviz.inspection.judged import read_judged, report, unsure_rule
from seqviz.inspection.marot import drawn, read_marot
from seqviz.inspection.planted import Planted, plant
from seqviz.inspection.rules import (
    FAMILIES,
    Family,
    Rules,
    Worth,
    family_of,
    measured_file,
    rules_of,
)
from seqviz.inspection.validation import (
    OWN,
    Tables,
    as_planted,
    joined,
    judged_flags,
    observe,
)
from seqviz.inspection.worth import FeatureReport, judged_features, mean_worth
from seqviz.translator import load
from seqviz.translator.devices import use_threads

LONGEST = 60
"""Characters of a source that people marked; the shipped models know short sentences."""
_FILE = click.Path(path_type=Path)
Given = Sequence[tuple[str, Path]]


@click.command(name="validate")
@click.option(
    "--judged",
    type=_FILE,
    multiple=True,
    metavar="FILE",
    help="Sentences that people judged, in the layout of MLQE-PE. May be given several times.",
)
@click.option(
    "--planted",
    type=(str, _FILE),
    multiple=True,
    metavar="MODEL FILE",
    help="A model, and source<TAB>reference lines into which errors are planted. May be given "
    "several times.",
)
@click.option(
    "--fit",
    type=(str, _FILE),
    multiple=True,
    metavar="MODEL FILE",
    help="As --planted; the rules are fitted to these first. May be given several times.",
)
@click.option(
    "--spans",
    type=(str, _FILE),
    multiple=True,
    metavar="MODEL FILE",
    help="A model, and spans that people marked, in the layout of Marot. May be given several "
    "times.",
)
@click.option(
    "--sentences",
    type=click.IntRange(1),
    default=200,
    show_default=True,
    help="How many with each kind of error, and without any; all where there are fewer. "
    "Translations with spans: twice as many.",
)
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Of all draws.")
@click.option(
    "--write",
    metavar="FILE.toml",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the fitted rules; needs --judged, --fit and --planted.",
)
@options.device
@options.threads
@options.as_json
@options.models
def command(  # noqa: PLR0913 (click hands every option over by its name)
    *,
    judged: tuple[Path, ...],
    planted: Given,
    fit: Given,
    spans: Given,
    sentences: int,
    seed: int,
    write: Path | None,
    device: str,
    threads: int | None,
    as_json: bool,
    models: Path | None,
) -> None:
    """Say how good the flags on words and sentences are: AUROC, precision, recall.

    Three kinds of evidence, each by itself: judgements of people on other systems (--judged);
    errors planted into references, which a model is forced to write (--planted); spans that people
    marked in other systems' translations, forced likewise (--spans). An AUROC of 0.5 is chance.
    How good alignments are, 'seqviz align --gold' says.

    \b
    Examples:
      seqviz validate --judged mlqe-pe.en-de.test20.tsv.gz
      seqviz validate --planted de-en/transformer de-en.test.tsv.gz
      seqviz validate --spans zh-en/transformer mqm-ted.zh-en.tsv.gz --json
    """  # noqa: D301 (click wants the character \b itself)
    if not (judged or planted or spans):
        raise click.UsageError("Nothing to measure: give --judged, --planted or --spans.")
    if write and not (judged and fit and planted):
        raise click.UsageError("--write needs --judged, --fit and --planted.")
    use_threads(threads)
    files = {file.name: read_judged(lines.from_file(file), str(file)) for file in judged}
    source = _Source(sentences=sentences, seed=seed, device=device, models=models)
    tested = [source.planted(*given) for given in planted]
    if fit:
        unsure = unsure_rule(files) if files else rules_of("foreign")["unsure"][0]
        training = [source.planted(*given) for given in fit]
        if missing := {one.family for one in training} - {one.family for one in tested}:
            raise click.UsageError(f"--fit needs --planted of the same family: {min(missing)}.")
        rules = fitted_rules(unsure, _by_family(training), _by_family(tested))
    else:
        rules = {family: rules_of(family) for family in FAMILIES}
    marked = [source.marked(*given) for given in spans]
    reports = [report(some, name) for name, some in files.items()]
    if write:
        worth = _worth([*tested, *marked])
        correlation = {
            feature: {one.name: getattr(one, feature) for one in reports}
            for feature in ("worst3", "seq_logprob")
        }
        write_whole(write, measured_file(rules, worth, correlation).encode())
    result = {
        "judged": [asdict(one) for one in reports],
        "planted": _reports(rules, tested) + _pooled(rules, tested),
        "own": _reports(rules, [source.own(*given) for given in planted]),
        "spans": _reports(rules, marked),
    }
    printing.say(printing.json_line(result) if as_json else validate_report.told(result))


@dataclass(frozen=True, kw_only=True)
class _Observed:
    """What a model said of sentences that were forced through it."""

    name: str
    family: Family
    tables: Tables
    features: Sequence[FeatureReport] = ()


@dataclass(frozen=True, kw_only=True)
class _Source:
    """Where words come from."""

    sentences: int
    seed: int
    device: str
    models: Path | None

    def planted(self, model: str, file: Path) -> _Observed:
        """Words of a test set into which errors are planted."""
        pairs = read_pairs(file, strict=False)
        both = list(zip(pairs.sources, pairs.references, strict=True))
        return self._observed(model, plant(both, seed=self.seed, most=self.sentences))

    def own(self, model: str, file: Path) -> _Observed:
        """Words of what the model itself makes of a test set, of which nothing is known."""
        sources = read_pairs(file, strict=False).sources
        chosen = Random(self.seed).sample(sources, min(self.sentences, len(sources)))
        found = load(model, self.device, self.models).translate_all(chosen)
        pairs = ((source, one.text) for source, one in zip(chosen, found, strict=True) if one.text)
        return self._observed(
            model, [Planted(kind=OWN, source=source, target=text) for source, text in pairs]
        )

    def marked(self, model: str, file: Path) -> _Observed:
        """Words of translations in which people marked errors."""
        segments = read_marot(lines.from_file(file), str(file))
        most = 2 * self.sentences
        chosen = drawn(segments, most=most, characters=LONGEST, seed=self.seed)
        return self._observed(model, [as_planted(segment) for segment in chosen])

    def _observed(self, model: str, planted: Sequence[Planted]) -> _Observed:
        translator = load(model, self.device, self.models)
        entry, found = translator.entry, observe(translator, planted)
        return _Observed(
            name=entry.name,
            family=family_of(entry.kind, entry.family),
            tables=found.words,
            features=judged_features(found.sentences),
        )


def _by_family(observed: Sequence[_Observed]) -> dict[Family, Tables]:
    """The words of all models of each family together."""
    found: dict[Family, Tables] = {}
    for family in dict.fromkeys(one.family for one in observed):
        several = [one.tables for one in observed if one.family == family]
        found[family] = {side: joined([tables[side] for tables in several]) for side in several[0]}
    return found


def _worth(observed: Sequence[_Observed]) -> dict[Family, Worth]:
    """Of features, in each family: the means over its models."""
    families = dict.fromkeys(one.family for one in observed)
    return {
        family: mean_worth([one.features for one in observed if one.family == family])
        for family in families
    }


def _reports(rules: Mapping[Family, Rules], observed: Sequence[_Observed]) -> list[dict[str, Any]]:
    return [
        {
            "model": one.name,
            "family": one.family,
            "flags": [asdict(flag) for flag in judged_flags(rules[one.family], one.tables)],
            "features": [asdict(feature) for feature in one.features],
        }
        for one in observed
    ]


def _pooled(rules: Mapping[Family, Rules], observed: Sequence[_Observed]) -> list[dict[str, Any]]:
    """As ``_reports``, for the families of which there are several models."""
    counts = Counter(one.family for one in observed)
    together = [
        _Observed(name=f"{counts[family]} models: {family}", family=family, tables=tables)
        for family, tables in _by_family(observed).items()
        if counts[family] > 1
    ]
    return _reports(rules, together)
