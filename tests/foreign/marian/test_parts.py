"""Marian folders that ``transformers`` wrote, loaded and searched by us and by the library."""

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

pytest.importorskip("transformers")
import transformers

from seqviz.catalog.foreign import read_foreign_entry
from seqviz.errors import InputError, ModelError
from seqviz.foreign.marian.parts import marian_parts
from seqviz.options import DecodeOptions, Sampling
from seqviz.trace import Trace
from seqviz.translator import Translator
from tests.fixtures.marian_folders import write_folder
from tests.fixtures.transformers_models import generated

TEXT, LIMIT = "Die Katze 猫 war nach hause.", 8
SHAPES: list[dict[str, Any]] = [
    {"seed": 1, "encoder_layers": 3, "decoder_layers": 3},
    {"seed": 2, "encoder_layers": 3, "decoder_layers": 1, "activation_function": "gelu"},
    {"seed": 3, "encoder_layers": 1, "decoder_layers": 4, "activation_function": "relu"},
    {"seed": 4, "separate": True, "scale_embedding": False},
    {"seed": 5, "separate": True, "encoder_layers": 1, "tie_word_embeddings": False},
    {"seed": 6, "tie_word_embeddings": False},
    {"seed": 7, "tags": True, "d_model": 64, "encoder_layers": 4, "decoder_layers": 2},
    {"seed": 8, "encoder_attention_heads": 2, "decoder_attention_heads": 8, "encoder_ffn_dim": 20},
    {"seed": 9, "encoder_attention_heads": 8, "decoder_ffn_dim": 7, "activation_function": "mish"},
]


@dataclass(frozen=True)
class Made:
    """A folder, and what the library opens it with."""

    folder: Path
    words: Any
    model: Any


@pytest.fixture(scope="module", params=SHAPES)
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("shaped")
    return Made(folder, *write_folder(folder, **request.param))


def opened(folder: Path) -> Translator:
    return Translator(read_foreign_entry(folder), "cpu")


def searched(words: Any, model: Any, text: str, *, beam_size: int) -> Any:
    source = words(text, return_tensors="pt")
    return generated(model, source, beam_size=beam_size, length=LIMIT, output_logits=True)


def test_searches_of_a_folder_are_those_of_transformers(made: Made) -> None:
    words, model = made.words, made.model
    ours = opened(made.folder)
    for beam_size in (1, 5):
        theirs = searched(words, model, TEXT, beam_size=beam_size)
        trace = ours.translate(TEXT, DecodeOptions(beam_size=beam_size, max_length=LIMIT))
        target = trace.target()
        assert trace.source.ids == tuple(words(TEXT).input_ids)
        assert list(target) == theirs.sequences[0, 1 : len(target) + 1].tolist()
        assert trace.translation == words.decode(target, skip_special_tokens=True)
        score = float(trace.hypotheses.scores[0])
        if beam_size > 1:
            assert score == pytest.approx(float(theirs.sequences_scores[0]), abs=1e-5)
        else:
            assert score * len(target) == pytest.approx(forced_sum(theirs, target), abs=1e-4)
        check_attention(trace, words, model)


def test_an_end_that_the_makers_force_is_a_cut(tmp_path: Path) -> None:
    write_folder(tmp_path, seed=1)
    ours = opened(tmp_path)
    for limit, natural in ((4, False), (500, True)):
        options = DecodeOptions(beam_size=2, max_length=limit)
        if natural:
            options = replace(options, sampling=Sampling(seed=1))
        trace = ours.translate(TEXT, options)
        assert trace.target()[-1] == trace.model.eos
        assert trace.cut_off() is not natural
    (found,) = ours.translate_all([TEXT], DecodeOptions(beam_size=2, max_length=4))
    assert not found.finished


def forced_sum(theirs: Any, target: tuple[int, ...]) -> float:
    """The log-probability of a greedy target; EOS at the limit is certain."""
    rows = torch.stack(theirs.logits)[:, 0].log_softmax(-1)
    free = target[: LIMIT - 1]
    return float(sum(rows[step, token] for step, token in enumerate(free)))


