"""The engine on Ray, with a stand-in for Ray; tests/ray has the real one."""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from seqviz.errors import InputError, ModelError
from seqviz.inspection import on_ray
from seqviz.inspection.on_ray import ADDRESS_VARIABLE, QUIET, STORE_BYTES, OnRay, Recipe
from seqviz.inspection.rows import Examiner
from seqviz.inspection.run import inspect, read_run
from seqviz.models.fast.packed import STEADY
from tests.inspection.test_run import PART, PARTS, READ, sentences

Row = Mapping[str, Any]


class StandIn:
    """Does in this process what Ray Data does in others: the last part first."""

    class RayError(Exception):
        pass

    def __init__(self) -> None:
        self.resources = {"CPU": 2.0}
        self.started: list[dict[str, Any]] = []
        self.ended = 0
        self.how: dict[str, Any] = {}
        self.stop: BaseException | None = None
        self.exceptions = SimpleNamespace(RayError=self.RayError)
        self.data = SimpleNamespace(
            DataContext=SimpleNamespace(get_current=SimpleNamespace),
            ActorPoolStrategy=lambda size: size,
            from_items=self.from_items,
        )

    def init(self, **how: Any) -> None:
        self.started.append(how)

    def shutdown(self) -> None:
        self.ended += 1

    def cluster_resources(self) -> Mapping[str, float]:
        return self.resources

    def from_items(self, rows: Sequence[Row], override_num_blocks: int) -> Any:
        assert override_num_blocks == len(rows)
        return SimpleNamespace(map_batches=lambda actor, **how: self.mapped(rows, actor, how))

    def mapped(self, rows: Sequence[Row], actor: Any, how: dict[str, Any]) -> Any:
        self.how = how
        assert how["batch_size"] == 1
        return SimpleNamespace(iter_rows=lambda: self.rows(rows, actor))

    def rows(self, rows: Sequence[Row], actor: Any) -> Iterator[Row]:
        examine = actor(**self.how["fn_constructor_kwargs"])
        for row in reversed(rows):
            found = examine({name: [value] for name, value in row.items()})
            yield {name: one for name, (one,) in found.items()}
            if self.stop is not None:
                raise self.stop


@pytest.fixture
def ray(monkeypatch: pytest.MonkeyPatch) -> StandIn:
    found = StandIn()
    monkeypatch.setattr(on_ray, "ray", found)
    monkeypatch.setattr(on_ray, "find_spec", lambda name: name)
    monkeypatch.delenv(ADDRESS_VARIABLE, raising=False)
    for name in QUIET:
        monkeypatch.setenv(name, "")
    return found


@pytest.fixture
def recipe(examiner: Examiner, models: Path) -> Recipe:
    return Recipe.of(examiner, "de-en/transformer", models=models, device="cpu")


def run(examiner: Examiner, recipe: Recipe, folder: Path) -> bytes:
    return inspect(examiner, sentences, folder, part_size=PART, engine=OnRay(recipe)).read_bytes()


def test_the_table_is_the_one_of_the_embedded_engine(
    ray: StandIn, examiner: Examiner, recipe: Recipe, tmp_path: Path
) -> None:
    table = run(examiner, recipe, tmp_path / "ray")
    assert table == inspect(examiner, sentences, tmp_path / "own", part_size=PART).read_bytes()
    (started,) = ray.started
    assert (started["address"], started["object_store_memory"]) == ("local", STORE_BYTES)
    assert not started["include_dashboard"]
    assert os.environ["RAY_USAGE_STATS_ENABLED"] == "0"
    assert ray.ended == 1
    assert run(examiner, recipe, tmp_path / "ray") == table
    assert len(ray.started) == 1, "a finished run starts no Ray"


def test_where_a_cluster_is_named_nothing_is_started_here(
    ray: StandIn,
    examiner: Examiner,
    recipe: Recipe,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(ADDRESS_VARIABLE, "ray-head:6379")
    run(examiner, recipe, tmp_path)
    (started,) = ray.started
    assert started["address"] == "ray-head:6379"
    assert "object_store_memory" not in started and "num_cpus" not in started


@pytest.mark.parametrize(
    ("device", "threads", "there", "expected"),
    [
        ("auto", 1, {"CPU": 4.0}, (4, 1, 0)),
        ("auto", 2, {"CPU": 4.0}, (2, 2, 0)),
        ("auto", 1, {"CPU": 64.0}, (PARTS, 1, 0)),
        ("auto", 1, {"CPU": 4.0, "GPU": 2.0}, (2, 0, 1)),
        ("cpu", 1, {"CPU": 4.0, "GPU": 2.0}, (4, 1, 0)),
        ("auto", 9, {"CPU": 4.0}, (1, 9, 0)),
    ],
)
def test_an_actor_for_each_gpu_or_for_so_many_cores(
    ray: StandIn,
    examiner: Examiner,
    recipe: Recipe,
    tmp_path: Path,
    device: str,
    threads: int,
    there: dict[str, float],
    expected: tuple[int, int, int],
) -> None:
    ray.resources, ray.stop = there, ray.RayError("enough")
    wanted = replace(recipe, device=device, threads=threads)
    with pytest.raises(InputError):
        run(examiner, wanted, tmp_path)
    assert (ray.how["compute"], ray.how["num_cpus"], ray.how["num_gpus"]) == expected


def test_when_ray_gives_up_what_is_done_is_kept(
    ray: StandIn, examiner: Examiner, recipe: Recipe, tmp_path: Path
) -> None:
    ray.stop = ray.RayError("The actor died.\n\nIts node was lost.\n")
    with pytest.raises(InputError, match="Ray gave up: Its node was lost"):
        run(examiner, recipe, tmp_path)
    assert [file.name for file in (tmp_path / "parts").iterdir()] == ["00000012.parquet"]
    assert ray.ended == 1
    ray.stop = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        run(examiner, recipe, tmp_path)
    assert ray.ended == 2, "Ctrl+C ends Ray, too"
    inspect(examiner, sentences, tmp_path, part_size=PART)  # the other engine goes on
    assert read_run(tmp_path)["number"].tolist() == [one.number for one in READ]


def test_a_ray_that_does_not_start_is_one_line(
    ray: StandIn,
    examiner: Examiner,
    recipe: Recipe,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def late(**_: Any) -> None:
        raise Exception("The current node timed out during startup.")

    monkeypatch.setattr(ray, "init", late)
    with pytest.raises(InputError, match="Ray gave up: The current node timed out"):
        run(examiner, recipe, tmp_path)


def test_an_actor_with_another_model_is_refused(ray: StandIn, recipe: Recipe) -> None:
    STEADY.clear()
    with pytest.raises(ModelError, match="other weights"):
        replace(recipe, weights="0" * 8).examiner()
    assert STEADY.is_set(), "actors find the same to the last bit"


def test_a_folder_is_named_in_full(
    examiner: Examiner, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An actor works in another folder."""
    monkeypatch.chdir(models)
    found = Recipe.of(examiner, "de-en/transformer", models=Path(), device="cpu")
    assert (found.model, found.models) == (str(models / "de-en/transformer"), str(models))
    assert Recipe.of(examiner, "de-en/none", models=None, device="cpu").model == "de-en/none"


def test_without_ray_there_is_a_line_that_says_so(
    recipe: Recipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(on_ray, "find_spec", lambda _: None)
    with pytest.raises(InputError, match=r"pip install 'seqviz\[ray\]'"):
        OnRay(recipe)
