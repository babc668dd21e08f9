from dataclasses import replace
from pathlib import Path

import pytest

from seqviz.options import DecodeOptions, TargetRules
from seqviz.trace.file import write_trace
from tests.cli.conftest import Run
from tests.fixtures import toy_traces as toy

HOSTILE = "\x1b[31mDie\x07 \u202eKatze\nsaß"


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "cat.json.gz"
    write_trace(toy.rnn_trace(), path)
    return str(path)


def test_everything_that_one_asks_first_is_printed(run: Run, file: str) -> None:
    outcome = run("show", file)
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.splitlines() == [
        "source: Die Katze",
        "output: the cat",
        "model: de-en/additive (additive; 000000000000…)",
        "options: beam_size 2, max_length 3, distribution_size 3",
        "search: 3 steps, 3 hypotheses, 4 source tokens, 12 ms, stopped by max_length",
        "",
        "rank    score  Σ log p tokens  text",
        "   1   -0.476   -1.427      3  the cat",
        "   2   -0.707   -2.120      3  the cat sat (unfinished)",
        "   3   -0.774   -2.323      3  a cat sat (unfinished)",
    ]


def test_the_rules_of_the_makers_are_no_options(run: Run, tmp_path: Path) -> None:
    path, trace = tmp_path / "cat.json", toy.rnn_trace()
    ruled = replace(trace.options, rules=TargetRules(ends=True, never=(7,)), target_language="fra")
    write_trace(replace(trace, options=ruled), path)
    options = run("show", str(path)).out.splitlines()[3]
    assert "target_language fra" in options and "ules" not in options


def test_what_went_otherwise_than_asked_is_said_again(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "cat.json"
    write_trace(replace(toy.rnn_trace(), notices=("out_of_memory", "half_precision")), path)
    told = run("show", str(path)).err
    assert "the CPU translated" in told and "half precision" in told


def test_fewer_hypotheses_where_asked_and_never_more_than_there_are(run: Run, file: str) -> None:
    assert run("show", "--n-best", "1", file).out.splitlines()[-1].endswith("the cat")
    assert run("show", "--n-best", "99", file).out == run("show", file).out


def test_json_holds_the_same(run: Run, file: str) -> None:
    found = run("show", "--json", "--n-best", "2", file).json()
    assert found["source"] == "Die Katze"
    assert found["translation"] == "the cat"
    assert found["fingerprint"] == "0" * 64
    assert [one["text"] for one in found["hypotheses"]] == ["the cat", "the cat sat"]
    assert found["hypotheses"][0]["score"] == pytest.approx(-0.4757, abs=1e-4)
    assert [one["finished"] for one in found["hypotheses"]] == [True, False]


def test_a_file_cannot_move_the_cursor(run: Run, tmp_path: Path) -> None:
    plain = toy.rnn_trace()
    texts = (HOSTILE, *plain.hypotheses.texts[1:])
    hostile = replace(
        plain,
        source=replace(plain.source, text=HOSTILE),
        model=replace(plain.model, name=HOSTILE, attention=HOSTILE, fingerprint=HOSTILE),
        hypotheses=replace(plain.hypotheses, texts=texts),
        options=DecodeOptions(beam_size=2, max_length=3),
    )
    path = tmp_path / "hostile.json"
    write_trace(hostile, path)
    outcome = run("show", str(path))
    assert outcome.code == 0
    assert "Katze" in outcome.out
    assert len(outcome.out.splitlines()) == 10
    assert not {letter for letter in outcome.out if not letter.isprintable()} - {"\n"}
    assert "\x1b" not in run("show", "--json", str(path)).out


def test_what_is_no_trace_is_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text("{}")
    assert "x.json" in run("show", str(tmp_path / "x.json")).refusal()
    assert "none.json" in run("show", str(tmp_path / "none.json")).refusal()
