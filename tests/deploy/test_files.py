"""What the files in deploy/ name is there: what the image is built of, the command that it runs."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import yaml

from seqviz.cli.app import command

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
DOCKERFILE = (DEPLOY / "Dockerfile").read_text("utf-8").replace("\\\n", " ")
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
SERVERS = ("seqviz-1", "seqviz-2")


def said(word: str) -> list[str]:
    return re.findall(rf"^ *{word} +(.+)$", DOCKERFILE, re.MULTILINE)


def copied() -> list[str]:
    """What the image takes out of the clone."""
    return [path for line in said("COPY") if "--from" not in line for path in line.split()[:-1]]


def test_all_that_is_copied_is_in_the_repository() -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    files = listed.stdout.splitlines()
    assert len(copied()) >= 10
    for path in copied():
        assert any(file == path or file.startswith(f"{path}/") for file in files), path


def test_what_is_copied_is_sent_to_the_builder() -> None:
    lines = (DEPLOY / "Dockerfile.dockerignore").read_text("utf-8").splitlines()
    assert lines[1] == "*"
    kept = {line.removeprefix("!") for line in lines if line.startswith("!")}
    assert kept == set(copied())


def test_all_that_a_wheel_holds_is_copied() -> None:
    setup = (ROOT / "setup.py").read_text("utf-8")
    block = re.search(r"^SHIPPED = \((.*?)^\)", setup, re.MULTILINE | re.DOTALL)
    assert block is not None
    names = re.findall(r'"([^"]+)"', block[1])
    assert "pretrained" in names
    for name in names:
        assert any(name == path or name.startswith(f"{path}/") for path in copied()), name


def test_it_runs_the_command_with_options_that_there_are() -> None:
    program, name, *arguments = json.loads(said("CMD")[-1])
    assert (program, name) == ("seqviz", "app")
    context = command.make_context(name, list(arguments))
    assert context.params["host"] == "0.0.0.0" and context.params["public"]
    assert said("EXPOSE") == [str(context.params["port"])]
    assert f":{context.params['port']}/readyz" in said("HEALTHCHECK")[0]


def test_nobody_in_the_image_is_root_and_nothing_is_written_outside_of_tmp() -> None:
    assert said("USER") == ["10001"]
    for service in COMPOSE["services"].values():
        assert service["read_only"] is True
        assert service["tmpfs"] == ["/tmp"]
        assert service["cap_drop"] == ["ALL"]


def test_the_proxy_asks_the_servers_that_there_are() -> None:
    proxy = COMPOSE["services"]["proxy"]
    assert set(COMPOSE["services"]) == {*SERVERS, "proxy"}
    assert {name: one["condition"] for name, one in proxy["depends_on"].items()} == dict.fromkeys(
        SERVERS, "service_healthy"
    )
    text = (DEPLOY / "nginx.conf").read_text("utf-8")
    assert re.findall(r"^ +server (\S+?):8501 ", text, re.MULTILINE) == list(SERVERS)
    listened = re.findall(r"^ +listen (\d+);", text, re.MULTILINE)
    assert [port.rpartition(":")[2] for port in proxy["ports"]] == listened
    (volume,) = proxy["volumes"]
    assert (DEPLOY / volume.split(":")[0]).is_file()
    for server in SERVERS:
        build = COMPOSE["services"][server]["build"]
        assert (DEPLOY / build["context"]).resolve() == ROOT
        assert (ROOT / build["dockerfile"]).is_file()
        assert "ports" not in COMPOSE["services"][server]
