"""``seqviz lengths`` on tiny models: its buckets and scores, and what it leaves behind."""

from pathlib import Path

import pytest

from seqviz.analysis.confidence import quality_intervals
from seqviz.options import DecodeOptions
from seqviz.records.lengths import STUDY_FILE, LengthStudy
from seqviz.translator import load
from tests.cli.conftest import Run

WORDS = ("kalt", "der hund", "es war sehr kalt", "ich habe eine katze gesehen")
PAIRS = [(" ".join([words] * times), f"it {times}") for times in (1, 2, 3) for words in WORDS]
MODEL = "de-en/dot"


def study_of(out: Path) -> LengthStudy:
    found = STUDY_FILE.read(out)
    assert found is not None
    return found


def test_every_bucket_holds_its_sentences_scores(
    run: Run, pairs_file: Path, out: Path, tiny_pretrained: Path
) -> None:
    small = ("--least", "2", "--beam", "2", "--resamples", "100", "--seed", "7")
    outcome = run("lengths", "--model", MODEL, "--out", str(out), *small, str(pairs_file))
    assert outcome.code == 0
    found = study_of(out)
    translator = load(MODEL, "cpu", tiny_pretrained)
    assert (found.model, found.attention) == (MODEL, "dot")
    assert found.fingerprint == translator.facts.fingerprint
    assert found.weights == translator.entry.weights_digest()
    assert (found.test_set, found.sentences, found.beam_size) == ("test.tsv", len(PAIRS), 2)
    assert (found.resamples, found.seed) == (100, 7)
    assert len(found.buckets) > 2
    for bucket in found.buckets:
        inside = [
            (source, reference)
            for source, reference in PAIRS
            if bucket.first
            <= len(translator.read(source).ids) - 1
            <= (len(PAIRS) * 99 if bucket.last is None else bucket.last)
        ]
        assert bucket.sentences == len(inside) >= 2
        options = DecodeOptions(beam_size=2)
        texts = [translator.translate(source, options).translation for source, _ in inside]
        expected = quality_intervals(
            texts, [reference for _, reference in inside], language="en", seed=7, resamples=100
        )
        assert (bucket.bleu, bucket.chrf, bucket.exact) == (
            *(expected.bleu, expected.chrf, expected.exact),
        )
    lines = [line for line in outcome.err.splitlines() if not line.startswith("Notice: ")]
    assert len(lines) == len(found.buckets)
    assert lines[-1].startswith(f"{found.buckets[-1].first} and more pieces, ")
    assert outcome.out.startswith(f"{MODEL}: {len(found.buckets)} buckets of {len(PAIRS)} sent")


def test_all_systems_of_a_pair_get_the_same_buckets(run: Run, pairs_file: Path, out: Path) -> None:
    found = []
    quick = ("--least", "2", "--beam", "1", "--resamples", "100")
    for system in ("transformer", "none-reversed"):
        model = f"de-en/{system}"
        assert (
            run("lengths", "--model", model, "--out", str(out), *quick, str(pairs_file)).code == 0
        )
        found.append(study_of(out))
    assert found[0].comparable == found[1].comparable
    assert found[0].fingerprint != found[1].fingerprint
    assert [study.attention for study in found] == ["multi-head", "none"]


@pytest.mark.parametrize(
    "option",
    [("--beam", "0"), ("--beam", "65"), ("--least", "0"), ("--resamples", "5"), ("--seed", "-1")],
)
def test_impossible_options_are_one_clear_line(
    run: Run, pairs_file: Path, out: Path, option: tuple[str, str]
) -> None:
    line = run("lengths", "--model", MODEL, "--out", str(out), *option, str(pairs_file)).refusal()
    assert option[0] in line


def test_only_a_task_needs_no_file(run: Run, out: Path) -> None:
    line = run("lengths", "--model", MODEL, "--out", str(out)).refusal()
    assert "Missing argument 'FILE'" in line
