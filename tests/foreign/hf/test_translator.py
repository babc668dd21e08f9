"""A Translator of a folder of ``transformers``: everything that one of our own models can do."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import seqviz
from seqviz.analysis.contrast import source_contrast
from seqviz.catalog import resolve
from seqviz.errors import InputError
from seqviz.options import DecodeOptions, Sampling
from seqviz.options.intervention import Intervention
from seqviz.trace import Trace
from seqviz.trace.file import read_trace, write_trace
from seqviz.translator import Translator
from tests.fixtures.transformers_folders import write_folder

TEXT = "Es war sehr kalt."
GENERATION = {"no_repeat_ngram_size": 3, "forced_eos_token_id": 2}
OPTIONS = DecodeOptions(
    max_length=8, beam_size=3, source_language="deu_Latn", target_language="eng_Latn"
)


@pytest.fixture(scope="module")
def nllb(tmp_path_factory: pytest.TempPathFactory) -> Translator:
    folder = tmp_path_factory.mktemp("models") / "nllb"
    write_folder(folder, "nllb", tied=False, generation=GENERATION)
    return seqviz.load(folder, device="cpu")


@pytest.fixture(scope="module")
def trace(nllb: Translator) -> Trace:
    return nllb.translate(TEXT, OPTIONS)


def test_a_trace_tells_the_tags_but_the_text_does_not(trace: Trace) -> None:
    assert trace.source.pieces[0] == "⟨deu_Latn⟩" and trace.target_pieces()[0] == "⟨eng_Latn⟩"
    assert "eng_Latn" not in trace.translation and "⟨" not in trace.translation


def test_without_its_source_a_model_of_many_languages_keeps_their_names(
    nllb: Translator, trace: Trace
) -> None:
    emptied = nllb.without_source(trace)
    assert emptied.source.pieces == ("⟨deu_Latn⟩", "</s>")
    assert source_contrast(trace, emptied).difference[0] == 0  # the language's name is certain
    assert trace.log_probs()[0] == 0
    assert trace.notices == ("unapplied:no_repeat_ngram_size=3",)
    assert (trace.model.layers, trace.model.heads) == (3, 4)
    assert trace.model.attention == "multi-head" and len(trace.model.fingerprint) == 64
    assert trace.cross_attention is not None
    np.testing.assert_allclose(trace.cross_attention.sum(-1), 1, atol=1e-5)


def test_a_trace_file_opens_again(trace: Trace, tmp_path: Path) -> None:
    write_trace(trace, tmp_path / "x.json")
    found = read_trace(tmp_path / "x.json")
    assert found.notices == trace.notices and found.options == trace.options
    assert found.translation == trace.translation


def test_forcing_what_was_found_gives_its_own_score(nllb: Translator, trace: Trace) -> None:
    forced = nllb.force_tokens(TEXT, trace.target(), OPTIONS)
    np.testing.assert_allclose(forced.log_probs()[:-1], trace.log_probs()[:-1], atol=1e-5)


def test_many_sentences_in_batches_are_those_alone(nllb: Translator, trace: Trace) -> None:
    texts = [TEXT, "the cat", "我喜欢猫 3.5 km weiter"]
    found = nllb.translate_all(texts, OPTIONS)
    assert found[0].text == trace.translation
    for text, one in zip(texts, found, strict=True):
        assert one.score == pytest.approx(
            nllb.translate(text, OPTIONS).hypotheses.scores[0], abs=1e-5
        )


def test_edits_samples_prefixes_and_bans(nllb: Translator, trace: Trace) -> None:
    mute = Intervention(kind="mute", sources=(1,))
    muted = nllb.translate(TEXT, replace(OPTIONS, interventions=(mute,)))
    assert muted.cross_attention is not None
    assert (muted.cross_attention[..., 1] == 0).all()
    shift = nllb.shift(TEXT, trace.target(), replace(OPTIONS, interventions=(mute,)))
    assert shift.total_variation.max() > 1e-4
    sampled = nllb.translate(TEXT, replace(OPTIONS, sampling=Sampling(seed=3)))
    assert sampled.target_pieces()[0] == "⟨eng_Latn⟩"
    banned = trace.target()[1]
    assert banned not in nllb.translate(TEXT, replace(OPTIONS, banned=(banned,))).target()
    assert nllb.token_ids("kalt")


def test_other_languages_are_refused_by_name(nllb: Translator) -> None:
    with pytest.raises(InputError, match=r"no language 'de'\. Choose one of: deu_Latn, eng_Latn"):
        nllb.translate(TEXT, replace(OPTIONS, target_language="de"))


@pytest.mark.parametrize("kind", ["nllb", "t5"])
def test_half_precision_is_near(tmp_path: Path, kind: str) -> None:
    write_folder(tmp_path / kind, kind)
    options = DecodeOptions(max_length=5, beam_size=2)
    for precision in ("float16", "bfloat16"):
        half = Translator(resolve(str(tmp_path / kind)), "cpu", precision=precision)
        attention = half.translate(TEXT, options).cross_attention
        assert attention is not None
        np.testing.assert_allclose(attention.sum(-1), 1, atol=0.02)


def test_an_instruction_is_part_of_the_picture(tmp_path: Path) -> None:
    write_folder(tmp_path / "t5", "t5")
    translator = seqviz.load(tmp_path / "t5", device="cpu")
    options = DecodeOptions(max_length=4, beam_size=2, instruction="translate: ")
    trace = translator.translate(TEXT, options)
    assert trace.source.text == TEXT and "".join(trace.source.pieces).startswith("▁translate:")
    assert trace.cross_attention is not None
    assert trace.cross_attention.shape[-1] == len(trace.source.ids)
