import json
import re
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser
from importlib.resources import files
from typing import Any

import numpy as np
import pytest

from seqviz.analysis.words import display_piece
from seqviz.errors import InputError
from seqviz.export.offline.page import offline_page
from seqviz.options import Sampling
from seqviz.trace import Trace
from seqviz.viewer import attention as viewer_attention
from seqviz.viewer import packed, script, viewer_words
from seqviz.viewer import tree as viewer_tree
from seqviz.words import LANGUAGES, table
from tests.fixtures.toy_traces import greedy_trace, random_trace, rnn_trace, transformer_trace
from tests.viewer.unpacked import unpacked

HOSTILE = "</script><script>alert(1)</script><!-- <b>&amp; \u2028 {rank} $data \u202e"


class Parsed(HTMLParser):
    """What a page's markup holds."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.content: dict[str, str] = {}
        self.policy = ""
        self._open = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        named = dict(attrs)
        self._open = named.get("id") or tag
        if named.get("http-equiv") == "Content-Security-Policy":
            self.policy = named.get("content") or ""

    def handle_endtag(self, tag: str) -> None:
        self._open = ""

    def handle_data(self, data: str) -> None:
        if self._open:
            self.content[self._open] = self.content.get(self._open, "") + data


def content(trace: Trace, greedy: Trace | None = None) -> dict[str, Any]:
    """The JSON in a page."""
    found = Parsed(offline_page(trace, greedy=greedy)).content["data"]
    parsed: dict[str, Any] = json.loads(found)
    return parsed


def hostile(trace: Trace) -> Trace:
    """The same with markup in every text."""
    return replace(
        trace,
        source=replace(
            trace.source,
            text=HOSTILE,
            pieces=tuple(f"▁{HOSTILE}{place}" for place in range(len(trace.source.pieces))),
        ),
        model=replace(trace.model, name=HOSTILE, source_language='"><b>'),
        vocabulary={token: f"{HOSTILE}{token}" for token in trace.vocabulary},
        hypotheses=replace(trace.hypotheses, texts=tuple(HOSTILE for _ in trace.hypotheses.texts)),
    )


def test_a_long_sentence_of_a_large_model_stays_small() -> None:
    trace = random_trace(3, 70, 5, layers=6, heads=8, source_length=30)
    assert len(trace.hypotheses) > 1
    page = offline_page(trace, greedy=trace)
    assert len(page.encode()) <= 2_000_000
    kinds = content(trace)["attention"]["kinds"]
    assert [(kind["layers"], kind["heads"]) for kind in kinds.values()] == [(6, 8)] * 3


def test_text_never_becomes_markup() -> None:
    plain, bad = transformer_trace(), hostile(transformer_trace())
    page = Parsed(offline_page(bad))
    assert page.tags == Parsed(offline_page(plain)).tags
    assert page.tags.count("script") == 2
    assert not set("<>&\u2028\u2029") & set(page.content["data"])
    data = json.loads(page.content["data"])
    assert data["source"]["text"] == HOSTILE
    assert data["hypotheses"][0]["text"] == HOSTILE
    assert data["facts"]["model"][0] == ["model", HOSTILE]
    assert data["labels"] == {str(t): display_piece(p) for t, p in bad.vocabulary.items()}


def test_only_its_own_script_and_style_are_allowed() -> None:
    page = Parsed(offline_page(rnn_trace()))
    for tag in ("script", "style"):
        digest = b64encode(sha256(page.content[tag].encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in page.policy
    assert page.policy.startswith("default-src 'none'; ")
    assert "unsafe" not in page.policy


def test_it_asks_no_other_file() -> None:
    page = offline_page(transformer_trace())
    assert set(re.findall(r"https?://[^\s\"'`]+", page)) == {"http://www.w3.org/2000/svg"}
    assert not re.search(r"@import|url\(|<link|\ssrc=|\shref=", page)


def test_half_a_character_is_no_obstacle() -> None:
    trace = rnn_trace()
    broken = replace(trace, source=replace(trace.source, text="\ud800 Katze"))
    assert content(broken)["source"]["text"] == "\ufffd Katze"


def attention(data: dict[str, Any], kind: str, trace: Trace, rank: int) -> Any:
    """The attention of a hypothesis as the page's script reads it."""
    found = data["attention"]["kinds"][kind]
    levels = unpacked(data["attention"])[kind] / 65_535
    unit = found["layers"] * found["heads"]
    width = len(trace.source.ids)
    if kind == "encoder":
        return levels.reshape(width, found["layers"], found["heads"], width).transpose(1, 2, 0, 3)
    rows = data["attention"]["rows"]
    widths = [width if kind == "cross" else row // data["slots"] + 1 for row in rows]
    starts = np.cumsum([0, *widths]) * unit
    slots = data["hypotheses"][rank]["slots"]
    stack = np.zeros((found["layers"], found["heads"], len(slots), max(widths)))
    for step, slot in enumerate(slots):
        place = rows.index(step * data["slots"] + slot)
        row = levels[starts[place] : starts[place + 1]]
        shape = (found["layers"], found["heads"], widths[place])
        stack[:, :, step, : widths[place]] = row.reshape(shape)
    return stack[..., : width if kind == "cross" else len(slots)]


@pytest.mark.parametrize("rank", [0, 1, 3])
def test_attention_is_what_was_recorded(rank: int) -> None:
    trace = transformer_trace()
    data = content(trace)
    expected = {
        "cross": trace.cross_attention_of(rank),
        "encoder": trace.encoder_self_attention,
        "decoder": trace.decoder_self_attention_of(rank),
    }
    for kind, weights in expected.items():
        assert weights is not None
        np.testing.assert_allclose(
            attention(data, kind, trace, rank), weights, rtol=0, atol=0.5 / 65_535 + 1e-6
        )


def test_later_hypotheses_go_without_attention_where_room_ends() -> None:
    trace = transformer_trace()
    slots, _ = trace.path()
    best = viewer_attention.row_keys(trace, slots)
    whole = content(trace)["attention"]["rows"]
    kept = packed(trace, room=6 * (6 * 9 + 45 + 6 * 6))["attention"]
    assert kept["rows"][: len(best)] == best
    assert len(best) <= len(kept["rows"]) < len(whole)
    assert not kept["averaged"]


def test_heads_are_averaged_where_the_best_alone_is_too_large(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    trace = transformer_trace()
    monkeypatch.setattr(viewer_attention, "MOST_OF_BEST", 10)
    data = content(trace)
    assert data["attention"]["averaged"]
    assert trace.cross_attention is not None
    np.testing.assert_allclose(
        attention(data, "cross", trace, 0)[:, 0],
        trace.cross_attention.mean(1),
        atol=0.5 / 65_535 + 1e-6,
    )


def test_the_attention_of_the_encoder_takes_room_too(monkeypatch: pytest.MonkeyPatch) -> None:
    trace = transformer_trace()
    assert trace.encoder_self_attention is not None and trace.cross_attention is not None
    steps = trace.cross_attention.shape[2]
    rows = steps * len(trace.source.ids) + steps * (steps + 1) // 2
    decoder = rows * trace.model.layers * trace.model.heads
    all_heads = decoder + trace.encoder_self_attention.size
    for room, averaged in ((all_heads, False), (all_heads - 1, True)):
        monkeypatch.setattr(viewer_attention, "MOST_OF_BEST", room)
        assert content(trace)["attention"]["averaged"] is averaged


def test_greedy_is_compared() -> None:
    compare = content(rnn_trace(), greedy_trace())["compare"]
    assert compare["parting"]["step"] == 0
    assert compare["parting"]["pieces"] == ["▁a", "▁the"]
    assert compare["fate"] == {"code": "pruned", "step": 1, "rank": 3, "place": None}
    assert [line["text"] for line in compare["lines"]] == ["a sat", "the cat"]
    assert compare["lines"][1]["sums"][-1] == pytest.approx(np.log(0.24), abs=1e-4)
    assert content(rnn_trace())["compare"] is None


def test_traces_of_two_sentences_or_models_are_not_compared() -> None:
    trace, greedy = rnn_trace(), greedy_trace()
    sentence = replace(greedy, source=replace(greedy.source, text="Der Hund"))
    with pytest.raises(InputError, match="Der Hund"):
        offline_page(trace, greedy=sentence)
    model = replace(greedy, model=replace(greedy.model, name="x/other", fingerprint="1" * 64))
    with pytest.raises(InputError, match="x/other"):
        offline_page(trace, greedy=model)


def test_a_language_that_is_not_there_is_refused() -> None:
    with pytest.raises(InputError, match="fr"):
        offline_page(rnn_trace(), language="fr")


def test_what_is_missing_is_named() -> None:
    assert content(rnn_trace(attention=False))["attention"]["missing"]["cross"] == "no_attention"
    assert content(greedy_trace())["attention"]["missing"]["cross"] == "not_recorded"


def test_options_that_are_unusual_are_told() -> None:
    trace = rnn_trace()
    options = replace(trace.options, banned=(6, 7), sampling=Sampling(top_k=5, seed=3), beta=0.5)
    facts = dict(content(replace(trace, options=options))["facts"]["search"])
    assert facts.pop("max_length") == "3"
    for name in ("sampling", "length_normalisation"):
        key, told = facts[name]
        facts[name] = table("en")[key].format_map(told)
    assert facts == {
        "sampling": "2 samples, temperature 1, seed 3",
        "top_k": "5",
        "length_normalisation": "normalised by |Y|^α, α = 1",
        "beta": "0.5",
        "banned": "▁cat ▁sat",
    }
    assert "banned" not in dict(content(trace)["facts"]["search"])


def test_what_the_makers_set_and_nothing_applies_is_told() -> None:
    notices = ("unapplied:num_beam_groups", "out_of_memory", "unapplied:length_penalty")
    facts = dict(content(replace(rnn_trace(), notices=notices))["facts"]["run"])
    assert facts["notice"] == ["notice.out_of_memory", {}]
    coarse = replace(rnn_trace(), notices=("half_precision",))
    facts_of = dict(content(coarse)["facts"]["run"])
    assert facts_of["notice"] == ["notice.half_precision", {}]
    key, told = facts["unapplied"]
    assert told == {"settings": "num_beam_groups, length_penalty"}
    for words in map(viewer_words, LANGUAGES):
        assert told["settings"] in words[key].format_map(told)
    assert {"notice", "unapplied"}.isdisjoint(dict(content(rnn_trace())["facts"]["run"]))


def test_the_page_carries_its_words_in_every_language() -> None:
    words = content(rnn_trace())["words"]
    assert words == {language: viewer_words(language) for language in LANGUAGES}
    assert words["zh"].items() <= table("zh").items()


def test_the_scripts_say_nothing_that_has_no_words() -> None:
    said = set(re.findall(r'say\("([^"]+)"', script("offline")))
    assert len(said) > 40
    assert said <= viewer_words("en").keys()


def test_the_logarithm_of_zero_can_be_read_by_a_browser() -> None:
    trace = replace(greedy_trace(), forced=True)
    lost = replace(
        trace.search,
        candidate_log_probs=np.full_like(trace.search.candidate_log_probs, -np.inf),
        candidate_cumulative=np.full_like(trace.search.candidate_cumulative, -np.inf),
    )
    found = content(replace(trace, search=lost))
    assert set(found["hypotheses"][0]["logProbs"]) == {viewer_tree.NEVER}
    assert np.exp(viewer_tree.NEVER) == 0
    assert f"const NEVER = {viewer_tree.NEVER:.0e};".replace("e+0", "e") in (
        files("seqviz.viewer").joinpath("text.js").read_text("utf-8")
    )
