"""The example notebook runs from its first cell to its last, and shows what it says."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from IPython.core.displaypub import CapturingDisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from plotly.io import renderers
from traitlets.config import Config

import seqviz
from seqviz.analysis.compare import first_difference

NOTEBOOK = Path(__file__).parents[1] / "examples" / "seqviz.ipynb"


def read_cells() -> dict[str, Any]:
    """Cells by their name."""
    notebook = nbformat.read(NOTEBOOK, as_version=4)  # type: ignore[no-untyped-call] # no types
    return {cell["id"]: cell for cell in notebook["cells"]}


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[dict[str, Any], Path]]:
    """What every cell displays, by its name and by kind, and the folder that they wrote into.

    The cells run in this process, as a kernel runs them: a kernel imports everything anew.
    """
    folder = tmp_path_factory.mktemp("notebook")
    config = Config({"HistoryManager": {"enabled": False}})
    shell = InteractiveShell.instance(
        config=config, ipython_dir=str(tmp_path_factory.mktemp("ipython"))
    )
    shell.display_pub = CapturingDisplayPublisher()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setattr(renderers, "default", "plotly_mimetype")  # as in a kernel
        codes = [cell for cell in read_cells().values() if cell["cell_type"] == "code"]
        yield {cell["id"]: run(shell, cell["source"]) for cell in codes}, folder
    InteractiveShell.clear_instance()


def run(shell: InteractiveShell, source: str) -> dict[str, Any]:
    """What the last line of a cell displays, by its kind; a figure displays itself."""
    found = shell.run_cell(source)
    found.raise_error()
    shell.display_pub.outputs.clear()
    data, _ = shell.display_formatter.format(found.result)
    return dict(data or shell.display_pub.outputs[0]["data"])


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
        card = cells[name]
        assert words in card["text/html"]
        assert "<svg" in card["text/html"]
        assert card["text/plain"].startswith("<Trace '")


@pytest.mark.parametrize("name", ["attention", "all-heads", "tree", "greedy", "intervene"])
def test_figures_show_themselves(executed: tuple[dict[str, Any], Path], name: str) -> None:
    cells, _ = executed
    assert cells[name]["application/vnd.plotly.v1+json"]["data"]


@pytest.mark.parametrize(("name", "rows"), [("hypotheses", 6), ("batch", 4)])
def test_tables_show_themselves(
    executed: tuple[dict[str, Any], Path], name: str, rows: int
) -> None:
    cells, _ = executed
    assert cells[name]["text/html"].count("<tr") >= rows


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
