"""What a generation_config.json asks for: the part of it that is obeyed, and what is not."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seqviz.catalog.untrusted import find_file, read_object, require_file
from seqviz.errors import ModelError
from seqviz.foreign.settings import Settings
from seqviz.options import DecodeOptions
from seqviz.trace.notices import unapplied

UNAPPLIED: Mapping[str, tuple[object, ...]] = {
    "assistant_early_exit": (),
    "begin_suppress_tokens": (),
    "constraints": (),
    "diversity_penalty": (0.0,),
    "do_sample": (False,),
    "dola_layers": (),
    "early_stopping": (False,),
    "encoder_no_repeat_ngram_size": (0,),
    "encoder_repetition_penalty": (1.0,),
    "epsilon_cutoff": (0.0,),
    "eta_cutoff": (0.0,),
    "exponential_decay_length_penalty": (),
    "force_words_ids": (),
    "forced_decoder_ids": (),
    "guidance_scale": (1.0,),
    "length_penalty": (1.0,),
    "max_length": (),
    "max_new_tokens": (),
    "max_time": (),
    "min_length": (0,),
    "min_new_tokens": (0,),
    "min_p": (0.0,),
    "no_repeat_ngram_size": (0,),
    "num_beam_groups": (1,),
    "num_beams": (),
    "num_return_sequences": (1,),
    "penalty_alpha": (0.0,),
    "remove_invalid_values": (False,),
    "renormalize_logits": (False,),
    "repetition_penalty": (1.0,),
    "sequence_bias": (),
    "stop_strings": (),
    "temperature": (1.0,),
    "token_healing": (False,),
    "top_h": (),
    "top_k": (0,),
    "top_p": (1.0,),
    "typical_p": (1.0,),
    "watermarking_config": (),
}
"""Settings of ``generate`` that are not read here, and the values that ask for nothing."""
_OF_SAMPLING = {
    *("epsilon_cutoff", "eta_cutoff", "min_p", "temperature"),
    *("top_h", "top_k", "top_p", "typical_p"),
}
"""Those that ask for nothing where the makers do not sample."""
READ = ("forced_bos_token_id", "forced_eos_token_id", "bad_words_ids", "suppress_tokens")
"""Settings that are obeyed where they stand in the file that counts."""
Meets = Callable[[DecodeOptions, Any], bool]
_MET: Mapping[str, Meets] = {
    "do_sample": lambda options, _: options.sampling is not None,
    "early_stopping": lambda options, value: value is True and options.stop == "first",
    "length_penalty": lambda options, value: (
        options.alpha == value and options.length_normalisation == "average"
    ),
    "max_length": lambda options, value: options.max_length == value - 1,  # theirs counts BOS
    "max_new_tokens": lambda options, value: options.max_length == value,
    "min_length": lambda options, value: options.min_length == value,  # BOS, and not EOS
    "min_new_tokens": lambda options, value: options.min_length == value + 1,  # without EOS
    "num_beams": lambda options, value: options.sampling is None and options.beam_size == value,
    "temperature": lambda options, value: (
        options.sampling is not None and options.sampling.temperature == value
    ),
    "top_k": lambda options, value: (
        options.sampling is not None and options.sampling.top_k == value
    ),
    "top_p": lambda options, value: (
        options.sampling is not None and options.sampling.top_p == value
    ),
}
"""Whether options ask for the same as a setting of the makers."""
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
    unapplied: Mapping[str, object]
    """Further settings, which nothing here obeys unless it is asked for; in order."""

    def notices(self, options: DecodeOptions) -> tuple[str, ...]:
        """Codes of the settings that a decoding with these options does not obey."""
        return tuple(
            unapplied(name, value if isinstance(value, str | int | float) else None)
            for name, value in self.unapplied.items()
            if not _is_met(name, options, value)
        )


def read_generation(folder: Path, config: Any) -> Generation:
    """What generation_config.json says, or, where there is none, config.json.

    Args:
        folder: of the model.
        config: the library's configuration of the model, with its defaults.

    Raises:
        ModelError: the file is damaged, or no token of the vocabulary ends a target.
    """
    file = find_file(folder, "generation_config.json")
    shape = read_object(require_file(folder, "config.json"))
    if file is not None:
        raw: Settings = read_object(file)
    else:
        raw = {**_defaults(config), **shape}
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
    unobeyed = dict(_unapplied({**shape, **raw}))
    unobeyed |= {
        name: None for name in READ if shape.get(name) not in (None, []) and name not in raw
    }
    if others:
        unobeyed["eos_token_id"] = None
    if forced_end not in (None, eos):
        unobeyed["forced_eos_token_id"] = None
    return Generation(
        start=eos if start is None else start,
        eos=eos,
        first=_first_id(raw.get("forced_bos_token_id"), size),
        ends=forced_end == eos,
        never=tuple(sorted(never))[:MAX_NEVER],
        unapplied=dict(sorted(unobeyed.items())),
    )


def _defaults(config: Any) -> dict[str, object]:
    names = ("forced_bos_token_id", "forced_eos_token_id", *UNAPPLIED)
    return {name: getattr(config, name, None) for name in names}


def _unapplied(raw: Settings) -> Iterator[tuple[str, object]]:
    samples = raw.get("do_sample") is True
    for name, neutral in UNAPPLIED.items():
        value = raw.get(name)
        if value not in (None, [], {}, *neutral) and (samples or name not in _OF_SAMPLING):
            yield name, value
    words = raw.get("bad_words_ids")
    if isinstance(words, list) and any(_is_many(word) for word in words):
        yield "bad_words_ids", None


def _is_met(name: str, options: DecodeOptions, value: object) -> bool:
    """Whether these options ask for the same as that setting of the makers."""
    number = isinstance(value, int | float)
    return number and name in _MET and _MET[name](options, value)


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
