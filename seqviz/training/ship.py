"""Ship what was trained and is better than what ships: ``python -m seqviz.training.ship``.

Every model of OUT, then of those that went on from others, is measured on the test set of its pair,
on the sentences of the course and on those of numbers and names, beside the model that ships under
its name. One that is better takes its place, with its card and the record of its training. A model
whose name nothing has yet is new, and ships.
"""

import shutil
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from seqviz.analysis.quality import corpus_quality, exact_match
from seqviz.catalog import ModelEntry, read_entry
from seqviz.catalog.entry import WEIGHTS
from seqviz.errors import SeqVizError
from seqviz.files import held, write_whole, writing
from seqviz.records.training import FILE_NAME
from seqviz.records.training_file import read_record
from seqviz.shipped import shipped
from seqviz.tasks import TEST_PAIRS, TEST_SEED, find_task
from seqviz.training.augment.held_out import stands
from seqviz.training.card import table
from seqviz.training.data import read_rows
from seqviz.training.many import STAGES
from seqviz.training.vocabulary import find_vocabularies
from seqviz.translator import Translator

TEST = "test"
SETS = (TEST, "course", "numbers", "names")
FILES = {
    TEST: "{pair}.test.tsv.gz",
    "course": "course/{pair}.test.tsv",
    "numbers": "held-out/{pair}.numbers.tsv",
    "names": "held-out/{pair}.names.tsv",
}
"""In the data folder, or the project's own."""
NEEDED = ("numbers", "names")
"""Scored by the share of translations that hold what the third column names; others by BLEU."""
FALL, RISE = 0.3, 1.0
"""Points that a better model may lose on the test set, and those that it gains on every other."""
MOST_WEIGHTS, MOST_SHIPPED = 25 * 2**20, 250 * 2**20
"""Bytes of one file of weights, and of all models that ship."""
LEFT = "beam-sizes, lengths and align measure it anew"
REPORT = "ship.md"

Scores = Mapping[str, float]
"""By set; of a synthetic task, exact matches of its test set alone. 0 to 100."""


def candidates(out: Path) -> Iterator[Path]:
    """The folders of trained models, by stage and name."""
    for stage in STAGES:
        for file in sorted((out / stage).glob("[!.]*/[!.]*/settings.json")):
            yield file.parent


def measure(translator: Translator, data: Path, limit: int | None = None) -> Scores:
    """Translate all test sets of a model's pair that there are.

    Args:
        translator: the model.
        data: the folder of PAIR.test.tsv.gz.
        limit: only so many sentences of each; None: all.

    Raises:
        InputError: there is no test set, or it cannot be read.
    """
    entry = translator.entry
    if task := find_task(entry.source_language, entry.target_language):
        pairs = task.pairs(train=0, dev=0, test=TEST_PAIRS, seed=TEST_SEED).test[:limit]
        found = translator.translate_all([source for source, _ in pairs])
        return {TEST: exact_match([one.text for one in found], [right for _, right in pairs])}
    scores = {}
    for name in SETS:
        try:
            rows = read_rows(data, FILES[name].format(pair=entry.pair))[:limit]
        except SeqVizError as error:
            if name == TEST or error.code != "data_missing":
                raise
            continue
        texts = [one.text for one in translator.translate_all([source for source, _, _ in rows])]
        if name in NEEDED:
            right = map(stands, (needed for _, _, needed in rows), texts)
            scores[name] = 100 * sum(right) / len(rows)
        else:
            references = [reference for _, reference, _ in rows]
            scores[name] = corpus_quality(texts, references, language=entry.target_language).bleu
    return scores


def reason_to_stay(new: Scores, old: Scores | None) -> str:
    """Why the model that ships is not to be replaced; "": the new one is better, or none ships."""
    if old is None:
        return ""
    if set(new) == {TEST}:
        return "" if new[TEST] > old[TEST] else "no better on its test set"
    if new[TEST] < old[TEST] - FALL:
        return f"test falls by {old[TEST] - new[TEST]:.1f}"
    flat = [name for name in new if name != TEST and new[name] < old.get(name, 0.0) + RISE]
    return f"does not rise by {RISE:g}: {', '.join(flat)}" if flat else ""


