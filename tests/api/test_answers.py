"""Answers without a server: what JSON can hold."""

import json
from dataclasses import replace

import numpy as np

from seqviz.api.answers import top_of
from seqviz.api.shelf import Shelf
from tests.fixtures.api_server import DATE, SYSTEM


def test_an_impossible_translation_has_no_infinite_numbers(shelf: Shelf) -> None:
    trace = shelf.translator(SYSTEM).force(DATE, "2021-03-05")
    never = np.array([-np.inf], np.float32)
    hypotheses = replace(trace.hypotheses, log_probs=never, scores=never)
    top = top_of(replace(trace, hypotheses=hypotheses))
    assert json.loads(json.dumps(top, allow_nan=False)) == top
    (found,) = top["hypotheses"]
    assert (found["text"], found["log_prob"], found["score"]) == ("2021-03-05", None, None)
