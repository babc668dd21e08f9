"""``seqviz inspect``: a test set in, a table and a report out, errors in one line."""

import gzip
import random
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import sacrebleu

from seqviz.cli import main
from seqviz.inspection import on_ray
from seqviz.inspection.rated import rated_in
from seqviz.inspection.run import PART, TABLE, read_run
from seqviz.models.fast.packed import STEADY
from seqviz.tasks import find_task
from seqviz.translator import load
from tests.cli.conftest import Run
from tests.inspection.test_marot import HEADER, row

INSPECT = ("inspect", "--model", "de-en/dot", "--beam", "2")
PAIRS = [("es war kalt", "it was cold"), ("der hund", "the dog"), ("katze", "cat")]
CONTENT = "".join(f"{source}\t{reference}\tcorpus\n" for source, reference in PAIRS)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "test.tsv.gz"
    path.write_bytes(gzip.compress(CONTENT.encode()))
    return path


def test_a_folder_holds_the_table_and_the_report(
    run: Run, file: Path, tmp_path: Path, tiny_pretrained: Path
) -> None:
    out = tmp_path / "run"
    STEADY.clear()
    found = run(*INSPECT, "--out", str(out), "--json", str(file))
    assert STEADY.is_set(), "a run that goes on in another process finds the same"
    translator = load("de-en/dot", "cpu", tiny_pretrained)
    texts = [translator.translate(source, beam_size=2).translation for source, _ in PAIRS]
    assert read_run(out)["translation"].tolist() == texts
    bleu = sacrebleu.corpus_bleu(texts, [[reference for _, reference in PAIRS]])
    assert found.json()["BLEU"] == pytest.approx(bleu.score)
    assert found.json()["worst3"] == pytest.approx(read_run(out)["worst3"].mean())
    assert "entered_last" not in found.json(), "a place where none is −1 has no mean"
    assert found.json()["significance"] == []
    assert "3 of 3 sentences" in found.err
    assert "What follows the second column" in found.err
    assert "de-en/dot: 3 sentences" in (out / "report.html").read_text("utf-8")
    again = run(*INSPECT, "--out", str(out), str(file))
    assert again.code == 0
    assert str(out / "report.html") in again.out
    assert " a second" not in again.err, "nothing is translated again"


def test_what_people_marked_is_kept_beside_the_table(run: Run, file: Path, tmp_path: Path) -> None:
    out = tmp_path / "run"
    marked = row("es war kalt", "it was <v>cold</v>")
    file.write_bytes(gzip.compress(f"{HEADER}\n{marked}\n".encode()))
    assert run(*INSPECT, "--out", str(out), str(file)).code == 0
    (segment,) = rated_in(out, read_run(out)).values()
    assert [(one.start, one.end) for one in segment.spans] == [(7, 11)]


def test_another_system_is_compared(run: Run, file: Path, tmp_path: Path) -> None:
    file.write_text(CONTENT.replace("\tcorpus", ""))
    other = tmp_path / "other.txt"
    other.write_text("it was cold\nthe dog\ncat\n")
    asked = (*INSPECT, "--baseline", str(other), "--out", str(tmp_path / "run"))
    found = run(*asked, str(file))
    assert "\nBLEU " in found.out
    rows = read_run(tmp_path / "run")
    assert f"\nbaseline_kept      {rows['baseline_kept'].mean():.3f}\n" in found.out
    assert rows["parted_word"].notna().all() and rows["baseline_lost"].notna().any()
    assert "Notice" not in found.err
    assert "by randomisation" in found.out
    assert re.search(r"^lost, 1-grams .*\bcold -1\b", found.out, re.M)
    assert re.search(r"^lost, 3-grams .*it was cold -1$", found.out, re.M)
    assert re.search(r"^F1 of words by their count in the references$", found.out, re.M)
    trained = tmp_path / "training.tsv"
    trained.write_text("es war\tit was\nes war\tit was\n")
    told = run(*asked, "--training", str(trained), "--json", str(file)).json()
    assert {"words": ["it", "was", "cold"], "count": 0, "baseline": 1} in told["lost"]
    counted = [one for one in told["buckets"] if one["kind"] == "frequency"]
    assert [(one["low"], one["words"], one["baseline"]) for one in counted] == [
        (0, 4, 1.0),
        (2, 2, 1.0),
    ]
    assert read_run(tmp_path / "run")["baseline_chrf"].tolist() == [100.0] * 3
    third = tmp_path / "third.tsv"
    columns = zip(file.read_text().splitlines(), other.read_text().splitlines(), strict=True)
    third.write_text("\n".join(map("\t".join, columns)))
    found = run(*INSPECT, "--out", str(tmp_path / "third"), str(third))
    assert "read as another system's translations" in found.err
    assert read_run(tmp_path / "third").equals(read_run(tmp_path / "run"))
    given = run(*INSPECT, "--baseline", str(other), "--out", str(tmp_path / "c"), str(third))
    assert f"is not read: {other} holds" in given.err
    other.write_text("it was cold\n")
    refusal = run(*INSPECT, "--baseline", str(other), "--out", str(tmp_path / "b"), str(file))
    assert "ends before line 2" in refusal.refusal()