def check_attention(trace: Trace, words: Any, model: Any) -> None:
    """Every matrix of the best hypothesis, against one whole pass of the library's model."""
    fed = torch.tensor([[model.config.decoder_start_token_id, *trace.target()[:-1]]])
    with torch.no_grad():
        truth = model(
            **words(TEXT, return_tensors="pt"),
            decoder_input_ids=fed,
            output_attentions=True,
            use_cache=False,
        )
    for found, expected in (
        (trace.encoder_self_attention, truth.encoder_attentions),
        (trace.decoder_self_attention_of(0), truth.decoder_attentions),
        (trace.cross_attention, truth.cross_attentions),
    ):
        assert found is not None
        np.testing.assert_allclose(found, torch.stack(expected)[:, 0].numpy(), atol=1e-5)


def test_logits_are_those_of_transformers(made: Made) -> None:
    parts = marian_parts(read_foreign_entry(made.folder))
    ours: Any = parts.load_model("cpu")
    source = torch.tensor([parts.codec.read(TEXT, DecodeOptions()).ids])
    target = torch.tensor([[parts.codec.special.bos, 5, 9, 2, 30, 5]])
    with torch.no_grad():
        expected = made.model(input_ids=source, decoder_input_ids=target).logits
        found = ours(source, torch.tensor([source.shape[1]]), target)
    torch.testing.assert_close(found, expected, atol=1e-4, rtol=0)


def test_a_chosen_language_is_the_tag_before_the_sentence(tmp_path: Path) -> None:
    words, model = write_folder(tmp_path, tags=True)
    ours = opened(tmp_path)
    assert ours.entry.target_languages == ("cmn_Hans", "fra")
    asked = DecodeOptions(beam_size=2, max_length=LIMIT, target_language="cmn_Hans")
    trace = ours.translate(TEXT, asked)
    assert trace.source.ids == tuple(words(f">>cmn_Hans<<{TEXT}").input_ids)
    assert trace.source.pieces[0] == ">>cmn_Hans<<"
    assert trace.source.spans[0] == (0, 0)
    shown = "".join(TEXT[start:end] for start, end in trace.source.spans)
    assert shown == TEXT.replace(" ", "")
    theirs = searched(words, model, f">>cmn_Hans<<{TEXT}", beam_size=2)
    assert list(trace.target()) == theirs.sequences[0, 1:].tolist()
    with pytest.raises(InputError, match="xyz") as caught:
        ours.translate(TEXT, DecodeOptions(target_language="xyz"))
    assert caught.value.code == "language_unknown"


def test_a_typed_tag_counts_before_the_chosen_one(tmp_path: Path) -> None:
    write_folder(tmp_path, tags=True)
    read = marian_parts(read_foreign_entry(tmp_path)).codec.read
    chosen = DecodeOptions(target_language="cmn_Hans")
    typed = read(">>fra<< wir", chosen)
    assert typed == read(">>fra<< wir", DecodeOptions())
    assert typed.pieces[:2] == (">>fra<<", "▁w") and typed.spans[:2] == ((0, 7), (8, 9))
    for options in (chosen, DecodeOptions()):
        with pytest.raises(InputError) as caught:
            read(">>fra<<", options)
        assert caught.value.code == "empty_text"


def test_a_model_of_one_language_refuses_another_and_an_instruction(tmp_path: Path) -> None:
    write_folder(tmp_path)
    read = marian_parts(read_foreign_entry(tmp_path)).codec.read
    for options, code in (
        (DecodeOptions(target_language="fra"), "language_unasked"),
        (DecodeOptions(source_language="fra"), "language_unasked"),
        (DecodeOptions(instruction="translate:"), "instruction_unasked"),
    ):
        with pytest.raises(InputError) as caught:
            read(TEXT, options)
        assert caught.value.code == code


