"""Word alignments on the command line: links in the form of Pharaoh, and gold to compare with."""

import json
import re
from pathlib import Path

import pytest

from seqviz.catalog import read_entry
from seqviz.records.alignment import ALIGNMENT_FILE
from tests.cli.conftest import Run

TRANSFORMER = ("align", "--model", "de-en/transformer")
GOLD = "es war sehr kalt\tit was very cold\t0-0 1-1 2?2 3p3\n\nder hund\tthe dog\t0-0 1-1\n"
LINKS = re.compile(r"(\d+-\d+( \d+-\d+)*)?")


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    path = tmp_path / "gold.tsv"
    path.write_text(GOLD, encoding="utf-8")
    return path


def test_pairs_are_forced_and_sentences_translated(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "pairs.tsv"
    file.write_text("es war kalt\tit was cold\n\nder hund\n", encoding="utf-8")
    found = run(*TRANSFORMER, str(file))
    given, blank, translated = found.out.split("\n")[:3]
    source, target, links = given.split("\t")
    assert (source, target, blank) == ("es war kalt", "it was cold", "")
    assert translated.startswith("der hund\t") and LINKS.fullmatch(translated.split("\t")[2])
    assert LINKS.fullmatch(links) and "line 2" in found.err
    read = {
        run(*TRANSFORMER, "--head", head, "--row", row, str(file)).out
        for head in ("0", "1")
        for row in ("step", "fed")
    }
    assert len(read) > 2
    alone = run(*TRANSFORMER, "--links-only", str(file)).out.split("\n")
    assert alone[0] == links
    objects = [json.loads(line) for line in run(*TRANSFORMER, "--json", str(file)).out.splitlines()]
    assert [len(one["source"]) for one in objects] == [3, 0, 2]
    assert " ".join(f"{i}-{j}" for i, j in objects[0]["links"]) == links


def test_what_is_printed_can_be_given_as_gold(run: Run, tmp_path: Path, gold: Path) -> None:
    pairs, own = tmp_path / "pairs.tsv", tmp_path / "own.tsv"
    pairs.write_text("es war kalt\tit was cold\nder hund\tthe dog\n", encoding="utf-8")
    own.write_text(run(*TRANSFORMER, str(pairs)).out, encoding="utf-8")
    found = run(*TRANSFORMER, "--gold", str(own), "--json").json()
    assert found["chosen"]["lowest"] == 0


def test_the_table_holds_the_numbers_of_the_record_and_a_byte_order_mark_is_no_word(
    run: Run, gold: Path, tiny_pretrained: Path
) -> None:
    gold.write_text(f"\ufeff{GOLD}", encoding="utf-8")
    record = run(*TRANSFORMER, "--gold", str(gold), "--json").json()
    gold.write_text(GOLD, encoding="utf-8")
    table = run(*TRANSFORMER, "--gold", str(gold)).out.splitlines()
    assert table[0] == "de-en/transformer on gold.tsv: 2 pairs, 4 sure and 2 possible links"
    rates = [rates for grid in record["grids"] for rates in grid["error_rates"]]
    printed = [[float(cell) for cell in row.split()[-3:]] for row in table[2:-3]]
    assert printed == [[round(100 * rate + 1e-9, 1) for rate in row] for row in rates]
    assert not (tiny_pretrained / "de-en/transformer" / ALIGNMENT_FILE.name).exists()


def test_a_result_is_kept_in_the_models_folder(run: Run, gold: Path, tiny_pretrained: Path) -> None:
    folder = tiny_pretrained / "de-en/transformer"
    card = "# A model\n\n## Quality\n\nGood.\n\n## Config\n\nx\n"
    (folder / "README.md").write_text(card, encoding="utf-8")
    for _ in range(2):  # the second time it takes the place of the first
        assert run(*TRANSFORMER, "--gold", str(gold), "--store").code == 0
        study, kept = ALIGNMENT_FILE.read(folder / ALIGNMENT_FILE.name), read_entry(folder)
        assert study is not None and kept.alignment == study.chosen()
        told = (folder / "README.md").read_text(encoding="utf-8")
        assert re.findall("^## .*", told, re.MULTILINE) == [
            "## Quality",
            "## Word alignment",
            "## Config",
        ]
        assert told.startswith(card.partition("\n\n## Config")[0]) and told.endswith(
            "## Config\n\nx\n"
        )
        assert f"| {100 * study.grids[0].error_rates[0][0]:.1f} |" in told
    assert run("translate", "--model", "de-en/transformer", "es war kalt").code == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--store", "FILE"), "--store: only with --gold"),
        (("--gold", "FILE", "FILE"), "give one of them"),
        (("--gold", "lost.tsv"), "lost.tsv"),
        (("--layer", "3", "FILE"), "layer is 3"),
        (("--gold", "PAIRS"), "has columns: 2"),
    ],
)
def test_what_cannot_be_is_one_line(
    run: Run, gold: Path, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    pairs = tmp_path / "pairs.tsv"
    pairs.write_text("es war kalt\tit was cold\n", encoding="utf-8")
    names = {"FILE": str(gold), "PAIRS": str(pairs)}
    found = run(*TRANSFORMER, *(names.get(one, one) for one in arguments))
    assert found.code == 2 and said in found.err.splitlines()[-1]


HOSTILE = {
    "tabs": (b"a" + b"\t" * 4, "has columns: 5"),
    "letters": (b"a\tb\t0-0x", "is not a link"),
    "quotes": (b'"a\tb"\t"0-0"', "is not a link"),
    "large": (b"a\tb\t0-0" + b" " * 20_000_000, "more than 1000000 bytes"),
    "long": ((b"a\tb\t0-0" + b" " * 999_000 + b"\n") * 21, "more than 20,000,000 bytes"),
}


@pytest.mark.parametrize(("content", "said"), HOSTILE.values(), ids=HOSTILE)
def test_hostile_gold_gets_one_line(run: Run, tmp_path: Path, content: bytes, said: str) -> None:
    file = tmp_path / "gold.tsv"
    file.write_bytes(content)
    assert said in run(*TRANSFORMER, "--gold", str(file)).refusal()


def test_without_attention_there_is_nothing_to_align(run: Run, gold: Path) -> None:
    found = run("align", "--model", "de-en/none-reversed", "--gold", str(gold))
    assert found.code == 2 and "has no attention" in found.err
