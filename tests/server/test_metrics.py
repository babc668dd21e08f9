"""What the server counts, read as Prometheus reads it."""

import pytest
from prometheus_client.parser import text_string_to_metric_families

from seqviz.server.metrics import CONTENT_TYPE, Metrics, metrics


def values(counted: Metrics) -> dict[str, float]:
    """Every value by its name and labels, as Prometheus' own parser reads them."""
    families = text_string_to_metric_families(counted.text().decode("utf-8"))
    samples = (sample for family in families for sample in family.samples)
    return {":".join([one.name, *one.labels.values()]): one.value for one in samples}


def test_what_happens_is_counted() -> None:
    counted = Metrics()
    for status in (200, 200, 429):
        counted.answered("page", status)
    counted.refused("busy")
    counted.waited(0.2)
    counted.decoded(2.0, source=30, target=40, together=3)
    found = values(counted)
    assert found["seqviz_requests_total:page:200"] == 2
    assert found["seqviz_requests_total:page:429"] == 1
    assert found["seqviz_refusals_total:busy"] == 1
    assert found["seqviz_waiting_seconds_sum"] == pytest.approx(0.2)
    assert found["seqviz_decoding_seconds_bucket:3.0"] == 1
    assert found["seqviz_decoding_seconds_bucket:1.0"] == 0
    assert found["seqviz_decoded_sentences_sum"] == 3
    assert found["seqviz_tokens_total:source"] == 30
    assert found["seqviz_tokens_total:target"] == 40
    assert CONTENT_TYPE.startswith("text/plain; version=")


def test_a_server_is_ready_after_its_first_decoding() -> None:
    counted = Metrics()
    counted.refused("busy")
    assert not counted.is_ready and values(counted)["seqviz_ready"] == 0
    counted.decoded(0.1, source=1, target=1)
    assert counted.is_ready and values(counted)["seqviz_ready"] == 1


def test_what_is_watched_is_asked_for_at_every_look() -> None:
    counted, line = Metrics(), [1, 2]
    counted.watch("queue", "Who waits.", lambda: len(line))
    assert values(counted)["seqviz_queue"] == 2
    line.pop()
    assert values(counted)["seqviz_queue"] == 1
    counted.watch("queue", "Who waits.", lambda: 7)
    assert values(counted)["seqviz_queue"] == 7


def test_the_process_has_one_and_tells_its_memory() -> None:
    assert metrics() is metrics()
    assert values(metrics())["process_resident_memory_bytes"] > 1e6