def test_half_precision_pickles_and_shards_load_the_same(tmp_path: Path) -> None:
    _, model = write_folder(tmp_path)
    whole = opened(tmp_path).translate(TEXT, beam_size=2)
    model.save_pretrained(tmp_path, max_shard_size="40KB")
    (tmp_path / "model.safetensors").unlink()
    assert (tmp_path / "model.safetensors.index.json").is_file()
    assert opened(tmp_path).translate(TEXT, beam_size=2).target() == whole.target()
    for file in tmp_path.glob("model*"):
        file.unlink()
    weights = model.state_dict()  # all tied copies and both tables of positions, as on the hub
    for modern in (True, False):
        torch.save(weights, tmp_path / "pytorch_model.bin", _use_new_zipfile_serialization=modern)
        again = opened(tmp_path)
        assert again.translate(TEXT, beam_size=2).target() == whole.target()
        assert again.facts.fingerprint == whole.model.fingerprint
    halves = {name: weight.half() for name, weight in weights.items()}
    torch.save(halves, tmp_path / "pytorch_model.bin")
    half: Any = marian_parts(read_foreign_entry(tmp_path)).load_model("cpu")
    assert half.settings.positions == "halves"


def test_a_table_of_positions_of_its_own_is_used(tmp_path: Path) -> None:
    words, model = write_folder(tmp_path)
    weights = model.state_dict()
    for side in ("encoder", "decoder"):
        weights[f"model.{side}.embed_positions.weight"].mul_(1.5)
    (tmp_path / "model.safetensors").unlink()
    torch.save(weights, tmp_path / "pytorch_model.bin")
    theirs: Any = transformers.MarianMTModel.from_pretrained(tmp_path, attn_implementation="eager")
    trace = opened(tmp_path).translate(TEXT, beam_size=2)
    check_attention(trace, words, theirs.eval())


def test_rules_of_old_folders_are_in_config_json(tmp_path: Path) -> None:
    words, model = write_folder(tmp_path, seed=6, tie_word_embeddings=False)
    plain = opened(tmp_path).translate(TEXT, DecodeOptions(beam_size=1, max_length=LIMIT))
    banned = plain.target()[0]
    (tmp_path / "generation_config.json").unlink()
    pad = model.config.pad_token_id
    file = tmp_path / "config.json"
    old = {"bad_words_ids": [[pad], [banned]], "num_beams": 6, "no_repeat_ngram_size": 2}
    config = json.loads(file.read_bytes())
    file.write_text(json.dumps(config | old), encoding="utf-8")
    trace = opened(tmp_path).translate(TEXT, DecodeOptions(beam_size=2, max_length=LIMIT))
    model.generation_config.bad_words_ids = old["bad_words_ids"]
    theirs = searched(words, model, TEXT, beam_size=2).sequences[0, 1:].tolist()
    assert list(trace.target()) == theirs[: len(trace.target())]
    assert banned not in trace.target()
    assert trace.notices == ("unapplied:no_repeat_ngram_size=2", "unapplied:num_beams=6")


def test_many_sentences_are_translated_as_one_by_one(tmp_path: Path) -> None:
    write_folder(tmp_path, seed=2)
    ours = opened(tmp_path)
    asked = DecodeOptions(beam_size=3, max_length=LIMIT)
    texts = [TEXT, "Es war", "猫"]
    together = ours.translate_all(texts, asked)
    alone = [ours.translate(text, asked) for text in texts]
    assert [one.text for one in together] == [trace.translation for trace in alone]
    assert [one.score for one in together] == pytest.approx(
        [float(trace.hypotheses.scores[0]) for trace in alone], abs=1e-5
    )


