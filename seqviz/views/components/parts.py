"""The components' files, read as package data, and the names of Streamlit's own."""

from importlib.resources import files
from pathlib import Path

import streamlit as st


def read(*names: str) -> str:
    """The text of some files of this folder, one after the other."""
    folder = files(__package__)
    return "\n".join(folder.joinpath(name).read_text("utf-8") for name in names)


def chunk(name: str) -> str:
    """The file of Streamlit's program that draws an element; empty where there is none of it."""
    folder = Path(st.__file__).parent / "static" / "static" / "js"
    return next((path.name for path in folder.glob(f"{name}.*.js")), "")
