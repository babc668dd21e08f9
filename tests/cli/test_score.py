import math
from pathlib import Path

import pytest

from seqviz.options import DecodeOptions
from seqviz.options.intervention import Intervention
from seqviz.translator import load
from tests.cli.conftest import Run

DOT = ("score", "--model", "de-en/dot")
TEXT, TARGET = "es war kalt", "it was"


def test_the_numbers_are_those_of_forced_decoding(run: Run, tiny_pretrained: Path) -> None:
    translator = load("de-en/dot", "cpu", tiny_pretrained)
    forced = translator.force(TEXT, TARGET)
    found = run(*DOT, "--json", TEXT, TARGET).json()
    assert found["target"]["log_prob"] == pytest.approx(float(forced.hypotheses.log_probs[0]))
    assert found["output"]["text"] == translator.translate(TEXT).translation
    assert [row["piece"] for row in found["tokens"]] == list(forced.target_pieces())
    surprisals = [row["surprisal"] for row in found["tokens"]]
    assert sum(surprisals) == pytest.approx(-found["target"]["log_prob"], rel=1e-5)
    assert all(math.isclose(math.exp(-r["surprisal"]), r["prob"]) for r in found["tokens"])
    margin = found["target"]["score"] - found["output"]["score"]
    assert found["score_margin"] == pytest.approx(margin)
    assert found["verdict"] == ("search_error" if margin > 0 else "model_error")
    assert "tv" not in found["tokens"][0]


def test_edits_tell_how_far_they_move_every_step(run: Run, tiny_pretrained: Path) -> None:
    translator = load("de-en/dot", "cpu", tiny_pretrained)
    options = DecodeOptions(interventions=(Intervention(kind="uniform"),))
    target = translator.force(TEXT, TARGET).target()
    shift = translator.shift(TEXT, target, options)
    found = run(*DOT, "--edit", "uniform", "--json", TEXT, TARGET).json()
    assert [row["tv"] for row in found["tokens"]] == pytest.approx(shift.total_variation.tolist())
    assert [row["kl"] for row in found["tokens"]] == pytest.approx(shift.kl.tolist())


def test_the_table_has_a_line_a_token_and_a_verdict(run: Run) -> None:
    outcome = run(*DOT, "--max-length", "9", TEXT, TARGET)
    lines = outcome.out.splitlines()
    assert lines[0].split()[:3] == ["-log", "p", "p"]
    assert lines[-3].startswith("given: ")
    assert lines[-2].startswith("output: ")
    assert lines[-1].startswith("verdict: ")
    assert "TV" in run(*DOT, "--edit", "uniform", TEXT, TARGET).out.splitlines()[0]


def test_a_translation_that_the_options_forbid_has_no_verdict(run: Run) -> None:
    found = run(*DOT, "--max-length", "1", "--json", TEXT, TARGET).json()
    assert found["verdict"] == "ruled_out"


def test_nothing_to_score_is_refused(run: Run) -> None:
    assert "empty" in run(*DOT, TEXT, " ").refusal()
