import gzip
import shutil
from pathlib import Path

import pytest
import sacrebleu

from seqviz.tasks import TASKS, TEST_PAIRS, TEST_SEED
from seqviz.translator import load
from tests.cli.conftest import Run

DOT = ("evaluate", "--model", "de-en/dot")
PAIRS = [("es war kalt", "it was cold"), ("der hund", "the dog"), ("katze", "cat")]
CONTENT = "".join(f"{source}\t{reference}\tcorpus\n" for source, reference in PAIRS).encode()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "test.tsv"
    path.write_bytes(CONTENT)
    return path


def test_scores_are_those_of_sacrebleu(run: Run, file: Path, tiny_pretrained: Path) -> None:
    found = run(*DOT, "--beam", "2", "--json", str(file)).json()
    translator = load("de-en/dot", "cpu", tiny_pretrained)
    texts = [translator.translate(source, beam_size=2).translation for source, _ in PAIRS]
    references = [[reference for _, reference in PAIRS]]
    assert found["bleu"] == pytest.approx(sacrebleu.corpus_bleu(texts, references).score)
    assert found["chrf"] == pytest.approx(sacrebleu.corpus_chrf(texts, references).score)
    assert found["chrf"] > 0
    assert "tok:13a" in found["bleu_signature"]
    assert "nc:6" in found["chrf_signature"]
    assert (found["sentences"], found["beam_size"], found["device"]) == (3, 2, "cpu")
    assert found["sentences_per_second"] > 0
    assert found["exact_match"] == 0


def test_exact_matches_are_counted(run: Run, file: Path, tiny_pretrained: Path) -> None:
    said = load("de-en/dot", "cpu", tiny_pretrained).translate("katze").translation
    file.write_text(f"katze\t{said}\nkatze\t{said}!\nkatze\t{said}\n", encoding="utf-8")
    assert run(*DOT, "--json", str(file)).json()["exact_match"] == pytest.approx(200 / 3)
    assert "\nexact  66.67 %\n" in run(*DOT, str(file)).out


def test_translations_that_a_precision_changes_are_counted(
    run: Run, file: Path, tiny_pretrained: Path
) -> None:
    asked = (*DOT, "--precision", "bfloat16", "--changed")
    found = run(*asked, "--json", str(file)).json()
    whole, half = (
        load("de-en/dot", "cpu", tiny_pretrained, precision=each)
        for each in ("float32", "bfloat16")
    )
    changed = sum(
        whole.translate(source).translation != half.translate(source).translation
        for source, _ in PAIRS
    )
    assert (found["changed"], found["precision"]) == (changed, "bfloat16")
    assert f"bfloat16 changes {changed} of 3 sentences" in run(*asked, str(file)).out
    assert "changed" not in run(*DOT, "--json", str(file)).json()


def test_the_report_names_scores_signatures_and_speed(run: Run, file: Path) -> None:
    outcome = run(*DOT, str(file))
    assert outcome.code == 0
    for words in (
        "BLEU ",
        "chrF ",
        "tok:13a",
        "exact ",
        "beam 5",
        "average",
        "3 sentences",
        "a second",
    ):
        assert words in outcome.out


def test_a_compressed_file_is_read_and_limited(run: Run, file: Path, tmp_path: Path) -> None:
    packed = tmp_path / "test.tsv.gz"
    packed.write_bytes(gzip.compress(CONTENT))
    plain = run(*DOT, "--json", "--limit", "2", str(file)).json()
    found = run(*DOT, "--json", "--limit", "2", str(packed)).json()
    assert found["sentences"] == 2
    assert found["bleu"] == plain["bleu"]


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (b"", "it is empty"),
        (b"\n \t\n", "Line 1 of"),
        (b"a\tb\na\n", "Line 2 of"),
        (b"a\n", "lacks a source or a reference. Write it as source<TAB>reference"),
        (b"a\t \n", "lacks"),
        (b"\tb\n", "Line 1 of"),
        (b"a\tb\n\xff\tb\n", "is not UTF-8 text (byte 4)"),
        (b"\x1f\x8b\x08 nonsense", "damaged gzip"),
        (gzip.compress(CONTENT, mtime=0)[:-5], "damaged gzip"),
        (b"a\tb\n" + b"kalt " * 2000 + b"\tcold\n", "Line 2 of"),
    ],
)
def test_a_bad_file_is_one_clear_line(run: Run, tmp_path: Path, content: bytes, named: str) -> None:
    path = tmp_path / "test.tsv"
    path.write_bytes(content)
    line = run(*DOT, str(path)).refusal()
    assert named in line
    assert str(path) in line


