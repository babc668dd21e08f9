"""Running over a test set: parts on disk, each written whole, so that a killed run goes on.

A run's folder holds ``run.json``, which says of what, ``parts/``, and in the end
``sentences.parquet``. Nothing that a part holds is ever translated again.
"""

import hashlib
import json
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from seqviz.errors import InputError
from seqviz.files import held, whole, write_whole, writing
from seqviz.inspection.engine import Done, Engine, Failed, Part, embedded
from seqviz.inspection.features import NEWER, SCHEMA
from seqviz.inspection.reading import Sentence
from seqviz.inspection.rows import Examiner
from seqviz.options import MAX_CHARACTERS, MAX_SOURCE_TOKENS
from seqviz.trace.file_options import recorded

FORMAT = 2
PART = 200
"""Sentences of a part: what a kill can cost."""
MOST_FAILED = 20
"""Sentences, after which a run ends: it is the model that fails."""
TABLE = "sentences.parquet"
INPUT = "input.tsv"
"""The test set, in the folders of those that need it again."""
_TOLD = "run.json"
Sentences = Callable[[], Iterator[Sentence]]
"""Reads the test set from its start; called more than once."""


@dataclass(frozen=True)
class Progress:
    """How far a run is."""

    done: int
    """Sentences, those of earlier runs included."""
    total: int
    new: int
    """Sentences of this run."""
    seconds: float
    """Since it began."""

    @property
    def rate(self) -> float:
        """Sentences a second, in this run."""
        return self.new / self.seconds if self.seconds > 0 else 0.0

    @property
    def seconds_left(self) -> float | None:
        """None: nobody can tell yet."""
        return (self.total - self.done) / self.rate if self.rate > 0 else None


OnProgress = Callable[[Progress], None]
"""What it raises, such as ``DecodingCancelled``, ends the run, which may go on later."""


def inspect(
    examiner: Examiner,
    sentences: Sentences,
    folder: Path,
    *,
    engine: Engine | None = None,
    part_size: int = PART,
    on_progress: OnProgress | None = None,
) -> Path:
    """Examine a test set into a folder, or go on where an earlier run ended.

    Args:
        examiner: of the model and its options.
        sentences: the test set; all of it is read before the first sentence is translated.
        folder: of the run; made if it is not there.
        engine: what examines the parts; None: this process. A run may go on with another.
        part_size: sentences of a part.
        on_progress: called after every step of the search.

    Returns:
        the file with all rows, in the order of the test set.

    Raises:
        InputError: ``run_other``: the folder holds a run of something else; ``run_busy``; a
            sentence is too long (``line_refused``), or what ``sentences`` refuses;
            ``rows_failed``: some sentences could not be examined. The parts of all others are kept.
    """
    digest, total = _checked(examiner, sentences)
    told = _told(examiner, digest, total=total, part_size=part_size)
    parts = folder / "parts"
    with writing(folder):
        parts.mkdir(parents=True, exist_ok=True)
    with held(folder, wait=False, busy="run_busy"):
        _begin(folder / _TOLD, told)
        files = [parts / f"{first:08}.parquet" for first in range(0, total, part_size)]
        clock = _Clock(total, on_progress)
        batches = enumerate(_batches(sentences(), part_size))
        undone = _undone(batches, files, clock)
        _write((engine or embedded(examiner))(undone, clock.during), files, clock)
        return _joined(files, folder / TABLE)


def read_run(run: str | Path) -> pd.DataFrame:
    """The rows of a finished run; columns that it does not have itself are not read.

    Features that an older SeqViz did not have are missing in every row.

    Args:
        run: its folder, or the file in it.

    Raises:
        InputError: ``file_unreadable``; ``run_unfinished``; ``table_invalid``: it is no such table.
    """
    path = Path(run)
    if path.is_dir():
        if not (path / TABLE).is_file():
            raise InputError("run_unfinished", {"folder": str(path)})
        path = path / TABLE
    try:
        table = pq.read_table(path)
    except (OSError, pa.ArrowException) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise InputError("file_unreadable", {"file": str(path), "reason": reason}) from error
    for name in NEWER:
        if name not in table.column_names:
            missing = pa.nulls(len(table), SCHEMA.field(name).type)
            table = table.append_column(name, missing)
    table = table.select([name for name in SCHEMA.names if name in table.column_names])
    if not table.schema.equals(SCHEMA):
        raise InputError("table_invalid", {"file": str(path)})
    found: pd.DataFrame = table.to_pandas()
    return found


