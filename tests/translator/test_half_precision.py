"""Half precision: what makers keep in float32 stays so, and what it cannot hold is not shown."""

from pathlib import Path
from typing import Any

import pytest
import torch

from seqviz.decoding.corpus import decode_corpus
from seqviz.models.base import Seq2SeqModel
from seqviz.models.fast.products import has_bfloat16, imitated, rounded
from seqviz.options import DecodeOptions, Precision
from seqviz.trace import Trace
from seqviz.translator import Translator, load
from seqviz.translator.fallback import ModelOnDevice
from tests.fixtures.scripted_model import ScriptedModel
from tests.fixtures.tiny_models import write_tiny_models
from tests.fixtures.transformers_folders import write_folder

TEXT = "Es war sehr kalt."
OPTIONS = DecodeOptions(max_length=5, beam_size=2)
NOTICE = ("half_precision",)
SLOW = () if has_bfloat16() else ("bfloat16_slow",)


def large(folder: Path, kind: str) -> Path:
    """A folder whose feed-forward blocks overflow float16."""
    model = write_folder(folder / kind, kind)
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if name.endswith(("wo.weight", "fc2.weight")):
                weight.mul_(3e4)
    model.save_pretrained(folder / kind)
    return folder / kind


def types(translator: Translator) -> dict[str, torch.dtype]:
    model: Any = translator._model.model
    return {name: weight.dtype for name, weight in model.named_parameters()}


@pytest.mark.parametrize("kind", ["t5", "mt5", "umt5"])
def test_what_its_makers_keep_in_float32_stays_so(tmp_path: Path, kind: str) -> None:
    folder = large(tmp_path, kind)
    half = load(folder, "cpu", precision="float16")
    theirs = type(half._model.model.model).from_pretrained(folder, dtype=torch.float16)  # type: ignore[attr-defined]
    expected = {f"model.{name}": weight.dtype for name, weight in theirs.named_parameters()}
    assert types(half) == expected and torch.float32 in expected.values()
    trace = half.translate(TEXT, OPTIONS)
    assert trace.precision == "float16" and not {*NOTICE} & {*trace.notices}
    assert trace.target() == load(folder, "cpu").translate(TEXT, OPTIONS).target()
    assert set(types(load(folder, "cpu", precision="bfloat16")).values()) == {torch.bfloat16}


def all_ways(translator: Translator) -> list[Trace]:
    found = translator.translate(TEXT, OPTIONS)
    forced = translator.force_tokens(TEXT, found.target(), OPTIONS)
    shift = translator.shift(TEXT, found.target(), OPTIONS)
    return [found, forced, shift.plain, shift.edited]


@pytest.mark.parametrize("kind", ["bart", "mbart"])
def test_numbers_that_overflow_are_taken_in_float32_with_a_notice(
    tmp_path: Path, kind: str
) -> None:
    """BART's become NaN, and the encoder of mBART would clamp them."""
    folder = large(tmp_path, kind)
    whole, half = load(folder, "cpu"), load(folder, "cpu", precision="float16")
    for trace, expected in zip(all_ways(half), all_ways(whole), strict=True):
        assert trace.target() == expected.target()
        assert (trace.precision, trace.device) == ("float32", "cpu")
        assert trace.notices == (*expected.notices, *NOTICE)
    many = half.translate_all([TEXT, "mir"], OPTIONS)
    assert [one.text for one in many] == [
        one.text for one in whole.translate_all([TEXT, "mir"], OPTIONS)
    ]
    assert all(one.notices[-1:] == NOTICE for one in many)


@pytest.mark.parametrize("name", ["de-en/transformer", "de-en/dot"])
def test_our_own_models_too(tmp_path: Path, name: str) -> None:
    models = write_tiny_models(tmp_path)
    whole, half = load(name, "cpu", models), load(name, "cpu", models, precision="float16")
    assert half.translate("es war kalt").notices == ()
    model: Any = half._model.model
    with torch.no_grad():
        for weight in model.parameters():
            weight.fill_(60_000.0)
    trace = half.translate("es war kalt")
    assert (trace.precision, trace.notices) == ("float32", NOTICE)
    assert trace.target() == whole.translate("es war kalt").target()


@pytest.mark.parametrize("name", ["de-en/transformer", "de-en/dot"])
def test_on_a_cpu_products_alone_are_in_bfloat16(tmp_path: Path, name: str) -> None:
    models = write_tiny_models(tmp_path)
    whole, half = load(name, "cpu", models), load(name, "cpu", models, precision="bfloat16")
    assert set(types(half).values()) == {torch.float32}
    assert half.facts.fingerprint == whole.facts.fingerprint
    target = whole.translate("es war kalt", OPTIONS).target()
    expected, found = (one.force_tokens("es war kalt", target) for one in (whole, half))
    assert (found.precision, found.notices) == ("bfloat16", SLOW)
    exact, coarse = expected.search.candidate_log_probs, found.search.candidate_log_probs
    difference = abs(coarse[:, 0] - exact[:, 0])
    assert 1e-5 < difference.max() < 0.1
    assert len(half.translate_all(["es war kalt"], OPTIONS)) == 1


def test_a_cpu_without_bfloat16_has_its_numbers_all_the_same() -> None:
    weight, x, bias = (torch.randn(shape) for shape in ((24, 40), (5, 40), (24,)))
    found = imitated(weight)(x, bias)
    expected = torch.nn.functional.linear(x.bfloat16().double(), weight.bfloat16().double())
    torch.testing.assert_close(found.double(), expected + bias, atol=2e-2, rtol=2**-8)
    if has_bfloat16():
        torch.testing.assert_close(rounded(weight)(x, bias), found, atol=2e-2, rtol=2**-8)


def test_weights_that_half_precision_cannot_hold_stay_in_float32(tmp_path: Path) -> None:
    model = write_folder(tmp_path / "bart", "bart")
    with torch.no_grad():
        model.model.decoder.layers[0].fc1.bias[0] = -1e5
    model.save_pretrained(tmp_path / "bart")
    for precision, kept in (("float16", "float32"), ("bfloat16", "bfloat16")):
        asked: Precision = precision  # type: ignore[assignment]  # one of them
        found = load(tmp_path / "bart", "cpu", precision=asked).translate(TEXT, OPTIONS)
        assert found.precision == kept
        assert found.notices == (NOTICE if kept == "float32" else SLOW)


def test_one_prefix_without_numbers_is_enough() -> None:
    """Only those that lived on count: a search may leave a place empty."""

    def logits(source: tuple[int, ...], prefix: tuple[int, ...]) -> list[float]:
        return [0.0, 1.0, 2.0, float("nan") if prefix[:1] == (3,) and source[0] == 9 else 3.0]

    model: Seq2SeqModel[Any, Any] = ScriptedModel(logits)
    results = decode_corpus(model, [(9, 1), (5, 1)], DecodeOptions(beam_size=2, max_length=4))
    assert [result.is_finite for result in results] == [False, True]


@pytest.mark.parametrize(("full", "place"), [(False, "cuda"), (True, "cpu")])
def test_the_copy_goes_to_the_device_and_where_that_is_full_to_the_cpu(
    full: bool, place: str
) -> None:
    def reload(device: str) -> Any:
        if device == "cuda" and full:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return device

    model: Any = "half"
    found = ModelOnDevice(model, "cuda", reload, exact=False).run(str, lambda done: done != "half")
    assert (found.value, found.device, found.notices) == (place, place, NOTICE)
    assert ModelOnDevice(model, "cuda", reload).run(str, lambda _: False).notices == ()
