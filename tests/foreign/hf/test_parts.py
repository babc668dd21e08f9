"""Whole folders of ``transformers``, searched by us and by ``generate``."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from seqviz.decoding.beam import decode_beam
from seqviz.decoding.record import Decoding
from seqviz.foreign.hf.parts import transformers_parts
from seqviz.options import DecodeOptions
from seqviz.text.codec import Parts
from tests.decoding.targets import targets
from tests.fixtures.transformers_folders import KINDS, entry_of, tokenizer_of, write_folder
from tests.fixtures.transformers_models import generated

TEXT, LIMIT = "Es war sehr kalt.", 9
CHOSEN = {
    "m2m_100": ("de", "en"),
    "mbart": ("de_DE", "en_XX"),
    "mbart50": ("de_DE", "en_XX"),
    "nllb": ("deu_Latn", "eng_Latn"),
}


TIED = {"bart", "m2m_100", "mbart", "t5"}
"""With the weights of the embeddings at the output, and below, with rules, without."""


@dataclass(frozen=True)
class Both:
    """A folder as the library opens it, and as we do."""

    kind: str
    words: Any
    model: Any
    parts: Parts
    ours: Any

    @property
    def asked(self) -> DecodeOptions:
        source, target = CHOSEN.get(self.kind, ("", ""))
        return DecodeOptions(source_language=source, target_language=target, max_length=LIMIT)

    def found(self, options: DecodeOptions) -> Decoding:
        source = self.parts.codec.read(TEXT, options)
        ruled = replace(options, rules=self.parts.codec.rules(options))
        return decode_beam(self.ours, source.ids, ruled)

    def generated(self, beam_size: int, **how: Any) -> Any:
        if self.kind in CHOSEN:
            self.words.src_lang, target = CHOSEN[self.kind]
            spelled = f"__{target}__" if self.kind == "m2m_100" else target
            token = self.words.convert_tokens_to_ids(spelled)
            how["decoder_start_token_id" if self.kind == "mbart" else "forced_bos_token_id"] = token
        words = self.words(TEXT, return_tensors="pt")
        return generated(self.model, words, beam_size=beam_size, length=LIMIT, **how)


def both(folder: Path, kind: str, **how: Any) -> Both:
    model = write_folder(folder, kind, **how)
    parts = transformers_parts(entry_of(folder))
    return Both(kind, tokenizer_of(folder, kind), model, parts, parts.load_model("cpu"))


@pytest.mark.parametrize("kind", KINDS)
def test_the_best_hypothesis_and_its_attention_are_those_of_generate(
    tmp_path: Path, kind: str
) -> None:
    pair = both(tmp_path / kind, kind, tied=kind in TIED)
    found = pair.found(replace(pair.asked, beam_size=5))
    expected = pair.generated(5)
    target, fed = list(targets(found)[0]), expected.sequences[0]
    assert target == fed[1 : len(target) + 1].tolist()
    assert found.scores[0] == pytest.approx(float(expected.sequences_scores[0]), abs=1e-5)
    check_attention(pair, found, fed[: len(target)])
    assert kind in TIED or len(set(target)) > 1


def check_attention(pair: Both, found: Decoding, fed: torch.Tensor) -> None:
    """Of the best hypothesis, against one whole pass of the library's model."""
    with torch.no_grad():
        truth = pair.model(
            **pair.words(TEXT, return_tensors="pt"),
            decoder_input_ids=fed[None],
            output_attentions=True,
            use_cache=False,
        )
    search = found.search
    slots, _ = search.path(int(found.steps[0]), int(found.candidates[0]))
    cross = torch.stack(truth.cross_attentions)[:, 0].numpy()
    own = torch.stack(truth.decoder_attentions)[:, 0].numpy()
    assert search.cross_attention is not None and found.encoder_self_attention is not None
    for step, slot in enumerate(slots):
        np.testing.assert_allclose(search.cross_attention[step, slot], cross[:, :, step], atol=1e-5)
        mine = search.self_attention_at(step, 3, 4)
        assert mine is not None
        np.testing.assert_allclose(mine[slot], own[:, :, step, : step + 1], atol=1e-5)
    encoder = torch.stack(truth.encoder_attentions)[:, 0].numpy()
    np.testing.assert_allclose(found.encoder_self_attention, encoder, atol=1e-5)


RULES: Mapping[str, Any] = {
    "forced_bos_token_id": 7,
    "forced_eos_token_id": 2,
    "bad_words_ids": [[20], [21], [22]],
    "suppress_tokens": list(range(30, 60)),
}


@pytest.mark.parametrize("kind", ["m2m_100", "mbart", "t5"])
def test_rules_of_the_makers_are_obeyed_as_in_generate(tmp_path: Path, kind: str) -> None:
    eos = 1 if kind == "t5" else 2
    rules = {**RULES, "forced_eos_token_id": eos}
    pair = both(tmp_path / kind, kind, tied=False, generation=rules)
    for beam_size in (1, 4):
        found = pair.found(replace(pair.asked, beam_size=beam_size))
        expected = pair.generated(beam_size).sequences[0]
        target = list(targets(found)[0])
        assert target == expected[1 : len(target) + 1].tolist()
        assert not {20, 21, 22, *range(30, 60)} & set(target)
        assert kind in CHOSEN or target[0] == 7
        assert target[-1] == eos
