"""The recipes of the README run as they stand there, each by itself, in an empty folder."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

import seqviz
from seqviz.analysis.compare import first_difference
from seqviz.export import figure_file
from seqviz.trace import Trace
from tests.fixtures.inspected import inspected, write_run
from tests.fixtures.opus_folders import write_opus_folder

README = Path(__file__).parents[1] / "README.md"
SENTENCES = ("Es war sehr kalt.", "Der Hund schläft.")
Names = Mapping[str, Any]


def recipes() -> dict[str, str]:
    """The code below every heading of the section, by the heading."""
    text = README.read_text(encoding="utf-8")
    section = text.partition("\n## From Python\n")[2].partition("\n## ")[0]
    _, *parts = re.split(r"^### ", section, flags=re.MULTILINE)
    codes = [
        re.findall(r"^```python\n(.*?)^```$", part, re.MULTILINE | re.DOTALL) for part in parts
    ]
    return {part.partition("\n")[0]: code for part, (code,) in zip(parts, codes, strict=True)}


def nothing(folder: Path) -> None:
    """What most recipes find in their folder."""


def put_model(folder: Path) -> None:
    write_opus_folder(folder / "path" / "to" / "opus-mt-de-en")


def put_sentences(folder: Path) -> None:
    (folder / "sentences.txt").write_text("\n".join(SENTENCES), encoding="utf-8")


def put_run(folder: Path) -> None:
    write_run(folder / "run", inspected(20).assign(worst3=[-5, *[-1] * 19], length_ratio=0.5))


def check_plots(names: Names, shown: list[go.Figure], folder: Path) -> None:
    trace: Trace = names["trace"]
    assert trace.translation == "It was very cold."
    assert trace.cross_attention is not None
    assert trace.cross_attention.shape[2] == len(trace.target())
    heatmap, all_layers, tree = shown
    assert heatmap.data[0].z.shape[1] == 6  # words, the full stop, EOS
    labels = len(all_layers.layout.annotations)
    assert labels == trace.model.layers + 1 + trace.model.heads
    assert "Beam" in tree.layout.title.text


def check_own_model(names: Names, shown: list[go.Figure], folder: Path) -> None:
    model = names["trace"].model
    assert names["translator"].entry.format == "marian"
    assert names["translator"].entry.target_languages == ()
    assert "opus-mt-de-en" in model.name
    assert names["trace"].cross_attention.shape[:2] == (model.layers, model.heads)


def check_many(names: Names, shown: list[go.Figure], folder: Path) -> None:
    written = (folder / "translations.tsv").read_text(encoding="utf-8").splitlines()
    translator = seqviz.load("de-en/transformer")
    expected = [translator.translate(sentence) for sentence in SENTENCES]
    assert [line.split("\t")[1] for line in written] == [trace.translation for trace in expected]
    for line, trace in zip(written, expected, strict=True):
        assert float(line.split("\t")[0]) == pytest.approx(trace.hypotheses.scores[0], abs=1e-3)


def check_intervention(names: Names, shown: list[go.Figure], folder: Path) -> None:
    assert names["edited"].cross_attention[:, :, :, 3].max() == 0
    assert first_difference(names["plain"], names["edited"]) is not None
    assert names["shift"].total_variation.max() > 0.5
    assert len(shown) == 1
    assert names["begun"].translation.startswith("The weather")
    assert names["samples"].options.sampling.top_p == 0.9
    assert names["forced"].translation == "It was freezing."


def check_step(names: Names, shown: list[go.Figure], folder: Path) -> None:
    np.testing.assert_allclose(names["scores"], names["reading"].scores)
    np.testing.assert_allclose(names["context"], names["reading"].context)
    assert (folder / "step.xlsx").read_bytes().startswith(b"PK")
    assert names["contrast"].total > 5


def check_trust(names: Names, shown: list[go.Figure], folder: Path) -> None:
    evidence, trace = names["evidence"], names["trace"]
    shares = evidence.contributions().source_share
    assert shares.shape == evidence.contrast().difference.shape == (len(trace.target()),)
    assert (shares > 0).all()
    assert (shares < 1).all()
    assert evidence.encoder_lens()[-1] == trace.translation


def check_inspected(names: Names, shown: list[go.Figure], folder: Path) -> None:
    rows, doubtful = names["rows"], names["doubtful"]
    assert len(rows) == 20
    assert doubtful.number.tolist() == [1]


def check_files(names: Names, shown: list[go.Figure], folder: Path) -> None:
    assert {path.name for path in folder.iterdir()} == {
        *("cold.json.gz", "cold.html", "attention.csv", "tree.csv", "hypotheses.csv"),
        "attention.pdf",
    }
    assert names["again"].translation == names["trace"].translation == "It was very cold."
    assert (folder / "attention.pdf").read_bytes().startswith(b"%PDF")


Check = Callable[[Names, list[go.Figure], Path], None]
EXPECTED: Mapping[str, tuple[Callable[[Path], None], Check]] = {
    "Translate and plot": (nothing, check_plots),
    "Your own model": (put_model, check_own_model),
    "Many sentences": (put_sentences, check_many),
    "Intervene": (nothing, check_intervention),
    "Take a step apart": (nothing, check_step),
    "Does a word come from the sentence?": (nothing, check_trust),
    "Inspect a test set": (put_run, check_inspected),
    "Take it away": (nothing, check_files),
}


def test_every_recipe_has_its_check() -> None:
    assert set(recipes()) == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_a_recipe_does_what_it_says(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare, check = EXPECTED[name]
    prepare(tmp_path)
    shown: list[go.Figure] = []

    def show(figure: go.Figure) -> None:
        shown.append(figure)

    def draw(*_: object, opts: object, kopts: object) -> bytes:
        return b"%PDF-"  # test_figure_file.py starts the browser

    monkeypatch.setattr(go.Figure, "show", show)
    monkeypatch.setattr(figure_file.kaleido, "calc_fig_sync", draw)
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    exec(compile(recipes()[name], name, "exec"), names)
    check(names, shown, tmp_path)
