"""Where the files lie that come with the program beside its code: the page, models, data.

In a clone they lie beside the package, in its root; a wheel has them in this folder, where setup.py
puts them.
"""

from pathlib import Path

FOLDER = Path(__file__).resolve().parent


def shipped(name: str) -> Path:
    """The path of a file or folder that comes with the program, such as "pretrained"."""
    inside = FOLDER / name
    return inside if inside.exists() else FOLDER.parents[1] / name
