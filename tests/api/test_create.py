"""Every endpoint of a real server: equal to the Translator, and clear to whoever asks wrongly."""

import contextlib
import gzip
import json
import socket
import threading
import time
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

import seqviz
from seqviz.api.limits import Limits
from seqviz.api.sending import Room
from seqviz.api.shelf import Shelf
from seqviz.errors import InputError
from seqviz.options import DecodeOptions
from seqviz.server.rate import RateLimit
from seqviz.trace import Trace
from seqviz.trace.file import trace_from_bytes, trace_to_bytes, write_trace
from seqviz.translator import Translator
from tests.fixtures import rude_sender
from tests.fixtures.api_server import DATE, SECONDS, SYSTEM, Answer, ask, serving

ONE = {"model": SYSTEM, "text": DATE}


@pytest.fixture(scope="module")
def local() -> Translator:
    return seqviz.load(SYSTEM, device="cpu")


def counts_of(address: str) -> str:
    return ask(address, "/metrics").content.decode()


def decoded_at(address: str) -> float:
    """How many sentences a server has decoded."""
    name = "seqviz_decoded_sentences_sum "
    return next(
        float(line.removeprefix(name))
        for line in counts_of(address).splitlines()
        if line.startswith(name)
    )


def connected(address: str) -> socket.socket:
    host, _, port = urlsplit(address).netloc.partition(":")
    return socket.create_connection((host, int(port)), timeout=SECONDS)


def same_time(trace: Trace, other: Trace) -> Trace:
    """A trace with the time that another took: all else is to be equal to the last byte."""
    return replace(trace, milliseconds=other.milliseconds)


def test_a_sentence_is_translated_as_here(address: str, local: Translator) -> None:
    found = ask(address, "/v1/translate", {**ONE, "beam_size": 3})
    assert found.status == 200
    expected = local.translate_all([DATE], DecodeOptions(beam_size=3))[0]
    translation = found.json["translation"]
    assert translation["text"] == expected.text == "2021-03-05"
    assert translation["log_prob"] == expected.log_prob
    assert translation["confidence"] == expected.confidence


def test_several_sentences_come_back_in_their_order(address: str, local: Translator) -> None:
    texts = [DATE, "1 January 1999", "12 December 2012"]
    found = ask(address, "/v1/translate", {"model": SYSTEM, "texts": texts, "n_best": 2})
    expected = local.translate_all(texts, DecodeOptions(n_best=2))
    assert [one["text"] for one in found.json["translations"]] == [one.text for one in expected]
    assert [len(one["alternatives"]) for one in found.json["translations"]] == [1, 1, 1]


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"beam_size": 2, "alpha": 0.5, "record_attention": False},
        {"prefix_text": "2020", "banned_words": ["3"]},
        {"sampling": {"top_k": 3, "seed": 7}, "beam_size": 2},
        {"interventions": [{"kind": "mute", "sources": [1]}]},
    ],
)
def test_a_trace_is_that_of_the_translator_byte_for_byte(
    address: str, local: Translator, options: dict[str, object]
) -> None:
    found = ask(address, "/v1/trace", {**ONE, **options})
    assert (found.status, found.headers["content-type"]) == (200, "application/json")
    trace = trace_from_bytes(found.plain, name="the answer")
    from_json = {
        name: tuple(value) if isinstance(value, list) else value for name, value in options.items()
    }
    if "sampling" in options:
        from_json["sampling"] = seqviz.options.Sampling(top_k=3, seed=7)
    if "interventions" in options:
        edit = seqviz.options.intervention.Intervention(kind="mute", sources=(1,))
        from_json["interventions"] = (edit,)
    expected = local.translate(DATE, DecodeOptions(**from_json))  # type: ignore[arg-type]  # of JSON
    assert found.plain == trace_to_bytes(same_time(expected, trace))


