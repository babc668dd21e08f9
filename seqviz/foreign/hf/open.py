"""Open the tokenizer and the configuration in a folder of ``transformers``, without trusting it."""

import json
import re
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import transformers
from transformers import AutoTokenizer
from transformers.activations import ACT2FN

from seqviz.catalog.foreign import instructions
from seqviz.catalog.untrusted import (
    MAX_VOCABULARY_BYTES,
    check_vocabulary,
    find_file,
    read_if_there,
    require_file,
)
from seqviz.errors import ModelError, SeqVizError
from seqviz.foreign.added import CLOSED
from seqviz.foreign.generation import read_generation
from seqviz.foreign.hf.codec import Frame, TransformersCodec
from seqviz.foreign.hf.tokens import FastTokens, Names, SentencePieceTokens
from seqviz.foreign.settings import Settings, architecture, family_of, read_config, refuse_code
from seqviz.models.base import SpecialTokens
from seqviz.text.tokenizer import TextTokenizer, Tokenizer

VOCABULARIES = (
    "added_tokens.json",
    "merges.txt",
    "sentencepiece.bpe.model",
    "spiece.model",
    "tokenizer.json",
    "vocab.json",
)
TOKENIZERS = ("Bart", "M2M100", "MBart", "MBart50", "MT5", "Nllb", "Pegasus", "Roberta", "T5")
_CLASSES = {f"{name}Tokenizer{kind}" for name in TOKENIZERS for kind in ("", "Fast")} | {
    "PreTrainedTokenizerFast",
    "TokenizersBackend",
}
_KEPT = re.compile(
    r"\w+_token|add_prefix_space|added_tokens_decoder|(additional|extra)_special_tokens|errors"
    r"|clean_up_tokenization_spaces\w*|extra_ids|language_codes|legacy_behaviour|mask_token_sent"
    r"|num_madeup_words|offset|split_special_tokens|src_lang|tgt_lang|tokenizer_class"
    r"|trim_offsets"
)
"""Settings of a tokenizer that may go on: none names a file, code or a template."""
_COUNTS = ("extra_ids", "num_madeup_words", "offset")
PANIC = "PanicException"
"""What Rust raises through Python where it gives up; it is no ``Exception``."""
MOST_MADE_UP = 10_000
"""Tokens that a tokenizer adds by itself, for one of these settings; known ones add 8 to 103."""
_LANGUAGE = re.compile(r"[a-z]{3}_[A-Z][a-z]{3}|[a-z]{2,3}_[A-Z]{2}")
"""NLLB's codes, and mBART's."""


def library_version() -> tuple[int, ...]:
    """Of ``transformers``, the first two numbers."""
    return tuple(int(number) for number in transformers.__version__.split(".")[:2])


def open_config(folder: Path) -> Any:
    """The library's configuration of the model, of the settings that are believed.

    Raises:
        ModelError: config.json is missing, or no config of a known family.
    """
    raw, file = read_config(folder), folder / "config.json"
    kept = architecture(raw, file)
    try:
        config: Any = getattr(transformers, f"{family_of(raw, file).prefix}Config")(**kept)
    except Exception as error:  # the library raises what it likes
        reason = " ".join(str(error).split())[:200]
        raise ModelError("settings_invalid", {"file": str(file), "reason": reason}) from error
    activation = getattr(config, "dense_act_fn", None) or config.activation_function
    known = sorted(set(ACT2FN) - {"xielu"})  # which computes in bfloat16 in the library
    if activation not in known:
        reason = f"its activation is {activation!r:.40}, not one of {', '.join(known)}"
        raise ModelError("not_supported", {"file": str(file), "reason": reason})
    return config


def open_codec(folder: Path, config: Any) -> TransformersCodec:
    """The tokenizer of a folder, and what its makers ask of a target.

    Args:
        folder: of the model.
        config: of ``open_config``.

    Raises:
        ModelError: a file is missing or damaged, asks for code, or names an unknown tokenizer.
    """
    raw, generation = read_config(folder), read_generation(folder, config)
    try:
        words = _tokenizer(folder, raw)
        codes = _languages(words, config.vocab_size)
        frame = _frame(words)
        target, unknown = _target(folder, words, config.vocab_size)
    except SeqVizError:
        raise
    except BaseException as error:  # tokenizers raise what they like, and panic
        if not isinstance(error, Exception) and type(error).__name__ != PANIC:
            raise
        facts = {"file": str(folder), "reason": f"its tokenizer: {type(error).__name__}"}
        raise ModelError("file_corrupt", facts) from error
    read = next((code for code, token in codes.items() if frame.holds(token)), "")
    starts = config.model_type == "mbart" and codes.get(read) in frame.after
    starting = generation.start if starts else generation.first
    pad = config.pad_token_id
    instructed = family_of(raw, folder / "config.json").instructed
    return TransformersCodec(
        target=target,
        special=SpecialTokens(
            pad=generation.eos if pad is None else pad,
            unk=unknown,
            bos=generation.start,
            eos=generation.eos,
        ),
        frame=frame,
        languages=codes,
        source_language=read,
        target_language=next((code for code, token in codes.items() if token == starting), ""),
        source_chosen=isinstance(words.init_kwargs.get("src_lang"), str),
        starts=starts,
        instructed=instructed,
        instructions=instructions(raw, words.get_vocab()) if instructed else (),
        generation=generation,
    )


