"""A model of a backend is used like one that is here; a backend that is away is said so at once."""

import http.server
import json
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields, is_dataclass, replace
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from seqviz.analysis.gold import read_gold
from seqviz.api.limits import Limits
from seqviz.api.shelf import Shelf
from seqviz.catalog import find_models, models_folder, resolve
from seqviz.catalog.entry import weights_digest
from seqviz.catalog.mirror import BACKEND_VARIABLE, TOKEN_VARIABLE, Mirror
from seqviz.catalog.remote import CONNECT_SECONDS, Backend
from seqviz.errors import DecodingCancelled, InputError, ModelError, SeqVizError
from seqviz.inspection.alignment import alignment_study
from seqviz.options import DecodeOptions, Sampling
from seqviz.options.intervention import Intervention
from seqviz.trace import Trace
from seqviz.trace.file import trace_from_bytes, trace_to_bytes
from seqviz.training.keep_alignment import keep_alignment
from seqviz.training.keep_confidence import check_ours
from seqviz.translator import Translator, load, remote
from seqviz.translator.trust import trust_in
from tests.fixtures.api_server import serving, shelf_of_dates
from tests.fixtures.explained import KINDS, OPTIONS, TEXT, reads, tiny_translators

EDITED = replace(OPTIONS, interventions=(Intervention(kind="sharpen", temperature=0.5),))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tiny")


@pytest.fixture(scope="module")
def here(folder: Path) -> dict[str, Translator]:
    return tiny_translators(folder)


@pytest.fixture(scope="module")
def address(folder: Path, here: dict[str, Translator]) -> Iterator[str]:
    with serving(Shelf(folder, device="cpu", threads=1)) as found:
        yield found


@pytest.fixture(scope="module")
def there(address: str) -> dict[str, Translator]:
    return {kind: load(f"{address}/de-en/{kind}") for kind in KINDS}


def assert_equal(found: object, expected: object) -> None:
    """To the last bit, but for the time that it took."""
    assert type(found) is type(expected)
    if isinstance(expected, np.ndarray):
        np.testing.assert_array_equal(found, expected)
    elif isinstance(expected, dict):
        assert isinstance(found, dict) and found.keys() == expected.keys()
        for key, one in expected.items():
            assert_equal(found[key], one)
    elif is_dataclass(expected):
        for field in fields(expected):
            if field.name != "milliseconds":
                assert_equal(getattr(found, field.name), getattr(expected, field.name))
    else:
        assert found == expected


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "options",
    [
        OPTIONS,
        replace(OPTIONS, prefix_text="it", banned_words=("v",)),
        replace(OPTIONS, sampling=Sampling(seed=5)),
    ],
)
def test_a_search_is_recorded_as_here(
    here: dict[str, Translator], there: dict[str, Translator], kind: str, options: DecodeOptions
) -> None:
    found = there[kind].translate(TEXT, options)
    expected = here[kind].translate(TEXT, options)
    same = replace(found, milliseconds=expected.milliseconds)
    assert trace_to_bytes(same) == trace_to_bytes(expected)


@pytest.mark.parametrize("kind", KINDS)
def test_facts_and_reading_are_those_of_the_model(
    here: dict[str, Translator], there: dict[str, Translator], kind: str
) -> None:
    assert there[kind].facts == here[kind].facts
    assert (there[kind].device, there[kind].precision) == ("cpu", "float32")
    assert there[kind].read(TEXT) == here[kind].read(TEXT)
    assert there[kind].prefix_ids("it was") == here[kind].prefix_ids("it was")
    assert there[kind].unknown_in_target("Ω") == here[kind].unknown_in_target("Ω")
    own, other = here[kind].entry, there[kind].entry
    assert replace(other, folder=own.folder, remote=None) == own


@pytest.mark.parametrize("kind", KINDS)
def test_given_translations_are_scored_as_here(
    here: dict[str, Translator], there: dict[str, Translator], kind: str
) -> None:
    assert_equal(there[kind].force(TEXT, "it was"), here[kind].force(TEXT, "it was"))
    trace = here[kind].translate(TEXT, OPTIONS)
    found = there[kind].force_tokens(TEXT, trace.target(1), OPTIONS)
    assert_equal(found, here[kind].force_tokens(TEXT, trace.target(1), OPTIONS))
    assert_equal(there[kind].without_source(trace, 1), here[kind].without_source(trace, 1))


