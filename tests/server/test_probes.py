"""What other programs ask: ready after the first decoding, and counts for those who may see."""

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from seqviz.server.metrics import Metrics
from seqviz.server.probes import probe_routes


@pytest.mark.parametrize("base", ["/", "/seqviz/"])
def test_a_server_is_ready_once_it_has_decoded(base: str) -> None:
    counted = Metrics()
    asked = TestClient(Starlette(routes=probe_routes(base, counted, shows_counts=True)))
    early = asked.get(f"{base}readyz")
    assert early.status_code == 503 and early.headers["retry-after"] == "1"
    counted.decoded(0.1, source=3, target=4)
    found = asked.get(f"{base}readyz")
    assert (found.status_code, found.text) == (200, "ready")
    assert found.headers["cache-control"] == "no-store"
    counts = asked.get(f"{base}metrics")
    assert counts.headers["content-type"].startswith("text/plain; version=")
    assert 'seqviz_tokens_total{side="target"} 4.0' in counts.text


def test_counts_may_be_kept_from_strangers() -> None:
    routes = probe_routes("/", Metrics(), shows_counts=False)
    assert TestClient(Starlette(routes=routes)).get("/metrics").status_code == 404
