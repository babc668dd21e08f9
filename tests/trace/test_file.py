import base64
import copy
import gzip
import json
from collections.abc import Callable
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqviz.aligned import Alignment
from seqviz.errors import InputError
from seqviz.options import DecodeOptions, Sampling, TargetRules
from seqviz.options.intervention import Intervention
from seqviz.trace import Trace
from seqviz.trace import file as tracefile
from seqviz.trace.file import read_trace, trace_from_bytes, trace_to_bytes, write_trace
from tests.fixtures import toy_traces as toy

Document = dict[str, Any]
EDITS = (
    Intervention(kind="mute", sources=(0, 2), steps=(1,)),
    Intervention(kind="set", weights=(0.25, 0.5, 0.25, 0.0), heads=((0, 0),)),
    Intervention(kind="sharpen", temperature=0.5),
    Intervention(kind="shuffle", seed=2**31 - 1),
)
ALIGNMENT = Alignment(
    layer=0,
    head=0,
    measure="norm",
    row="fed",
    error_rate=0.25,
    precision=0.8,
    recall=0.75,
    lowest=0.24,
    gold="de-en.tsv",
    pairs=79,
)


def full_trace() -> Trace:
    """Every option and column that there is."""
    plain = toy.rnn_trace()
    fates = plain.search.candidate_fates
    return replace(
        plain,
        options=DecodeOptions(
            beam_size=2,
            max_length=3,
            beta=0.3,
            min_length=2,
            n_best=2,
            prefix=(4,),
            banned=(5, 7),
            sampling=Sampling(temperature=0.7, top_k=3, top_p=0.9, seed=5),
            interventions=EDITS,
            source_language="deu_Latn",
            target_language="zh",
            instruction="translate <b>this</b>: ",
            rules=TargetRules(start=0, first=4, ends=True, never=(0, 1)),
        ),
        search=replace(
            plain.search,
            candidate_ranks=np.where(fates > 0, 1 + np.arange(4, dtype=np.int32), -1).astype("i4"),
            kept_counts=np.array([[3, -1], [2, 1], [3, 3]], np.int32),
            kept_mass=np.array([[0.96, np.nan], [0.95, 0.7], [1, 1]], np.float32),
        ),
        hypotheses=replace(plain.hypotheses, coverage_terms=np.array([-0.5, 0, -2], np.float32)),
        model=replace(plain.model, revision="3f1d", alignment=ALIGNMENT),
        notices=("out_of_memory",),
        stopped_by="finished",
    )


TRACES = {
    "everything": full_trace(),
    "rnn": toy.rnn_trace(),
    "no attention": toy.rnn_trace(attention=False),
    "greedy": toy.greedy_trace(),
    "transformer": toy.transformer_trace(),
}


def assert_same(found: Trace, expected: Trace) -> None:
    plain = ("source", "model", "options", "vocabulary", "device", "stopped_by", "forced")
    for name in (*plain, "notices"):
        assert getattr(found, name) == getattr(expected, name)
    assert found.milliseconds == expected.milliseconds
    assert found.precision == expected.precision
    assert found.hypotheses.texts == expected.hypotheses.texts
    for part in ("search", "hypotheses"):
        for field in fields(getattr(expected, part)):
            left = getattr(getattr(found, part), field.name)
            right = getattr(getattr(expected, part), field.name)
            assert type(left) is type(right)
            if isinstance(right, np.ndarray):
                assert left.dtype == right.dtype
                np.testing.assert_array_equal(left, right)
    if expected.encoder_self_attention is None:
        assert found.encoder_self_attention is None
    else:
        assert found.encoder_self_attention is not None
        np.testing.assert_array_equal(found.encoder_self_attention, expected.encoder_self_attention)


