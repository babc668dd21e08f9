"""A Marian folder in the format of ``transformers`` as the parts of a Translator.

Needs no ``transformers``: the model is our Transformer with other names. See ``marian_weights``.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from seqviz.catalog.entry import ModelEntry
from seqviz.catalog.foreign import language_tags
from seqviz.catalog.untrusted import read_object, require_file
from seqviz.errors import InputError, ModelError
from seqviz.foreign.generation import Generation, read_generation
from seqviz.foreign.marian.names import UnsupportedError, transformer_settings
from seqviz.foreign.marian.tokenizer import MarianTokenizer, read_tokenizers
from seqviz.foreign.marian.weights import load_marian
from seqviz.foreign.settings import refuse_code
from seqviz.models.base import SpecialTokens
from seqviz.models.settings import TransformerSettings
from seqviz.models.transformer import Transformer
from seqviz.options import DecodeOptions, TargetRules
from seqviz.text.codec import Parts, check_instruction, check_known, check_language, no_source
from seqviz.text.tokenizer import prepare_text
from seqviz.trace import Source
from seqviz.trace.notices import tag_unknown, unchosen

DEFAULTS: Mapping[str, object] = {
    "vocab_size": 58101,
    "d_model": 1024,
    "encoder_layers": 12,
    "decoder_layers": 12,
    "encoder_attention_heads": 16,
    "decoder_attention_heads": 16,
    "encoder_ffn_dim": 4096,
    "decoder_ffn_dim": 4096,
    "max_position_embeddings": 1024,
    "activation_function": "gelu",
    "scale_embedding": False,
    "share_encoder_decoder_embeddings": True,
    "tie_word_embeddings": True,
    "eos_token_id": 0,
    "forced_eos_token_id": 0,
    "pad_token_id": 58100,
    "decoder_start_token_id": 58100,
}
"""Of MarianConfig in ``transformers``, for what a config.json leaves out."""
BUILT: Mapping[str, bool] = {
    "normalize_before": False,
    "normalize_embedding": False,
    "add_final_layer_norm": False,
    "static_position_embeddings": True,
}
"""Settings of old releases, which had other shapes too, and the values that are Marian's."""

_TYPED = re.compile(r">>(.+?)<<")
"""What names a language at the start of a sentence."""


@dataclass(frozen=True, kw_only=True)
class MarianCodec:
    """The two tokenizers of a Marian model; a ``codec.Codec``."""

    source: MarianTokenizer
    target: MarianTokenizer
    special: SpecialTokens
    tags: Mapping[str, str]
    """The piece that names a target language, such as ">>fra<<", by its code, such as "fra"."""
    generation: Generation

    def read(self, text: str, options: DecodeOptions) -> Source:
        """See ``codec.Codec.read``. A tag that was typed counts before the chosen language."""
        check_instruction(options, taken=False)
        check_language(options, "source", ())
        check_language(options, "target", tuple(self.tags))
        prepared = prepare_text(text)
        typed = next((tag for tag in self.tags.values() if prepared.startswith(tag)), "")
        if prepared == typed:
            raise InputError("empty_text")
        tag = "" if typed else self.tags.get(options.target_language, "")
        found = self.source.encode(tag + prepared)
        if len(found.ids) <= bool(tag):
            raise InputError("empty_text")
        check_known(found.ids, len(self.source))
        shift, end = len(tag), len(prepared)
        spans = ((max(0, start - shift), max(0, stop - shift)) for start, stop in found.spans)
        return Source(
            text=prepared,
            ids=(*found.ids, self.source.eos),
            pieces=(*found.pieces, self.source.piece(self.source.eos)),
            spans=(*spans, (end, end)),
        )

    def empty(self, options: DecodeOptions) -> Source:
        """EOS alone; a language is named at the start of a sentence, and there is none."""
        return no_source(self.source, self.source.eos)

    def rules(self, options: DecodeOptions) -> TargetRules:
        """See ``codec.Codec.rules``."""
        check_language(options, "target", tuple(self.tags))
        generation = self.generation
        return TargetRules(first=generation.first, ends=generation.ends, never=generation.never)

    def notices(self, text: str, options: DecodeOptions) -> tuple[str, ...]:
        """See ``codec.Codec.notices``."""
        typed = _TYPED.match(text)
        found = [tag_unknown(typed[1])] if typed and typed[0] not in self.tags.values() else []
        if self.tags and not options.target_language and (found or not typed):
            found.append(unchosen("target", self.tags))
        return (*found, *self.generation.notices(options))


def marian_parts(entry: ModelEntry) -> Parts:
    """The tokenizers of a Marian folder, and how its weights are loaded.

    Raises:
        ModelError: a file is missing, damaged or leads out of the folder, or our Transformer
            cannot be built as config.json says.
    """
    file = require_file(entry.folder, "config.json")
    config = _config(file)
    settings = _settings(config, file)
    source, target = read_tokenizers(
        entry.folder, (settings.source_vocabulary, settings.target_vocabulary)
    )
    known = SimpleNamespace(**{**config, "vocab_size": settings.target_vocabulary})
    generation = read_generation(entry.folder, known)
    special = SpecialTokens(
        pad=generation.eos if config["pad_token_id"] is None else config["pad_token_id"],
        unk=target.unknown,
        bos=generation.start,
        eos=generation.eos,
    )
    codec = MarianCodec(
        source=source,
        target=target,
        special=special,
        tags=language_tags(source.ids),
        generation=generation,
    )

    def load(device: str) -> Transformer:
        return load_marian(entry.folder, settings, special=special, device=device)

    return Parts(codec=codec, load_model=load)


def _config(file: Path) -> dict[str, Any]:
    raw = read_object(file)
    refuse_code(raw, file)
    return {**DEFAULTS, **raw}


def _settings(config: Mapping[str, Any], file: Path) -> TransformerSettings:
    """The shape, as the flags say; shared embeddings have one size."""
    shape = dict(config)
    if config["share_encoder_decoder_embeddings"] is True:
        shape["decoder_vocab_size"] = config["vocab_size"]
    try:
        for name, wanted in BUILT.items():
            if config.get(name, wanted) != wanted:
                found = f"{config[name]!r:.40}"
                raise UnsupportedError(f"{name} is {found}, but Marian's is {wanted}")
        return transformer_settings(shape)
    except UnsupportedError as error:
        raise ModelError("not_supported", {"file": str(file), "reason": str(error)}) from error
    except (TypeError, ValueError) as error:
        raise ModelError("settings_invalid", {"file": str(file), "reason": str(error)}) from error
