"""Which files of a foreign model are of use; all others stay where they are. No code is among them.

The names are those that ``transformers`` and the hub use.
"""

from collections.abc import Collection
from fnmatch import fnmatchcase

CONFIG = "config.json"
SETTINGS = (
    CONFIG,
    "generation_config.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "added_tokens.json",
)
VOCABULARIES = (
    "*.spm",
    "*vocab*.json",
    "merges.txt",
    "sentencepiece*.model",
    "spiece.model",
    "tokenizer.json",
)
PIECES = ("source.model", "target.model")
"""Of SeqViz's own models: those of a system, or beside the folders of a pair's systems."""
ABOUT = ("README.md", "LICENSE", "LICENSE.*", "LICENCE", "LICENCE.*")
SAFE_WEIGHTS = ("model.safetensors", "model.safetensors.index.json", "model-*-of-*.safetensors")
OLD_WEIGHTS = ("pytorch_model.bin", "pytorch_model.bin.index.json", "pytorch_model-*-of-*.bin")
"""Pickles: read as numbers only, and only where there is nothing better."""
KNOWN = (*SETTINGS, *VOCABULARIES, *ABOUT, *SAFE_WEIGHTS, *OLD_WEIGHTS)


def matches(name: str, patterns: Collection[str]) -> bool:
    """Whether a file's name, without a path, is one of these."""
    return not {"/", "\\"} & set(name) and any(fnmatchcase(name, pattern) for pattern in patterns)


def wanted(names: Collection[str]) -> list[str]:
    """The names worth having, in order; old weights only where there are no safe ones."""
    found = sorted(name for name in names if matches(name, KNOWN))
    if any(matches(name, SAFE_WEIGHTS) for name in found):
        return [name for name in found if not matches(name, OLD_WEIGHTS)]
    return found
