"""What stands beside the weights of a model, read again once its file has changed."""

from pathlib import Path

from seqviz.catalog import ModelEntry
from seqviz.catalog.entry import weights_digest
from seqviz.errors import ModelError
from seqviz.records.training import FILE_NAME, TrainingRecord
from seqviz.records.training_file import read_record
from seqviz.server.kept import kept


def weights_of(entry: ModelEntry) -> str:
    """``catalog.entry.weights_digest`` of a model, computed again once its file has changed.

    Raises:
        ModelError: the file cannot be read.
    """
    if entry.remote is not None:
        return entry.remote.weights
    try:
        found = entry.weights.stat()
        return _weights_digest(str(entry.weights), found.st_mtime_ns, found.st_size)
    except OSError as error:
        facts = {"file": str(entry.weights), "reason": error.strerror}
        raise ModelError("file_corrupt", facts) from error


@kept(most=64)
def _weights_digest(file: str, changed: int, size: int) -> str:
    return weights_digest(Path(file))


def training_record(folder: Path) -> TrainingRecord | None:
    """How a model learnt, read again once the file has changed; None where there is no file.

    Raises:
        ModelError: the file cannot be read, or is no such record.
    """
    file = folder / FILE_NAME
    try:
        found = file.stat()
    except OSError:
        return None
    return _training_record(str(file), found.st_mtime_ns, found.st_size)


@kept(most=16)
def _training_record(file: str, changed: int, size: int) -> TrainingRecord | None:
    return read_record(file)
