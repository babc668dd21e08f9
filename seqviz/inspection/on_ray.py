"""The engine of many processes or machines: actors of Ray Data that hold the model.

Ray is an optional extra. What goes between it and its actors is bytes: sentences as JSON there,
rows as Arrow back. Every part carries its place, so that any part may be done first.
"""

import json
import logging
import os
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import lazy_loader  # type: ignore[import-untyped]  # it ships no types
import pyarrow as pa

from seqviz.errors import InputError, ModelError
from seqviz.inspection.engine import Done, Failed, Part, examined
from seqviz.inspection.reading import Sentence
from seqviz.inspection.rows import Examiner, OnProgress
from seqviz.options import DecodeOptions, Precision
from seqviz.translator import load
from seqviz.translator.devices import compute_steadily, use_threads

ADDRESS_VARIABLE = "RAY_ADDRESS"
"""Of a cluster that is there; without it, Ray is started here and ends with the run."""
STORE_BYTES = 100 * 2**20
"""Of a Ray that is started here: for the parts that are under way."""
BLOCK_BYTES = 2**20
"""What Ray expects a part's rows to take, before it has seen any."""
QUIET = {"RAY_USAGE_STATS_ENABLED": "0", "RAY_BACKEND_LOG_LEVEL": "fatal"}
"""Nothing is sent to Ray's makers, and only our own errors are printed."""

ray = lazy_loader.load("ray", error_on_import=False)


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """From which every actor makes its examiner."""

    model: str
    """Its name, which every machine resolves by itself, or its folder."""
    models: str | None
    """The folder of models; None: a machine's usual one."""
    weights: str
    """The fingerprint that its model must have."""
    device: str
    precision: Precision
    threads: int
    """Of every actor."""
    options: DecodeOptions
    contributions: bool

    @classmethod
    def of(
        cls, examiner: Examiner, model: str, *, models: Path | None, device: str, threads: int = 1
    ) -> "Recipe":
        """For examiners like this one, of the model that was loaded by this name or folder."""
        return cls(
            model=str(Path(model).resolve()) if Path(model).is_dir() else model,
            models=None if models is None else str(models.resolve()),
            weights=examiner.translator.facts.fingerprint,
            device=device,
            precision=examiner.translator.precision,
            threads=threads,
            options=examiner.options,
            contributions=examiner.contributions,
        )

    def examiner(self) -> Examiner:
        """Load the model.

        Raises:
            ModelError: ``ray_model``: it has other weights; there is no such model.
            InputError: this machine has no such device.
        """
        use_threads(self.threads)
        compute_steadily()
        translator = load(self.model, self.device, self.models, precision=self.precision)
        if translator.facts.fingerprint != self.weights:
            raise ModelError("ray_model", {"model": self.model})
        return Examiner.of(translator, self.options, contributions=self.contributions)


@dataclass(frozen=True)
class OnRay:
    """The engine.

    Raises:
        InputError: ``ray_missing``, where it is made; ``ray_failed``.
    """

    recipe: Recipe
    cores: int | None = None
    """Of a Ray that is started here; None: all."""

    def __post_init__(self) -> None:
        """Ask for Ray before any work."""
        if find_spec("ray") is None:
            raise InputError("ray_missing")

    def __call__(self, parts: Iterator[Part], _: OnProgress) -> Generator[Done]:
        """Examine the parts; Ray is not started for none."""
        rows = [
            {"place": place, "sentences": json.dumps([asdict(one) for one in sentences]).encode()}
            for place, sentences in parts
        ]
        if not rows:
            return
        os.environ.update(QUIET)
        try:
            self._start()
            for found in self._examined(rows):
                yield _done(found)
        except ray.exceptions.RayError as error:
            raise _gave_up(error) from error
        finally:
            ray.shutdown()

    def _start(self) -> None:
        there = os.environ.get(ADDRESS_VARIABLE)
        own = {
            "num_cpus": self.cores,
            "object_store_memory": STORE_BYTES,
            "include_dashboard": False,
        }
        try:
            ray.init(
                address=there or "local",
                log_to_driver=False,
                logging_level=logging.ERROR,
                **({} if there else own),
            )
        except Exception as error:  # of no one kind
            raise _gave_up(error) from error

    def _examined(self, rows: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
        """What the actors give back, as it comes: one on each GPU, or on so many cores."""
        there, threads = ray.cluster_resources(), self.recipe.threads
        gpus = 0 if self.recipe.device == "cpu" else int(there.get("GPU", 0))
        count = gpus or int(there.get("CPU", 1)) // threads
        context = ray.data.DataContext.get_current()
        logging.getLogger("ray.data").setLevel(logging.ERROR)  # reading it had set another
        context.enable_progress_bars = context.print_on_execution_start = False
        context.target_max_block_size = BLOCK_BYTES
        found = ray.data.from_items(rows, override_num_blocks=len(rows)).map_batches(
            Actor,
            batch_size=1,
            fn_constructor_kwargs={"recipe": self.recipe},
            compute=ray.data.ActorPoolStrategy(size=max(1, min(count, len(rows)))),
            num_cpus=0 if gpus else threads,
            num_gpus=1 if gpus else 0,
        )
        return iter(found.iter_rows())


class Actor:
    """Holds a model, and examines part after part."""

    def __init__(self, recipe: Recipe) -> None:
        """Load the model; see ``Recipe.examiner``."""
        self._examiner = recipe.examiner()

    def __call__(self, batch: Mapping[str, Sequence[Any]]) -> dict[str, list[Any]]:
        """Examine one part."""
        (place,), (sentences,) = batch["place"], batch["sentences"]
        found = examined(self._examiner, [Sentence(**one) for one in json.loads(sentences)])
        failed = isinstance(found, Failed)
        told = json.dumps(asdict(found)).encode() if failed else _packed(found)
        return {"place": [place], "failed": [failed], "found": [told]}


def _gave_up(error: Exception) -> InputError:
    reason = str(error).strip().splitlines() or [type(error).__name__]
    return InputError("ray_failed", {"reason": reason[-1]})


def _packed(rows: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, rows.schema) as stream:
        stream.write_table(rows)
    return bytes(sink.getvalue())


def _done(row: Mapping[str, Any]) -> Done:
    if row["failed"]:
        told = json.loads(row["found"])
        return int(row["place"]), Failed(tuple(told["lines"]), told["reason"])
    return int(row["place"]), pa.ipc.open_stream(row["found"]).read_all()
