"""The example notebook runs from its first cell to its last, and shows what it says."""

import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

import seqviz
from seqviz.analysis.compare import first_difference

NOTEBOOK = Path(__file__).parents[1] / "examples" / "seqviz.ipynb"
SECONDS = 120
"""For a cell, on a busy machine."""


def read_cells() -> dict[str, Any]:
    """Cells by their name."""
    notebook = nbformat.read(NOTEBOOK, as_version=4)  # type: ignore[no-untyped-call] # no types
    return {cell["id"]: cell for cell in notebook["cells"]}


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], Path]:
    """Cells by their name, executed by this very Python, and the folder that they wrote into."""
    folder = tmp_path_factory.mktemp("notebook")
    notebook = nbformat.read(NOTEBOOK, as_version=4)  # type: ignore[no-untyped-call] # no types
    client = NotebookClient(
        notebook,
        timeout=SECONDS,
        kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
    )
    client.execute()
    return {cell["id"]: cell for cell in notebook["cells"]}, folder


def shown(cell: Any) -> dict[str, Any]:
    """What the last line of a cell displays, by its kind."""
    (output,) = cell["outputs"]
    return dict(output["data"])


def test_the_notebook_is_kept_without_outputs() -> None:
    for cell in read_cells().values():
        if cell["cell_type"] == "code":
            assert (cell["outputs"], cell["execution_count"]) == ([], None)


def test_traces_show_their_card(executed: tuple[dict[str, Any], Path]) -> None:
    cells, _ = executed
    for name, words in (
        ("translate", "I met an old friend"),
        ("own", "1999-03-03"),
        ("export", "I met an old friend"),
    ):
        card = shown(cells[name])
        assert words in card["text/html"]
        assert "<svg" in card["text/html"]
        assert card["text/plain"].startswith("<Trace '")


@pytest.mark.parametrize("name", ["attention", "all-heads", "tree", "greedy", "intervene"])
def test_figures_show_themselves(executed: tuple[dict[str, Any], Path], name: str) -> None:
    cells, _ = executed
    assert shown(cells[name])["application/vnd.plotly.v1+json"]["data"]


@pytest.mark.parametrize(("name", "rows"), [("hypotheses", 6), ("batch", 4)])
def test_tables_show_themselves(
    executed: tuple[dict[str, Any], Path], name: str, rows: int
) -> None:
    cells, _ = executed
    assert shown(cells[name])["text/html"].count("<tr") >= rows


def test_the_words_of_the_notebook_are_true() -> None:
    cells, translator = read_cells(), seqviz.load("de-en/transformer")
    (sentence,) = re.findall(r'divergent = "(.+)"', cells["greedy"]["source"])
    greedy, beam = (translator.translate(sentence, beam_size=size) for size in (1, 5))
    assert first_difference(greedy, beam) is not None
    assert greedy.hypotheses.log_probs[0] < beam.hypotheses.log_probs[0]
    (text,) = re.findall(r'^text = "(.+)"', cells["translate"]["source"])
    assert translator.read(text).pieces[2] == "▁gestern"


def test_what_is_taken_away_is_there(executed: tuple[dict[str, Any], Path]) -> None:
    _, folder = executed
    assert {path.name for path in folder.iterdir()} == {
        "friend.json.gz",
        "friend.html",
        "friend.csv",
    }
