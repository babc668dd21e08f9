"""Keep what was measured of a model's attention beside its weights: record, settings and card.

Every text that goes into the card is escaped.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import asdict

from seqviz.aligned import Measure, Reading, Row
from seqviz.catalog import ModelEntry
from seqviz.errors import InputError
from seqviz.files import write_whole
from seqviz.records.alignment import ALIGNMENT_FILE, NEAR, AlignmentStudy
from seqviz.training.card import table

HEADING = "## Word alignment"
BEFORE = "## Quality"
"""The section that it comes after."""
MEASURED: dict[Measure, str] = {"weight": "weights", "norm": "norms"}
TAKEN: dict[Row, str] = {"step": "the step that predicts", "fed": "the step that is fed"}

_SETTINGS, _CARD = "settings.json", "README.md"


def keep_alignment(entry: ModelEntry, study: AlignmentStudy) -> None:
    """Write alignment.json, the choice into settings.json, and a section into README.md.

    Raises:
        InputError: as ``check_kept``; ``file_unwritable``.
    """
    check_kept(entry)
    settings, card = entry.folder / _SETTINGS, entry.folder / _CARD
    content = json.loads(settings.read_bytes()) | {"alignment": asdict(study.chosen())}
    ALIGNMENT_FILE.write(study, entry.folder / ALIGNMENT_FILE.name)
    write_whole(settings, (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode())
    if card.exists():
        write_whole(card, with_alignment(card.read_text(encoding="utf-8"), study).encode())


def check_kept(entry: ModelEntry) -> None:
    """Refuse a model whose settings are somebody else's.

    Raises:
        InputError: ``align_not_kept``: it is a foreign model; ``not_over_network``: its folder is
            another machine's.
    """
    entry.require_here()
    if entry.format != "seqviz":
        raise InputError("align_not_kept", {"model": entry.name})


def with_alignment(card: str, study: AlignmentStudy) -> str:
    """A model card with the section in it, in place of an older one."""
    sections = [one for one in re.split(r"^(?=## )", card, flags=re.MULTILINE) if one]
    kept = [one for one in sections if not one.startswith(HEADING)]
    found = (place for place, one in enumerate(kept, start=1) if one.startswith(BEFORE))
    place = next(found, len(kept))
    own = "\n\n".join(_section(study)) + "\n"
    before, after = "".join(kept[:place]).rstrip("\n"), "".join(kept[place:])
    return f"{before}\n\n{own}" + (f"\n{after}" if after else "")


def _section(study: AlignmentStudy) -> Iterator[str]:
    chosen = study.chosen()
    yield HEADING
    yield (
        f"Alignment error rate (AER, %, lower is better) of every choice on `{study.gold}`: "
        f"{study.pairs:,} pairs, {study.sure:,} sure links, {study.possible - study.sure:,} only "
        "possible ones; references forced, links by the largest value in each row, pieces merged "
        f"to words. `seqviz align --gold` computes it."
    )
    columns = study.grids[0].shape[1]
    head = ("read by", "row", "layer", "mean", *(f"head {n}" for n in range(1, columns)))
    rows = [
        (
            MEASURED[grid.measure],
            TAKEN[grid.row],
            f"{layer + 1}",
            *(f"{100 * r:.1f}" for r in rates),
        )
        for grid in study.grids
        for layer, rates in enumerate(grid.error_rates)
    ]
    yield table(head, rows, right=range(2, len(head)))
    yield (
        f"Read by default: {told(chosen)}: AER {100 * chosen.error_rate:.1f}, precision "
        f"{100 * chosen.precision:.1f}, recall {100 * chosen.recall:.1f}; the lowest AER of all is "
        f"{100 * chosen.lowest:.1f}. The simplest choice within {100 * NEAR:g} points of the "
        "lowest is taken."
    )
    if len(study.mean_norms) > 1:
        yield f"Without links drawn by people one would have taken {' and '.join(guesses(study))}."


def told(reading: Reading, *, first: int = 1) -> str:
    """A reading in words; layers and heads count from ``first``."""
    head = "mean over the heads" if reading.head is None else f"head {reading.head + first}"
    way = f"{MEASURED[reading.measure]}, {TAKEN[reading.row]}"
    return f"layer {reading.layer + first}, {head}, {way}"


def guesses(study: AlignmentStudy, *, first: int = 1) -> Iterator[str]:
    """The layers that two rules take without gold, each with its error rate, of mean weights."""
    names = {"coverage": "the lowest coverage deviation", "norm": "the largest mean norm"}
    for rule, layer in study.guessed().items():
        rate = 100 * study.plainest.error_rates[layer][0]
        yield f"layer {layer + first} by {names[rule]} (AER {rate:.1f})"
