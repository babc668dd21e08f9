"""Builds the wheel; its settings stand in pyproject.toml.

What lies beside the package in a clone and is needed without one, the page, the models and the
data, goes into the folder of ``seqviz.shipped``.
"""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

SHIPPED = (
    *("app.py", ".streamlit/config.toml", "assets/icon.svg"),
    *("pretrained", "data/alignment", "data/course", "data/held-out"),
)
FETCHED = (".*", "_*", "opus-mt*", "__pycache__")
"""What `seqviz get` and an interrupted training leave among the models is nobody else's."""


class WithShipped(build_py):
    """Copies the code, and what comes with it."""

    def run(self) -> None:
        """Copy; an editable installation finds everything where it lies."""
        super().run()
        if self.editable_mode:
            return
        home = Path(self.build_lib, "seqviz", "shipped")
        for name in SHIPPED:
            shutil.rmtree(home / name, ignore_errors=True)
            (home / name).parent.mkdir(parents=True, exist_ok=True)
            if Path(name).is_dir():
                shutil.copytree(name, home / name, ignore=shutil.ignore_patterns(*FETCHED))
            else:
                shutil.copyfile(name, home / name)


setup(cmdclass={"build_py": WithShipped})
