"""``seqviz get``, against a server on this machine that speaks the hub's API."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from huggingface_hub import constants

from seqviz.catalog import curated, download, find_models, read_entry, resolve
from seqviz.catalog.curated import Offer
from seqviz.cli import get_work
from seqviz.files import held
from seqviz.foreign.getting import HOME
from seqviz.translator import load
from tests.cli.conftest import Run
from tests.fixtures.fake_hub import COMMIT, FakeHub, serving
from tests.fixtures.opus_folders import write_hub_folder

NAME = "opus-mt-de-en"
CARD = "---\ntags:\n- translation\n---\n\n# opus-mt-de-en\n"
WEIGHTS = "model.safetensors"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the hub has."""
    made = write_hub_folder(tmp_path_factory, card=CARD)
    (made / "modeling.py").write_text("raise SystemExit")
    return made


@pytest.fixture(scope="module")
def pickled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One that the library transformers made, with weights as a pickle alone."""
    from tests.fixtures.marian_folders import write_folder  # noqa: PLC0415 (it imports that library)

    made = tmp_path_factory.mktemp("pickled") / NAME
    _, model = write_folder(made)
    torch.save(model.state_dict(), made / "pytorch_model.bin")
    (made / WEIGHTS).unlink()
    return made


@pytest.fixture
def hub(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeHub]:
    """The server, and everybody who asks the hub asks it."""
    offer = Offer(
        repository=f"Helsinki-NLP/{NAME}", revision=COMMIT, licence="cc-by-4.0", by="Us and others"
    )
    monkeypatch.setattr(curated, "offers", lambda: (offer,))
    with serving(FakeHub(folder)) as running:
        monkeypatch.setattr(constants, "ENDPOINT", running.address)
        address = f"{running.address}/{{repo_id}}/resolve/{{revision}}/{{filename}}"
        monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", address)
        yield running


@pytest.fixture
def models(tmp_path: Path) -> Path:
    return tmp_path / "models"


def parts(models: Path) -> list[Path]:
    """What is kept of interrupted fetches."""
    return sorted(file for file in models.glob(f"{HOME}*/*/*") if file.is_file())


def listed(models: Path) -> list[str]:
    catalogue = find_models(models)
    assert not catalogue.broken
    return [entry.name for entry in catalogue.entries]


def test_a_model_is_fetched_and_listed(run: Run, hub: FakeHub, models: Path, folder: Path) -> None:
    outcome = run("get", NAME, "--models", str(models))
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.startswith("de-en/opus-mt: marian, ")
    assert f"revision {COMMIT[:12]}" in outcome.out and "licence cc-by-4.0" in outcome.out
    assert listed(models) == ["de-en/opus-mt"]
    assert [path.name for path in models.iterdir()] == ["de-en"]  # nothing of the work is left
    kept = models / "de-en/opus-mt"
    assert load(kept).facts.fingerprint == load(folder).facts.fingerprint
    assert not (kept / "modeling.py").exists()
    card = (kept / "README.md").read_text("utf-8")
    assert card.startswith("---\nlicense: cc-by-4.0\n")
    assert f"Helsinki-NLP/{NAME}, commit {COMMIT}" in card and "Us and others" in card
    origin = json.loads((kept / "origin.json").read_bytes())
    assert (origin["from"], origin["revision"]) == (f"Helsinki-NLP/{NAME}", COMMIT)
    assert (
        origin["fetched"][WEIGHTS] == origin["sha256"][WEIGHTS] == download.sha256(kept / WEIGHTS)
    )

    # by its own name it is found, and a single command asks for it no more
    hub.asked.clear()
    for name in (f"Helsinki-NLP/{NAME}", f"Helsinki-NLP/{NAME}@{COMMIT[:7]}"):
        assert resolve(name, models).name == "de-en/opus-mt"

    # once more: nothing is asked, but the files are compared with what they were
    assert run("get", NAME, "--models", str(models)).out.startswith("It is here already")
    (kept / "vocab.json").write_text("{}")
    assert "vocab.json' is no longer" in run("get", NAME, "--models", str(models)).refusal()
    assert not hub.asked
    assert run("get", NAME, "--models", str(models), "--fresh").code == 0
    assert listed(models) == ["de-en/opus-mt"]


def test_a_pickle_becomes_safetensors(run: Run, hub: FakeHub, models: Path, pickled: Path) -> None:
    hub.folder = pickled
    lines = run("get", NAME, "--json", "--models", str(models)).out.splitlines()
    told = [json.loads(line) for line in lines]
    assert [one["stage"] for one in told if "stage" in one] == [
        *("ask", "fetch", "read", "copy", "check")
    ]
    (last,) = (one for one in told if one.get("done") == one.get("size", 0))
    assert last["size"] == sum(file["size"] for file in hub.description()["siblings"])
    assert told[-1]["model"] == "de-en/opus-mt"
    kept = models / "de-en/opus-mt"
    assert not list(kept.glob("*.bin"))
    assert load(kept).facts.fingerprint == load(pickled).facts.fingerprint
    assert "stored as safetensors" in (kept / "README.md").read_text("utf-8")


@pytest.mark.parametrize("ignores_ranges", [False, True])
def test_a_fetch_that_broke_off_goes_on(
    run: Run, hub: FakeHub, models: Path, ignores_ranges: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download, "MOST_CUTS", 1)
    hub.cut_after[WEIGHTS] = 10_000
    assert "broke off; 0 of 1 MB" in run("get", NAME, "--models", str(models)).refusal()
    assert listed(models) == []
    (part,) = (file for file in parts(models) if file.suffix == ".part")
    assert part.stat().st_size == 10_000
    hub.cut_after.clear()
    hub.asked.clear()
    hub.ignores_ranges = ignores_ranges
    assert run("get", NAME, "--models", str(models)).code == 0
    assert f"{WEIGHTS}@10000" in hub.asked
    assert listed(models) == ["de-en/opus-mt"]
    assert parts(models) == []


def test_a_connection_that_breaks_is_made_again(run: Run, hub: FakeHub, models: Path) -> None:
    hub.cut_after[WEIGHTS] = -(-(hub.folder / WEIGHTS).stat().st_size // 3)
    assert run("get", NAME, "--models", str(models)).code == 0
    assert len([one for one in hub.asked if one.startswith(WEIGHTS)]) == 3


def test_what_was_kept_and_is_damaged_is_fetched_anew(
    run: Run, hub: FakeHub, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download, "MOST_CUTS", 1)
    hub.cut_after[WEIGHTS] = 10_000
    run("get", NAME, "--models", str(models)).refusal()
    for part in parts(models):
        part.write_bytes(bytes(9))
    hub.cut_after.clear()
    assert run("get", NAME, "--models", str(models)).code == 0


@pytest.mark.parametrize("name", [WEIGHTS, "config.json"])
def test_another_content_than_announced(run: Run, hub: FakeHub, models: Path, name: str) -> None:
    hub.damaged.add(name)
    refusal = run("get", NAME, "--models", str(models)).refusal()
    assert f"'{name}' of 'Helsinki-NLP/{NAME}' did not come" in refusal
    assert name not in {file.name for file in parts(models)}
    assert listed(models) == []


@pytest.mark.parametrize(
    ("status", "file_status", "said"),
    [
        (404, 200, "does not give it out"),
        (401, 200, "does not give it out"),
        (429, 200, "in 17 seconds"),
        (503, 200, "cannot be reached"),
        (200, 429, "in 17 seconds"),
        (200, 404, "does not give it out"),
        (200, 503, "cannot be reached"),
    ],
)
def test_what_the_hub_refuses(
    run: Run, hub: FakeHub, models: Path, status: int, file_status: int, said: str
) -> None:
    hub.status, hub.file_status = status, file_status
    assert said in run("get", NAME, "--models", str(models)).refusal()
    assert listed(models) == []


def test_a_file_that_is_gone(run: Run, hub: FakeHub, models: Path) -> None:
    hub.gone.add(WEIGHTS)
    assert "does not give it out" in run("get", NAME, "--models", str(models)).refusal()
    assert listed(models) == []


def test_without_a_network(
    run: Run, hub: FakeHub, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = "in a folder on a stick, and run: seqviz import FOLDER"
    monkeypatch.setattr(constants, "ENDPOINT", "http://127.0.0.1:9")
    assert said in run("get", NAME, "--models", str(models)).refusal()
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    assert said in run("get", NAME, "--models", str(models)).refusal()
    outcome = run("get", NAME, "--json", "--models", str(models))
    assert json.loads(outcome.out.splitlines()[-1])["error"] == "hub_unreachable"
    assert list(models.iterdir()) == []


def test_what_is_no_model(run: Run, hub: FakeHub, models: Path, tmp_path: Path) -> None:
    for name in ("opus", "a/b/c", "../x", ""):
        refused = run("get", name, "--models", str(models)).refusal()
        assert "not a model that can be fetched" in refused
    hub.folder = tmp_path / "else"
    hub.folder.mkdir()
    (hub.folder / "config.json").write_text("{}")
    assert "cannot read it as a model" in run("get", NAME, "--models", str(models)).refusal()
    for file in ("source.spm", WEIGHTS):
        (hub.folder / file).write_bytes(b"nothing")
    assert (
        "Helsinki-NLP/opus-mt-de-en/config.json"
        in run("get", NAME, "--models", str(models)).refusal()
    )
    assert list(models.iterdir()) == []  # whole, and no model: no second copy would be better


def test_who_interrupts_it_is_told_that_it_goes_on(
    run: Run, hub: FakeHub, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(self: object, done: int, size: int) -> None:
        if done > 1_000:
            raise KeyboardInterrupt

    monkeypatch.setattr(get_work._Teller, "bytes", interrupt)
    outcome = run("get", NAME, "--models", str(models))
    assert (outcome.code, outcome.out) == (1, "")
    assert outcome.err.split("\n")[0] == (
        "Notice: Stopped. What came is kept; the same command goes on."
    )
    assert parts(models)
    assert listed(models) == []


def test_one_at_a_time(run: Run, hub: FakeHub, models: Path) -> None:
    home = models / f"{HOME}Helsinki-NLP--{NAME}"
    home.mkdir(parents=True)
    with held(home, wait=False):
        assert "fetching the same model" in run("get", NAME, "--models", str(models)).refusal()


def test_a_process_that_is_killed_leaves_what_another_goes_on_with(
    hub: FakeHub, models: Path, run: Run
) -> None:
    hub.cut_after[WEIGHTS] = 9
    environment = {**os.environ, "HF_ENDPOINT": hub.address}
    name = f"Helsinki-NLP/{NAME}@{COMMIT}"
    process = subprocess.Popen(
        [sys.executable, "-m", "seqviz", "get", name, "--json", "--models", str(models)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    for line in process.stdout:
        if "done" in line:
            process.send_signal(signal.SIGTERM)
            break
    process.communicate()
    assert listed(models) == []
    assert parts(models)
    hub.cut_after.clear()
    assert run("get", name, "--models", str(models)).code == 0
    assert read_entry(models / "de-en/opus-mt").revision == COMMIT


def test_the_table(run: Run) -> None:
    lines = run("get", "--list").out.splitlines()
    assert lines[0].split() == ["NAME", "LANGUAGES", "SIZE", "LICENCE", "ABOUT"]
    assert lines[1].startswith("opus-mt-de-en  de → en    301 MB  apache-2.0")
    told = run("get", "--list", "--json").json()
    assert {one["pair"] for one in told} >= {"de-en", "zh-en", "fr-en", "en-de", "en-zh", "en-fr"}
    assert all(len(one["revision"]) == 40 for one in told)
    assert "Missing argument" in run("get").refusal()
