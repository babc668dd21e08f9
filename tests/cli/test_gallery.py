from dataclasses import replace
from pathlib import Path

import pytest

from seqviz.tasks.examples import EXAMPLES
from seqviz.trace.file import write_trace
from tests.cli.conftest import Run
from tests.fixtures.toy_traces import greedy_trace, rnn_trace
from tests.lesson.small import CHAPTER


@pytest.fixture
def traces(tmp_path: Path) -> tuple[str, str]:
    """One beam search, and greedy decoding with the same options."""
    beam, greedy = rnn_trace(), greedy_trace()
    options = replace(beam.options, beam_size=1)
    files = tmp_path / "Cold.json.gz", tmp_path / "cold-greedy.json"
    write_trace(beam, files[0])
    write_trace(replace(greedy, options=options), files[1])
    return str(files[0]), str(files[1])


def site_of(folder: Path) -> set[str]:
    return {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}


ALWAYS = {
    *("index.html", "viewer.html", "gallery.json"),
    *("assets/words.js", "assets/seqviz.js", "assets/seqviz.css"),
}


def test_traces_become_a_site(run: Run, tmp_path: Path, traces: tuple[str, str]) -> None:
    out = tmp_path / "site"
    outcome = run("gallery", str(out), *traces, "--title", "Week 3", "--language", "zh")
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.startswith(f"{out / 'index.html'} (7 files, 0.")
    assert site_of(out) == {*ALWAYS, "traces/cold.html", "traces/cold-greedy.html"}
    assert "<h1>Week 3</h1>" in (out / "index.html").read_text("utf-8")
    compared = '"compare":{"lines"'  # with the greedy one, which is set against none
    assert compared in (out / "traces/cold.html").read_text("utf-8")
    assert compared not in (out / "traces/cold-greedy.html").read_text("utf-8")
    assert run("gallery", str(out), traces[0]).code == 0
    assert site_of(out) == {*ALWAYS, "traces/cold.html"}
    assert compared not in (out / "traces/cold.html").read_text("utf-8")


def test_a_chapter_is_decoded_into_a_page_of_every_language(run: Run, tmp_path: Path) -> None:
    file, out = tmp_path / "my.YAML", tmp_path / "site"
    file.write_text(CHAPTER.replace("none", "none-reversed"), "utf-8")
    assert run("gallery", str(out), str(file)).code == 0
    lessons = {path for path in site_of(out) if path.startswith("lessons/")}
    assert len(lessons) == 2
    assert site_of(out) == ALWAYS | lessons


def test_without_files_the_models_show_their_examples(
    run: Run, tmp_path: Path, tiny_pretrained: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("seqviz.cli.gallery.shipped_chapters", lambda: ())
    few = {"de-en": EXAMPLES["de-en"][:2]}
    monkeypatch.setattr("seqviz.cli.gallery.EXAMPLES", few)
    monkeypatch.setattr("seqviz.cli.gallery.BEST", "none-reversed")
    assert run("gallery", str(tmp_path / "site"), "--models", str(tiny_pretrained)).code == 0
    found = {path for path in site_of(tmp_path / "site") if path.startswith("traces/")}
    assert "traces/de-en-short-none-reversed.html" in found
    others = {path for path in found if "none-reversed" not in path}
    assert others and all("-reordering-" in path for path in others)


def test_without_models_there_is_nothing_to_show(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "site"
    assert "no models" in run("gallery", str(out), "--models", str(tmp_path)).refusal().lower()
    assert not out.exists()


def test_one_file_that_is_no_trace_stops_it_before_anything_is_written(
    run: Run, tmp_path: Path, traces: tuple[str, str]
) -> None:
    wrong, out = tmp_path / "wrong.json", tmp_path / "site"
    wrong.write_text("{}")
    assert str(wrong) in run("gallery", str(out), *traces, str(wrong)).refusal()
    assert "missing.json" in run("gallery", str(out), "missing.json").refusal()
    assert "missing.yaml" in run("gallery", str(out), "missing.yaml").refusal()
    assert not out.exists()


def test_what_stands_in_the_way_stays(run: Run, tmp_path: Path, traces: tuple[str, str]) -> None:
    page = tmp_path / "index.html"
    page.write_text("mine")
    assert str(page) in run("gallery", str(tmp_path), *traces).refusal()
    assert page.read_text() == "mine"