def test_a_missing_file_is_named(run: Run, tmp_path: Path) -> None:
    for path in (tmp_path / "none.tsv", tmp_path):
        assert str(path) in run(*DOT, str(path)).refusal()


@pytest.fixture
def task_folder(tiny_pretrained: Path, tmp_path: Path) -> Path:
    """Tiny models that call themselves models of a synthetic task."""
    pair = shutil.copytree(tiny_pretrained / "de-en", tmp_path / "models" / "number-words")
    settings = pair / "dot" / "settings.json"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace('"de"', '"number"').replace('"en"', '"words"'))
    return pair.parent


def test_a_task_brings_its_own_test_set(run: Run, task_folder: Path, tmp_path: Path) -> None:
    task = ("evaluate", "--model", "number-words/dot", "--models", str(task_folder), "--json")
    beam = ("--beam", "1", "--max-length", "5", "--limit", "7")
    found = run(*task, *beam).json()
    assert found["sentences"] == 7
    assert found["file"] == f"the test set of number-words (generated, seed {TEST_SEED})"
    pairs = TASKS["number-words"].pairs(train=0, dev=0, test=TEST_PAIRS, seed=TEST_SEED).test
    path = tmp_path / "test.tsv"
    path.write_text("".join(f"{source}\t{target}\n" for source, target in pairs[:7]))
    written = run(*task, *beam, str(path)).json()
    assert written["file"] == str(path)
    for score in ("bleu", "chrf", "exact_match", "length_ratio"):
        assert found[score] == written[score]


def test_without_a_file_a_language_pair_is_refused(run: Run) -> None:
    line = run(*DOT).refusal()
    assert "Missing argument 'FILE'" in line
    assert all(name in line for name in TASKS)


def test_a_reference_is_never_shortened_in_silence(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "test.tsv"
    path.write_text("\ufeffkalt\tcold\n\nwo?\tWhere is the\tstation?\n\u200b\tcat\n"[:-6])
    outcome = run(*DOT, "--max-length", "2", str(path))
    assert outcome.err.splitlines() == [
        f"Notice: Nothing stands in line 2 of {path}.",
        f"Notice: A tab too many? What follows the second column is not read: line 3 of {path}.",
        "Notice: Cut off at the maximum length: lines 1, 3.",
        "Notice: Unknown to the model: ? (line 3).",
    ]
    found = run(*DOT, "--max-length", "2", "--json", str(path)).json()
    assert (found["sentences"], found["unfinished"], found["with_unknown"]) == (2, 2, 1)
    assert "Line 2 of" in run(*DOT, "--strict", str(path)).refusal()
    unread = "What follows the second column is not read: "
    path.write_text("wo?\tWhere is the\tstation?\n")
    assert f"Notice: {unread}line 1 of {path}.\n" in run(*DOT, str(path)).err
    path.write_text("a\tb\tx\n" * 12 + "a\tb\tx\ty\n")
    (alike, stray) = [line for line in run(*DOT, str(path)).err.splitlines() if unread in line]
    assert alike.startswith(f"Notice: {unread}lines 1, 2, 3, ") and "… (12 in all)" in alike
    assert stray == f"Notice: A tab too many? {unread}line 13 of {path}."


def test_one_is_not_several_and_bleu_is_advised_about(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "test.tsv"
    path.write_text("kalt\t我喜欢猫\n", encoding="utf-8")
    outcome = run(*DOT, str(path))
    assert "\n1 sentence in " in outcome.out
    assert "next to none: read chrF." in outcome.err


def test_translations_that_hold_what_is_needed_are_counted(
    run: Run, file: Path, tiny_pretrained: Path
) -> None:
    translator = load("de-en/dot", "cpu", tiny_pretrained)
    word = translator.translate("katze").translation.split()[0]
    file.write_text(f"katze\tcat\t{word}\nkatze\tcat\t{word}; 12\n", encoding="utf-8")
    found = run(*DOT, "--needed", "--json", str(file))
    assert found.json()["needed"] == 50
    assert "second column" not in found.err
    assert "needed 50.0 %" in run(*DOT, "--needed", str(file)).out
    assert "needed" not in run(*DOT, "--json", str(file)).json()


def test_a_line_without_what_is_needed_is_refused(run: Run, file: Path) -> None:
    file.write_text("katze\tcat\tcat\nhund\tdog\n", encoding="utf-8")
    found = run(*DOT, "--needed", str(file))
    assert found.code == 2
    assert f"Line 2 of {file} has no third column, which --needed reads." in found.err
