"""What each part of the data gives: the config of every run lacks its part, and nothing else."""

import runpy
from pathlib import Path
from typing import Any

import pytest

from seqviz.training.config import read_config

SCRIPT = Path(__file__).parents[2] / "data/corpora/measure.py"
CORPORA = ("tatoeba", "ntrex", "pud", "mlqe-pe", "mgsm", "cdda", "react", "gnome-help", "field")


@pytest.mark.parametrize("pair", ["de-en", "fr-en", "zh-en"])
def test_a_run_lacks_its_part_and_nothing_else(pair: str, tmp_path: Path) -> None:
    script: dict[str, Any] = runpy.run_path(str(SCRIPT))
    shipped = read_config(f"{pair}/transformer.tuned")

    def settings(part: str) -> Any:
        text = script["config_without"](part, shipped.text, corpora=CORPORA, steps=7)
        file = tmp_path / "config.toml"
        file.write_text(text, "utf-8")
        return read_config(file).settings

    whole = settings("")
    assert (whole.data.corpora, whole.optimiser.steps) == (CORPORA, 7)
    assert whole.start_from == f"{pair}/transformer" and not whole.data.test
    for part, left_out in {**script["PARTS"], "course": script["COURSE"]}.items():
        found = settings(part)
        assert set(CORPORA) - set(found.data.corpora) == set(CORPORA).intersection(left_out)
        assert not set(left_out).intersection(found.data.caps)
        assert found.augment == whole.augment
    assert not any("course" in file for file in settings("course").data.train)
    assert not settings("augment").augment.share and settings("").augment.share


def test_what_is_held_out_is_not_trained_on(tmp_path: Path) -> None:
    script: dict[str, Any] = runpy.run_path(str(SCRIPT))
    file, into = tmp_path / "de-en.more.tsv.gz", tmp_path / "into"
    into.mkdir()
    lines = [f"{name} {n}\tsaid {n}\t{name}\n" for name in ("mgsm", "cdda") for n in range(400)]
    with script["gzip"].open(file, "wt") as out:
        out.writelines(lines)
    held = script["split"](file, into)
    assert {part: len(rows) for part, rows in held.items() if rows} == {
        "sums in words": 120,
        "a game": 120,
    }
    kept = {row[0] for row in script["rows"](into / file.name)}
    out_of_it = {row[0] for rows in held.values() for row in rows}
    assert not kept & out_of_it and len(kept) + len(out_of_it) == len(lines)