@pytest.mark.parametrize("kind", KINDS)
def test_steps_are_taken_apart_as_here(
    here: dict[str, Translator], there: dict[str, Translator], kind: str
) -> None:
    trace = there[kind].translate(TEXT, OPTIONS)
    for read in reads(trace):
        found = there[kind].explain(trace, 1, read=read, head=0)
        assert_equal(found, here[kind].explain(trace, 1, read=read, head=0))
    assert_equal(there[kind].explain(trace, 0, (0, 1)), here[kind].explain(trace, 0, (0, 1)))
    forced = there[kind].force(TEXT, "it was")
    assert_equal(there[kind].explain(forced, 1), here[kind].explain(forced, 1))


@pytest.mark.parametrize("kind", KINDS)
def test_evidence_is_as_here(
    here: dict[str, Translator], there: dict[str, Translator], kind: str
) -> None:
    trace = there[kind].translate(TEXT, OPTIONS)
    found, expected = (trust_in(one[kind].evidence(trace, 1)) for one in (there, here))
    assert found.missing.keys() == expected.missing.keys()
    assert [error.code for error in found.missing.values()] == [
        error.code for error in expected.missing.values()
    ]
    assert_equal(replace(found, missing={}), replace(expected, missing={}))


def test_edits_shift_as_here(here: dict[str, Translator], there: dict[str, Translator]) -> None:
    target = here["dot"].translate(TEXT, OPTIONS).target()
    found = there["dot"].shift(TEXT, target, EDITED)
    assert_equal(found, here["dot"].shift(TEXT, target, EDITED))


def test_many_sentences_are_translated_as_here(
    here: dict[str, Translator], there: dict[str, Translator]
) -> None:
    texts, done = [TEXT, "es war", "kalt"] * 30, list[tuple[int, int]]()
    found = there["transformer"].translate_all(
        texts, OPTIONS, on_progress=lambda *numbers: done.append(numbers)
    )
    assert found == here["transformer"].translate_all(texts, OPTIONS)
    assert done == [(64, 90), (90, 90)]
    assert there["transformer"].translate_all([]) == []


def test_what_is_refused_is_refused_in_the_same_words(there: dict[str, Translator]) -> None:
    with pytest.raises(InputError) as empty:
        there["dot"].translate(" ")
    assert empty.value.code == "empty_text"
    with pytest.raises(InputError) as line:
        there["dot"].translate_all([TEXT, ""])
    assert line.value.facts["line"] == 2
    mute = Intervention(kind="mute", sources=(99,))
    with pytest.raises(InputError) as outside:
        there["dot"].translate(TEXT, DecodeOptions(interventions=(mute,)))
    assert (outside.value.code, outside.value.facts["found"]) == ("edit_outside", 99)


def test_what_needs_the_weights_says_so(there: dict[str, Translator], address: str) -> None:
    with pytest.raises(InputError, match=f"they are at {address}"):
        there["dot"].work(lambda model: None)
    with pytest.raises(InputError) as halves:
        load(f"{address}/de-en/dot", precision="bfloat16")
    assert halves.value.code == "not_over_network"


def test_nothing_is_kept_in_another_machines_folder(there: dict[str, Translator]) -> None:
    with pytest.raises(InputError) as confidence:
        check_ours(there["dot"].entry)
    study = alignment_study(there["dot"], read_gold(["es war\tit was\t0-0 1-1"], "gold"), "gold")
    with pytest.raises(InputError) as alignment:
        keep_alignment(there["dot"].entry, study)
    codes = {confidence.value.code, alignment.value.code}
    assert codes == {"not_over_network"}


def test_a_search_is_called_off(there: dict[str, Translator]) -> None:
    def stop(step: int, limit: int) -> None:
        raise DecodingCancelled

    with pytest.raises(DecodingCancelled):
        there["transformer"].translate(TEXT, replace(OPTIONS, beam_size=4), on_step=stop)
    assert there["transformer"].translate(TEXT, OPTIONS).translation is not None


def test_steps_are_told(there: dict[str, Translator]) -> None:
    told: list[tuple[int, int]] = []
    options = DecodeOptions(beam_size=2, max_length=5)
    there["transformer"].translate(TEXT, options, on_step=lambda *at: told.append(at))
    assert told
    assert {limit for _, limit in told} == {5}
    assert [step for step, _ in told] == sorted(step for step, _ in told)


def test_the_translation_is_told_before_its_record_is_there(
    there: dict[str, Translator], monkeypatch: pytest.MonkeyPatch
) -> None:
    came = list[str]()

    def reading(content: bytes, *, name: str) -> Trace:
        came.append("the record")
        return trace_from_bytes(content, name=name)

    monkeypatch.setattr(remote, "trace_from_bytes", reading)
    trace = there["dot"].translate(TEXT, beam_size=2, on_text=came.append)
    assert came == [trace.translation, "the record"] and trace.translation


