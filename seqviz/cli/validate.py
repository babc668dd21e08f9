"""``seqviz validate``: how good the flags on words and sentences are."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click

from seqviz.cli import lines, options, printing, validate_report
from seqviz.cli.validate_work import Observed, Source, together
from seqviz.files import write_whole
from seqviz.inspection.fitting import fitted_rules, lent_rules, own_rules
from seqviz.inspection.judged import JudgedSentence, read_judged, report, unsure_rule
from seqviz.inspection.own import Followed, Ignored, OwnTranslations, followed, ignored_at
from seqviz.inspection.rules import FAMILIES, Family, Known, Rules, Worth, known_of, measured_file
from seqviz.inspection.validation import judged_flags
from seqviz.inspection.worth import mean_worth
from seqviz.translator.devices import use_threads

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
    "--gold",
    type=(str, _FILE),
    multiple=True,
    metavar="MODEL GOLD.tsv",
    help="A model, and links between words that people drew, as 'seqviz align --gold' reads them. "
    "May be given several times.",
)
@click.option(
    "--sentences",
    type=click.IntRange(1),
    default=200,
    show_default=True,
    help="How many with each kind of error, and without any; all where there are fewer. "
    "Translations with spans, and a model's own: twice as many.",
)
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Of all draws.")
@click.option(
    "--write",
    metavar="FILE.toml",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the fitted rules; needs --judged, --fit and --planted.",
)
@click.option(
    "--keep",
    is_flag=True,
    help="Keep the rules fitted to each model of --fit, and what was measured, as marks.json in "
    "its folder: its marks follow its own rules from then on. Needs --fit and --planted.",
)
@click.option(
    "--into",
    type=click.Path(path_type=Path, dir_okay=False),
    multiple=True,
    metavar="FILE.md",
    help="Put the tables into a file, too, between the lines '<!-- flags -->' and '<!-- end of "
    "flags -->'; in Chinese where it ends in .zh.md. May be given several times.",
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
    gold: Given,
    sentences: int,
    seed: int,
    write: Path | None,
    keep: bool,
    into: tuple[Path, ...],
    device: str,
    threads: int | None,
    as_json: bool,
    models: Path | None,
) -> None:
    """Say how good the flags on words and sentences are: AUROC, precision, recall.

    Five kinds of evidence, each by itself: judgements of people on other systems (--judged);
    errors planted into references, which a model is forced to write, and how far features of its
    own translations of the same file follow their chrF (--planted); spans that people marked in
    other systems' translations, forced (--spans); links between words (--gold). An AUROC of 0.5 is
    chance. The tables are Markdown.

    \b
    Examples:
      seqviz validate --judged mlqe-pe.en-de.test20.tsv.gz
      seqviz validate --planted de-en/transformer de-en.test.tsv.gz
      seqviz validate --spans zh-en/transformer mqm-ted.zh-en.tsv.gz --json
      seqviz validate --keep --fit my-model dev.tsv --planted my-model test.tsv
    """  # noqa: D301 (click wants the character \b itself)
    if not (judged or planted or spans or gold):
        raise click.UsageError("Nothing to measure: give --judged, --planted, --spans or --gold.")
    if write and not (judged and fit and planted):
        raise click.UsageError("--write needs --judged, --fit and --planted.")
    if keep and (write or not (fit and planted)):
        raise click.UsageError("--keep needs --fit and --planted, and does not go with --write.")
    validate_report.check_marked(into)
    use_threads(threads)
    files = {file.name: read_judged(lines.from_file(file), str(file)) for file in judged}
    source = Source(sentences=sentences, seed=seed, device=device, models=models, apart=keep)
    source.check_keeps([model for model, _ in fit] if keep else [])
    tested = [source.planted(*given, shares=True) for given in planted]
    fitted = _fitted(files, [source.planted(*given) for given in fit], tested)
    marked = [source.marked(*given) for given in spans]
    rules = {one.group: one.known.rules for one in (*tested, *marked)} | fitted
    owned = [source.own(*given) for given in planted]
    own = _followed(owned, tested, seed=seed)
    worth = _worth([*tested, *marked])
    reports = [report(some, name) for name, some in files.items()]
    known = {
        group: Known(
            rules=rules[group],
            worth=worth.get(group, {}),
            own=next((one.numbers() for one in own if one.group == group), {}),
        )
        for group in rules
    }
    if write:
        correlation = {
            feature: {one.name: getattr(one, feature) for one in reports}
            for feature in ("worst3", "seq_logprob")
        }
        write_whole(write, measured_file(_families(known), correlation).encode())
    result = {
        "judged": [asdict(one) for one in reports],
        "planted": _reports(rules, tested),
        "families": _reports(rules, together(tested)),
        "own": _reports(rules, [one for one, _ in owned]),
        "own_families": _reports(rules, together([one for one, _ in owned])),
        "worth": worth,
        "followed": [asdict(one) for one in own],
        "spans": _reports(rules, marked),
        "alignment": [source.aligned(*given) for given in gold],
    }
    if keep:
        for model in dict.fromkeys(model for model, _ in fit):
            _keep(source, model, known)
    for file in into:
        validate_report.put(result, file)
    printing.say(printing.json_line(result) if as_json else validate_report.told(result))


def _fitted(
    files: Mapping[str, Sequence[JudgedSentence]],
    training: Sequence[Observed],
    tested: Sequence[Observed],
) -> dict[str, Rules]:
    """The rules of every group that has something to fit to."""
    unsure = unsure_rule(files) if files else known_of("foreign").rules["unsure"][0]
    test = {one.group: one.tables for one in together(tested)}
    found = {}
    for one in together(training):
        is_family = one.group == one.family
        if one.group not in test:
            same = "family" if is_family else "model"
            raise click.UsageError(f"--fit needs --planted of the same {same}: {one.group}.")
        rules = fitted_rules(unsure, one.tables, test[one.group])
        if not is_family:
            rules = own_rules(rules, known_of(one.family).rules, test[one.group])
        found[one.group] = rules
    return found


def _keep(source: Source, model: str, known: Mapping[str, Known]) -> None:
    """Keep what is known of a model in its folder, and say so."""
    kept = source.keep(model, known)
    printing.notice(f"Kept in {kept.file}: marks on words of {kept.model} follow its own rules.")
    if not known[kept.model].rules["left_out"]:
        printing.notice(
            f"No source word of {kept.model} is marked as left out: it gives no attention, or "
            "nothing could be left out of one of the files."
        )


def _families(known: Mapping[str, Known]) -> dict[Family, Known]:
    """Of families, without models of others by themselves; these get lent rules."""
    found = {family: known.get(family, known_of(family)) for family in FAMILIES}
    lent = lent_rules(found["transformer"].rules)
    return found | {"foreign": Known(rules=lent, worth={}, own={})}


@dataclass(frozen=True, kw_only=True)
class _Followed:
    """A family's features on its models' own translations."""

    model: str
    family: Family
    group: str
    features: Sequence[Followed]
    ignored: Sequence[Ignored]

    def numbers(self) -> Worth:
        """For the file of what was measured."""
        return {
            one.feature: asdict(one.interval) | {"at_length": one.at_length}
            for one in self.features
        }


def _followed(
    owned: Sequence[tuple[Observed, OwnTranslations]], tested: Sequence[Observed], *, seed: int
) -> list[_Followed]:
    """Of each family, how far features follow chrF, and where words begin to ignore the source."""
    found: list[_Followed] = []
    for one in together(tested):
        rows = [own.rows for said, own in owned if said.group == one.group]
        found.append(
            _Followed(
                model=one.name,
                family=one.family,
                group=one.group,
                features=followed(rows, seed=seed),
                ignored=ignored_at(rows, one.tables["target"], seed=seed),
            )
        )
    return found


def _worth(observed: Sequence[Observed]) -> dict[str, Worth]:
    """Of features, in each group: the means over its models."""
    return {
        group: mean_worth([one.features for one in observed if one.group == group])
        for group in dict.fromkeys(one.group for one in observed)
    }


def _reports(rules: Mapping[str, Rules], observed: Sequence[Observed]) -> list[dict[str, Any]]:
    return [
        {
            "model": one.name,
            "family": one.family,
            "group": one.group,
            "flags": [asdict(flag) for flag in judged_flags(rules[one.group], one.tables)],
            "features": [asdict(feature) for feature in one.features],
        }
        for one in observed
    ]
