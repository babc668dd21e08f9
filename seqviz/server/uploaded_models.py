"""Models that visitors bring as archives: unpacked into bounded folders, the oldest go first."""

import shutil
import tempfile
import threading
from pathlib import Path
from typing import BinaryIO

from seqviz.catalog.archive import OnBytes, unpack
from seqviz.files import remove_leftovers

MOST_MODELS = 4
MOST_BYTES = 2 * 2**30
"""Of one model."""
HOME = "seqviz-upload-"
"""How the folder of one begins."""


class UploadedModels:
    """The folders of the models brought last; threads may share it."""

    def __init__(self) -> None:
        """Start empty; what a killed server left behind goes."""
        remove_leftovers(Path(tempfile.gettempdir()), HOME)
        self._homes: list[Path] = []
        self._lock = threading.Lock()

    def add(self, archive: BinaryIO, name: str, on_bytes: OnBytes | None = None) -> Path:
        """The folder of a model, unpacked now; it is called as its archive is.

        Raises:
            ModelError: the archive is refused; nothing is left of it.
        """
        home = Path(tempfile.mkdtemp(prefix=HOME))
        folder = home / name
        try:
            folder.mkdir()
            unpack(archive, folder, name=name, most_bytes=MOST_BYTES, on_bytes=on_bytes)
        except BaseException:
            shutil.rmtree(home, ignore_errors=True)
            raise
        with self._lock:
            self._homes.append(home)
            old = [self._homes.pop(0) for _ in range(len(self._homes) - MOST_MODELS)]
        for one in old:
            shutil.rmtree(one, ignore_errors=True)
        return folder

    def remove_all(self) -> None:
        """Throw everything away."""
        with self._lock:
            homes, self._homes = self._homes, []
        for home in homes:
            shutil.rmtree(home, ignore_errors=True)
