"""What a model folder in the format of ``transformers`` says about its model, without torch.

A folder is not trusted: see ``foreignfiles``. No weight is read here.
"""

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open

from seqviz.catalog.entry import ModelEntry
from seqviz.catalog.families import FAMILIES, fixed_languages
from seqviz.catalog.strangers import refuse_other_tasks
from seqviz.catalog.untrusted import (
    MAX_VOCABULARY_BYTES,
    find_file,
    read_if_there,
    read_object,
    read_text,
    require_file,
    weight_files,
)
from seqviz.errors import ModelError
from seqviz.kinds import MULTI_HEAD

MAX_LANGUAGES = 2_000
MAX_README_BYTES = 1_000_000
MAX_SHOWN = 40
MAX_INSTRUCTION = 200
"""Characters; see ``options.MAX_INSTRUCTION``."""
MAX_USUAL_ID = 3
"""Of <s>, <pad>, </s> and <unk>, in mBART's vocabularies; none of them is a language."""
_TASK = re.compile(r"<2[A-Za-z_-]{2,20}>")
_TAG = re.compile(r">>([\w.+@-]{1,32})<<")
_CODES = {
    "m2m_100": re.compile(r"__([a-z]{2,4})__|([a-z]{3}_[A-Z][a-z]{3})"),
    "mbart": re.compile(r"([a-z]{2,3}_[A-Z]{2})"),
}
"""Tokens that name languages: those of M2M-100 and NLLB, and of mBART."""
_LANGUAGE = r"[A-Za-z]{2,3}(?:_[A-Za-z]{2,8})?"
_PAIR = re.compile(rf"({_LANGUAGE})-({_LANGUAGE})", re.ASCII)
_NAMED_PAIR = re.compile(r"(?:.*[-_.])?([a-z]{2,3})-([a-z]{2,3})", re.ASCII)
_COPY = re.compile(r"models--([\w.-]+)--([\w.-]+)/snapshots/([0-9a-f]{40})", re.ASCII)
_FRONT_MATTER = re.compile(r"\ufeff?---\r?\n(.*?)\n---", re.DOTALL)
_LICENCE_LINE = re.compile(r"^license:(.*)", re.MULTILINE)
_LICENCE = re.compile(r"[\w.+ -]{1,60}")
_BYTES = {"float64": 8, "float32": 4, "float16": 2, "bfloat16": 2}


@dataclass(frozen=True)
class _Name:
    """What the path of a folder tells."""

    name: str
    source: str = ""
    target: str = ""
    revision: str = ""
    listed: bool = False
    """It is PAIR/SYSTEM of the folder of models: whoever chose that knew the languages."""


def read_foreign_entry(folder: Path) -> ModelEntry:
    """Read the description of a model of Marian or ``transformers``, and find its files.

    The size of a pickled model is estimated from its bytes.

    Raises:
        ModelError: a file is missing, damaged, or leads out of the folder; or the model is of a
            kind that nothing here reads.
    """
    file = require_file(folder, "config.json")
    config = read_object(file)
    family = config.get("model_type")
    refuse_other_tasks(config, file)
    if not isinstance(family, str) or family not in FAMILIES:
        facts = {"file": str(file), "found": _shown(family), "choices": ", ".join(FAMILIES)}
        raise ModelError("foreign_unknown", facts)
    words = read_if_there(folder, "tokenizer_config.json", limit=MAX_VOCABULARY_BYTES)
    sources, targets = _languages(folder, family, words)
    instructed = FAMILIES[family].instructed
    named, files = _name_of(folder.resolve()), weight_files(folder)
    said = (
        "" if named.listed and not sources else _language(words, "source_lang", "src_lang"),
        "" if named.listed and not targets else _language(words, "target_lang", "tgt_lang"),
    )
    return ModelEntry(
        name=named.name,
        source_language=said[0] or named.source,
        target_language=said[1] or named.target,
        kind="transformer",
        attention=MULTI_HEAD,
        parameters=sum(_parameters(file, config) for file in files),
        bytes=sum(file.stat().st_size for file in files),
        licence=_licence(folder),
        scores={},
        folder=folder,
        format=FAMILIES[family].format,
        family=family,
        source_languages=sources,
        target_languages=targets,
        revision=named.revision,
        takes_instruction=instructed,
        instructions=instructions(config, _named_tokens(folder, words)) if instructed else (),
        has_usual=frozenset(_usual(folder, config, words)),
    )


def language_tags(pieces: Iterable[str]) -> dict[str, str]:
    """The pieces that name a language, such as ">>fra<<", by its code, such as "fra"; in order."""
    found = {tag[1]: tag[0] for tag in map(_TAG.fullmatch, pieces) if tag}
    return dict(sorted(found.items())[:MAX_LANGUAGES])


def instructions(config: Mapping[str, Any], tokens: Iterable[str]) -> tuple[str, ...]:
    """Texts before a sentence that tell a model its task, as its makers name them, in order.

    Args:
        config: its config.json, with a prefix for some tasks.
        tokens: of its vocabulary, such as "<2fr>" (Kudugunta et al. 2023, MADLAD-400,
            https://arxiv.org/abs/2309.04662).
    """
    tasks = config.get("task_specific_params")
    said = tasks.values() if isinstance(tasks, dict) else ()
    prefixes = (task.get("prefix") for task in said if isinstance(task, dict))
    good = (one.strip() for one in prefixes if isinstance(one, str) and one.isprintable())
    named = dict.fromkeys(one for one in good if 0 < len(one) <= MAX_INSTRUCTION)
    return (*named, *sorted(filter(_TASK.fullmatch, tokens)))[:MAX_LANGUAGES]


