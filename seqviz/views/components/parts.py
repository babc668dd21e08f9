"""The components' files, read as package data."""

from importlib.resources import files


def read(*names: str) -> str:
    """The text of some files of this folder, one after the other."""
    folder = files(__package__)
    return "\n".join(folder.joinpath(name).read_text("utf-8") for name in names)
