"""What lies on disk: which models there are, whose they are, what their folders hold; no torch."""

from seqviz.catalog.catalog import (
    FOLDER_VARIABLE,
    ORIGIN_FILE,
    Catalogue,
    ModelEntry,
    find_models,
    listed_folder,
    model_folders,
    models_folder,
    read_entry,
    resolve,
)

__all__ = [
    "FOLDER_VARIABLE",
    "ORIGIN_FILE",
    "Catalogue",
    "ModelEntry",
    "find_models",
    "listed_folder",
    "model_folders",
    "models_folder",
    "read_entry",
    "resolve",
]
