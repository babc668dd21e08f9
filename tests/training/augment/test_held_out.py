"""The held-out sets: made again to the byte, of other names, and how they are scored."""

import re
from pathlib import Path
from typing import get_args

import pytest

from seqviz.training.augment.held_out import PAIRS, SENTENCES, Subject, held_out, stands, write
from seqviz.training.augment.names import FAMILY, SYLLABLE, read_names

DATA = Path(__file__).resolve().parents[3] / "data"


def test_the_files_are_what_the_command_writes(tmp_path: Path) -> None:
    write(tmp_path)
    made = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    kept = {file.name: file.read_bytes() for file in (DATA / "held-out").glob("*.tsv")}
    assert made == kept
    assert len(made) == 2 * len(PAIRS)


@pytest.mark.parametrize("pair", PAIRS)
def test_names_are_none_that_augment_puts_in(pair: str) -> None:
    names = read_names(pair)
    assert names is not None
    listed = (names.by_kind[kind] for kind in names.by_kind if kind not in (FAMILY, SYLLABLE))
    known = {english for each in listed for _, english in each}
    rows = held_out(pair, "names")
    assert len({source for source, _, _ in rows}) == SENTENCES
    needed = {part for _, _, parts in rows for part in parts.split("; ")}
    homophones = {"Sofia", "Fang", "He", "Li", "Lu"} if pair == "zh-en" else set()
    assert needed & known == homophones


@pytest.mark.parametrize("pair", PAIRS)
@pytest.mark.parametrize("subject", ["numbers", "names"])
def test_a_reference_has_what_is_needed(pair: str, subject: Subject) -> None:
    rows = held_out(pair, subject)
    assert all(stands(needed, target) for _, target, needed in rows)
    assert not any(stands(needed, rows[0][1]) for _, _, needed in rows[5:9])


@pytest.mark.parametrize(
    ("needed", "text", "right"),
    [
        ("1250", "It is 1,250.", True),
        ("1250", "It is 1250.", True),
        ("1250", "It is 12,500.", False),
        ("12.50", "That is 12.50 euros.", True),
        ("50", "That is 12.50 euros.", False),
        ("May; 3", "on May 3rd", True),
        ("May; 3", "on the 3rd of May", True),
        ("May; 3", "on May 13", False),
        ("2:30", "at 2:30 p.m.", True),
        ("2:30", "at 12:30", False),
        ("Anna; Ulm", "Anna's in Ulm.", True),
        ("Anna; Ulm", "Annabel is in Ulm.", False),
    ],
)
def test_what_is_needed_stands_as_a_word_of_its_own(needed: str, text: str, right: bool) -> None:
    assert stands(needed, text) is right


def test_no_frame_is_a_sentence_of_the_course() -> None:
    for pair in PAIRS:
        lines = (DATA / "course" / f"{pair}.tsv").read_text(encoding="utf-8")
        sources = {re.sub(r"\W", "", line.split("\t")[0]) for line in lines.splitlines()}
        for subject in get_args(Subject):
            found = {re.sub(r"\W", "", source) for source, _, _ in held_out(pair, subject)}
            assert not found & sources