def test_a_packed_trace_is_the_file_on_disk(address: str, tmp_path: Path) -> None:
    packed = ask(address, "/v1/trace", ONE, {"accept-encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    write_trace(trace_from_bytes(packed.plain, name="the answer"), tmp_path / "trace.json.gz")
    assert packed.content == (tmp_path / "trace.json.gz").read_bytes()


def test_a_trace_that_is_known_is_not_sent_again(address: str) -> None:
    first = ask(address, "/v1/trace", ONE)
    tag = first.headers["etag"]
    again = ask(address, "/v1/trace", ONE, {"if-none-match": tag})
    assert (again.status, again.content, again.headers["etag"]) == (412, b"", tag)
    packed = ask(address, "/v1/trace", ONE, {"if-none-match": tag, "accept-encoding": "gzip"})
    assert packed.status == 412
    other = ask(address, "/v1/trace", {**ONE, "beam_size": 1}, {"if-none-match": tag})
    assert other.status == 200
    assert other.headers["etag"] != tag


def lines_of(answer: Answer) -> list[dict[str, object]]:
    return [json.loads(line) for line in answer.plain.splitlines()]


@pytest.mark.parametrize("packs", [False, True])
def test_a_stream_has_the_texts_before_the_record(address: str, *, packs: bool) -> None:
    headers = {"accept": "application/x-ndjson", **({"accept-encoding": "gzip"} if packs else {})}
    found = ask(address, "/v1/trace", {**ONE, "beam_size": 4}, headers)
    assert found.headers["content-type"] == "application/x-ndjson"
    *_, result, trace = lines_of(found)
    assert (result["event"], trace["event"]) == ("result", "trace")
    hypotheses = result["hypotheses"]
    assert isinstance(hypotheses, list)
    assert hypotheses[0]["text"] == "2021-03-05"
    last = found.plain.splitlines()[-1]
    content = last.partition(b', "trace": ')[2][:-1]
    assert content == ask(address, "/v1/trace", {**ONE, "beam_size": 4}).plain


def test_a_stream_tells_each_step(address: str) -> None:
    asked = {**ONE, "text": "6 July 2007"}
    found = ask(address, "/v1/trace", asked, {"accept": "application/x-ndjson"})
    assert any(line["event"] == "progress" and "step" in line for line in lines_of(found))


def test_what_a_stream_refuses_at_once_has_a_status(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("seqviz.api.answers.LOOK_SECONDS", 60.0)  # on a busy machine, too
    headers = {"accept": "application/x-ndjson"}
    found = ask(address, "/v1/trace", {**ONE, "text": " "}, headers)
    assert (found.status, found.code) == (422, "empty_text")


def test_a_given_translation_is_scored_as_here(address: str, local: Translator) -> None:
    found = ask(address, "/v1/force", {**ONE, "target": "2021-05-03"})
    trace = trace_from_bytes(found.plain, name="the answer")
    expected = local.force(DATE, "2021-05-03")
    assert found.plain == trace_to_bytes(same_time(expected, trace))
    by_tokens = ask(address, "/v1/force", {**ONE, "target_ids": list(expected.target())})
    assert trace_from_bytes(by_tokens.plain, name="the answer").target() == expected.target()


def test_models_are_listed_without_their_places(address: str, shelf: Shelf) -> None:
    found = ask(address, "/v1/models").json
    assert [one["name"] for one in found["models"]] == [
        entry.name for entry in shelf.catalogue().entries
    ]
    assert str(shelf.catalogue().folder) not in json.dumps(found)


def test_a_server_is_ready_after_its_first_decoding(address: str) -> None:
    until = time.monotonic() + 60
    while ask(address, "/readyz").status == 503 and time.monotonic() < until:
        time.sleep(0.2)
    assert ask(address, "/readyz").json == {"ready": True}


def test_a_server_without_models_is_not_ready(tmp_path: Path) -> None:
    with serving(Shelf(tmp_path, device="cpu")) as empty:
        assert ask(empty, "/readyz").status == 503
        assert ask(empty, "/v1/models").json == {"models": [], "broken": []}


def test_what_is_asked_is_counted(address: str) -> None:
    ask(address, "/v1/translate", {**ONE, "texts": ["x"]})
    ask(address, "/v1/trace", {**ONE, "text": "7 July 2007"})
    counts = counts_of(address)
    assert 'seqviz_refusals_total{code="request_wrong"}' in counts
    assert 'seqviz_requests_total{kind="trace",status="200"}' in counts
    assert "seqviz_queue_length 0.0" in counts
    ask(address, f"/v1/models/{SYSTEM}")
    assert 'kind="model",status="200"' in counts_of(address)
    assert "July" not in counts


# What is refused

REFUSED: list[tuple[object, int, str]] = [
    (b"beam", 400, "request_no_json"),
    (b"[1]", 400, "request_no_json"),
    (b"\xff\xfe{}", 400, "request_no_json"),
    (b'{"model": NaN}', 400, "request_no_json"),
    (b"[" * 100_000, 400, "request_no_json"),
    (b'{"beam_size": ' + b"9" * 5000 + b"}", 400, "request_no_json"),
    ({"text": DATE}, 422, "request_wrong"),
    ({**ONE, "beem_size": 5}, 422, "request_unknown"),
    ({**ONE, "rules": {}}, 422, "request_unknown"),
    ({**ONE, "beam_size": 10_000}, 422, "option_out_of_range"),
    ({**ONE, "beam_size": "5"}, 422, "request_wrong"),
    ({**ONE, "beam_size": True}, 422, "request_wrong"),
    ({**ONE, "stop": "never"}, 422, "option_unknown"),
    ({**ONE, "stop": "\ud800"}, 422, "option_unknown"),
    ({**ONE, "\ud800": 1}, 422, "request_unknown"),
    ({**ONE, "sampling": {"\ud800": 1}}, 422, "request_wrong"),
    (b'{"model": "date-iso/dot", "text": "1", "alpha": 1e999}', 422, "option_out_of_range"),
    ({**ONE, "text": 5}, 422, "request_wrong"),
    ({**ONE, "text": ["a"]}, 422, "request_wrong"),
    ({**ONE, "text": ""}, 422, "empty_text"),
    ({**ONE, "text": "a" * 10**6}, 422, "text_too_long"),
    ({**ONE, "text": "\ud800"}, 422, "request_wrong"),
    ({**ONE, "text": "a" * 3 * 10**6}, 413, "request_large"),
    ({**ONE, "prefix": [10**30]}, 422, "token_unknown"),
    ({**ONE, "banned": list(range(100_000))}, 422, "option_out_of_range"),
    ({**ONE, "interventions": [{"kind": "uniform"}] * 20_000}, 422, "option_out_of_range"),
    ({**ONE, "interventions": [{"kind": "set", "weights": [1.0] * 99}]}, 422, "edit_row_length"),
    ({**ONE, "beam_size": 64, "max_length": 512}, 422, "too_much_work"),
    ({**ONE, "model": "../../etc"}, 404, "model_not_served"),
    ({**ONE, "model": "date-iso/dots"}, 404, "model_not_served"),
    ({**ONE, "model": "/"}, 404, "model_not_served"),
]


@pytest.mark.parametrize(("body", "status", "code"), REFUSED)
def test_a_bad_request_gets_one_clear_answer(
    address: str, body: dict[str, object] | bytes, status: int, code: str
) -> None:
    found = ask(address, "/v1/trace", body)
    assert (found.status, found.code) == (status, code)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"model": SYSTEM}, "request_wrong"),
        ({**ONE, "texts": [DATE]}, "request_wrong"),
        ({"model": SYSTEM, "texts": [DATE, " "]}, "line_empty"),
        ({"model": SYSTEM, "texts": ["1"] * 257}, "texts_many"),
        (
            {"model": SYSTEM, "texts": [DATE] * 99, "max_length": 99, "beam_size": 20},
            "too_much_work",
        ),
        ({**ONE, "target": "2021"}, "request_unknown"),
    ],
)
def test_a_bad_list_is_refused(address: str, body: dict[str, object], code: str) -> None:
    found = ask(address, "/v1/translate", body)
    assert (found.status, found.code) == (422, code)


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        ("examine", {}, "request_wrong"),
        ("examine", {"references": []}, "request_wrong"),
        ("examine", {"references": [""], "others": ["", ""]}, "request_wrong"),
        ("score", {"targets": ["1", "2"]}, "request_wrong"),
        ("examine", {"references": [""], "texts": [" "]}, "line_empty"),
        ("examine", {"references": [""], "beta": 0.2}, "inspect_options"),
        ("score", {"targets": ["1"], "contributions": True}, "contributions_recurrent"),
        ("score", {"targets": ["1" * 900]}, "target_too_long"),
    ],
)
def test_sentences_to_be_examined_are_refused_in_one_answer(
    address: str, path: str, body: dict[str, object], code: str
) -> None:
    found = ask(address, f"/v1/{path}", {"model": SYSTEM, "texts": [DATE], **body})
    assert (found.status, found.code) == (422, code)


