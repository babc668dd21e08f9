import json

from seqviz.viewer import packed
from tests.fixtures.toy_traces import random_trace


def test_thirty_tokens_of_six_layers_and_eight_heads_stay_small() -> None:
    """Random rows compress worse than any model's."""
    trace = random_trace(3, 30, 5, layers=6, heads=8, source_length=30)
    assert len(trace.source.ids) == 30 and len(trace.target()) > 20
    size = len(json.dumps(packed(trace), ensure_ascii=False, separators=(",", ":")).encode())
    print(f"payload: {size} bytes")
    assert size <= 300_000
