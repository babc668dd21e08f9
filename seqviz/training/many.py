"""Train many models, several at once, each in a process: ``python -m seqviz.training.many``.

What is there already is passed over, and an interrupted training goes on, so the same command may
be given again. Models that go on from others come last, and begin with what was trained here.
"""

import os
import re
import signal
import subprocess
import sys
import time
from argparse import ArgumentParser
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from seqviz.catalog import FOLDER_VARIABLE
from seqviz.training.config import Config, read_config, shipped_configs

FIRST = ("transformer", "additive", "dot", "general")
"""Systems in the order of their trainings; others follow."""
FIRST_STAGE, TUNED, NAMED = "", "tuned", "named"
STAGES = (FIRST_STAGE, TUNED, NAMED)
"""Of trainings: from random weights, on from those, and on from either for names. Also the folders
of what comes out, beside that of the first; PAIR/SYSTEM.STAGE is the config."""
TINY = {
    "steps": "4",
    "batch_tokens": "300",
    "warmup_steps": "1",
    "dev_every": "2",
    "dev_sentences": "2",
    "replay_frames": "0",
    "precision": '"float32"',
}
"""What a rehearsal writes into a config."""
TINY_TASK = "task_pairs = 200\ntask_dev = 4\ntask_test = 4"
GRACE_SECONDS = 30.0
"""For a training to end when the time is over."""


def stage(config: Config) -> str:
    """One of ``STAGES``."""
    if not config.settings.start_from:
        return FIRST_STAGE
    last = config.called.removesuffix(".toml").rpartition(".")[2]
    return last if last in STAGES else TUNED


def order(configs: Sequence[Config]) -> list[list[Config]]:
    """Those of each of ``STAGES``, by ``FIRST``."""

    def place(config: Config) -> int:
        system = config.settings.name.partition("/")[2]
        return FIRST.index(system) if system in FIRST else len(FIRST)

    return [
        sorted((config for config in configs if stage(config) == each), key=place)
        for each in STAGES
    ]


def tiny(config: Config, folder: Path) -> Config:
    """A config of four updates in a folder, for a rehearsal: almost nothing is decoded."""
    text = config.text
    for key, value in TINY.items():
        text, changed = re.subn(rf"^{key} = .*", f"{key} = {value}", text, flags=re.MULTILINE)
        if not changed and key in ("steps", "batch_tokens"):
            raise ValueError(f"{config.called} has no '{key}'")
    text = re.sub(r"^(test|task_\w+) = .*\n", "", text, flags=re.MULTILINE)
    text = re.sub(r"^task = .*", rf"\g<0>\n{TINY_TASK}", text, flags=re.MULTILINE)
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / config.file.name
    file.write_text(text, encoding="utf-8")
    return read_config(file)


class Fleet:
    """Trainings of one place, and the time that is left for them."""

    def __init__(self, *, data: Path, out: Path, work: Path, device: str, until: float) -> None:
        """Train from ``data`` into ``out``, until a value of ``time.monotonic``."""
        self._data, self._out, self._work = data, out, work
        self._device, self._until = device, until

    def train(self, configs: Sequence[Config], at_once: int) -> list[str]:
        """Train all, in order.

        Returns:
            what became of each, a line.
        """
        with ThreadPoolExecutor(at_once) as pool:
            return list(pool.map(self._one, configs))

    def _one(self, config: Config) -> str:
        name = config.called.removesuffix(".toml")
        before = STAGES[: STAGES.index(stage(config))]
        out = self._out / stage(config)
        if (out / config.settings.name).exists():
            return f"{name}: there already"
        if (seconds := self._until - time.monotonic()) <= 0:
            return f"{name}: no time left"
        work = self._work / name.replace("/", "-")
        work.mkdir(parents=True, exist_ok=True)
        started = time.monotonic()
        words = ["--data", str(self._data), "--out", str(out), "--work", str(work)]
        words += ["--device", self._device, "--threads", "1", str(config.file)]
        models = {FOLDER_VARIABLE: str(self._started(config, before))} if before else {}
        with (work / "output.txt").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "seqviz", "train", *words],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=os.environ | models,
            )
            code = _ended(process, seconds)
        minutes = (time.monotonic() - started) / 60
        if code == 0:
            return f"{name}: done in {minutes:.1f} minutes"
        return f"{name}: stopped after {minutes:.1f} minutes (code {code}); see {work}/output.txt"

    def _started(self, config: Config, before: Sequence[str]) -> Path:
        """Of the folders of earlier stages the last that holds what a training goes on from."""
        folders = [(self._out / each).resolve() for each in before]
        held = (each for each in reversed(folders) if (each / config.settings.start_from).exists())
        return next(held, folders[0])


def _ended(process: subprocess.Popen[bytes], seconds: float) -> int:
    """The exit code; a process for which there is no time left is asked to stop, then made to."""
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGINT)
    try:
        return process.wait(GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()


def main(arguments: Sequence[str] | None = None) -> int:
    """The command.

    Returns:
        0 where every model is there in the end, else 1.
    """
    parser = ArgumentParser(prog="python -m seqviz.training.many", description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=Path("trained"))
    parser.add_argument("--work", type=Path, default=Path("runs"))
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--at-once", type=int, default=4)
    parser.add_argument("--minutes", type=float, default=25.0)
    parser.add_argument("--tiny", action="store_true", help="four updates each, for a rehearsal")
    parser.add_argument("configs", nargs="*", help="all that ship where none is named")
    given = parser.parse_args(arguments)
    configs = [read_config(each) for each in given.configs or shipped_configs()]
    if given.tiny:
        configs = [tiny(config, given.work / "configs") for config in configs]
    until = time.monotonic() + 60 * given.minutes
    fleet = Fleet(data=given.data, out=given.out, work=given.work, device=given.device, until=until)
    lines: list[str] = []
    for group in order(configs):
        lines += fleet.train(group, given.at_once)
    sys.stdout.write("\n".join([*lines, ""]))
    return int(any("stopped" in line or "no time" in line for line in lines))


if __name__ == "__main__":
    sys.exit(main())
