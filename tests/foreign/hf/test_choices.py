"""What a folder of ``transformers`` lets one choose, and what is said where nobody chose."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from seqviz.catalog.foreign import read_foreign_entry
from seqviz.foreign.generation import READ, UNAPPLIED
from seqviz.foreign.hf.parts import transformers_parts
from seqviz.options import DecodeOptions
from tests.fixtures.transformers_folders import entry_of, tokenizer_of, write_folder

transformers: Any = pytest.importorskip("transformers")


def update(file: Path, **values: Any) -> None:
    file.write_text(json.dumps(json.loads(file.read_bytes()) | values), encoding="utf-8")


def codec_of(folder: Path) -> Any:
    return transformers_parts(entry_of(folder)).codec


def languages_in(notices: tuple[str, ...], what: str) -> list[str]:
    """The choices of the only such notice; [] for none."""
    found = [notice for notice in notices if notice.startswith(f"unchosen:{what}:")]
    return found[0].rpartition(":")[2].split("|") if found else []


def test_languages_that_nobody_chose_are_said(tmp_path: Path) -> None:
    folder = tmp_path / "nllb"
    write_folder(folder, "nllb")
    codec = codec_of(folder)
    silent = codec.notices("Es war", DecodeOptions())
    assert languages_in(silent, "source") == ["eng_Latn", "deu_Latn", "zho_Hans"]
    assert languages_in(silent, "target") == ["deu_Latn", "eng_Latn", "zho_Hans"]
    chosen = DecodeOptions(source_language="deu_Latn", target_language="eng_Latn")
    assert not any("unchosen" in notice for notice in codec.notices("Es war", chosen))
    token = codec.languages["deu_Latn"]
    update(folder / "generation_config.json", forced_bos_token_id=token)
    update(folder / "tokenizer_config.json", src_lang="zho_Hans")
    assert not any("unchosen" in one for one in codec_of(folder).notices("a", DecodeOptions()))
    assert read_foreign_entry(folder).has_usual == {"source", "target"}


def test_a_task_that_nobody_chose_is_said(tmp_path: Path) -> None:
    folder = tmp_path / "t5"
    write_folder(folder, "t5")
    plain = DecodeOptions()
    assert "unchosen:instruction:" in codec_of(folder).notices("Es war", plain)
    tasks = {"a": {"prefix": "translate English to German: "}, "b": {"num_beams": 4}, "c": 5}
    update(folder / "config.json", task_specific_params=tasks)
    words = tokenizer_of(folder, "t5", extra_special_tokens=["<2fr>", "<2de>"])
    words.save_pretrained(folder)
    named = ("translate English to German:", "<2de>", "<2fr>")
    assert read_foreign_entry(folder).instructions == named
    codec = codec_of(folder)
    assert f"unchosen:instruction:{'|'.join(named)}" in codec.notices("Es war", plain)
    for text, instruction in (("<2fr> Es war", ""), ("Es war", "<2fr>"), (f"{named[0]} Es", "")):
        told = codec.notices(text, DecodeOptions(instruction=instruction))
        assert not any("unchosen" in notice for notice in told)
    source = codec.read("Es war", DecodeOptions(instruction="<2fr>"))
    assert list(source.ids) == tokenizer_of(folder, "t5")("<2fr> Es war")["input_ids"]


CHANGES_NO_TEXT = re.compile(
    r"_.*|assistant_(?!early).*|bos_token_id|cache_.*|compile_config|continuous_batching_config"
    r"|decoder_start_token_id|disable_compile|is_assistant|low_memory|max_cache_len"
    r"|max_matching_ngram_size|num_assistant_.*|output_.*|pad_token_id|prefill_chunk_size"
    r"|prompt_lookup_num_tokens|return_dict_in_generate|speculation_type|target_lookbehind"
    r"|transformers_version|use_cache|use_mtp"
)


def test_every_setting_of_the_library_is_read_or_named() -> None:
    known = {*UNAPPLIED, *READ, "eos_token_id"}
    settings = vars(transformers.GenerationConfig())
    assert {name for name in settings if not CHANGES_NO_TEXT.fullmatch(name)} <= known
