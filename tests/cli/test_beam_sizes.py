"""``seqviz beam-sizes`` on tiny models: its numbers, its sample, and what it leaves behind."""

from pathlib import Path
from typing import Any

import pytest

from seqviz.analysis.quality import corpus_quality
from seqviz.options import DecodeOptions
from seqviz.records.beam_sizes import STUDY_FILE, BeamSizeStudy
from seqviz.translator import Translator, load
from tests.cli.conftest import Run

PAIRS = [
    ("es war kalt", "it was cold"),
    ("der hund", "the dog"),
    ("katze", "cat"),
    ("hier", "here"),
]
MODEL = "de-en/transformer"


def study_of(out: Path) -> BeamSizeStudy:
    found = STUDY_FILE.read(out)
    assert found is not None
    return found


def test_every_number_is_that_of_a_search_of_its_own(
    run: Run, pairs_file: Path, out: Path, tiny_pretrained: Path
) -> None:
    outcome = run(
        "beam-sizes", "--model", MODEL, "--out", str(out), "--beams", "3,1", str(pairs_file)
    )
    assert outcome.code == 0
    found = study_of(out)
    translator = load(MODEL, "cpu", tiny_pretrained)
    assert (found.model, found.fingerprint) == (MODEL, translator.facts.fingerprint)
    assert (found.test_set, found.sentences, found.seed, found.alpha) == ("test.tsv", 4, 1, 1.0)
    assert "tok:13a" in found.bleu_signature
    for name, options in (
        ("none", DecodeOptions(length_normalisation="none")),
        ("average", DecodeOptions(length_normalisation="average")),
    ):
        assert [row.beam_size for row in found.curves[name]] == [1, 3]
        for row in found.curves[name]:
            traces = [
                translator.translate(source, options, beam_size=row.beam_size)
                for source, _ in PAIRS
            ]
            texts = [trace.translation for trace in traces]
            references = [reference for _, reference in PAIRS]
            quality = corpus_quality(texts, references, language="en")
            assert row.bleu == pytest.approx(quality.bleu, abs=0.01)
            assert row.chrf == pytest.approx(quality.chrf, abs=0.01)
            assert row.length_ratio == pytest.approx(quality.length_ratio, abs=1e-4)
            sums = [float(trace.hypotheses.log_probs[0]) for trace in traces]
            assert row.log_prob == pytest.approx(sum(sums) / len(PAIRS), abs=1e-3)
            scores = [float(trace.hypotheses.scores[0]) for trace in traces]
            assert row.score == pytest.approx(sum(scores) / len(PAIRS), abs=1e-3)
            assert row.empty == sum(not text.strip() for text in texts) / len(PAIRS)
            sure = row.intervals
            assert sure is not None
            assert sure.bleu.low <= row.bleu <= sure.bleu.high
            assert sure.length_ratio.low <= row.length_ratio <= sure.length_ratio.high
            assert sure.log_prob.low < row.log_prob < sure.log_prob.high
    first, last = (row.intervals for row in found.curves["none"])
    assert found.compared_with == 1  # the usual 5 was not measured
    assert first is not None
    assert (first.bleu_change.low, first.bleu_change.high) == (0, 0)
    assert last is not None
    assert found.curves["none"][1].log_prob > found.curves["average"][1].log_prob


def test_progress_goes_to_stderr_and_the_end_to_stdout(
    run: Run, pairs_file: Path, out: Path
) -> None:
    outcome = run(
        "beam-sizes", "--model", MODEL, "--out", str(out), "--beams", "1,2", str(pairs_file)
    )
    assert outcome.out == f"{MODEL}: 2 beam sizes on 4 sentences → {out}\n"
    starts = [line.partition(":")[0] for line in outcome.err.splitlines()]
    assert starts == ["none, beam 1", "none, beam 2", "average, beam 1", "average, beam 2"]
    assert "empty " in outcome.err


def test_the_sample_is_drawn_by_the_seed(
    run: Run, pairs_file: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[list[str]] = []
    translate_all = Translator.translate_all

    def kept(self: Translator, texts: list[str], *more: Any, **named: Any) -> Any:
        asked.append(list(texts))
        return translate_all(self, texts, *more, **named)

    monkeypatch.setattr(Translator, "translate_all", kept)
    base = ("beam-sizes", "--model", MODEL, "--out", str(out), "--beams", "1", "--sentences", "2")
    draws = []
    for seed in ("1", "1", "2", "3"):
        assert run(*base, "--seed", seed, str(pairs_file)).code == 0
        draws.append(asked[-1])
    order = [source for source, _ in PAIRS]
    assert draws[0] == draws[1]
    assert len({tuple(draw) for draw in draws}) > 1
    assert all(draw == [source for source in order if source in draw] for draw in draws)
    assert study_of(out).sentences == 2


@pytest.mark.parametrize("sizes", ["", "x", "0,1", "1,65", "1,,2", "1.5"])
def test_impossible_beam_sizes_are_one_clear_line(
    run: Run, pairs_file: Path, out: Path, sizes: str
) -> None:
    command = ("beam-sizes", "--model", MODEL, "--out", str(out), "--beams", sizes, str(pairs_file))
    assert "--beams" in run(*command).refusal()