CONFIGS: list[tuple[dict[str, Any], str]] = [
    ({"normalize_before": True}, "normalize_before is True"),
    ({"normalize_embedding": True}, "normalize_embedding is True"),
    ({"static_position_embeddings": False}, "static_position_embeddings is False"),
    ({"decoder_attention_heads": 5}, "which 5 heads do not divide"),
    ({"decoder_ffn_dim": 40}, "expected [40, 32]"),
    ({"activation_function": "prelu"}, "Not supported: activation_function is 'prelu'"),
    ({"activation_function": ["gelu"]}, "unhashable"),
    ({"d_model": 10**12}, "Not supported: d_model is 1000000000000"),
    ({"d_model": -1}, "is not a valid model description: width is -1"),
    ({"vocab_size": "many"}, "'many'"),
    ({"encoder_layers": -1}, "encoder_layers is -1"),
    ({"pad_token_id": 10**6}, "pad is 1000000"),
    (
        {"vocab_size": 10**6, "d_model": 16_384, "encoder_layers": 64},  # 66 GB
        "'final_logits_bias' is [1, 60], expected [1, 1000000]",
    ),
    ({"auto_map": {"AutoModel": "code.Model"}}, "auto_map"),
]


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("usual")
    write_folder(folder)
    return folder


@pytest.mark.parametrize(("change", "named"), CONFIGS)
def test_what_cannot_be_built_is_refused(
    usual: Path, tmp_path: Path, change: dict[str, Any], named: str
) -> None:
    copy_with(usual, tmp_path, change)
    with pytest.raises(ModelError, match=r"config\.json") as caught:
        marian_parts(read_foreign_entry(tmp_path)).load_model("cpu")
    assert named in str(caught.value)


def copy_with(usual: Path, folder: Path, change: dict[str, Any]) -> None:
    for file in usual.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    config = json.loads((usual / "config.json").read_bytes())
    (folder / "config.json").write_text(json.dumps(config | change), encoding="utf-8")


def test_a_language_that_nobody_chose_is_said(tmp_path: Path) -> None:
    write_folder(tmp_path, tags=True)
    codec = marian_parts(read_foreign_entry(tmp_path)).codec
    unchosen = "unchosen:target:cmn_Hans|fra"
    chosen = DecodeOptions(target_language="fra")
    assert codec.notices("Es war", DecodeOptions()) == (unchosen,)
    assert codec.notices(">>ita<< Es war", DecodeOptions()) == ("tag_unknown:ita", unchosen)
    assert codec.notices(">>ita<< Es war", chosen) == ("tag_unknown:ita",)
    assert codec.notices(">>fra<< Es war", DecodeOptions()) == ()
    assert codec.notices("Es war", chosen) == ()


def test_a_model_of_one_language_has_none_to_choose(tmp_path: Path) -> None:
    write_folder(tmp_path)
    codec = marian_parts(read_foreign_entry(tmp_path)).codec
    assert codec.notices("Es war", DecodeOptions()) == ()
    assert codec.notices(">>ita<< Es war", DecodeOptions()) == ("tag_unknown:ita",)


def test_a_tag_that_a_fine_tuner_added_is_a_language(tmp_path: Path) -> None:
    words, _ = write_folder(tmp_path, tags=True, vocab_size=120, decoder_vocab_size=120)
    words.add_tokens([">>ita<<"])
    words.save_pretrained(tmp_path)
    assert read_foreign_entry(tmp_path).target_languages == ("cmn_Hans", "fra", "ita")
    source = marian_parts(read_foreign_entry(tmp_path)).codec.read(
        "Es war", DecodeOptions(target_language="ita")
    )
    assert list(source.ids) == words(">>ita<<Es war").input_ids


def test_a_token_that_only_the_tokenizer_has_is_refused(tmp_path: Path) -> None:
    words, _ = write_folder(tmp_path)
    words.add_tokens(["<ent>", "<ent2>"])  # and no resize_token_embeddings
    words.save_pretrained(tmp_path)
    with pytest.raises(InputError, match="lacks the token id"):
        marian_parts(read_foreign_entry(tmp_path)).codec.read("Es war <ent2>", DecodeOptions())
    assert marian_parts(read_foreign_entry(tmp_path)).codec.read("Es war", DecodeOptions()).ids