@pytest.mark.parametrize("hypotheses", [{}, {"hypotheses": []}, {"hypotheses": [None]}])
def test_a_result_without_a_translation_is_one_line(
    hypotheses: dict[str, object], there: dict[str, Translator], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stream(_: object, path: str, body: object, on_news: Callable[[object], None]) -> bytes:
        on_news({"event": "result", **hypotheses})
        return b""

    monkeypatch.setattr(Backend, "stream", stream)
    with pytest.raises(ModelError) as error:
        there["dot"].translate(TEXT, on_text=lambda _: None)
    assert error.value.code == "backend_odd"


def test_a_connection_takes_one_request_after_another(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths, connected = [], []
    request, connect = HTTPConnection.request, HTTPConnection.connect

    def asked(self: HTTPConnection, method: str, path: str, *more: Any) -> None:
        paths.append(path)
        request(self, method, path, *more)

    def opened(self: HTTPConnection) -> None:
        connected.append(self)
        connect(self)

    monkeypatch.setattr(HTTPConnection, "request", asked)
    monkeypatch.setattr(HTTPConnection, "connect", opened)
    mirror = Mirror(Backend(address))
    body = {"model": "de-en/dot", "text": TEXT, "beam_size": 2, "max_length": 5}
    mirror.folder()
    mirror.backend.stream("/v1/trace", body, lambda _: None)
    mirror.backend.post("/v1/translate", body)
    mirror.backend.stream("/v1/trace", {**body, "text": f"{TEXT} {TEXT}"}, lambda _: None)
    mirror.close()
    assert paths == ["/v1/models", "/v1/records", "/v1/trace", "/v1/translate", "/v1/trace"]
    assert len(connected) == 1


def test_what_was_measured_of_a_model_travels_too(tmp_path: Path) -> None:
    shelf = shelf_of_dates(tmp_path)
    with serving(shelf) as address:
        found = load(f"{address}/date-iso/dot").entry
    (entry,) = (one for one in shelf.catalogue().entries if one.name == "date-iso/dot")
    assert found.confidence is not None and entry.confidence is not None
    assert list(found.confidence.quantiles) == list(entry.confidence.quantiles)
    assert (found.alignment, found.scores) == (entry.alignment, entry.scores)
    assert found.remote is not None
    assert found.remote.weights == weights_digest(entry.weights)
    assert (found.folder / "training.json").read_bytes() == (
        entry.folder / "training.json"
    ).read_bytes()


# By name and environment


@pytest.mark.usefixtures("here")
def test_pieces_of_a_models_own_go_before_those_of_its_pair(folder: Path, tmp_path: Path) -> None:
    home = shutil.copytree(folder, tmp_path / "models")
    for side in ("source", "target"):
        (home / f"de-en/{side}.model").rename(home / f"de-en/dot/{side}.model")
        shutil.copy(models_folder() / f"zh-en/{side}.model", home / "de-en")
    own = load(home / "de-en/dot").translate(TEXT, OPTIONS)
    assert own.source == load(folder / "de-en/dot").translate(TEXT, OPTIONS).source
    with serving(Shelf(home, device="cpu", threads=1)) as address:
        assert_equal(load(f"{address}/de-en/dot").translate(TEXT, OPTIONS), own)


def test_the_environment_names_a_backend(
    address: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(BACKEND_VARIABLE, address)
    found = find_models()
    assert [entry.name for entry in found.entries] == [f"de-en/{kind}" for kind in sorted(KINDS)]
    assert all(entry.remote and entry.remote.address == address for entry in found.entries)
    assert resolve("de-en/dot").remote is not None
    assert resolve("de-en/dot", folder).remote is None
    assert load("de-en/dot").translate(TEXT, OPTIONS).translation
    by_folder = resolve(str(found.entries[0].folder))
    assert by_folder.remote is not None


def test_there_are_no_weights_in_the_mirror(address: str) -> None:
    entry = load(f"{address}/de-en/dot").entry
    assert {file.name for file in entry.folder.iterdir()} == {"remote.json", "settings.json"}


def test_a_name_that_is_not_there_is_told_with_those_that_are(address: str) -> None:
    with pytest.raises(ModelError, match="de-en/transformer"):
        load(f"{address}/de-en/nothing")
    with pytest.raises(ModelError, match=r"no model '\.\./\.\.'"):
        load(f"{address}/../..")


@pytest.mark.usefixtures("here")
def test_a_token_is_shown(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(Shelf(folder, device="cpu", threads=1), Limits(token="s3cret")) as guarded:
        with pytest.raises(InputError) as refused:
            load(f"{guarded}/de-en/dot")
        assert refused.value.code == "token_wrong"
        monkeypatch.setenv(TOKEN_VARIABLE, "s3cret")
        monkeypatch.setenv(BACKEND_VARIABLE, "http://127.0.0.1:1")
        with pytest.raises(InputError, match="token"):
            load(f"{guarded}/de-en/dot")
        for named in ("", guarded, f"{guarded}/"):
            monkeypatch.setenv(BACKEND_VARIABLE, named)
            assert load(f"{guarded}/de-en/dot").translate(TEXT, OPTIONS)


@pytest.mark.parametrize("found", ["http://", "https:///de-en/dot", "http://a:b:c/de-en/dot"])
def test_a_bad_address_is_one_line(found: str) -> None:
    with pytest.raises(SeqVizError) as error:
        load(found)
    assert error.value.code == "backend_address"


# Away, cut, or something else


def seconds(work: Callable[[], object]) -> float:
    started = time.monotonic()
    with pytest.raises(ModelError) as error:
        work()
    assert error.value.code == "backend_away"
    return time.monotonic() - started


def test_a_port_where_nobody_listens_is_said_at_once() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    assert seconds(lambda: load(f"http://127.0.0.1:{port}/de-en/dot")) < CONNECT_SECONDS


def test_a_name_that_is_looked_up_without_end_is_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = threading.Event()

    def look_up(*_: object, **__: object) -> list[object]:
        found.wait()
        raise OSError

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    try:
        with pytest.raises(ModelError, match="takes too long") as error:
            load("http://backend.invalid:8600/de-en/dot")  # else it would wait for ever
    finally:
        found.set()
    assert error.value.code == "backend_away"


def test_a_machine_that_takes_no_calls_is_said_within_two_seconds() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        where = full.getsockname()
        waiting = [socket.socket() for _ in range(3)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(where)
        took = seconds(lambda: load(f"http://127.0.0.1:{where[1]}/de-en/dot"))
        for one in waiting:
            one.close()
    assert took < CONNECT_SECONDS + 1


@contextmanager
def answering(answers: Callable[[str], bytes]) -> Iterator[str]:
    """Something that answers every request with these bytes, then hangs up."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("content-length", 0)))
            self.wfile.write(answers(self.path))
            self.close_connection = True

        do_POST = do_GET

        def log_message(self, format: str, *args: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def whole(content: bytes, status: bytes = b"200 OK") -> bytes:
    return b"HTTP/1.1 %s\r\ncontent-length: %d\r\n\r\n%s" % (status, len(content), content)


ENTRY = {"name": "../../evil", "version": "", "weights": ""}
ODD = [
    (b"", "backend_cut"),
    (b"SSH-2.0-OpenSSH_9.6\r\n", "backend_cut"),
    (b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{}", "backend_cut"),
    (whole(b"<html>"), "backend_odd"),
    (whole(b"[]"), "backend_odd"),
    (whole(b'{"models": [{}]}'), "backend_odd"),
    (whole(json.dumps({"models": [ENTRY]}).encode()), "backend_odd"),
    (whole(b"<html>", b"502 Bad Gateway"), "backend_odd"),
    (whole(b'{"error": {}}', b"422 No"), "backend_odd"),
    (
        whole(
            b'{"error": {"code": "of_2030", "kind": "input", "message": "No.", "facts": {}}}',
            b"422 No",
        ),
        "backend_said",
    ),
    (
        b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 4\r\n\r\nabcd",
        "backend_odd",
    ),
]


@pytest.mark.parametrize(("answer", "code"), ODD)
def test_what_is_no_backend_is_one_line(answer: bytes, code: str) -> None:
    with answering(lambda _: answer) as odd, pytest.raises(ModelError) as error:
        load(f"{odd}/de-en/dot")
    assert error.value.code == code
    assert "\n" not in str(error.value)
    assert "IncompleteRead" not in str(error.value)


class Clock:
    """Goes on while somebody sleeps."""

    def __init__(self, paused: list[float]) -> None:
        self.now, self._paused = 0.0, paused

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self._paused.append(seconds)


def test_records_are_not_waited_for_longer_than_the_list(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    lists, over = (
        json.dumps({"models": [json.loads(entry_of(address))]}).encode(),
        threading.Event(),
    )

    def answers(path: str) -> bytes:
        if path == "/v1/records":
            over.wait(60)
        return whole(lists)

    monkeypatch.setattr("seqviz.catalog.mirror.FIRST_SECONDS", 0.2)
    with answering(answers) as slow:
        with pytest.raises(ModelError, match="too long"):
            load(f"{slow}/de-en/dot")
        assert not over.is_set()
        over.set()


def entry_of(address: str) -> bytes:
    name = f"{address}/de-en/dot"
    return json.dumps(
        json.loads((load(name).entry.folder / "remote.json").read_bytes())["model"]
    ).encode()


@pytest.mark.parametrize(
    "news",
    [
        {"event": "progress", "step": "1", "limit": 2},
        {"event": "progress", "step": 1, "limit": 0},
        {"event": "progress", "step": 1.5, "limit": 2},
        {"event": "progress", "step": -1, "limit": 2},
    ],
)
def test_odd_news_are_one_line(
    there: dict[str, Translator], monkeypatch: pytest.MonkeyPatch, news: dict[str, object]
) -> None:
    backend = there["dot"]._backend  # type: ignore[attr-defined]  # of a remote one
    monkeypatch.setattr(backend, "stream", lambda path, body, on_news: on_news(news))
    with pytest.raises(ModelError) as error:
        there["dot"].translate(TEXT, OPTIONS, on_step=lambda step, limit: None)
    assert error.value.code == "backend_odd"


@pytest.mark.parametrize("seconds", ["soon", float("nan"), -5, None])
def test_a_busy_backend_that_names_no_time_is_not_asked_without_a_pause(
    there: dict[str, Translator], monkeypatch: pytest.MonkeyPatch, seconds: object
) -> None:
    backend = there["dot"]._backend  # type: ignore[attr-defined]  # of a remote one
    asked, paused = list[str](), list[float]()

    def busy(path: str, *_: object) -> object:
        asked.append(path)
        if len(asked) < 3:
            raise InputError("server_busy", {"seconds": seconds})
        return {"translations": []}

    monkeypatch.setattr(backend, "post", busy)
    monkeypatch.setattr("seqviz.translator.remote.time", Clock(paused))
    with pytest.raises(ModelError):  # of no translations
        there["dot"].translate_all([TEXT])
    assert len(paused) == 2 and min(paused) > 0


@pytest.mark.parametrize(
    "file", ["../../evil.json", "evil.py", "../evil.py", ".x.json", "remote.json"]
)
def test_a_backend_writes_no_other_files(address: str, file: str) -> None:
    entry = json.loads(entry_of(address))
    lists = {"/v1/models": {"models": [entry]}, "/v1/records": {}}
    lent = {"model": entry, "files": {file: "e30="}, "facts": {}, "device": "", "precision": ""}
    with (
        answering(lambda path: whole(json.dumps(lists.get(path, lent)).encode())) as odd,
        pytest.raises(ModelError) as error,
    ):
        load(f"{odd}/de-en/dot")
    assert error.value.code == "backend_odd"
    assert "is no file that a model needs" in str(error.value)


@pytest.mark.usefixtures("here")
def test_a_backend_that_is_killed_is_said_and_used_again(folder: Path) -> None:
    shelf = Shelf(folder, device="cpu", threads=1)
    with serving(shelf) as address:
        found = load(f"{address}/de-en/dot")
        first = found.translate(TEXT, OPTIONS)
    port = int(address.rpartition(":")[2])
    with pytest.raises(ModelError) as error:
        found.translate(TEXT, OPTIONS)
    assert error.value.code in ("backend_away", "backend_cut")
    with serving(shelf, port=port):
        again = found.translate(TEXT, OPTIONS)
    assert again.translation == first.translation


def test_a_busy_backend_is_asked_again(
    there: dict[str, Translator], monkeypatch: pytest.MonkeyPatch
) -> None:
    backend = there["dot"]._backend  # type: ignore[attr-defined]  # of a remote one
    whole_stream, asked = backend.stream, list[str]()

    def busy(path: str, *more: object) -> bytes:
        asked.append(path)
        if len(asked) == 1:
            raise InputError("server_busy", {"seconds": 1})
        found: bytes = whole_stream(path, *more)
        return found

    monkeypatch.setattr(backend, "stream", busy)
    assert isinstance(there["dot"].translate(TEXT, OPTIONS), Trace)
    assert asked == ["/v1/trace"] * 2
