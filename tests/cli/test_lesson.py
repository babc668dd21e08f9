"""``seqviz lesson check``: what is wrong with a chapter, line by line."""

import gzip
from pathlib import Path

import pytest

from seqviz.cli.lesson import MOST_TOLD
from seqviz.cli.starting import Server
from seqviz.lesson import shipped
from seqviz.lesson.opened import MOST_BYTES
from tests.cli.conftest import Run
from tests.lesson.small import CHAPTER


def test_a_right_chapter_is_said_to_be_so(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "my.yaml"
    file.write_text(CHAPTER, "utf-8")
    found = run("lesson", "check", str(file))
    assert (found.code, found.err) == (0, "")
    assert found.out == f"{file}: 4 steps, nothing is wrong.\n"


def test_every_mistake_is_a_line(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "my.yaml"
    file.write_text(CHAPTER.replace("own: true", "own: 3").replace("bet: next", "bet: no"), "utf-8")
    found = run("lesson", "check", str(file))
    assert (found.code, found.out) == (2, "")
    first, second = found.err.splitlines()
    assert first == f"{file}:3: 'own' is 3, but must be true or false."
    assert second.startswith(f"{file}:13: ")


def test_a_file_in_place_of_a_command_opens_the_page_with_it(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "my.yaml"
    file.write_text(CHAPTER, "utf-8")
    started: list[Server] = []
    monkeypatch.setattr("seqviz.cli.lesson.start", started.append)
    monkeypatch.chdir(tmp_path)
    assert run("lesson", file.name, "--port", "8600").code == 0
    (server,) = started
    assert (server.port, server.link) == (8600, "?view=lesson&chapter=small")
    assert server.environment == {"SEQVIZ_CHAPTER": str(file)}
    file.write_text(CHAPTER.replace("own: true", "own: 3"), "utf-8")
    found = run("lesson", str(file))
    assert (found.code, found.err) == (2, f"{file}:3: 'own' is 3, but must be true or false.\n")
    assert len(started) == 1


def test_of_very_many_mistakes_the_first_are_told_and_the_others_counted(
    run: Run, tmp_path: Path
) -> None:
    file = tmp_path / "my.yaml"
    file.write_text(CHAPTER + "  - {}\n" * 200, "utf-8")
    *told, last = run("lesson", "check", str(file)).err.splitlines()
    assert (len(told), last) == (MOST_TOLD, f"{file}: 500 more.")


def test_a_huge_file_is_not_read_to_its_end(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "my.yaml"
    line = b"a" * 99 + b"\n"
    for content in (line * (MOST_BYTES // 100 + 1), gzip.compress(line * 10**5)):
        file.write_bytes(content)
        assert f"more than {MOST_BYTES:,} bytes" in run("lesson", "check", str(file)).refusal()


def test_steps_that_do_not_hold_are_named(run: Run, tmp_path: Path, tiny_pretrained: Path) -> None:
    file = tmp_path / "my.yaml"
    file.write_text(
        CHAPTER.replace("none", "none-reversed").replace("above: 10", "above: 1000"), "utf-8"
    )
    found = run("lesson", "check", "--decode", "--models", str(tiny_pretrained), str(file))
    assert found.code == 0
    assert f"{file}:18: in en, 'long' does not hold: it is left out." in found.err
    assert f"{file}:15: in zh, 'before' does not hold: its 'otherwise' stands in." in found.err


def test_shipped_chapters_lie_where_the_help_says(run: Run) -> None:
    folder = Path(shipped.__file__).parent / "chapters"
    assert "seqviz/lesson/chapters" in run("lesson", "--help").out
    assert list(folder.glob("*.yaml"))


def test_a_handout_is_one_file_with_the_own_sentence(
    run: Run, tmp_path: Path, tiny_pretrained: Path
) -> None:
    file, out = tmp_path / "my.yaml", tmp_path / "lesson.html"
    file.write_text(CHAPTER.replace("none", "none-reversed"), "utf-8")
    base = ("lesson", "handout", "--models", str(tiny_pretrained), "--chapter", str(file))
    own = ("--sentence", "der hund", "--sentence", "es war kalt")
    found = run(*base, *own, "--language", "zh", str(out))
    assert found.code == 0
    assert found.out.startswith("1 chapter, ")
    page = out.read_text("utf-8")
    assert '<html lang="zh">' in page
    assert "der hund" in page and "es war kalt" in page and "全班的句子" in page
    assert "Die Katze" not in page
    assert 'src="http' not in page


def test_a_chapter_that_is_not_there_is_one_line(run: Run, tmp_path: Path) -> None:
    assert (
        "no-such"
        in run("lesson", "handout", "--chapter", "no-such", str(tmp_path / "x.html")).refusal()
    )


def test_a_pdf_is_what_the_handout_prints(
    run: Run, tmp_path: Path, tiny_pretrained: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, out = tmp_path / "my.yaml", tmp_path / "lesson.PDF"
    file.write_text(CHAPTER.replace("none", "none-reversed"), "utf-8")
    monkeypatch.setattr("seqviz.cli.lesson.pdf", lambda page: f"%PDF {len(page)}".encode())
    base = ("lesson", "handout", "--models", str(tiny_pretrained), "--chapter", str(file))
    assert run(*base, str(out)).code == 0
    assert out.read_bytes().startswith(b"%PDF ")