HOSTILE = {
    "nothing": b"",
    "binary": b"a\0b",
    "not UTF-8": b"\xff\xfe",
    "columns": b"a" + b"\t" * 100_000,
    "long": b"a" * 1_000_001,
    "no source": b"\tA dog\n",
    "sentence": b"katze " * 600,
    "damaged gzip": b"\x1f\x8bxyz",
    "errors": f"{HEADER}\n{row('katze', 'cat')}\nA\tdoc\n".encode(),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_test_set_is_one_line(run: Run, tmp_path: Path, name: str) -> None:
    file = tmp_path / "hostile.tsv"
    file.write_bytes(HOSTILE[name])
    run(*INSPECT, "--out", str(tmp_path / "run"), str(file)).refusal()
    assert not (tmp_path / "run").exists()


def test_bad_usage_is_one_line(
    run: Run, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = str(tmp_path / "run")
    monkeypatch.setattr(on_ray, "find_spec", lambda _: None)
    refusal = run(*INSPECT, "--engine", "ray", "--out", out, str(file)).refusal()
    assert "pip install 'seqviz[ray]'" in refusal
    assert "cannot be opened" in run(*INSPECT, "--out", out, str(tmp_path / "none")).refusal()
    assert "beta" in run(*INSPECT, "--beta", "0.5", "--out", out, str(file)).refusal()
    assert "Transformer" in run(*INSPECT, "--trust", "--out", out, str(file)).refusal()
    assert run(*INSPECT, "--out", out, str(file)).code == 0
    refusal = run(*INSPECT, "--alpha", "0", "--out", out, str(file)).refusal()
    assert "another run, options: " in refusal


def test_another_process_goes_on_with_a_killed_one_to_the_last_bit(tmp_path: Path) -> None:
    """Killed in its second part or third; this process ends it, and does all without a break."""
    task = find_task("date", "iso")
    assert task is not None
    pairs = task.pairs(train=0, dev=0, test=2 * PART + 20, seed=1).test
    file, broken, unbroken = (tmp_path / name for name in ("dates.tsv", "broken", "unbroken"))
    file.write_text("".join(f"{source}\t{target}\n" for source, target in pairs))
    command = ["inspect", "--model", "date-iso/dot", "--beam", "1", "--threads", "1"]
    command += [str(file), "--out"]
    program = [sys.executable, "-m", "seqviz"]
    with subprocess.Popen([*program, *command, str(broken)], stderr=subprocess.DEVNULL) as child:
        while not (there := [*broken.glob("parts/*.parquet")]) and child.poll() is None:
            time.sleep(0.01)
        time.sleep(random.Random(1).uniform(0, 0.2))
        child.send_signal(signal.SIGKILL)
    assert child.returncode == -signal.SIGKILL and not (broken / TABLE).exists()
    before = [(one.stat().st_mtime_ns, one.read_bytes()) for one in there]
    assert [main([*command, str(folder)]) for folder in (broken, unbroken)] == [0, 0]
    assert (broken / TABLE).read_bytes() == (unbroken / TABLE).read_bytes()
    assert [(one.stat().st_mtime_ns, one.read_bytes()) for one in there] == before
