import io
import json
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from seqviz.cli import printing
from seqviz.options import DecodeOptions, Sampling
from seqviz.options.intervention import Intervention
from seqviz.translator import Translator, load
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
    assert outcome.code == 0
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
    assert outcome.code == 0
    assert outcome.out.count("\n") == 1


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (b"kalt\nk\xe4lt\n", "stdin is not UTF-8 text (byte 6)"),
        (b"", "nothing to translate"),
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
    with printing.progress(1000) as on_progress:
        assert on_progress is None
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with printing.progress(printing.WORTH_A_BAR - 1) as on_progress:
        assert on_progress is None
    with printing.progress(1000) as on_progress:
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
    assert ".. See" not in run(*DOT, "--edit", "nonsense", "kalt").refusal()
    assert "source token 99" in run(*DOT, "--edit", "mute-j99", "kalt").refusal()


def test_precision_is_a_choice(run: Run) -> None:
    assert run(*DOT, "--precision", "bfloat16", "kalt").code == 0
    assert "float16" in run(*DOT, "--precision", "int4", "kalt").refusal()


def test_what_was_cut_off_or_unknown_is_said_with_its_lines(run: Run, give: Give) -> None:
    give("es war kalt\n\nkalt 😍 🎉\n".encode())
    outcome = run(*DOT, "--max-length", "3", "--json")
    found = [json.loads(line) for line in outcome.out.splitlines()]
    assert [line["finished"] for line in found] == [False, True, False]
    assert [line["unknown"] for line in found] == [[], [], ["😍", "🎉"]]
    assert outcome.err.splitlines() == [
        "Notice: Nothing to translate: line 2 of stdin.",
        "Notice: Cut off at the maximum length: lines 1, 3.",
        "Notice: Unknown to the model: 😍 🎉 (line 3).",
    ]


def test_numbers_that_are_missing_are_named_once_with_their_lines(run: Run, give: Give) -> None:
    give(b"es war 17\nkalt\nes war 23 und 17\n")
    outcome = run(*DOT, "--json")
    found = [json.loads(line)["missing_numbers"] for line in outcome.out.splitlines()]
    assert found == [["17"], [], ["23", "17"]]
    said = (
        "Notice: The numbers “17”, “23” of your sentence are not in the translation (lines 1, 3)."
    )
    assert said in outcome.err.splitlines()


def test_what_ended_by_itself_is_not_cut_off(run: Run) -> None:
    sampled = ("--sample", "2", "--max-length", "500", "--json", "kalt")
    outcome = run(*DOT, *sampled)
    found = outcome.json()
    assert (found["finished"], outcome.err) == (True, "")
    assert [one["finished"] for one in found["alternatives"]] == [True]
    assert "unknown" in run(*DOT, "--max-length", "500", "--prefix", "it 😍", *sampled).err.lower()


@pytest.mark.parametrize("content", ["es war kalt\n \t\u200b\nkalt\n\n", "\n", "\ufffd\n"])
def test_a_blank_line_gives_a_blank_line_in_its_place(run: Run, give: Give, content: str) -> None:
    texts = content.split("\n")[:-1]
    kalt = run(*DOT, "es war kalt", "kalt").out.splitlines()
    expected = {"es war kalt": kalt[0], "kalt": kalt[1]}
    give(content.encode())
    outcome = run(*DOT)
    assert outcome.out.split("\n")[:-1] == [expected.get(text, "") for text in texts]
    assert "Nothing to translate: line" in outcome.err
    give(content.encode())
    found = [json.loads(line) for line in run(*DOT, "--json").out.splitlines()]
    assert [line["source"] for line in found] == texts
    assert [line["log_prob"] is None for line in found] == [text not in expected for text in texts]
    give(content.encode())
    numbered = run(*DOT, "--n-best", "2").out.splitlines()
    assert [line for line in numbered if not line.split("\t")[2]] == [
        f"{number}\t\t" for number, text in enumerate(texts, start=1) if text not in expected
    ]
    give(content.encode())
    assert "of stdin is empty" in run(*DOT, "--strict").refusal()