def _checked(examiner: Examiner, sentences: Sentences) -> tuple[str, int]:
    """A digest of the test set, and its size; every sentence can be translated."""
    digest, total = hashlib.sha256(), 0
    for one in sentences():
        try:
            examiner.translator.read(one.source, examiner.options)
        except InputError as error:
            if error.code not in ("empty_text", "text_too_long", "source_too_long"):
                raise
            limits = {"tokens": MAX_SOURCE_TOKENS, "characters": MAX_CHARACTERS}
            raise InputError("line_refused", {"line": one.number, **limits}) from error
        digest.update(json.dumps(asdict(one)).encode())
        total += 1
    return digest.hexdigest(), total


def _told(examiner: Examiner, digest: str, *, total: int, part_size: int) -> dict[str, Any]:
    """What a run is of."""
    facts = examiner.translator.facts
    return {
        "format": FORMAT,
        "model": facts.name,
        "weights": facts.fingerprint,
        "precision": examiner.translator.precision,
        "options": json.loads(json.dumps(recorded(examiner.options))),
        "contributions": examiner.contributions,
        "sentences": total,
        "input": digest,
        "part": part_size,
    }


def _begin(file: Path, told: dict[str, Any]) -> None:
    """Write what the run is of, or see that it is the same.

    Raises:
        InputError: ``run_other``.
    """
    if not file.exists():
        write_whole(file, json.dumps(told, indent=1).encode())
        return
    try:
        before = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise InputError("file_unreadable", {"file": str(file), "reason": "damaged"}) from error
    for name, own in told.items():
        found = before.get(name) if isinstance(before, dict) else None
        if found != own:
            facts = {"folder": str(file.parent), "what": name}
            raise InputError("run_other", {**facts, "found": _short(found), "own": _short(own)})


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 60 else f"{text[:60]}…"  # noqa: PLR2004 (of a message)


def _batches(sentences: Iterator[Sentence], size: int) -> Iterator[Sequence[Sentence]]:
    while batch := list(islice(sentences, size)):
        yield batch


def _undone(parts: Iterator[Part], files: Sequence[Path], clock: "_Clock") -> Iterator[Part]:
    """Those that no file holds yet."""
    for place, batch in parts:
        if files[place].is_file():
            clock.skip(len(batch))
        else:
            yield place, batch


def _write(found: Generator[Done], files: Sequence[Path], clock: "_Clock") -> None:
    """Write each part as it is done.

    Raises:
        InputError: ``rows_failed``, in the end, or as soon as more than ``MOST_FAILED`` did.
    """
    failed: dict[int, str] = {}
    with closing(found):
        for place, part in found:
            if isinstance(part, Failed):
                failed |= dict.fromkeys(part.lines, part.reason)
                if len(failed) > MOST_FAILED:
                    break
                continue
            with whole(files[place]) as file:
                pq.write_table(part, file)
            clock.finish(part.num_rows)
    if failed:
        lines = sorted(failed)
        shown = ", ".join(map(str, lines[:MOST_FAILED])) + ", …" * (len(lines) > MOST_FAILED)
        raise InputError("rows_failed", {"lines": shown, "reason": failed[lines[0]]})


def _joined(parts: Sequence[Path], file: Path) -> Path:
    """All parts in one file, one after the other."""
    with whole(file) as target, pq.ParquetWriter(target, SCHEMA) as writer:
        for part in parts:
            writer.write_table(pq.read_table(part))
    return file


class _Clock:
    """Tells how far a run is."""

    def __init__(self, total: int, on_progress: OnProgress | None) -> None:
        """Begin.

        Args:
            total: sentences.
            on_progress: is told.
        """
        self._total, self._on_progress = total, on_progress
        self._done = self._new = 0
        self._began = time.monotonic()

    def skip(self, count: int) -> None:
        """So many are there from an earlier run."""
        self._done += count
        self._tell(0)

    def during(self, count: int, _of: int) -> None:
        """So many of the part at hand are translated."""
        self._tell(count)

    def finish(self, count: int) -> None:
        """A part of so many is written."""
        self._done += count
        self._new += count
        self._tell(0)

    def _tell(self, count: int) -> None:
        if self._on_progress is not None:
            seconds = time.monotonic() - self._began
            self._on_progress(Progress(self._done + count, self._total, self._new + count, seconds))