def pair_in(name: str) -> tuple[str, str]:
    """The languages that a name such as "opus-mt-de-en" ends in; both empty where it does not."""
    pair = _NAMED_PAIR.fullmatch(name)
    return (pair[1], pair[2]) if pair else ("", "")


def _name_of(folder: Path) -> _Name:
    if copy := _COPY.fullmatch("/".join(folder.parts[-3:])):
        owner, model, revision = copy.groups()
        return _Name(f"{owner}/{model}", *pair_in(model), revision=revision)
    if pair := _PAIR.fullmatch(folder.parent.name):
        return _Name(f"{folder.parent.name}/{folder.name}", pair[1], pair[2], listed=True)
    return _Name(folder.name, *pair_in(folder.name))


def _languages(
    folder: Path, family: str, words: Mapping[str, Any]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Codes to choose from, of the source and of the target."""
    if family == "marian":
        pieces = read_if_there(folder, "vocab.json", limit=MAX_VOCABULARY_BYTES)
        added = read_if_there(folder, "added_tokens.json")
        return (), tuple(
            language_tags([*pieces, *added, *_texts(words.get("added_tokens_decoder"))])
        )
    if family not in _CODES:
        return (), ()
    for tokens in _special_tokens(folder, words):
        found = [
            next(filter(None, code.groups()))
            for code in map(_CODES[family].fullmatch, tokens)
            if code
        ]
        if found:
            codes = tuple(sorted(set(found))[:MAX_LANGUAGES])
            return codes, codes
    codes = fixed_languages(_fixed(family, words))
    return codes, codes


def _named_tokens(folder: Path, words: Mapping[str, Any]) -> list[str]:
    """The special tokens that the smaller files name."""
    saved = read_if_there(folder, "special_tokens_map.json")
    lists = (words, saved, read_if_there(folder, "added_tokens.json"))
    return [text for settings in lists[:2] for text in _listed(settings)] + list(lists[2])


def _usual(folder: Path, config: Mapping[str, Any], words: Mapping[str, Any]) -> Iterator[str]:
    """The sides of whose languages the makers name the usual one."""
    if isinstance(words.get("src_lang"), str):
        yield "source"
    asked = read_if_there(folder, "generation_config.json") or config
    start = asked.get("decoder_start_token_id", config.get("decoder_start_token_id"))
    if asked.get("forced_bos_token_id") or (
        config.get("model_type") == "mbart" and isinstance(start, int) and start > MAX_USUAL_ID
    ):
        yield "target"


def _fixed(family: str, words: Mapping[str, Any]) -> str:
    """The vocabulary of a tokenizer whose languages are known without a list."""
    kind = str(words.get("tokenizer_class") or "")
    if kind.startswith("MBart50"):
        return "mbart50"
    if family == "mbart":
        return "mbart"
    return "" if kind.startswith("Nllb") else str(words.get("language_codes") or "m2m100")


def _special_tokens(folder: Path, words: Mapping[str, Any]) -> Iterator[list[str]]:
    """The special tokens that each file names, the smaller files first."""
    for settings in (words, read_if_there(folder, "special_tokens_map.json")):
        yield _listed(settings)
    whole = read_if_there(folder, "tokenizer.json", limit=MAX_VOCABULARY_BYTES)
    yield _texts(whole.get("added_tokens"))


def _listed(settings: Mapping[str, Any]) -> list[str]:
    return [
        *_texts(settings.get("additional_special_tokens")),
        *_texts(settings.get("extra_special_tokens")),
        *_texts(settings.get("added_tokens_decoder")),
    ]


def _texts(tokens: object) -> list[str]:
    """The spelling of tokens, which are texts or objects, in a list or by name."""
    listed = list(tokens.values()) if isinstance(tokens, dict) else tokens
    if not isinstance(listed, list):
        return []
    spelled = (token.get("content") if isinstance(token, dict) else token for token in listed)
    return [token for token in spelled if isinstance(token, str)]


def _language(words: Mapping[str, Any], *keys: str) -> str:
    named = (words.get(key) for key in keys)
    return next((name for name in named if isinstance(name, str) and len(name) <= MAX_SHOWN), "")


def _parameters(file: Path, config: Mapping[str, Any]) -> int:
    """Numbers in a file; of a pickle, which is not opened here, as many as its bytes can hold."""
    if file.suffix == ".bin":
        stored = config.get("dtype") or config.get("torch_dtype")
        return file.stat().st_size // _BYTES.get(str(stored), 4)
    try:
        with safe_open(file, framework="numpy") as content:
            names = [name for name in content.keys() if "embed_positions" not in name]  # noqa: SIM118 - no mapping
            return sum(math.prod(content.get_slice(name).get_shape()) for name in names)
    except (SafetensorError, OSError) as error:
        reason = "it is cut off, or is no safetensors file"
        raise ModelError("file_corrupt", {"file": str(file), "reason": reason}) from error


def _licence(folder: Path) -> str:
    """As the front matter of the model card names it; empty where it does not."""
    card = find_file(folder, "README.md")
    if card is None or card.stat().st_size > MAX_README_BYTES:
        return ""
    try:
        front = _FRONT_MATTER.match(read_text(card, limit=MAX_README_BYTES))
    except ModelError:  # the model can do without
        return ""
    line = _LICENCE_LINE.search(front[1]) if front else None
    named = line[1].strip().strip("\"'") if line else ""
    return named if _LICENCE.fullmatch(named) else ""


def _shown(value: object) -> str:
    shown = value if isinstance(value, str) else repr(value)
    return shown if len(shown) <= MAX_SHOWN else f"{shown[: MAX_SHOWN - 1]}…"
