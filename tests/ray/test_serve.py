"""``deploy/ray`` on a real Ray of this machine, as ``make serve-ray`` starts it.

``make ray-tests`` runs it.
"""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import yaml

from seqviz.models.fast.packed import STEADY
from seqviz.options import DecodeOptions
from seqviz.trace.file import trace_from_bytes, trace_to_bytes
from seqviz.trace.packed import packed
from seqviz.translator import Translator, load
from seqviz.translator.corpus import Given, examine
from seqviz.translator.devices import compute_steadily, use_threads
from tests.fixtures.api_server import Answer, ask

pytestmark = pytest.mark.skipif(
    find_spec("ray") is None, reason="Ray is not installed: pip install 'seqviz[ray]'"
)
FOLDER = Path(__file__).parents[2] / "deploy" / "ray"
SYSTEM, SMALL = "de-en/transformer", "de-en/dot"
SECONDS = 300
"""For what takes half a minute on a machine with nothing else to do."""
STOP_SECONDS = 60
SETTINGS = {"RAY_USAGE_STATS_ENABLED": "0", "RAY_DEDUP_LOGS": "0"}
LONG = "der alte Mann, der gestern mit seinem Hund am Fluss saß, kam heute wieder"
SENTENCES = tuple(f"{number} Leute sahen, dass {LONG}." for number in range(2, 26))
BEAM: dict[str, Any] = {"beam_size": 12}


def config(name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((FOLDER / name).read_text("utf-8"))
    return found


@dataclass(frozen=True)
class Running:
    """The application of the shipped file, with a second and smaller system, on another port."""

    address: str
    name: str
    log: Path

    def replicas(self, deployment: str) -> list[int]:
        """Processes, by the title that Ray gives them."""
        title = f"ray::ServeReplica:{self.name}:{deployment}".encode()
        return [
            int(process.name)
            for process in Path("/proc").glob("[0-9]*")
            if title in read_or_empty(process / "cmdline")
        ]

    def have_answered(self, deployment: str) -> set[int]:
        """Processes of the replicas that have answered, by what Ray Serve logs."""
        said = self.log.read_text("utf-8", "replace")
        return set(map(int, re.findall(rf":{re.escape(deployment)} pid=(\d+)\).* CALL ", said)))

    def trace(self, text: str, system: str = SYSTEM, **options: object) -> Answer:
        return ask(self.address, "/v1/trace", {"model": system, "text": text, **options})

    def handed_on(self) -> float:
        """How many requests another replica took over."""
        lines = ask(self.address, "/metrics").plain.decode().splitlines()
        return next(float(one.split()[1]) for one in lines if one.startswith("seqviz_handed_on "))


def read_or_empty(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:  # it has ended
        return b""


def is_ready(address: str) -> bool:
    try:
        return ask(address, "/readyz").status == http.client.OK
    except OSError:
        return False


def wait_until(is_so: Any) -> None:
    until = time.monotonic() + SECONDS
    while not is_so():
        assert time.monotonic() < until, "it takes too long"
        time.sleep(1)


def both_answer(running: Running) -> bool:
    """Whether two replicas have answered; two more requests may come to the other one."""
    with ThreadPoolExecutor(2) as threads:
        asked = [threads.submit(running.trace, text) for text in ("Hallo.", "Guten Tag.")]
        assert [one.result().status for one in asked] == [200, 200]
    return len(running.have_answered("de-en.transformer")) == 2


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    home = tmp_path_factory.mktemp("ray")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    whole = config("one-machine.yaml")
    whole["http_options"]["port"] = port
    (shipped,) = whole["applications"]
    shipped["name"] = f"seqviz-{port}"
    shipped["args"]["models"].append(SMALL)
    model = shipped["deployments"][1]
    model["ray_actor_options"] = {"num_cpus": 0}  # this machine may have one core
    shipped["deployments"].append(
        {
            **model,
            "name": SMALL.replace("/", "."),
            "num_replicas": 1,
            "max_ongoing_requests": 1,
            "max_queued_requests": 1,
        }
    )
    file, log = home / "config.yaml", home / "log"
    file.write_text(yaml.safe_dump(whole, sort_keys=False), "utf-8")
    paths = os.pathsep.join([str(FOLDER), str(FOLDER.parents[1])])
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "ray.serve.scripts", "run", str(file)],
            env={
                **os.environ,
                "PYTHONPATH": paths,
                "RAY_USAGE_STATS_ENABLED": "0",
                "RAY_DEDUP_LOGS": "0",
            },
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    found = Running(f"http://127.0.0.1:{port}", shipped["name"], log)
    try:
        wait_until(lambda: process.poll() is not None or is_ready(found.address))
        assert process.poll() is None, log.read_text("utf-8")
        wait_until(lambda: both_answer(found))
        assert found.trace("Hallo", SMALL).status == 200
        yield found
    finally:
        process.terminate()  # the rest of Ray ends with it
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)


