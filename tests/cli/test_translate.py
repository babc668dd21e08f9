import io
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from seqviz.cli import lines
from seqviz.options import DecodeOptions, Sampling
from seqviz.options.intervention import Intervention
from seqviz.translator import load
from tests.cli.conftest import Run

DOT = ("translate", "--model", "de-en/dot")
Give = Callable[[bytes], None]


@pytest.fixture
def give(monkeypatch: pytest.MonkeyPatch) -> Give:
    """Put bytes on stdin."""

    def give_bytes(content: bytes) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))

    return give_bytes


def test_every_argument_is_translated(run: Run, tiny_pretrained: Path) -> None:
    outcome = run(*DOT, "es war kalt", "der hund")
    assert (outcome.code, outcome.err) == (0, "")
    translator = load("de-en/dot", "cpu", tiny_pretrained)
    expected = [translator.translate(text).translation for text in ("es war kalt", "der hund")]
    assert outcome.out.splitlines() == expected


def test_every_line_of_stdin_is_translated(run: Run, give: Give) -> None:
    give("\ufeffes war kalt\r\nder hund".encode())
    assert run(*DOT).out == run(*DOT, "es war kalt", "der hund").out


def test_only_line_feeds_part_lines(run: Run, give: Give) -> None:
    give("es\u2028war\x0ckalt\x85ja\n".encode())
    (line,) = run(*DOT, "--json").out.splitlines()
    assert json.loads(line)["source"] == "es\u2028war\x0ckalt\x85ja"


def test_options_reach_the_search(run: Run, tiny_pretrained: Path) -> None:
    options = DecodeOptions(beam_size=2, length_normalisation="gnmt", alpha=0.6, max_length=3)
    arguments = ["--beam", "2", "--length-normalisation", "gnmt", "--alpha", "0.6"]
    outcome = run(*DOT, *arguments, "--max-length", "3", "--json", "es war kalt")
    trace = load("de-en/dot", "cpu", tiny_pretrained).translate("es war kalt", options)
    found = outcome.json()
    assert found["translation"] == trace.translation
    assert found["tokens"] == trace.hypotheses.lengths[0] <= 3
    assert found["score"] == pytest.approx(float(trace.hypotheses.scores[0]), rel=1e-4)
    assert found["log_prob"] == pytest.approx(float(trace.hypotheses.log_probs[0]), rel=1e-4)


def test_a_folder_may_be_named(run: Run, tiny_pretrained: Path) -> None:
    by_path = run("translate", "--model", str(tiny_pretrained / "de-en/dot"), "kalt")
    assert by_path.out == run(*DOT, "kalt").out
    by_root = run(*DOT, "--models", str(tiny_pretrained), "kalt")
    assert by_root.out == by_path.out


def test_json_is_one_object_a_line(run: Run) -> None:
    outcome = run(*DOT, "--json", "我喜欢猫", "<b>\t\"'")
    found = [json.loads(line) for line in outcome.out.splitlines()]
    assert [line["source"] for line in found] == ["我喜欢猫", "<b>\t\"'"]
    assert "我喜欢猫" in outcome.out


@pytest.mark.parametrize(
    "text",
    ["😀", "مرحبا بالعالم", "<script>alert(1)</script>", "<b>x</b>", "$x$", "*", "a\x1b[31mb", "ꙮ꙰"],
)
def test_any_text_gives_one_line(run: Run, text: str) -> None:
    outcome = run(*DOT, "--max-length", "5", text)
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.count("\n") == 1


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (b"kalt\n\nkalt\n", "Line 2 of stdin is empty"),
        (b"kalt\n  \t\n", "Line 2 of stdin is empty"),
        (b"kalt\nk\xe4lt\n", "stdin is not UTF-8 text (byte 6)"),
        (b"", "nothing to translate"),
        (b"\n", "Line 1 of stdin is empty"),
        (b"kalt\n" + b"kalt " * 2000, "Line 2 of stdin: The sentence has"),
        (b"x" * 20_001, "Line 1 of stdin: The text has 20001 characters"),
    ],
)
def test_bad_input_is_one_clear_line(run: Run, give: Give, content: bytes, named: str) -> None:
    give(content)
    assert named in run(*DOT).refusal()


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (" ", "Line 1 of the arguments is empty"),
        ("\udce4", "the argument is not UTF-8 text (byte 0)"),
        ("kalt " * 2000, "The sentence has"),
    ],
)
def test_a_bad_argument_is_one_clear_line(run: Run, text: str, named: str) -> None:
    assert named in run(*DOT, text).refusal()


