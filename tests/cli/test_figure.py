from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import plotly.graph_objects as go
import pytest

from seqviz.cli import figure as command
from seqviz.trace.file import write_trace
from tests.cli.conftest import Run
from tests.fixtures.toy_traces import greedy_trace, random_trace, rnn_trace, transformer_trace


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[tuple[go.Figure, Mapping[str, object]]]:
    """The figures that would be written, with how; no browser is started."""
    figures: list[tuple[go.Figure, Mapping[str, object]]] = []

    def write(figure: go.Figure, path: Path, *, width_cm: float | None, dpi: int) -> None:
        figures.append((figure, {"width_cm": width_cm, "dpi": dpi}))
        path.write_bytes(b"x" * 2000)

    monkeypatch.setattr(command, "write_figure", write)
    return figures


@pytest.fixture
def beam(tmp_path: Path) -> str:
    write_trace(transformer_trace(), tmp_path / "beam.json")
    return str(tmp_path / "beam.json")


Drawn = list[tuple[go.Figure, Mapping[str, object]]]


def test_attention_counts_layers_and_heads_from_1(
    run: Run, drawn: Drawn, beam: str, tmp_path: Path
) -> None:
    out = str(tmp_path / "a.svg")
    outcome = run(
        "figure", beam, "--kind", "attention", "--layer", "2", "--head", "1", "--out", out
    )
    assert (outcome.code, outcome.err) == (0, "")
    ((figure, how),) = drawn
    assert "layer 2, head 1" in figure.layout.title.text
    assert how == {"width_cm": None, "dpi": 300}
    assert outcome.out.startswith(f"{out} (16.0 × ")
    assert outcome.out.endswith(" cm, 2 kB)\n")


def test_the_tree_in_chinese_with_all_that_was_cut(
    run: Run, drawn: Drawn, beam: str, tmp_path: Path
) -> None:
    asked = ("--kind", "tree", "--language", "zh", "--pruned", "all", "--width-cm", "30")
    run("figure", beam, *asked, "--dpi", "600", "--out", str(tmp_path / "a.png"))
    ((figure, how),) = drawn
    assert "束搜索树" in figure.layout.title.text
    marks = [text for trace in figure.data if trace.mode == "text" for text in trace.text]
    cut = (transformer_trace().search.candidate_fates == 3).sum()
    assert sum(text.endswith("✂") for text in marks) == cut > 7
    assert how == {"width_cm": 30.0, "dpi": 600}


def test_a_comparison_of_two_traces_or_of_two_hypotheses(
    run: Run, drawn: Drawn, tmp_path: Path
) -> None:
    greedy, beam = str(tmp_path / "g.json"), str(tmp_path / "b.json")
    write_trace(greedy_trace(), greedy)
    write_trace(rnn_trace(), beam)
    asked = ("--kind", "comparison", "--out", str(tmp_path / "c.pdf"))
    run("figure", greedy, "--with", beam, *asked)
    run("figure", beam, *asked)
    names = [[trace.name for trace in figure.data] for figure, _ in drawn]
    assert names == [["Beam size 2", "Greedy"], ["Hypothesis 2", "Hypothesis 1"]]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("--kind", "tree", "--layer", "1"), "--layer: only with --kind attention"),
        (("--kind", "tree", "--words"), "--words: only with --kind attention"),
        (("--kind", "attention", "--pruned", "all"), "--pruned: only with --kind tree"),
        (("--kind", "attention", "--with", "x"), "--with: only with --kind comparison"),
        (("--kind", "attention", "--layer", "3"), "--layer is 3, but must be between 1 and 2"),
        (("--kind", "attention", "--head", "4"), "--head is 4, but must be between 1 and 3"),
        (("--kind", "pie"), "'pie' is not one of"),
    ],
)
def test_what_does_not_go_together_is_refused(
    run: Run, beam: str, tmp_path: Path, asked: tuple[str, ...], said: str
) -> None:
    outcome = run("figure", beam, *asked, "--out", str(tmp_path / "a.svg"))
    assert said in outcome.refusal()
    assert not (tmp_path / "a.svg").exists()


def test_an_unknown_ending_is_refused_before_anything_is_read(run: Run, tmp_path: Path) -> None:
    outcome = run("figure", "missing.json", "--kind", "tree", "--out", str(tmp_path / "a.gif"))
    assert ".svg, .png, .pdf" in outcome.refusal()


def test_missing_attention_says_why(run: Run, tmp_path: Path) -> None:
    path, out = str(tmp_path / "t.json"), str(tmp_path / "a.svg")
    write_trace(rnn_trace(attention=False), path)
    outcome = run("figure", path, "--kind", "attention", "--out", out)
    assert "the model 'de-en/none' has none" in outcome.refusal()
    whole = random_trace(1, 4, 2)
    write_trace(replace(whole, search=replace(whole.search, cross_attention=None)), path)
    outcome = run("figure", path, "--kind", "attention", "--out", out)
    assert "not recorded" in outcome.refusal()
