import gzip
from dataclasses import replace
from pathlib import Path

import pytest

from seqviz.errors import InputError
from seqviz.training.data import MOST_LINE_BYTES, read_text
from seqviz.training.settings import DataSettings

SETTINGS = DataSettings(train=("a.tsv", "b.tsv.gz"), dev="dev.tsv", test="test.tsv")
TRAIN = "es war kalt\tit was cold\ttatoeba\n  hund \tdog \txgqa\r\nkatze\tcat\ttatoeba\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.tsv").write_text(TRAIN, encoding="utf-8", newline="")
    (tmp_path / "b.tsv.gz").write_bytes(gzip.compress(b"ja\tyes\n"))
    (tmp_path / "dev.tsv").write_text("nein\tno", encoding="utf-8")
    (tmp_path / "test.tsv").write_text("e\u0301\u200b\tf\tx\tmore\n", encoding="utf-8")
    return tmp_path


def test_pairs_are_read_in_order_as_a_model_reads_them(folder: Path) -> None:
    found = read_text(SETTINGS, folder, seed=1)
    assert found.train == (
        ("es war kalt", "it was cold"),
        ("hund", "dog"),
        ("katze", "cat"),
        ("ja", "yes"),
    )
    assert (found.dev, found.test) == ((("nein", "no"),), (("é", "f"),))
    assert dict(found.corpora) == {"tatoeba": 2, "xgqa": 1, "": 1}
    assert [(file.name, file.lines) for file in found.files] == [
        ("a.tsv", 3),
        ("b.tsv.gz", 1),
        ("dev.tsv", 1),
        ("test.tsv", 1),
    ]


def test_corpora_are_chosen_by_the_third_column(folder: Path) -> None:
    found = read_text(replace(SETTINGS, corpora=("xgqa",)), folder, seed=1)
    assert found.train == (("hund", "dog"),)
    assert dict(found.corpora) == {"xgqa": 1}
    with pytest.raises(InputError, match=r"names 'tatoba'.* there are: tatoeba, xgqa"):
        read_text(replace(SETTINGS, corpora=("xgqa", "tatoba")), folder, seed=1)


def test_a_corpus_is_capped_and_a_file_counts_as_often_as_asked(folder: Path) -> None:
    repeated = replace(SETTINGS, repeat={"b.tsv.gz": 3})
    assert read_text(repeated, folder, seed=1).train[3:] == (("ja", "yes"),) * 3
    capped = replace(repeated, caps={"tatoeba": 1, "xgqa": 9})
    found = read_text(capped, folder, seed=1)
    assert dict(found.corpora) == {"tatoeba": 1, "xgqa": 1, "": 3}
    assert read_text(capped, folder, seed=1) == found
    drawn = {read_text(capped, folder, seed=seed).train for seed in range(9)}
    assert len(drawn) == 2


def test_data_that_came_with_the_program_are_found(folder: Path) -> None:
    settings = replace(SETTINGS, train=("course/de-en.tsv",))
    assert len(read_text(settings, folder, seed=1).train) == 560


def test_a_tab_too_many_is_noted(folder: Path) -> None:
    assert read_text(SETTINGS, folder, seed=1).notes == ()
    (folder / "dev.tsv").write_text("a\tb\nwo?\tWhere is the\tstation?\nc\td\t\n")
    (note,) = read_text(SETTINGS, folder, seed=1).notes
    assert "line 2 of dev.tsv" in note


def test_the_fingerprint_is_that_of_the_pairs(folder: Path) -> None:
    before = read_text(SETTINGS, folder, seed=1).fingerprint
    (folder / "b.tsv.gz").write_bytes(gzip.compress(b"ja\tyes\tx\n", mtime=1))
    assert read_text(SETTINGS, folder, seed=1).fingerprint == before
    (folder / "dev.tsv").write_text("nein\tnope", encoding="utf-8")
    assert read_text(SETTINGS, folder, seed=1).fingerprint != before


def test_a_name_that_no_file_can_have_cannot_be_opened(folder: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_text(replace(SETTINGS, dev="x" * 300), folder, seed=1)
    assert caught.value.code == "file_unreadable"


@pytest.mark.parametrize("name", ["a.tsv", "b.tsv.gz", "dev.tsv", "test.tsv"])
def test_a_missing_file_is_named_with_its_folder(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(InputError) as caught:
        read_text(SETTINGS, folder, seed=1)
    assert caught.value.code == "data_missing"
    assert f"'{name}' is not in '{folder}'" in str(caught.value)


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (b"a\tb\n\na\tb\n", "Line 2 of dev.tsv is empty"),
        (b"a\tb\nab\n", "Line 2 of dev.tsv lacks"),
        (b"a\tb\na\t \tc\n", "Line 2 of dev.tsv lacks"),
        (b"a\tb\na\t\xff\n", "Line 2 of dev.tsv is not UTF-8 text (byte 2)"),
        (b"a\tb\na\t\xe2\x80\x8b\n", "Line 2 of dev.tsv holds nothing visible in a column"),
        (b"a\tb\na\t" + b"b" * 20_001, "Line 2 of dev.tsv has 20001 characters"),
        (b"a\tb\na\t" + b"b" * MOST_LINE_BYTES, "Line 2 of dev.tsv has more than"),
        (b"\x1f\x8b\x08 nonsense", "damaged gzip"),
        (gzip.compress(b"a\tb\n" * 99, mtime=0)[:-5], "damaged gzip"),
        (b"", "it is empty"),
    ],
)
def test_a_bad_line_is_named(folder: Path, content: bytes, named: str) -> None:
    (folder / "dev.tsv").write_bytes(content)
    with pytest.raises(InputError) as caught:
        read_text(SETTINGS, folder, seed=1)
    assert named in str(caught.value)


def test_a_task_is_generated_by_its_seed(tmp_path: Path) -> None:
    settings = DataSettings(task="date-iso", task_pairs=50, task_dev=5, task_test=7)
    one, again, other = (read_text(settings, tmp_path, seed=seed) for seed in (1, 1, 2))
    assert (len(one.train), len(one.dev), len(one.test)) == (50, 5, 7)
    assert one.fingerprint == again.fingerprint != other.fingerprint
    assert one.test == other.test
    assert dict(one.corpora) == {"date-iso": 50}
    with pytest.raises(InputError, match="no task 'x'"):
        read_text(DataSettings(task="x"), tmp_path, seed=1)