def _tokenizer(folder: Path, config: Settings) -> Any:
    """The library's tokenizer, from copies of those files and settings that it may see."""
    names = ("tokenizer_config.json", "special_tokens_map.json")
    settings = {name: _kept(folder, name) for name in names}
    named = settings["tokenizer_config.json"].get("tokenizer_class")
    if named is not None and not (isinstance(named, str) and named in _CLASSES):
        facts = {"found": f"{named!r:.40}", "choices": ", ".join(TOKENIZERS)}
        raise ModelError("tokenizer_unknown", facts)
    converts = config["model_type"] == "umt5" and not (folder / "tokenizer.json").is_file()
    settings["config.json"] = {"model_type": "t5" if converts else config["model_type"]}
    with tempfile.TemporaryDirectory() as clean:
        for name, content in settings.items():
            if content:
                Path(clean, name).write_text(json.dumps(content), encoding="utf-8")
        for name in VOCABULARIES:
            if file := find_file(folder, name):
                check_vocabulary(file)
                shutil.copyfile(file, Path(clean, name))
        return AutoTokenizer.from_pretrained(clean, local_files_only=True, trust_remote_code=False)


def _kept(folder: Path, name: str) -> dict[str, Any]:
    """The settings of a file that may go on; none where there is no file."""
    raw = read_if_there(folder, name, limit=MAX_VOCABULARY_BYTES)
    refuse_code(raw, folder / name)
    for count in _COUNTS:
        found = raw.get(count)
        if found is None:
            continue
        if type(found) is not int or found < 0:
            facts = {"file": str(folder / name), "reason": f"'{count}' is {found!r:.40}"}
            raise ModelError("settings_invalid", facts)
        if found > MOST_MADE_UP:
            reason = f"{count} is {found!r:.40}, more than {MOST_MADE_UP}"
            raise ModelError("not_supported", {"file": str(folder / name), "reason": reason})
    return {name: value for name, value in raw.items() if _KEPT.fullmatch(name)}


def _languages(words: Any, size: int) -> dict[str, int]:
    """The token of every language by its code, in order; empty where there are none."""
    known = getattr(words, "lang_code_to_id", None)
    if not isinstance(known, Mapping):
        special = (str(token) for token in words.added_tokens_decoder.values())
        codes = [token for token in special if _LANGUAGE.fullmatch(token)]
        known = {code: words.convert_tokens_to_ids(code) for code in codes}
    return {
        code: int(token)
        for code, token in sorted(known.items())
        if token is not None and token != words.unk_token_id and token < size
    }


def _frame(words: Any) -> Frame:
    """What it puts around a text, found by asking it."""
    inner = words("a", add_special_tokens=False)["input_ids"]
    whole = words("a")["input_ids"]
    places = [at for at in range(len(whole)) if whole[at : at + len(inner)] == inner]
    if not inner or len(places) != 1:
        raise ValueError
    start = places[0]
    return Frame(before=tuple(whole[:start]), after=tuple(whole[start + len(inner) :]))


def _target(folder: Path, words: Any, size: int) -> tuple[TextTokenizer, int]:
    """Text to tokens and back, and the id of what is unknown."""
    unknown = words.unk_token_id
    unknown = -1 if unknown is None else int(unknown)  # bytes know everything
    names = Names(spelled=_spelled(words), closed=_closed(words), unknown=unknown, size=size)
    if words.is_fast:
        return FastTokens(words, names), unknown
    pieces = Tokenizer(require_file(folder, "sentencepiece.bpe.model"))
    return SentencePieceTokens(pieces, words, names), unknown


def _closed(words: Any) -> dict[int, str]:
    """EOS, BOS, padding and the unknown, which nobody may type, by id."""
    found = {getattr(words, f"{name}_id"): getattr(words, name) for name in CLOSED}
    return {int(token): text for token, text in found.items() if token is not None}


def _spelled(words: Any) -> dict[int, str]:
    """How the tokens that are no text are spelled, by id; see ``hf.tokens``."""
    special, added = {*words.all_special_tokens}, words.added_tokens_decoder
    codes = getattr(words, "id_to_lang_token", None)
    tags = dict(codes) if isinstance(codes, Mapping) else {}
    for token, one in added.items():
        if one.special if words.is_fast else str(one) in special:
            tags[token] = str(one)
        else:
            tags.pop(token, None)
    found = {int(token): f"⟨{text.strip('<>') or text}⟩" for token, text in tags.items()}
    usual = {
        "<s>": (words.cls_token_id, words.bos_token_id),
        "<pad>": (words.pad_token_id,),
        "</s>": (words.eos_token_id,),
        "<unk>": (words.unk_token_id,),
    }
    return found | {
        int(token): text for text, ids in usual.items() for token in ids if token is not None
    }