def test_each_sentence_is_examined_and_counted(address: str, local: Translator) -> None:
    asked = {"model": SYSTEM, "texts": [DATE, "1 May 2030"], "references": ["2021-03-05", ""]}
    found = ask(address, "/v1/examine", {**asked, "beam_size": 1}).json
    assert found["model"] == SYSTEM
    first, second = found["examined"]
    assert first["text"] == local.translate(DATE, beam_size=1).translation
    assert first["reference_tokens"] and not second["reference_tokens"]
    others = [first["text"], "nothing like it"]
    found = ask(address, "/v1/examine", {**asked, "beam_size": 1, "others": others}).json
    assert [one["found"]["other"]["code"] for one in found["examined"]] == ["finished", "unseen"]
    assert 'seqviz_requests_total{kind="examine",status="200"}' in counts_of(address)


def test_a_model_that_cannot_be_used_does_not_tell_where_it_lies(tmp_path: Path) -> None:
    settings = tmp_path / "de-en" / "mine" / "settings.json"
    settings.parent.mkdir(parents=True)
    settings.write_text("{", "ascii")
    with serving(Shelf(tmp_path, device="cpu")) as broken:
        found = ask(broken, "/v1/translate", {"model": "de-en/mine", "text": DATE})
    assert (found.status, found.code) == (500, "settings_invalid")
    assert "de-en/mine/settings.json" in found.json["error"]["message"]
    assert tmp_path.name not in found.content.decode()


