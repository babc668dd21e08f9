"""What the JSON files in a folder of ``transformers`` say, as far as it is believed.

A folder is not trusted: nothing in it may name code or other files, every file is bounded, and only
the settings listed here go on, each of its type and in its range. No ``transformers`` here.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from seqviz.catalog.families import FAMILIES, Family
from seqviz.catalog.untrusted import read_object, require_file
from seqviz.errors import ModelError

MAX_ID = 10_000_000
MAX_POSITION_NUMBERS = 2**25
"""In a table of positions, which the library may compute; the largest known has half of it."""
CODE = ("auto_map", "custom_pipelines")
"""What would run code that lies in the folder."""
PACKED = ("quantization_config", "quantization")
"""What needs code that is not here."""

Settings = Mapping[str, Any]


_SHARED = {
    "vocab_size": MAX_ID,
    "d_model": 32_768,
    "pad_token_id": MAX_ID,
    "bos_token_id": MAX_ID,
    "eos_token_id": MAX_ID,
    "decoder_start_token_id": MAX_ID,
}
_BART_SHAPE = {
    "encoder_layers": 200,
    "decoder_layers": 200,
    "encoder_attention_heads": 1_024,
    "decoder_attention_heads": 1_024,
    "encoder_ffn_dim": 262_144,
    "decoder_ffn_dim": 262_144,
    "max_position_embeddings": 65_536,
}
_T5_SHAPE = {
    "num_layers": 200,
    "num_decoder_layers": 200,
    "num_heads": 1_024,
    "d_kv": 4_096,
    "d_ff": 262_144,
    "relative_attention_num_buckets": 4_096,
    "relative_attention_max_distance": 65_536,
}
_NUMBERS = {**_SHARED, **_BART_SHAPE, **_T5_SHAPE}
"""Settings that are whole numbers, and their largest values."""
_MAY_BE_ZERO = {name for name in _NUMBERS if name.endswith("_token_id")}
_OTHERS: Mapping[str, tuple[type, ...]] = {
    "activation_function": (str,),
    "feed_forward_proj": (str,),
    "scale_embedding": (bool,),
    "tie_word_embeddings": (bool,),
    "scale_decoder_outputs": (bool,),
    "layer_norm_epsilon": (float, int),
}


def refuse_code(raw: Settings, file: Path) -> None:
    """Refuse a file that asks for code.

    Raises:
        ModelError: ``foreign_code``; ``not_supported``: its weights are quantised.
    """
    for name in CODE:
        if raw.get(name):
            raise ModelError("foreign_code", {"file": str(file), "found": name})
    if packed := [name for name in PACKED if raw.get(name)]:
        reason = f"its weights are quantised ('{packed[0]}')"
        raise ModelError("not_supported", {"file": str(file), "reason": reason})


def family_of(config: Settings, file: Path) -> Family:
    """The family that a config.json names.

    Raises:
        ModelError: ``settings_invalid``: none that is known.
    """
    found = config.get("model_type")
    ours = [name for name, family in FAMILIES.items() if family.format == "transformers"]
    if not isinstance(found, str) or found not in ours:
        reason = f"'model_type' is {found!r:.40}, not one of {', '.join(ours)}"
        raise ModelError("settings_invalid", {"file": str(file), "reason": reason})
    return FAMILIES[found]


def read_config(folder: Path) -> dict[str, Any]:
    """All of a config.json.

    Raises:
        ModelError: the file is missing or no config, names no known family, or asks for code.
    """
    file = require_file(folder, "config.json")
    config = read_object(file)
    refuse_code(config, file)
    family_of(config, file)
    return config


def architecture(config: Settings, file: Path) -> dict[str, Any]:
    """The settings of a config.json that shape a model; everything else is left out.

    Raises:
        ModelError: ``settings_invalid``: one is of a wrong type or out of its range.
    """
    kept: dict[str, Any] = {}
    for name in (*_NUMBERS, *_OTHERS):
        value = config.get(name)
        if value is None:
            continue
        if name in _NUMBERS and name in _MAY_BE_ZERO and isinstance(value, list):
            value = value[0] if value else None  # several EOS: the first
        if not _is_good(name, value):
            large = type(value) is int and value > _NUMBERS.get(name, value)
            reason = f"{name} is {value!r:.40}" + (f", more than {_NUMBERS[name]}" if large else "")
            code = "not_supported" if large else "settings_invalid"
            raise ModelError(code, {"file": str(file), "reason": reason})
        kept[name] = value
    if kept.get("max_position_embeddings", 1) * kept.get("d_model", 1) > MAX_POSITION_NUMBERS:
        reason = f"its table of positions has more than {MAX_POSITION_NUMBERS} numbers"
        raise ModelError("not_supported", {"file": str(file), "reason": reason})
    return kept


def _is_good(name: str, value: object) -> bool:
    if name in _OTHERS:
        return type(value) in _OTHERS[name]
    lowest = 0 if name in _MAY_BE_ZERO else 1
    return type(value) is int and lowest <= value <= _NUMBERS[name]