@pytest.mark.parametrize("trace", TRACES.values(), ids=TRACES)
@pytest.mark.parametrize("name", ["trace.json", "trace.json.gz"])
def test_a_round_trip_is_exact(trace: Trace, name: str, tmp_path: Path) -> None:
    write_trace(trace, tmp_path / name)
    assert_same(read_trace(tmp_path / name), trace)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_half_precision_touches_only_what_is_large() -> None:
    trace = toy.transformer_trace()
    whole = trace_to_bytes(trace)
    half = trace_to_bytes(trace, half_precision=True)
    found = trace_from_bytes(half, name="half")
    assert len(half) < len(whole)
    np.testing.assert_array_equal(
        found.search.candidate_cumulative, trace.search.candidate_cumulative
    )
    np.testing.assert_array_equal(found.hypotheses.scores, trace.hypotheses.scores)
    assert found.cross_attention is not None
    assert trace.cross_attention is not None
    assert found.cross_attention.dtype == np.float32
    np.testing.assert_allclose(found.cross_attention, trace.cross_attention, atol=1e-3)
    assert (found.cross_attention != trace.cross_attention).any()


def test_arrays_of_a_read_trace_are_read_only() -> None:
    found = trace_from_bytes(trace_to_bytes(toy.rnn_trace()), name="x")
    with pytest.raises(ValueError, match="read-only"):
        found.search.candidate_tokens[0, 0] = 1


def document(name: str = "transformer") -> Document:
    content: Document = json.loads(trace_to_bytes(TRACES[name]))
    return content


def refusal(content: bytes) -> InputError:
    with pytest.raises(InputError) as caught:
        trace_from_bytes(content, name="stranger.json")
    assert "stranger.json" in str(caught.value)
    assert "\n" not in str(caught.value)
    return caught.value


def put(*path: str | int, value: Any) -> Callable[[Document], None]:
    def change(content: Document) -> None:
        place: Any = content
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = value

    return change


def numbers(values: list[int], shape: list[int], dtype: str = "int32") -> Document:
    data = np.array(values, dtype).tobytes()
    return {"dtype": dtype, "shape": shape, "data": base64.b64encode(data).decode()}


def of_search(name: str, wrong: int) -> Callable[[Document], None]:
    """Make every number of a column of the search the same wrong one."""

    def change(content: Document) -> None:
        column = content["search"][name]
        size = int(np.prod(column["shape"]))
        content["search"][name] = numbers([wrong] * size, column["shape"], column["dtype"])

    return change


def filled(part: str | None, name: str, number: float) -> Callable[[Document], None]:
    """Make every number of a column the same wrong one."""

    def change(content: Document) -> None:
        column = (content[part] if part else content)[name]
        data = np.full(column["shape"], number, np.float32).tobytes()
        column |= {"data": base64.b64encode(data).decode(), "dtype": "float32"}

    return change


def without_source_tokens(content: Document) -> None:
    content["source"] |= {"ids": [], "pieces": [], "spans": []}
    content["encoder_self_attention"] = None
    for name in ("cross_attention", "raw_scores"):
        content["search"][name] = None


NAN, INF = float("nan"), float("inf")

