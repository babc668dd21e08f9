"""Out of memory: the CPU takes over and says so, or the error says what to do."""

from pathlib import Path
from typing import Any

import pytest
import torch

from seqviz.errors import DecodingCancelled, InputError
from seqviz.models.base import Seq2SeqModel
from seqviz.options import DecodeOptions
from seqviz.translator import load
from seqviz.translator.devices import lacks_bfloat16
from seqviz.translator.fallback import ModelOnDevice, load_somewhere
from tests.fixtures.scripted_model import ScriptedModel, random_script
from tests.fixtures.tiny_models import write_tiny_models

SPARE = ScriptedModel(random_script(1, 5))
FULL: dict[str, Exception] = {
    "torch": torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB."),
    "cuda": RuntimeError("CUDA error: out of memory"),
    "cublas": RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling cublasCreate"),
    "mps": RuntimeError("MPS backend out of memory (MPS allocated: 18.00 GB)"),
    "cpu": RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried"),
    "numpy": MemoryError("Unable to allocate 3 TiB"),
}


class Held:
    """A model on a device, whose work fails so many times."""

    def __init__(self, device: str, error: Exception, failures: int) -> None:
        self.loaded, self.failures, self.error = 0, failures, error
        self.model: Seq2SeqModel[Any, Any] = ScriptedModel(random_script(2, 5))
        self.held = ModelOnDevice(self.model, device, self._reload)
        self.asked: list[object] = []

    def _reload(self, device: str) -> Seq2SeqModel[Any, Any]:
        self.loaded += 1
        return SPARE

    def work(self, model: Seq2SeqModel[Any, Any]) -> str:
        self.asked.append(model)
        if len(self.asked) <= self.failures:
            raise self.error
        return "done"


@pytest.mark.parametrize("name", FULL)
def test_where_a_device_is_full_the_cpu_takes_over_and_says_so(name: str) -> None:
    case = Held("cuda", FULL[name], failures=1)
    found = case.held.run(case.work)
    assert (found.value, found.device, found.notices) == ("done", "cpu", ("out_of_memory",))
    assert case.asked == [case.model, SPARE]
    again = case.held.run(case.work)
    assert (again.device, again.notices, case.asked[-1]) == ("cuda", (), case.model)


def test_the_copy_on_the_cpu_is_loaded_once_and_only_when_needed() -> None:
    case = Held("cuda", FULL["torch"], failures=0)
    case.held.run(case.work)
    assert case.loaded == 0
    for _ in range(2):
        case.asked, case.failures = [], 1
        case.held.run(case.work)
    assert case.loaded == 1


@pytest.mark.parametrize("name", FULL)
@pytest.mark.parametrize(("device", "tries"), [("cpu", 1), ("cuda", 2)])
def test_where_the_cpu_is_full_too_the_error_says_what_to_do(
    name: str, device: str, tries: int
) -> None:
    case = Held(device, FULL[name], failures=9)
    with pytest.raises(InputError) as caught:
        case.held.run(case.work)
    assert caught.value.code == "out_of_memory"
    assert "smaller beam" in str(caught.value)
    assert len(case.asked) == tries


@pytest.mark.parametrize(
    "error",
    [RuntimeError("shapes cannot be multiplied"), DecodingCancelled(), InputError("empty_text")],
)
def test_any_other_error_stays_what_it_is(error: Exception) -> None:
    case = Held("cuda", error, failures=9)
    with pytest.raises(type(error)) as caught:
        case.held.run(case.work)
    assert caught.value is error
    assert case.asked == [case.model]


def test_the_cpu_really_says_so_when_it_is_full() -> None:
    held = ModelOnDevice(SPARE, "cpu", lambda _: SPARE)
    with pytest.raises(InputError) as caught:
        held.run(lambda _: torch.empty(2**52))
    assert caught.value.code == "out_of_memory"


class Full(ScriptedModel):
    """A model on a device with no room."""

    def encode(self, source: object, lengths: object, *, record: bool = False) -> Any:
        raise FULL["torch"]


def test_a_trace_says_that_the_cpu_took_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    translator = load("de-en/transformer", "cpu", write_tiny_models(tmp_path))
    expected = translator.translate("es war kalt")
    assert (expected.device, expected.notices) == ("cpu", ())
    spare = translator._model.model
    full = ModelOnDevice(Full(random_script(1, 5)), "cuda", lambda _: spare)
    monkeypatch.setattr(translator, "_model", full)
    ids = expected.target()
    found = translator.translate("es war kalt")
    assert found.hypotheses.texts == expected.hypotheses.texts
    shift = translator.shift("es war kalt", ids, DecodeOptions())
    forced = translator.force_tokens("es war kalt", ids)
    for trace in (found, forced, shift.plain, shift.edited):
        assert (trace.device, trace.notices) == ("cpu", ("out_of_memory",))
    assert [each.text for each in translator.translate_all(["es war kalt"])] == [
        expected.translation
    ]


def test_a_model_that_does_not_fit_is_loaded_on_the_cpu() -> None:
    asked = []

    def load_on(device: str) -> str:
        asked.append(device)
        if device == "cuda":
            raise FULL["torch"]
        return "model"

    found = load_somewhere(load_on, "cuda")
    assert (found.value, found.device, found.notices) == ("model", "cpu", ("out_of_memory",))
    assert asked == ["cuda", "cpu"]
    with pytest.raises(InputError) as caught:
        load_somewhere(lambda device: 1 // 0 if device == "cuda" else _full(), "cpu")
    assert caught.value.code == "out_of_memory"


def _full() -> int:
    raise FULL["numpy"]


def test_the_size_of_a_record_is_foretold_by_the_cpu_where_the_device_is_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    translator = load("de-en/dot", "cpu", write_tiny_models(tmp_path))
    sizes: list[int] = []
    translator.translate("es war kalt", on_size=sizes.append)
    held = translator._model
    monkeypatch.setattr(held, "device", "cuda")

    def full(*arguments: object, **named: object) -> None:
        raise FULL["torch"]

    monkeypatch.setattr(held.model, "encode", full)
    translator.translate("es war kalt", on_size=sizes.append)
    assert len(sizes) == 2 and sizes[0] == sizes[1]


def test_translations_and_traces_carry_the_notice_and_the_precision(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    models = write_tiny_models(tmp_path)
    translator = load("de-en/dot", "cpu", models, precision="bfloat16")
    assert translator.translate("es war kalt").precision == "bfloat16"
    slow = ("bfloat16_slow",) if lacks_bfloat16("cpu", "bfloat16") else ()
    assert translator.translate_all(["kalt"])[0].notices == slow
    held = translator._model
    monkeypatch.setattr(held, "device", "cuda")

    def full(*arguments: object, **named: object) -> None:
        raise FULL["torch"]

    monkeypatch.setattr(held.model, "encode", full)
    trace = translator.translate("es war kalt")
    assert (trace.precision, trace.notices) == ("float32", (*slow, "out_of_memory"))
    assert translator.translate_all(["kalt"])[0].notices == (*slow, "out_of_memory")
    several = DecodeOptions(n_best=2)
    assert translator.translate_all(["kalt"], several)[0].notices == (*slow, "out_of_memory")