def test_an_error_has_code_words_and_facts(address: str) -> None:
    error = ask(address, "/v1/translate", {**ONE, "beem_size": 5}).json["error"]
    assert error["message"].startswith(
        "There is no field or option 'beem_size'. Did you mean 'beam"
    )
    assert (error["kind"], error["facts"]["nearest"]) == ("input", "beam_size")


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_a_form_of_another_site_is_refused(address: str, kind: str) -> None:
    found = ask(address, "/v1/translate", b"{}", {"content-type": kind})
    assert (found.status, found.code) == (415, "request_kind")


def test_other_methods_and_addresses_are_refused(address: str) -> None:
    assert ask(address, "/v1/translate").status == 405
    assert ask(address, "/v1/nothing").status == 404
    assert ask(address, "/v1/models/date-iso/..%2f..%2fetc").status == 404


# Token, rate, queue


def test_who_sends_too_much_is_cut_off(address: str) -> None:
    kind, length = "Content-Type: text/plain", f"Content-Length: {rude_sender.GIGABYTE}"
    answer, sent = rude_sender.send_all(address, "POST /v1/trace", kind, length)
    assert answer == b"HTTP/1.1 415 Unsupported Media Type"
    assert sent < rude_sender.GIGABYTE / 10


def test_a_token_is_asked_for(shelf: Shelf) -> None:
    with serving(shelf, Limits(token="s3cret")) as guarded:
        assert ask(guarded, "/readyz").status in (200, 503)
        for shown in ({}, {"authorization": "Bearer s3cre"}, {"authorization": "Bearer \xe9"}):
            found = ask(guarded, "/v1/models", headers=shown)
            assert (found.status, found.code) == (401, "token_wrong")
            assert found.headers["www-authenticate"] == "Bearer"
        assert ask(guarded, "/metrics").status == 401
        shown = {"authorization": "Bearer s3cret"}
        assert ask(guarded, "/v1/models", headers=shown).status == 200
        assert ask(guarded, "/v1/translate", ONE, shown).status == 200