@pytest.fixture(scope="module")
def here() -> Iterator[Translator]:
    was_set = STEADY.is_set()
    compute_steadily()
    use_threads(1)
    yield load(SYSTEM, "cpu")
    if not was_set:
        STEADY.clear()


def test_a_search_is_recorded_as_here(running: Running, here: Translator) -> None:
    text, options = SENTENCES[0], DecodeOptions(**BEAM)
    expected = here.translate(text, options)
    answer = running.trace(text, **BEAM)
    found = trace_from_bytes(answer.content, name="Ray")
    same = replace(found, milliseconds=expected.milliseconds)
    assert trace_to_bytes(same) == trace_to_bytes(expected)


def test_a_backend_of_the_page_and_the_command_line(running: Running, here: Translator) -> None:
    there = load(f"{running.address}/{SYSTEM}")
    assert there.facts == here.facts
    assert there.translate_all(["Hallo."])[0].text == here.translate_all(["Hallo."])[0].text
    trace = there.translate("Es war sehr kalt.")
    norms = packed(there.evidence(trace).norms())
    assert norms == packed(here.evidence(trace).norms())
    forced = there.force("Es war sehr kalt.", "It was cold.")
    assert forced.hypotheses.texts == ("It was cold.",)


def test_a_test_set_is_examined_as_here(running: Running, here: Translator) -> None:
    given = [Given(text=one) for one in SENTENCES]
    given[0] = Given(text=SENTENCES[0], reference="It was very cold.", other="The dog")
    options = DecodeOptions(**BEAM)
    found, expected = (
        packed(examine(one, given, options=options, contributions=True))
        for one in (load(f"{running.address}/{SYSTEM}"), here)
    )
    assert found == expected


def test_what_is_refused_is_refused_in_our_words(running: Running) -> None:
    assert (running.trace(" ").status, running.trace(" ").code) == (422, "empty_text")
    other = running.trace("Hallo", "de-en/general")
    assert (other.status, other.code) == (404, "model_not_served")


def test_who_comes_when_too_many_wait_is_told_when_to_come_back(running: Running) -> None:
    with ThreadPoolExecutor(12) as threads:
        answers = list(threads.map(lambda text: running.trace(text, SMALL, **BEAM), SENTENCES[:12]))
    refused = [one for one in answers if one.status != http.client.OK]
    assert 0 < len(refused) < len(answers)
    for one in refused:
        assert (one.status, one.code, one.headers["retry-after"]) == (429, "server_busy", "2")


def test_a_killed_replica_costs_nobody_an_answer(running: Running, here: Translator) -> None:
    killed, before = running.replicas("de-en.transformer")[0], running.handed_on()
    with ThreadPoolExecutor(len(SENTENCES)) as threads:
        asked = [threads.submit(running.trace, text, **BEAM) for text in SENTENCES]
        wait(asked, return_when=FIRST_COMPLETED)  # a batch has some: each replica has others
        os.kill(killed, signal.SIGKILL)
        answers = [one.result() for one in asked]
    assert [one.status for one in answers] == [200] * len(SENTENCES)
    assert running.handed_on() > before, "it had work in flight"
    for text, answer in zip(SENTENCES, answers, strict=True):
        found = trace_from_bytes(answer.content, name="Ray")
        assert found.source.text == text
        assert (
            found.hypotheses.texts == here.translate(text, DecodeOptions(**BEAM)).hypotheses.texts
        )
    wait_until(lambda: len(set(running.replicas("de-en.transformer")) - {killed}) == 2)


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")  # of Ray itself
@pytest.mark.parametrize("name", ["one-machine.yaml", "cluster.yaml"])
def test_a_config_file_is_one_of_ray_serve_and_of_ours(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(FOLDER))
    schema = import_module("ray.serve.schema").ServeDeploySchema
    (found,) = schema.model_validate(config(name)).applications
    settings = import_module("seqviz_ray.settings").Settings(**found.args)
    assert {one.name for one in found.deployments} == {
        "api",
        *(model.replace("/", ".") for model in settings.models),
    }