@pytest.mark.parametrize("content", ["\ufeffkalt\n", "kalt\n\ufeffkalt\n", "\ufeff\ufeffkalt\r\n"])
def test_no_byte_order_mark_is_part_of_a_source(run: Run, give: Give, content: str) -> None:
    give(content.encode())
    for line in run(*DOT, "--json").out.splitlines():
        assert json.loads(line)["source"] == "kalt"
    assert run(*DOT, "--json", "\ufeffkalt").json()["source"] == "kalt"


HOSTILE = "a\nb\tc\x1b[31md\x9b5me\u2028f\x85g\r\u202eh\x00i\ud800j"


def test_a_translation_stays_on_its_line(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    translate_all = Translator.translate_all

    def hostile(self: Translator, *texts: Any, **named: Any) -> Any:
        found = translate_all(self, *texts, **named)
        others = [replace(one, text=HOSTILE) for one in found[0].alternatives]
        return [replace(one, text=HOSTILE, alternatives=tuple(others)) for one in found]

    monkeypatch.setattr(Translator, "translate_all", hostile)
    clean = "a b c [31md 5me f g h i j"
    assert run(*DOT, "kalt", "kalt").out == f"{clean}\n{clean}\n"
    for line in run(*DOT, "--n-best", "2", "kalt").out.splitlines():
        assert line.split("\t")[2:] == [clean]
    (line,) = run(*DOT, "--json", "kalt").out.splitlines()
    assert json.loads(line)["translation"] == HOSTILE
    assert line.isprintable()


@pytest.mark.parametrize(
    "arguments",
    [("-Hallo, wie geht es dir?",), ("--Hallo du",), ("--", "-Hallo"), ("- es war kalt", "a=b c")],
)
def test_a_sentence_may_begin_with_a_dash(run: Run, arguments: tuple[str, ...]) -> None:
    outcome = run(*DOT, "--prefix", "-a b", "--json", *arguments, "kalt")
    found = [json.loads(line)["source"] for line in outcome.out.splitlines()]
    assert found == [one for one in arguments if one != "--"] + ["kalt"]


def test_an_option_without_its_value_is_named(run: Run) -> None:
    assert "'--ban' requires an argument" in run(*DOT, "kalt", "--ban").refusal()


def test_a_notice_of_what_is_unknown_stays_short_and_visible(run: Run) -> None:
    texts = ["e" + "\u0301" * 50, "\u200d", " ".join(map(chr, range(0x1F600, 0x1F620)))]
    (line,) = [one for one in run(*DOT, *texts).err.splitlines() if "Unknown" in one]
    assert len(line) < 150 and "⟨U+200D⟩" in line and line.endswith(", … (lines 1, 2, 3).")


@pytest.mark.parametrize("argument", ["-Hallo!", "-x", "--bem=3 4", "--beam 3", "-beam"])
def test_what_may_be_an_option_is_asked_about(run: Run, argument: str) -> None:
    line = run(*DOT, argument).refusal()
    assert "No such option" in line and 'translate … -- "-…"' in line


def test_what_the_model_never_writes_need_not_be_banned(run: Run) -> None:
    line = run(*DOT, "--ban", "😍", "kalt").refusal()
    assert "never writes '😍'" in line and "▁" not in line
    assert "is empty" in run(*DOT, "--ban", "\u200b", "kalt").refusal()
    many = run(*DOT, "--ban", "unlikelyword", "kalt").refusal()
    assert "▁ " not in many.partition(":")[2].partition("Ban one")[0]


def test_sentences_of_a_line_are_translated_by_themselves(run: Run) -> None:
    first, second = "Es war sehr kalt.", "Der Hund ist hier!"
    alone = [run(*DOT, "--json", text).json() for text in (first, second)]
    both = run(*DOT, "--json", f"{first} {second}").json()
    assert [one["source"] for one in both["sentences"]] == [first, second]
    assert both["unknown"] == [*dict.fromkeys(p for one in alone for p in one["unknown"])]
    assert both["translation"] == " ".join(one["translation"] for one in alone)
    assert both["tokens"] == sum(one["tokens"] for one in alone)
    assert both["score"] == pytest.approx(both["log_prob"] / both["tokens"])

    for whole in (["--whole"], ["--prefix", "it"], ["--n-best", "2"], ["--sample", "1"]):
        found = run(*DOT, *whole, "--json", f"{first} {second}").json()
        assert "sentences" not in found and "sentences" not in alone[0]