def test_ten_thousand_characters_give_a_translation_or_one_line(run: Run) -> None:
    assert run(*DOT, "x" * 10_000).out.count("\n") == 1  # one unknown piece
    assert "the limit is 512" in run(*DOT, "kalt " * 2000).refusal()


def test_a_bar_is_shown_for_long_work_in_a_terminal_only(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    with lines.progress(1000) as on_progress:
        assert on_progress is None
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with lines.progress(lines.WORTH_A_BAR - 1) as on_progress:
        assert on_progress is None
    with lines.progress(1000) as on_progress:
        assert on_progress is not None
        on_progress(1000, 1000)
    captured = capfd.readouterr()
    assert captured.out == ""
    assert "1000/1000" in captured.err


def test_every_option_of_the_search_reaches_it(run: Run, tiny_pretrained: Path) -> None:
    translator = load("de-en/dot", "cpu", tiny_pretrained)
    prefix, banned = translator.prefix_ids("it"), translator.token_ids("t")
    options = DecodeOptions(
        beam_size=3,
        beta=0.5,
        min_length=4,
        max_length=9,
        stop="first",
        n_best=2,
        prefix=prefix,
        banned=banned,
    )
    found = translator.translate("es war kalt", options).hypotheses
    arguments = ["--beam", "3", "--beta", "0.5", "--min-length", "4", "--max-length", "9"]
    arguments += ["--stop", "first", "--n-best", "2", "--prefix", "it", "--ban", "t"]
    outcome = run(*DOT, *arguments, "es war kalt")
    assert outcome.out.splitlines() == [
        f"1\t{found.scores[rank]:.4f}\t{found.texts[rank]}" for rank in (0, 1)
    ]
    content = run(*DOT, *arguments, "--json", "es war kalt").json()
    assert content["translation"] == found.texts[0]
    assert [one["translation"] for one in content["alternatives"]] == [found.texts[1]]


def test_samples_are_drawn_by_their_seed(run: Run, tiny_pretrained: Path) -> None:
    sampling = Sampling(temperature=1.5, top_k=9, top_p=0.9, seed=4)
    options = DecodeOptions(beam_size=3, sampling=sampling, max_length=6)
    expected = load("de-en/dot", "cpu", tiny_pretrained).translate("es war kalt", options)
    arguments = ["--sample", "3", "--temperature", "1.5", "--top-k", "9", "--top-p", "0.9"]
    outcome = run(*DOT, *arguments, "--seed", "4", "--max-length", "6", "es war kalt")
    texts = [line.split("\t")[2] for line in outcome.out.splitlines()]
    assert texts == list(expected.hypotheses.texts)
    assert run(*DOT, *arguments, "--seed", "5", "es war kalt").out != outcome.out


def test_a_setting_of_sampling_needs_sampling(run: Run) -> None:
    assert (
        "--top-p, --seed: only with --sample"
        in run(*DOT, "--top-p", "0.9", "--seed", "3", "kalt").refusal()
    )


def test_a_word_of_several_tokens_cannot_be_banned(run: Run) -> None:
    assert "is not one token" in run(*DOT, "--ban", "unlikelyword", "kalt").refusal()


def test_threads_are_a_setting(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    monkeypatch.setattr("torch.set_num_threads", asked.append)
    assert run(*DOT, "--threads", "1", "kalt").code == 0
    monkeypatch.setenv("SEQVIZ_THREADS", "2")
    assert run(*DOT, "kalt").code == 0
    assert asked == [1, 2]
    monkeypatch.setenv("SEQVIZ_THREADS", "many")
    assert "SEQVIZ_THREADS is many" in run(*DOT, "kalt").refusal()


def test_edits_of_the_attention_reach_it(run: Run, tiny_pretrained: Path) -> None:
    edits = (
        Intervention(kind="mute", sources=(0,)),
        Intervention(kind="sharpen", temperature=0.5, steps=(0, 1)),
    )
    options = DecodeOptions(interventions=edits, max_length=5)
    expected = load("de-en/dot", "cpu", tiny_pretrained).translate("es war kalt", options)
    outcome = run(*DOT, "--edit", "mute-j0_sharpen-t0.5-s0,1", "--max-length", "5", "es war kalt")
    assert outcome.out == expected.translation + "\n"
    assert "--edit" in run(*DOT, "--edit", "mute-x1", "kalt").refusal()
    assert "source token 99" in run(*DOT, "--edit", "mute-j99", "kalt").refusal()


def test_precision_is_a_choice(run: Run) -> None:
    assert run(*DOT, "--precision", "bfloat16", "kalt").code == 0
    assert "float16" in run(*DOT, "--precision", "int4", "kalt").refusal()
