import math
from pathlib import Path

import pytest

from seqviz.options import DecodeOptions
from seqviz.options.intervention import Intervention
from seqviz.trace import Trace
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


def test_unknown_characters_are_told_apart(run: Run) -> None:
    outcome = run(*DOT, "--json", "--prefix", "🎈", f"{TEXT} 🎉", f"{TARGET} 😍")
    found = outcome.json()
    assert (found["unknown"], found["target"]["unknown"]) == (["🎉"], ["😍"])
    assert found["output"]["finished"] is False
    where = [line.rpartition(" ")[2] for line in outcome.err.splitlines() if "Unknown" in line]
    assert where == ["(TEXT).", "(TARGET).", "(--prefix)."]


def test_texts_may_begin_with_a_dash_and_nothing_moves_the_cursor(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Trace, "translation", "a\x1b[2J\nb")
    assert '-- "-…"' in run(*DOT, TEXT, "-it").refusal()
    outcome = run(*DOT, "- es war kalt", "- it was")
    assert "\ngiven: a [2J b (" in outcome.out and "\x1b" not in outcome.out


def test_nothing_to_score_is_refused(run: Run) -> None:
    for nothing in ("", " ", "\u200b"):
        assert "the given translation is empty" in run(*DOT, TEXT, nothing).refusal()
        assert "the sentence is empty" in run(*DOT, nothing, TARGET).refusal()
    assert "TARGET is not UTF-8" in run(*DOT, TEXT, "\udce4").refusal()