class Shipping:
    """The models that ship, as they are replaced one by one."""

    def __init__(
        self, data: Path, into: Path, *, device: str, limit: int | None = None, only_say: bool
    ) -> None:
        """Replace nothing yet.

        Args:
            data: folder of the test sets.
            into: the models that ship.
            device: where they compute.
            limit: only so many sentences of each set; None: all.
            only_say: never replace anything.
        """
        self._data, self._into, self._device = data, into, device
        self._limit, self._only_say = limit, only_say
        self._best: dict[str, Scores | None] = {}

    def consider(self, folder: Path) -> list[str]:
        """Compare a trained model with the one of its name, and let it ship if it is better.

        Returns:
            its name, a cell a set, and what became of it.

        Raises:
            SeqVizError: it cannot be measured, or put where it belongs.
        """
        entry, name = read_entry(folder), f"{folder.parent.name}/{folder.name}"
        translator = Translator(entry, self._device)
        if reason := self._unfit(entry, translator):
            return [name, *([""] * len(SETS)), f"stays: {reason}"]
        old, new = self._scores_of(name), measure(translator, self._data, self._limit)
        reason = reason_to_stay(new, old)
        if not reason:
            self._best[name] = new
            if not self._only_say:
                ship(folder, self._into / name)
        said = f"stays: {reason}" if reason else "new" if old is None else f"replaced; {LEFT}"
        return [name, *(_cell(new.get(each), (old or {}).get(each)) for each in SETS), said]

    def _scores_of(self, name: str) -> Scores | None:
        """Of the best model of that name so far; None: there is none."""
        folder = self._into / name
        if name not in self._best:
            self._best[name] = None
            if folder.exists():
                model = Translator(read_entry(folder), self._device)
                self._best[name] = measure(model, self._data, self._limit)
        return self._best[name]

    def _unfit(self, entry: ModelEntry, translator: Translator) -> str:
        """Why a model cannot ship, however good it is; "": it can."""
        record = read_record(entry.folder / FILE_NAME)
        if record is None or record.fingerprint != translator.facts.fingerprint:
            return "no record of the training of these weights"
        size = (entry.folder / WEIGHTS[0]).stat().st_size
        if size > MOST_WEIGHTS:
            return f"its weights have {size / 2**20:.0f} MiB, more than {MOST_WEIGHTS // 2**20}"
        replaced = self._into / entry.pair / entry.folder.name
        all_of = _bytes_in(self._into) - _bytes_in(replaced) + _bytes_in(entry.folder)
        if all_of > MOST_SHIPPED:
            return f"all would have {all_of / 2**20:.0f} MiB, more than {MOST_SHIPPED // 2**20}"
        return ""


def ship(folder: Path, target: Path) -> None:
    """Put a model in the place of another, which goes.

    Raises:
        InputError: its pair has other pieces there, or the disk refuses.
    """
    part, old = (target.with_name(f".{target.name}.{end}") for end in ("part", "old"))
    with writing(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        with held(target.parent, wait=True):
            if (pieces := find_vocabularies((folder.parent,))) is not None:
                pieces.add_to(target.parent)
            for left in (part, old):
                shutil.rmtree(left, ignore_errors=True)
            shutil.copytree(folder, part)
            if target.exists():
                target.rename(old)
            part.rename(target)
            shutil.rmtree(old, ignore_errors=True)


def _cell(new: float | None, old: float | None) -> str:
    shown = ["–" if value is None else f"{value:.1f}" for value in (old, new)]
    return "" if new is None else " → ".join(shown)


def _bytes_in(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def main(arguments: Sequence[str] | None = None) -> int:
    """The command.

    Returns:
        0; 1 where a model could not be compared, or none was trained.
    """
    given = _read(arguments)
    shipping = Shipping(
        given.data, given.into, device=given.device, limit=given.limit, only_say=given.only_say
    )
    rows, failed = list[list[str]](), False
    for folder in candidates(given.out):
        try:
            rows.append(shipping.consider(folder))
        except SeqVizError as error:
            failed = True
            rows.append([f"{folder.parent.name}/{folder.name}", *([""] * len(SETS)), str(error)])
        sys.stdout.write(f"{rows[-1][0]}: {rows[-1][-1]}\n")
    if not rows:
        sys.stderr.write(f"{given.out} holds no trained model.\n")
        return 1
    report = table(["", *SETS, ""], rows, right=range(1, len(SETS) + 1))
    write_whole(given.out / REPORT, f"{report}\n".encode())
    sys.stdout.write(f"\n{report}\n")
    return int(failed)


def _read(arguments: Sequence[str] | None) -> Namespace:
    parser = ArgumentParser(prog="python -m seqviz.training.ship", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("trained"))
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--into", type=Path, default=shipped("pretrained"))
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--limit", type=int, help="only so many sentences of every set")
    parser.add_argument("--only-say", action="store_true", help="replace nothing")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
