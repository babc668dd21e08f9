"""``seqviz models``: what the folder of models holds."""

import textwrap
from collections.abc import Sequence
from pathlib import Path

import click

from seqviz.catalog import ModelEntry, find_models
from seqviz.cli import options, printing
from seqviz.errors import ModelError
from seqviz.tasks import find_task

HEADINGS = ("NAME", "LANGUAGES", "KIND", "ATTENTION", "PARAMETERS", "SIZE", "TEST", "LICENCE")
LICENCE_WIDTH = 60
NUMBERS = ("PARAMETERS", "SIZE", "TEST")


@click.command(name="models")
@options.as_json
@options.models
def command(*, as_json: bool, models: Path | None) -> None:
    """List the models that are here: languages, kind, size, score on the test set, licence.

    The score is BLEU; for a synthetic task, how many in a hundred are right to the letter. A
    model that cannot be used is named on stderr, with what is wrong with it. --json gives whole
    licences, and all scores.

    \b
    Examples:
      seqviz models
      seqviz models --json
      seqviz models --models my-models
    """  # noqa: D301 (click wants the character \b itself)
    catalogue = find_models(models)
    if not catalogue.entries and not catalogue.broken:
        raise ModelError("no_models", {"folder": str(catalogue.folder)})
    if as_json:
        described = [_described(entry) for entry in catalogue.entries]
        printing.say(printing.json_line(described, indent=2))
    else:
        printing.say(printing.aligned([HEADINGS, *map(_row, catalogue.entries)], right=NUMBERS))
    for name, error in catalogue.broken.items():
        printing.say(printing.printable(f"{name} cannot be used: {error}"), err=True)


def _described(entry: ModelEntry) -> dict[str, object]:
    return {
        "name": entry.name,
        "source_language": entry.source_language,
        "target_language": entry.target_language,
        "kind": entry.kind,
        "attention": entry.attention,
        "parameters": entry.parameters,
        "bytes": entry.bytes,
        "licence": entry.licence,
        "scores": entry.scores,
        "folder": str(entry.folder),
        "format": entry.format,
        "family": entry.family,
        "source_languages": entry.source_languages,
        "target_languages": entry.target_languages,
        "takes_instruction": entry.takes_instruction,
        "instructions": entry.instructions,
        "revision": entry.revision,
    }


def _language(usual: str, choices: Sequence[str]) -> str:
    """Of one side; how many there are to choose from, where there is a choice."""
    return printing.count(len(choices), "language") if choices else usual or "?"


def _row(entry: ModelEntry) -> tuple[str, ...]:
    cells = (
        entry.name,
        " → ".join(
            (
                _language(entry.source_language, entry.source_languages),
                _language(entry.target_language, entry.target_languages),
            )
        ),
        entry.kind,
        entry.attention,
        f"{entry.parameters / 1e6:.1f} M",
        f"{entry.bytes / 1e6:.1f} MB",
        _score(entry),
        textwrap.shorten(entry.licence, LICENCE_WIDTH, placeholder=" …"),
    )
    return tuple(map(printing.printable, cells))


def _score(entry: ModelEntry) -> str:
    test = entry.scores.get("test", {})
    if find_task(entry.source_language, entry.target_language) and "exact_match" in test:
        return f"{test['exact_match']:.4g} % exact"
    return f"BLEU {test['bleu']:.1f}" if "bleu" in test else "–"
