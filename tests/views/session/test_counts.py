"""Decodings on the page are counted, alone and together, and those that fail are not."""

import pytest

from seqviz.errors import DecodingCancelled
from seqviz.server.metrics import Metrics
from seqviz.trace import Trace
from seqviz.views.session import counts
from tests.fixtures import toy_traces as toy
from tests.server.test_metrics import values

Told = list[tuple[str, dict[str, object]]]


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    """What is logged."""
    lines: Told = []
    monkeypatch.setattr(counts, "tell", lambda event, facts: lines.append((event, facts)))
    return lines


@pytest.fixture
def metrics(monkeypatch: pytest.MonkeyPatch) -> Metrics:
    """The counts of a server that has just started."""
    made = Metrics()
    monkeypatch.setattr(counts, "metrics", lambda: made)
    return made


def test_a_decoding_counts_once_it_has_succeeded(metrics: Metrics, told: Told) -> None:
    trace = toy.rnn_trace()

    def fail() -> Trace:
        raise DecodingCancelled

    with pytest.raises(DecodingCancelled):
        counts.counted(fail)
    assert not metrics.is_ready and told == []
    assert counts.counted(lambda: trace) is trace
    assert metrics.is_ready
    ((event, facts),) = told
    assert event == "decoded" and facts["model"] == trace.model.name
    assert (facts["source"], facts["target"]) == (len(trace.source.ids), len(trace.target()))
    assert trace.source.text not in str(facts)


def test_those_decoded_together_count_as_one_decoding(metrics: Metrics, told: Told) -> None:
    trace = toy.rnn_trace()
    counts.count([trace, trace], 2.0)
    found = values(metrics)
    assert found["seqviz_decoding_seconds_count"] == 1
    assert found["seqviz_decoded_sentences_sum"] == 2
    assert found["seqviz_tokens_total:source"] == 2 * len(trace.source.ids)
