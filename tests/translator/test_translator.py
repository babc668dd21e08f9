import math
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
import torch

from seqviz.decoding.beam import decode_beam
from seqviz.errors import DecodingCancelled, InputError, ModelError
from seqviz.options import DecodeOptions, Sampling, TargetRules
from seqviz.options.intervention import Intervention
from seqviz.trace import Fate, Trace
from seqviz.trace.check import check_trace
from seqviz.translator import Translator, load
from seqviz.translator.devices import available_devices, choose_device
from tests.fixtures.later_options import LaterOptions
from tests.fixtures.tiny_models import RECURRENT, SYSTEMS, write_tiny_models

PRETRAINED = Path(__file__).parents[2] / "pretrained"
SENTENCE = "es war  sehr 😀 kalt"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_models(tmp_path_factory.mktemp("models"))


@pytest.fixture(scope="module", params=SYSTEMS)
def translator(folder: Path, request: pytest.FixtureRequest) -> Translator:
    return load(f"de-en/{request.param}", "cpu", folder)


@pytest.fixture(scope="module")
def additive(folder: Path) -> Translator:
    return load("de-en/additive", "cpu", folder)


def same(left: Trace, right: Trace) -> bool:
    return left.hypotheses.texts == right.hypotheses.texts and np.array_equal(
        left.search.candidate_cumulative, right.search.candidate_cumulative, equal_nan=True
    )


def test_a_trace_agrees_with_itself(translator: Translator) -> None:
    for beam_size in (1, 4):
        trace = translator.translate(SENTENCE, beam_size=beam_size)
        check_trace(trace)
        assert trace.options.beam_size == beam_size
        assert trace.device == "cpu"
        assert trace.milliseconds > 0
        assert not trace.forced


def test_the_source_is_what_the_model_read(translator: Translator) -> None:
    source = translator.translate(SENTENCE, beam_size=1).source
    assert source.text == SENTENCE
    assert source.ids[-1] == 3
    assert source.pieces[-1] == "</s>"
    assert source.spans[-1] == (len(SENTENCE), len(SENTENCE))
    assert "".join(SENTENCE[start:end] for start, end in source.spans) == "eswarsehr😀kalt"


def test_the_model_is_described(folder: Path) -> None:
    facts = {system: load(f"de-en/{system}", "cpu", folder).facts for system in SYSTEMS}
    assert [facts[system].reverses_source for system in SYSTEMS] == [False, False, False, True]
    assert (facts["transformer"].layers, facts["transformer"].heads) == (3, 2)
    assert facts["transformer"].kind == "transformer"
    for system, attention in RECURRENT.items():
        assert (facts[system].kind, facts[system].attention) == ("rnn", attention)
        assert (facts[system].layers, facts[system].heads) == (1, 1)
    assert len({fact.fingerprint for fact in facts.values()}) == len(SYSTEMS)
    assert facts["dot"] == load(folder / "de-en/dot", "cpu").facts


def test_texts_are_those_of_each_hypothesis(translator: Translator) -> None:
    trace = translator.translate(SENTENCE, DecodeOptions(beam_size=3, max_length=12))
    assert len(trace.hypotheses) >= 3
    for rank, text in enumerate(trace.hypotheses.texts):
        pieces = [
            piece for piece in trace.target_pieces(rank) if piece not in ("</s>", "<s>", "<pad>")
        ]
        spelled = "".join(pieces).replace("<unk>", " ⁇ ").replace("▁", " ")
        assert text.split() == spelled.split()


def test_the_vocabulary_is_that_of_the_search(translator: Translator) -> None:
    trace = translator.translate(SENTENCE, DecodeOptions(beam_size=3, distribution_size=4))
    candidates = trace.search.candidate_tokens[trace.search.candidate_fates != Fate.ABSENT]
    seen = {int(t) for t in candidates} | {int(t) for t in trace.search.next_tokens.ravel()} - {-1}
    assert trace.vocabulary.keys() == seen


def test_a_given_translation_is_followed(translator: Translator) -> None:
    forced = translator.force(SENTENCE, "it was very cold")
    check_trace(forced)
    assert forced.forced
    assert forced.stopped_by == "forced"
    assert forced.translation == "it was very cold"
    assert forced.target()[-1] == forced.model.eos
    assert math.isclose(forced.hypotheses.log_probs[0], forced.log_probs().sum(), rel_tol=1e-4)