HOSTILE: dict[str, Callable[[Document], None]] = {
    "source is text": put("source", value="x"),
    "null source": put("source", value=None),
    "text is a number": put("source", "text", value=1),
    "span outside": put("source", "spans", 0, value=[0, 10**9]),
    "span backwards": put("source", "spans", 0, value=[3, 1]),
    "span of text": put("source", "spans", 0, value=["0", "1"]),
    "one piece too few": put("source", "pieces", value=[]),
    "huge id": put("source", "ids", 0, value=10**30),
    "layers is true": put("model", "layers", value=True),
    "no layers": put("model", "layers", value=0),
    "parameters without end": put("model", "parameters", value=10**400),
    "parameters below zero": put("model", "parameters", value=-1),
    "no source tokens": without_source_tokens,
    "other layers": put("model", "layers", value=7),
    "beam of a thousand": put("options", "beam_size", value=1000),
    "beam is text": put("options", "beam_size", value="5"),
    "alpha is infinite": put("options", "alpha", value=float("inf")),
    "unknown stop": put("options", "stop", value="never"),
    "lying shape": put("search", "entropies", "shape", value=[10**9, 10**9]),
    "shape with nothing": put("search", "entropies", "shape", value=[0, 10**30]),
    "negative shape": put("search", "entropies", "shape", value=[-1, -1]),
    "shape of text": put("search", "entropies", "shape", value="12"),
    "too few axes": put("search", "entropies", "shape", value=[1]),
    "objects": put("search", "entropies", "dtype", value="object"),
    "integers as floats": put("search", "candidate_tokens", "dtype", value="float32"),
    "no base64": put("search", "entropies", "data", value="!!!"),
    "cut base64": put("search", "entropies", "data", value="AAA"),
    "missing column": put("search", "candidate_tokens", value=None),
    "cycle": of_search("candidate_slots", 0),
    "slot outside": of_search("candidate_slots", 99),
    "parent outside": of_search("candidate_parents", -5),
    "token unknown": of_search("candidate_tokens", 12345),
    "fate unknown": of_search("candidate_fates", 77),
    "nothing there": of_search("candidate_fates", 0),
    "texts missing": put("hypotheses", "texts", value=[]),
    "texts of numbers": put("hypotheses", "texts", value=[1, 2]),
    "attention of other length": put(
        "search", "raw_scores", value=numbers([0, 0], [1, 1, 2], "float32")
    ),
    "self-attention too short": put("search", "self_attention", value=numbers([0], [1], "float32")),
    "vocabulary of words": put("vocabulary", value={"x": "y"}),
    "vocabulary of long numbers": put("vocabulary", value={"9" * 5000: "y"}),
    "vocabulary empty": put("vocabulary", value={}),
    "an unknown precision": put("precision", value="float8"),
    "milliseconds is null": put("milliseconds", value=None),
    "milliseconds too large": put("milliseconds", value=10**400),
    "format is text": put("format", value="1"),
    "format is missing": lambda content: content.pop("format"),
    "device is missing": lambda content: content.pop("device"),
    "forced is a number": put("forced", value=1),
    "stopped by nobody": put("stopped_by", value="nobody"),
    "half a character in the source": put("source", "text", value="x" * 9 + "\ud800"),
    "half a character in a piece": put("source", "pieces", 0, value="\udfff"),
    "half a character in a name": put("model", "name", value="\ud800"),
    "half a character in a translation": put("hypotheses", "texts", 0, value="\ud800"),
    "half a character in the vocabulary": put("vocabulary", "4", value="\ud800"),
    "a source without end": put("source", "text", value="x" * 200_001),
    "heads without number": put("model", "heads", value=10**9),
    "scores of no number": filled("hypotheses", "scores", NAN),
    "scores without end": filled("hypotheses", "scores", -INF),
    "sums of no number": filled("hypotheses", "log_probs", NAN),
    "a divisor of 0": filled("hypotheses", "normalisers", 0),
    "coverage to be glad of": filled("hypotheses", "coverage_terms", 0.5),
    "candidates of no number": filled("search", "candidate_log_probs", NAN),
    "candidates that cannot be": filled("search", "candidate_cumulative", -INF),
    "candidates more than certain": filled("search", "candidate_log_probs", 1),
    "next tokens more than certain": filled("search", "next_log_probs", 1e38),
    "entropies without end": filled("search", "entropies", INF),
    "attention of no number": filled("search", "cross_attention", NAN),
    "attention below 0": filled("search", "cross_attention", -1),
    "attention above 1": filled("search", "self_attention", 1.5),
    "attention of the encoder above 1": filled(None, "encoder_self_attention", 1.5),
}


def test_more_steps_than_any_search_makes_are_refused() -> None:
    content = document()
    search = content["search"]
    for name, column in search.items():
        if column is not None and name != "self_attention":
            size = int(np.prod(column["shape"][1:]))
            shape = [5_000, *column["shape"][1:]]
            search[name] = numbers([0] * 5_000 * size, shape, column["dtype"])
    assert "steps" in str(refusal(json.dumps(content).encode()))


def test_many_small_values_are_refused_before_they_take_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tracefile, "MAX_VALUES", 1_000)
    assert trace_from_bytes(trace_to_bytes(toy.rnn_trace()), name="x")
    assert "1000 values" in str(refusal(b'{"format": 1, "x": [' + b"[]," * 1_000 + b"[]]}"))


def test_a_reader_may_set_a_lower_limit() -> None:
    content = trace_to_bytes(toy.rnn_trace())
    assert trace_from_bytes(content, name="x", most_bytes=2**20)
    with pytest.raises(InputError, match="more than 1 MB"):
        trace_from_bytes(gzip.compress(bytes(2**21)), name="x", most_bytes=2**20)