def test_another_site_cannot_point_its_name_here(shelf: Shelf) -> None:
    with serving(shelf, Limits(hosts=("localhost", "127.0.0.1"))) as here:
        assert ask(here, "/v1/models").status == 200
        found = ask(here, "/v1/models", headers={"host": "evil.example:8600"})
        assert (found.status, found.code) == (403, "host_refused")


def test_who_asks_too_often_is_told_when_to_come_back(shelf: Shelf) -> None:
    with serving(shelf, Limits(a_minute=6, at_once=2)) as address:
        found = [ask(address, "/v1/models") for _ in range(3)]
        assert [one.status for one in found] == [200, 200, 429]
        assert found[-1].code == "server_often"
        assert 1 <= int(found[-1].headers["retry-after"]) <= 10


def test_seconds_to_wait_are_rounded_up(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RateLimit, "take", lambda *_: 2.3)
    with serving(shelf) as address:
        assert ask(address, "/v1/models").headers["retry-after"] == "3"


def test_a_full_line_is_told_when_to_come_back(shelf: Shelf) -> None:
    with serving(shelf, Limits(waiting=0)) as full:
        found = ask(full, "/v1/translate", ONE)
        assert (found.status, found.code) == (429, "server_busy")
        assert int(found.headers["retry-after"]) >= 1


def test_an_answer_for_which_there_is_no_room_is_asked_for_again(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise InputError("server_busy", {"seconds": 5})

    with serving(shelf, Limits(sent_bytes=1)) as address:
        assert [ask(address, "/v1/trace", ONE).status for _ in range(3)] == [200] * 3
        monkeypatch.setattr(Room, "take", refuse)
        found = ask(address, "/v1/trace", ONE)
        assert (found.status, found.code, found.headers["retry-after"]) == (429, "server_busy", "5")
        streamed = ask(address, "/v1/trace", ONE, {"accept": "application/x-ndjson"})
        assert lines_of(streamed)[-1]["error"]["code"] == "server_busy"  # type: ignore[index]  # of JSON


def test_many_at_once_get_each_their_own(address: str, local: Translator) -> None:
    texts = [f"{day} May 20{day:02}" for day in range(1, 13)]
    found: dict[str, str] = {}

    def one(text: str) -> None:
        trace = ask(address, "/v1/trace", {"model": SYSTEM, "text": text})
        found[text] = trace_from_bytes(trace.plain, name="the answer").translation

    before = decoded_at(address)
    threads = [threading.Thread(target=one, args=(text,)) for text in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    expected = local.translate_all(texts)
    assert found == {text: one.text for text, one in zip(texts, expected, strict=True)}
    assert decoded_at(address) == before + len(texts), "each once, however many at once"


def test_who_hangs_up_amid_a_request_is_no_fault_of_the_server(shelf: Shelf) -> None:
    with serving(shelf) as alone:
        with connected(alone) as client:
            head = "POST /v1/trace HTTP/1.1\r\nhost: localhost\r\ncontent-length: 9\r\n"
            client.sendall(f"{head}content-type: application/json\r\n\r\n{{".encode())
        until = time.monotonic() + 60
        while 'kind="trace"' not in (counts := counts_of(alone)) and time.monotonic() < until:
            time.sleep(0.05)
    assert 'seqviz_requests_total{kind="trace",status="499"} 1.0' in counts


def test_a_head_without_end_is_not_read_to_its_end(address: str) -> None:
    pieces = 0
    with connected(address) as client, contextlib.suppress(ConnectionError):
        client.sendall(b"GET /readyz HTTP/1.1\r\nhost: localhost\r\nx: ")
        while pieces < 512:
            client.sendall(b"a" * 2**16)
            pieces += 1
    assert pieces < 512


def test_gzip_is_for_who_asks_for_it(address: str) -> None:
    found = ask(address, "/v1/models", headers={"accept-encoding": "gzip"})
    assert found.headers["content-encoding"] == "gzip"
    assert gzip.decompress(found.content) == ask(address, "/v1/models").content
