"""Folders cut into files that are small enough to be sent: ``python -m seqviz.training.parts``.

``cut FOLDER PARTS`` packs a folder and cuts the archive, ``join PARTS FOLDER`` puts it together
again and refuses parts that are missing or damaged. No file of the result is larger than 16 MiB.
"""

import hashlib
import io
import json
import sys
import tarfile
from collections.abc import Iterator, Sequence
from pathlib import Path

MOST_BYTES = 16 * 2**20
LIST_FILE = "parts.json"


def cut(folder: Path, parts: Path, most_bytes: int = MOST_BYTES) -> list[Path]:
    """Pack a folder into numbered files of at most so many bytes, and a list of their SHA-256.

    Raises:
        OSError: ``parts`` is not empty, or a file cannot be read or written.
    """
    parts.mkdir(parents=True, exist_ok=True)
    if any(parts.iterdir()):
        raise FileExistsError(f"{parts} is not empty")
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        archive.add(folder, arcname=".")
    content = packed.getbuffer()
    made: dict[str, str] = {}
    for number, start in enumerate(range(0, len(content), most_bytes)):
        name = f"part-{number:03}"
        (parts / name).write_bytes(content[start : start + most_bytes])
        made[name] = hashlib.sha256(content[start : start + most_bytes]).hexdigest()
    (parts / LIST_FILE).write_text(json.dumps(made, indent=2) + "\n", encoding="utf-8")
    return [parts / name for name in (*made, LIST_FILE)]


def join(parts: Path, folder: Path) -> None:
    """Unpack what ``cut`` made.

    Raises:
        ValueError: a part is damaged.
        OSError: a part is missing, or a file cannot be written.
    """
    content = b"".join(_checked(parts))
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        archive.extractall(folder, filter="data")


def _checked(parts: Path) -> Iterator[bytes]:
    for name, digest in json.loads((parts / LIST_FILE).read_text(encoding="utf-8")).items():
        content = (parts / Path(name).name).read_bytes()
        if hashlib.sha256(content).hexdigest() != digest:
            raise ValueError(f"{parts / name} is damaged")
        yield content


def main(arguments: Sequence[str]) -> None:
    """The command."""
    match arguments:
        case ["cut", folder, parts]:
            cut(Path(folder), Path(parts))
        case ["join", parts, folder]:
            join(Path(parts), Path(folder))
        case _:
            sys.exit("python -m seqviz.training.parts cut FOLDER PARTS | join PARTS FOLDER")


if __name__ == "__main__":
    main(sys.argv[1:])