@pytest.mark.parametrize("change", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_is_refused(change: Callable[[Document], None]) -> None:
    content = document()
    change(content)
    assert refusal(json.dumps(content).encode()).code == "trace_invalid"


HOSTILE_NEW: dict[str, Callable[[Document], None]] = {
    "beta is text": put("options", "beta", value="0.3"),
    "beta too large": put("options", "beta", value=1e300),
    "min_length beyond max_length": put("options", "min_length", value=4),
    "min_length is true": put("options", "min_length", value=True),
    "n_best of a thousand": put("options", "n_best", value=1000),
    "prefix is text": put("options", "prefix", value="4"),
    "prefix is null": put("options", "prefix", value=None),
    "prefix of huge numbers": put("options", "prefix", value=[2**31]),
    "prefix of fractions": put("options", "prefix", value=[0.5]),
    "prefix too long": put("options", "prefix", value=[4] * 513),
    "prefix unknown": put("options", "prefix", value=[1234]),
    "banned of truths": put("options", "banned", value=[True]),
    "banned negative": put("options", "banned", value=[-4]),
    "banned unknown": put("options", "banned", value=[1234]),
    "sampling is a list": put("options", "sampling", value=[]),
    "sampling without a seed": lambda content: content["options"]["sampling"].pop("seed"),
    "sampling at temperature 0": put("options", "sampling", "temperature", value=0),
    "sampling of nothing": put("options", "sampling", "top_p", value=0.0),
    "top_k is a fraction": put("options", "sampling", "top_k", value=1.5),
    "edits are an object": put("options", "interventions", value={}),
    "edits of numbers": put("options", "interventions", value=[1]),
    "too many edits": lambda content: content["options"]["interventions"].extend([_edit()] * 33),
    "edit of an unknown kind": put("options", "interventions", 0, "kind", value="melt"),
    "edit without steps": lambda content: content["options"]["interventions"][0].pop("steps"),
    "edit of half a head": put("options", "interventions", 1, "heads", value=[[0]]),
    "edit of heads by name": put("options", "interventions", 1, "heads", value=[["0", "0"]]),
    "edit of no head here": put("options", "interventions", 1, "heads", value=[[0, 1]]),
    "edit of no layer here": put("options", "interventions", 1, "heads", value=[[1, 0]]),
    "edit of no source here": put("options", "interventions", 0, "sources", value=[4]),
    "edit row too short": put("options", "interventions", 1, "weights", value=[1.0]),
    "edit row of text": put("options", "interventions", 1, "weights", value=["1"]),
    "edit row too large": put("options", "interventions", 1, "weights", value=[10**400]),
    "mute without sources": put("options", "interventions", 0, "sources", value=[]),
    "language is a number": put("options", "target_language", value=1),
    "instruction too long": put("options", "instruction", value="x" * 201),
    "rules are a list": put("options", "rules", value=[]),
    "rules without an end": lambda content: content["options"]["rules"].pop("ends"),
    "rule of a fraction": put("options", "rules", "first", value=0.5),
    "rule below nothing": put("options", "rules", "start", value=-1),
    "rule of nothing": put("options", "rules", "never", value=None),
    "ranks too few": put("search", "candidate_ranks", value=numbers([1], [1, 1])),
    "ranks of zero": of_search("candidate_ranks", 0),
    "ranks as floats": put("search", "candidate_ranks", "dtype", value="float32"),
    "counts below nothing": of_search("kept_counts", -2),
    "counts for other slots": put("search", "kept_counts", value=numbers([1, 1, 1], [3, 1])),
    "counts without mass": put("search", "kept_mass", value=None),
    "mass without counts": put("search", "kept_counts", value=None),
    "mass above 1": of_search("kept_mass", 2),
    "mass below 0": of_search("kept_mass", -1),
    "states of no number": filled("search", "decoder_states", NAN),
    "norms without end": filled("search", "context_norms", INF),
    "raw scores of no number": filled("search", "raw_scores", NAN),
    "coverage too short": put("hypotheses", "coverage_terms", value=numbers([], [0], "float32")),
    "coverage is null": put("hypotheses", "coverage_terms", value=None),
    "notices are text": put("notices", value="out_of_memory"),
    "notices of numbers": put("notices", value=[1]),
    "notice unknown": put("notices", value=["<b>x</b>"]),
}


def _edit() -> Document:
    found: Document = document("everything")["options"]["interventions"][2]
    return found


@pytest.mark.parametrize("change", HOSTILE_NEW.values(), ids=HOSTILE_NEW)
def test_a_hostile_value_of_a_newer_format_is_refused(change: Callable[[Document], None]) -> None:
    content = document("everything")
    change(content)
    assert refusal(json.dumps(content).encode()).code == "trace_invalid"


@pytest.mark.parametrize("key", [*sorted(asdict(TRACES["rnn"])), "format"])
def test_every_key_is_needed(key: str) -> None:
    content = document()
    del content[key]
    if key in ("encoder_self_attention", "notices", "precision"):
        assert trace_from_bytes(json.dumps(content).encode(), name="x")
    else:
        assert refusal(json.dumps(content).encode()).code == "trace_invalid"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"null",
        b"{",
        b"\xff\xfe",
        b"\x80abc",
        b"[" * 100_000,
        b'{"format": 1e999}',
        b'{"format": NaN}',
        b'{"format": ' + b"9" * 5000 + b"}",
        b"\x1f\x8b nonsense",
        gzip.compress(b"{}" * 1000, mtime=0)[:-9],
        gzip.compress(b"{}", mtime=0) + b"more",
    ],
)
def test_what_is_no_json_is_refused(content: bytes) -> None:
    assert refusal(content).code == "trace_invalid"


