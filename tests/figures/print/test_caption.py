from dataclasses import replace

import pytest

from seqviz.figures.print.caption import Run, caption
from seqviz.options import DecodeOptions, Sampling
from seqviz.options.intervention import Intervention
from seqviz.trace import Trace
from seqviz.words import table
from tests.fixtures.toy_traces import greedy_trace, rnn_trace, transformer_trace

CHINESE = table("zh")


def said(trace: Trace, **changes: object) -> dict[str, str]:
    options = replace(trace.options, **changes)  # type: ignore[arg-type]  # by name, in a test
    entries = caption([Run(replace(trace, options=options), 0, "")])
    return {label: text if isinstance(text, str) else "".join(text) for label, text in entries}


def test_sentence_translation_model_decoding_and_score() -> None:
    found = said(rnn_trace())
    assert list(found) == ["Sentence", "Translation", "Model", "Decoding", "Score"]
    assert found["Sentence"] == "Die Katze"
    assert found["Translation"] == "the cat"
    assert found["Model"] == (
        "de-en/additive, recurrent network, additive attention, 0.001 M parameters, "
        "weights 000000000000"
    )
    assert found["Decoding"] == (
        "beam size 2, normalised by |Y|^α, α = 1, stops when the best is found, at most 3 tokens, "
        "cpu, float32"
    )
    assert found["Score"] == "−0.476, Σ log p −1.43, 3 tokens"
    assert "2 × 3 attention heads" in said(transformer_trace())["Model"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"beam_size": 1}, "greedy, "),
        ({"length_normalisation": "none"}, "no length normalisation"),
        ({"length_normalisation": "gnmt", "alpha": 0.6}, "((5 + |Y|) / 6)^α, α = 0.6"),
        ({"beta": 0.2}, "coverage penalty β = 0.2"),
        ({"stop": "first"}, "stops when enough are finished"),
        ({"min_length": 2}, "at least 2 tokens"),
        ({"prefix": (4,)}, 'start given: "▁the"'),
        ({"banned": (4, 99)}, "banned: ▁the #99"),
        ({"target_language": "deu"}, "into deu"),
        ({"instruction": "translate:"}, 'instruction "translate:"'),
        ({"interventions": (Intervention(kind="uniform"),)}, "attention edits: uniform"),
        ({"sampling": Sampling(seed=7, temperature=0.8)}, "2 samples, temperature 0.8, seed 7"),
        ({"sampling": Sampling(top_k=5, top_p=0.9)}, "top-k 5, top-p 0.9"),
    ],
)
def test_whatever_was_asked_is_said(changes: dict[str, object], words: str) -> None:
    assert words in said(rnn_trace(), **changes)["Decoding"]
    assert words not in said(rnn_trace())["Decoding"]


def test_a_given_target_was_not_searched_for() -> None:
    forced = replace(rnn_trace(), forced=True, options=DecodeOptions(beam_size=1))
    decoding = said(forced)["Decoding"]
    assert decoding.startswith("given translation")
    assert "greedy" not in decoding


def test_two_runs_have_their_names_and_one_model() -> None:
    entries = caption([Run(greedy_trace(), 0, "Greedy"), Run(rnn_trace(), 0, "Beam size 2")])
    labels = [entry.label for entry in entries]
    assert labels == ["Sentence", "Greedy", "Beam size 2", "Model", "Decoding", "", "Score", ""]
    assert "".join(entries[5].text).startswith("Beam size 2: normalised")
    assert "".join(entries[6].text).startswith("Greedy: −")


def test_two_hypotheses_of_one_search_have_one_decoding_and_two_scores() -> None:
    trace = rnn_trace()
    entries = caption([Run(trace, rank, f"Hypothesis {rank + 1}") for rank in (0, 1)])
    texts = ["".join(entry.text) for entry in entries]
    assert [entry.label for entry in entries[3:]] == ["Model", "Decoding", "Score", ""]
    assert texts[4].startswith("beam size 2")
    assert texts[2] == "the cat sat"
    assert texts[-1].startswith("Hypothesis 2: −0.707")


def test_the_caption_speaks_chinese() -> None:
    entries = caption([Run(rnn_trace(), 0, "")], words=CHINESE)
    assert [entry.label for entry in entries] == ["源句", "译文", "模型", "解码", "得分"]
    assert "束宽 2，" in "".join(entries[3].text)
