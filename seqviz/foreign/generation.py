"""What a generation_config.json asks for: the part of it that is obeyed, and what is not."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seqviz.catalog.untrusted import find_file, read_object, require_file
from seqviz.errors import ModelError
from seqviz.foreign.settings import Settings

UNAPPLIED: Mapping[str, tuple[object, ...]] = {
    "begin_suppress_tokens": (),
    "constraints": (),
    "diversity_penalty": (0.0,),
    "do_sample": (False,),
    "early_stopping": (False,),
    "encoder_no_repeat_ngram_size": (0,),
    "encoder_repetition_penalty": (1.0,),
    "exponential_decay_length_penalty": (),
    "force_words_ids": (),
    "forced_decoder_ids": (),
    "guidance_scale": (1.0,),
    "length_penalty": (1.0,),
    "min_length": (0,),
    "min_new_tokens": (0,),
    "no_repeat_ngram_size": (0,),
    "num_beam_groups": (1,),
    "penalty_alpha": (0.0,),
    "repetition_penalty": (1.0,),
    "sequence_bias": (),
}
"""Settings of ``generate`` that no search here obeys, and the values that ask for nothing."""
MAX_NEVER = 10_000


@dataclass(frozen=True, kw_only=True)
class Generation:
    """What a model's makers ask of its targets."""

    start: int
    """The token fed at the first step."""
    eos: int
    first: int | None
    """The only first token; None: any, or it depends on the language."""
    ends: bool
    """At the maximum length only EOS is allowed."""
    never: tuple[int, ...]
    """Tokens that are never generated, in order."""
    unapplied: tuple[str, ...]
    """Names of further settings, which nothing here obeys; in order."""


def read_generation(folder: Path, config: Any) -> Generation:
    """What generation_config.json says, or, where there is none, config.json.

    Args:
        folder: of the model.
        config: the library's configuration of the model, with its defaults.

    Raises:
        ModelError: the file is damaged, or no token of the vocabulary ends a target.
    """
    file = find_file(folder, "generation_config.json")
    if file is not None:
        raw: Settings = read_object(file)
    else:
        raw = {**_defaults(config), **read_object(require_file(folder, "config.json"))}
    size = config.vocab_size
    said = [one for one in (raw.get("eos_token_id"), config.eos_token_id) if one is not None]
    eos, others = _first_id(said[0] if said else None, size), _is_many(raw.get("eos_token_id"))
    if eos is None:
        reason = f"'eos_token_id' is {said[0] if said else None!r:.40}, no token of the vocabulary"
        at = file or folder / "config.json"
        raise ModelError("settings_invalid", {"file": str(at), "reason": reason})
    start = _first_id(raw.get("decoder_start_token_id"), size)
    start = _first_id(config.decoder_start_token_id, size) if start is None else start
    forced_end, never = _first_id(raw.get("forced_eos_token_id"), size), _never(raw, size)
    unapplied = set(_unapplied(raw))
    if others:
        unapplied.add("eos_token_id")
    if forced_end not in (None, eos):
        unapplied.add("forced_eos_token_id")
    return Generation(
        start=eos if start is None else start,
        eos=eos,
        first=_first_id(raw.get("forced_bos_token_id"), size),
        ends=forced_end == eos,
        never=tuple(sorted(never))[:MAX_NEVER],
        unapplied=tuple(sorted(unapplied)),
    )


def _defaults(config: Any) -> dict[str, object]:
    names = ("forced_bos_token_id", "forced_eos_token_id", *UNAPPLIED)
    return {name: getattr(config, name, None) for name in names}


def _unapplied(raw: Settings) -> Iterator[str]:
    for name, neutral in UNAPPLIED.items():
        if raw.get(name) not in (None, [], {}, *neutral):
            yield name
    words = raw.get("bad_words_ids")
    if isinstance(words, list) and any(_is_many(word) for word in words):
        yield "bad_words_ids"


def _never(raw: Settings, size: int) -> set[int]:
    words = raw.get("bad_words_ids")
    single = [word for word in words if not _is_many(word)] if isinstance(words, list) else []
    suppressed = raw.get("suppress_tokens")
    named = [*single, *(suppressed if isinstance(suppressed, list) else [])]
    return {token for token in (_first_id(one, size) for one in named) if token is not None}


def _first_id(value: object, size: int) -> int | None:
    """A token id, or the first of a list of them; None for what is no token of the model."""
    if isinstance(value, list):
        value = value[0] if value else None
    return value if type(value) is int and 0 <= value < size else None


def _is_many(value: object) -> bool:
    return isinstance(value, list) and len(value) > 1