def test_a_later_format_is_named() -> None:
    content = document()
    content["format"] = tracefile.FORMAT + 1
    error = refusal(json.dumps(content).encode())
    assert error.code == "trace_version"
    assert error.facts["found"] == tracefile.FORMAT + 1


def test_a_bomb_is_unpacked_only_so_far(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tracefile, "MAX_BYTES", 2**20)
    assert "1 MB" in str(refusal(gzip.compress(bytes(2**21))))
    assert "1 MB" in str(refusal(bytes(2**20 + 1)))


def test_what_could_not_be_read_again_is_not_written(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tracefile, "MAX_BYTES", 2**10)
    with pytest.raises(InputError) as caught:
        write_trace(toy.transformer_trace(), tmp_path / "trace.json")
    assert caught.value.code == "too_much_memory"
    assert not list(tmp_path.iterdir())


GOOD = trace_to_bytes(full_trace())


@given(st.integers(0, len(GOOD) - 1), st.integers(0, 255))
def test_one_wrong_byte_never_escapes_as_a_traceback(place: int, byte: int) -> None:
    content = GOOD[:place] + bytes([byte]) + GOOD[place + 1 :]
    try:
        trace = trace_from_bytes(content, name="x")
    except InputError as error:
        assert error.code in ("trace_invalid", "trace_version")
    else:
        for rank in range(len(trace.hypotheses)):
            assert len(trace.target_pieces(rank)) == trace.hypotheses.lengths[rank]


DOCUMENTS = (document(), document("everything"))


@given(st.data())
def test_one_value_of_another_kind_never_escapes_as_a_traceback(data: st.DataObject) -> None:
    content = copy.deepcopy(data.draw(st.sampled_from(DOCUMENTS)))
    place: Any = content
    while True:
        keys = sorted(place) if isinstance(place, dict) else range(len(place))
        key = data.draw(st.sampled_from(keys))
        deeper = isinstance(place[key], dict | list) and len(place[key]) > 0
        if not deeper or data.draw(st.booleans()):
            break
        place = place[key]
    place[key] = data.draw(st.sampled_from([None, True, -1, 2**70, 0.5, "", "x", [], {}, [[]]]))
    try:
        trace_from_bytes(json.dumps(content).encode(), name="x")
    except InputError as error:
        assert error.code in ("trace_invalid", "trace_version")


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none.json", tmp_path):
        with pytest.raises(InputError) as caught:
            read_trace(path)
        assert caught.value.code == "file_unreadable"