def test_many_sentences_give_what_each_gives_alone(translator: Translator) -> None:
    texts = ["es war kalt", "ich habe eine katze gesehen", "kalt", SENTENCE]
    options = DecodeOptions(beam_size=3, length_normalisation="gnmt", alpha=0.6)
    progress: list[tuple[int, int]] = []
    found = translator.translate_all(
        texts, options, on_progress=lambda done, total: progress.append((done, total))
    )
    assert progress[-1] == (4, 4)
    for text, translation in zip(texts, found, strict=True):
        trace = translator.translate(text, options)
        assert translation.text == trace.translation
        assert translation.tokens == trace.hypotheses.lengths[0]
        assert translation.finished != trace.cut_off()
        assert translation.unknown == trace.unknown
        assert math.isclose(translation.score, trace.hypotheses.scores[0], rel_tol=1e-4)
        assert math.isclose(translation.log_prob, trace.hypotheses.log_probs[0], rel_tol=1e-4)


def test_an_empty_sentence_among_many_is_named(additive: Translator) -> None:
    with pytest.raises(InputError) as caught:
        additive.translate_all(["kalt", "\t"])
    assert caught.value.code == "line_empty"
    assert caught.value.facts["line"] == 2
    assert additive.translate_all([]) == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty_text"),
        (" \u200b", "empty_text"),
        ("\ufffd", "empty_text"),
        ("kalt " * 2000, "source_too_long"),
        ("x" * 20_001, "text_too_long"),
    ],
)
def test_bad_text_is_refused(additive: Translator, text: str, code: str) -> None:
    calls = (additive.translate, additive.read)
    for call in calls:
        with pytest.raises(InputError) as caught:
            call(text)
        assert caught.value.code == code


def test_a_typed_start_is_kept(translator: Translator) -> None:
    prefix = translator.prefix_ids("it was ")
    assert len(prefix) > 0
    assert translator.prefix_ids(" ") == ()
    options = DecodeOptions(beam_size=3, max_length=9, prefix=prefix)
    for sampling in (None, Sampling(temperature=3.0)):
        trace = translator.translate(SENTENCE, replace(options, sampling=sampling))
        check_trace(trace)
        for rank in range(len(trace.hypotheses)):
            assert trace.target(rank)[: len(prefix)] == prefix
            assert trace.hypotheses.texts[rank].startswith("it was")


def test_a_banned_word_is_not_said(translator: Translator) -> None:
    plain = translator.translate(SENTENCE, DecodeOptions(beam_size=2, max_length=8))
    banned = tuple(dict.fromkeys(token for token in plain.target() if token != 3))
    trace = translator.translate(SENTENCE, DecodeOptions(beam_size=2, max_length=8, banned=banned))
    check_trace(trace)
    for rank in range(len(trace.hypotheses)):
        assert not set(trace.target(rank)) & set(banned)
    assert set(banned) <= trace.vocabulary.keys()


def test_a_word_becomes_its_tokens(additive: Translator) -> None:
    tokens = additive.token_ids(" a ")
    assert {additive.target.tokenizer.piece(token) for token in tokens} <= {"a", "▁a"}
    assert len(tokens) >= 1
    with pytest.raises(InputError) as caught:
        additive.token_ids("cat katze")
    assert caught.value.code == "ban_many_tokens"
    assert caught.value.facts["text"] == "cat katze"


@pytest.mark.parametrize("options", [{"prefix": (9999,)}, {"banned": (9999,)}, {"banned": (-1,)}])
def test_tokens_that_the_vocabulary_lacks_are_refused(
    additive: Translator, options: dict[str, tuple[int, ...]]
) -> None:
    asked = DecodeOptions(**options)  # type: ignore[arg-type]  # a choice of two
    calls: tuple[Callable[[], object], ...] = (
        lambda: additive.translate("kalt", asked),
        lambda: additive.force("kalt", "cold", asked),
        lambda: additive.shift("kalt", (4, 3), asked),
        lambda: additive.translate_all(["kalt"], asked),
        lambda: additive.translate_all(["kalt"], replace(asked, n_best=2)),
    )
    for call in calls:
        with pytest.raises(InputError) as caught:
            call()
        assert caught.value.code == "token_unknown"
    with pytest.raises(InputError) as caught:
        additive.force_tokens("kalt", (9999,))
    assert caught.value.code == "token_unknown"


def test_what_is_typed_becomes_token_ids_where_it_is_translated(additive: Translator) -> None:
    typed = DecodeOptions(beam_size=2, max_length=8, prefix_text=" cat ", banned_words=("a", "t"))
    ids = tuple(token for word in ("a", "t") for token in additive.token_ids(word))
    given = replace(typed, prefix=(6,), banned=(ids[-1], 5))
    found = [additive.translate(SENTENCE, asked).options for asked in (typed, given)]
    assert [one.prefix for one in found] == [additive.prefix_ids("cat"), (6,)]
    assert [set(one.banned) for one in found] == [set(ids), {*ids, 5}]
    assert [(one.prefix_text, one.banned_words) for one in found] == [("", ())] * 2
    alone = additive.translate(SENTENCE, typed)
    assert additive.translate_all([SENTENCE], typed)[0].text == alone.translation
    with pytest.raises(ValueError, match="typed"):
        decode_beam(additive._model.model, alone.source.ids, typed)