@pytest.mark.parametrize("name", ["none/trace.json", "file/trace.json", ".", "x" * 300 + ".json"])
def test_a_file_that_cannot_be_written_is_named(name: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError) as caught:
        write_trace(toy.rnn_trace(), tmp_path / name)
    assert caught.value.code == "file_unwritable"
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_file_that_is_there_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "trace.json"
    path.write_text("old")
    write_trace(toy.rnn_trace(), path)
    assert read_trace(path).translation == toy.rnn_trace().translation


def test_a_given_target_may_hold_what_was_ruled_out() -> None:
    content = document("rnn") | {"forced": True, "stopped_by": "forced"}
    for part, name in (("search", "candidate_log_probs"), ("hypotheses", "scores")):
        filled(part, name, -INF)(content)
    found = trace_from_bytes(json.dumps(content).encode(), name="x")
    assert np.isneginf(found.hypotheses.scores).all()
    content["forced"] = False
    assert refusal(json.dumps(content).encode()).code == "trace_invalid"


DATA = Path(__file__).parents[1] / "data"


def test_a_file_of_format_1_still_opens() -> None:
    trace = read_trace(DATA / "format-1.json")
    expected = toy.rnn_trace()
    assert trace.options == expected.options
    assert trace.options.beta == 0
    assert trace.hypotheses.texts == expected.hypotheses.texts
    assert trace.hypotheses.coverage_terms.tolist() == [0, 0, 0]
    assert trace.search.candidate_ranks is None
    assert trace.notices == ()
    np.testing.assert_array_equal(trace.search.candidate_tokens, expected.search.candidate_tokens)


def test_a_file_of_format_2_still_opens_and_holds_the_same() -> None:
    trace = read_trace(DATA / "format-2.json")
    assert json.loads((DATA / "format-2.json").read_bytes())["format"] == 2
    now = full_trace()
    before = replace(
        now.options, rules=TargetRules(), source_language="", target_language="", instruction=""
    )
    model = replace(now.model, revision="", alignment=None)
    assert_same(trace, replace(now, model=model, options=before))


def test_a_file_of_format_3_still_opens_and_holds_the_same() -> None:
    trace, now = read_trace(DATA / "format-3.json"), full_trace()
    assert json.loads((DATA / "format-3.json").read_bytes())["format"] == 3
    assert_same(trace, replace(now, model=replace(now.model, alignment=None)))


@pytest.mark.parametrize(
    "change",
    [
        *({"layer": layer} for layer in (1, -1, True)),
        *({"head": 1}, {"row": "next"}, {"measure": ["norm"]}, {"pairs": 1.5}, {"recall": 2}),
        *({"error_rate": "0"}, {"gold": None}, {"extra": 1}),
    ],
)
def test_an_alignment_that_cannot_be_is_refused(change: Document) -> None:
    content = json.loads(trace_to_bytes(full_trace()))
    content["model"]["alignment"] |= change
    with pytest.raises(InputError, match="alignment"):
        trace_from_bytes(json.dumps(content).encode(), name="x.json")


def test_a_compressed_file_of_format_2_with_half_the_digits_still_opens() -> None:
    trace = read_trace(DATA / "format-2-half.json.gz")
    expected = toy.random_trace(7, 4, 2, layers=2, heads=2, source_length=4)
    assert trace.target_pieces() == expected.target_pieces()
    np.testing.assert_allclose(trace.hypotheses.scores, expected.hypotheses.scores, rtol=1e-6)
    pairs = (
        (trace.search.cross_attention, expected.search.cross_attention),
        (trace.search.self_attention, expected.search.self_attention),
        (trace.encoder_self_attention, expected.encoder_self_attention),
    )
    for found, wanted in pairs:
        assert found is not None
        assert wanted is not None
        np.testing.assert_allclose(found, wanted, atol=1e-3)


def test_two_prefixes_in_one_slot_are_refused() -> None:
    plain = toy.rnn_trace()
    one = np.where(plain.search.candidate_slots >= 0, 0, -1).astype(np.int32)
    search = replace(
        plain.search,
        candidate_slots=one,
        candidate_parents=np.zeros_like(plain.search.candidate_parents),
    )
    content = trace_to_bytes(replace(plain, search=search))
    with pytest.raises(InputError) as caught:
        trace_from_bytes(content, name="shared.json")
    assert "share a slot" in str(caught.value)