def test_samples_are_translations_too(translator: Translator) -> None:
    options = DecodeOptions(beam_size=6, max_length=8, sampling=Sampling(temperature=2.0, seed=4))
    trace, again = (translator.translate(SENTENCE, options) for _ in range(2))
    check_trace(trace)
    assert same(trace, again)
    assert len(trace.hypotheses) == 6
    assert not same(trace, translator.translate(SENTENCE, replace(options, sampling=Sampling())))


ONE_BY_ONE: dict[str, DecodeOptions] = {
    "n_best": DecodeOptions(beam_size=3, n_best=3, max_length=6),
    "more than there are": DecodeOptions(beam_size=1, n_best=9, max_length=6),
    "samples": DecodeOptions(beam_size=3, n_best=2, max_length=6, sampling=Sampling(seed=2)),
    "coverage": DecodeOptions(beam_size=3, beta=0.4, max_length=6),
    "edit": DecodeOptions(max_length=6, interventions=(Intervention(kind="uniform"),)),
    "banned": DecodeOptions(beam_size=3, max_length=6, banned=(4, 5), min_length=4),
    "unknown": LaterOptions(beam_size=3, max_length=6, novelty=0.1),
}


@pytest.mark.parametrize("name", ONE_BY_ONE)
def test_many_sentences_with_any_options_give_what_each_gives_alone(
    additive: Translator, name: str
) -> None:
    options, texts = ONE_BY_ONE[name], ["es war kalt", "katze"]
    progress: list[tuple[int, int]] = []
    found = additive.translate_all(texts, options, on_progress=lambda *n: progress.append(n))
    assert progress[-1] == (2, 2)
    for text, best in zip(texts, found, strict=True):
        expected = additive.translate(text, options).hypotheses
        count = min(options.n_best, len(expected))
        ranked = (best, *best.alternatives)
        assert [each.text for each in ranked] == list(expected.texts[:count])
        assert [each.tokens for each in ranked] == expected.lengths[:count].tolist()
        for each, score in zip(ranked, expected.scores, strict=False):
            assert math.isclose(each.score, score, rel_tol=1e-4)


def test_a_shift_is_two_traces_of_one_target(additive: Translator) -> None:
    edit = Intervention(kind="mute", sources=(0,))
    ids = additive.translate(SENTENCE, DecodeOptions(max_length=6)).target()
    found = additive.shift(SENTENCE, ids, DecodeOptions(interventions=(edit,)))
    for trace in (found.plain, found.edited):
        check_trace(trace)
        assert trace.forced
        assert trace.target() == ids
    assert found.plain.options.interventions == ()
    assert found.edited.options.interventions == (edit,)
    assert found.edited.cross_attention is not None
    assert not found.edited.cross_attention[..., 0].any()
    assert len(found.kl) == len(found.total_variation) == len(ids)
    with pytest.raises(ValueError, match="read-only"):
        found.kl[0] = 1


def test_a_system_without_attention_says_so(folder: Path) -> None:
    translator = load("de-en/none-reversed", "cpu", folder)
    edit = Intervention(kind="uniform")
    for options in (DecodeOptions(beta=0.1), DecodeOptions(interventions=(edit,))):
        with pytest.raises(InputError) as caught:
            translator.translate("kalt", options)
        assert caught.value.code == "no_attention"


def test_a_bad_reference_is_refused(additive: Translator) -> None:
    for text, code in ((" ", "empty_target"), ("cold " * 600, "target_too_long")):
        with pytest.raises(InputError) as caught:
            additive.force("kalt", text)
        assert caught.value.code == code


@pytest.mark.parametrize(
    "text",
    ["😀", "مرحبا بالعالم", "<script>alert(1)</script>", "$x$ * [a](b)", "a\x00b", "\ud800a"],
)
def test_any_other_text_is_translated(translator: Translator, text: str) -> None:
    trace = translator.translate(text, DecodeOptions(beam_size=2, max_length=5))
    assert trace.search.steps <= 5
    check_trace(trace)


def test_options_are_passed_on_and_overridden(additive: Translator) -> None:
    options = DecodeOptions(beam_size=7, max_length=4, record_attention=False)
    trace = additive.translate("kalt", options, beam_size=2)
    expected = DecodeOptions(beam_size=2, max_length=4, record_attention=False)
    assert trace.options == replace(expected, rules=TargetRules(never=(additive.facts.unk,)))
    assert trace.cross_attention is None
    with pytest.raises(InputError):
        additive.translate("kalt", beam_size=65)


@pytest.mark.parametrize(
    "options",
    [
        DecodeOptions(beam_size=1),
        DecodeOptions(beam_size=5),
        DecodeOptions(beam_size=2, sampling=Sampling(temperature=5.0, seed=3)),
    ],
)
def test_no_target_holds_the_unknown_token(translator: Translator, options: DecodeOptions) -> None:
    for text in ("kalt", "es war sehr kalt", SENTENCE):
        trace = translator.translate(text, options)
        assert translator.facts.unk not in trace.search.candidate_tokens


def test_no_target_of_many_holds_the_unknown_token(translator: Translator) -> None:
    texts = ("kalt", "es war sehr kalt", SENTENCE)
    assert not any("⁇" in one.text for one in translator.translate_all(texts))


def test_a_search_reports_its_steps_and_can_be_cancelled(additive: Translator) -> None:
    steps: list[tuple[int, int]] = []

    def on_step(step: int, limit: int) -> None:
        steps.append((step, limit))
        if step == 2:
            raise DecodingCancelled

    with pytest.raises(DecodingCancelled):
        additive.translate("kalt", DecodeOptions(max_length=9), on_step=on_step)
    assert steps == [(0, 9), (1, 9), (2, 9)]


def test_memory_is_known_beforehand(translator: Translator) -> None:
    options = DecodeOptions(beam_size=3, stop="max_length")
    sizes: list[int] = []
    trace = translator.translate(SENTENCE, options, on_size=sizes.append)
    translator.translate(SENTENCE, replace(options, beam_size=30), on_size=sizes.append)
    assert held(trace) <= sizes[0] < sizes[1]
    forced = translator.force(SENTENCE, "it was", options, on_size=sizes.append)
    translator.shift(SENTENCE, forced.target(), options, on_size=sizes.append)
    encoder = 0 if forced.encoder_self_attention is None else forced.encoder_self_attention.nbytes
    assert sizes[2] == held(forced) + encoder
    assert sizes[3] > 2 * sizes[2]


def held(trace: Trace) -> int:
    """Bytes of a search."""
    found = (getattr(trace.search, field.name) for field in fields(trace.search))
    return sum(array.nbytes for array in found if isinstance(array, np.ndarray))


def test_threads_may_share_a_translator(translator: Translator) -> None:
    texts = ["es war kalt", "ich habe eine katze", "der hund", "katze"] * 2
    options = DecodeOptions(beam_size=2, max_length=8)
    gate = threading.Barrier(4)

    def translate(text: str) -> Trace:
        gate.wait()
        return translator.translate(text, options)

    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(translate, texts))
    alone = [translator.translate(text, options) for text in texts]
    assert all(same(left, right) for left, right in zip(together, alone, strict=True))


def test_devices(monkeypatch: pytest.MonkeyPatch) -> None:
    assert available_devices()[-1] == "cpu"
    assert choose_device("auto") == available_devices()[0]
    assert choose_device("cpu") == "cpu"
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    for name in ("cuda", "tpu", ""):
        with pytest.raises(InputError) as caught:
            choose_device(name)
        assert caught.value.code == "device_unavailable"
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert choose_device("auto") == "cuda"


def test_a_tokenizer_of_another_model_is_refused(folder: Path, tmp_path: Path) -> None:
    root = write_tiny_models(tmp_path)
    other = (PRETRAINED / "de-en/source.model").read_bytes()
    (root / "de-en/source.model").write_bytes(other)
    with pytest.raises(ModelError) as caught:
        load("de-en/dot", "cpu", root)
    assert caught.value.code == "file_corrupt"
    assert "source.model" in str(caught.value)


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        (
            "de-en/transformer",
            "Ich habe eine Katze auf einer Matte gesehen.",
            "I saw a cat on a mat.",
        ),
        ("zh-en/dot", "我喜欢猫。", "I like cats."),
    ],
)
def test_a_shipped_model_translates(name: str, text: str, expected: str) -> None:
    translator = load(name, "cpu", PRETRAINED)
    trace = translator.translate(text)
    assert trace.translation == expected
    forced = translator.force(text, expected)
    assert forced.target() == trace.target()
    assert math.isclose(forced.hypotheses.log_probs[0], trace.hypotheses.log_probs[0], rel_tol=1e-4)
    attention = trace.cross_attention
    assert attention is not None
    np.testing.assert_allclose(attention.sum(-1), 1, atol=1e-4)
    assert attention.shape[2:] == (len(trace.target()), len(trace.source.ids))
