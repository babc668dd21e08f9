"""Answers without a server: what JSON can hold."""

import json
from dataclasses import replace

import numpy as np

from seqviz.api.answers import error_json, top_of
from seqviz.api.shelf import Shelf
from seqviz.errors import ModelError
from tests.fixtures.api_server import DATE, SYSTEM


def test_an_impossible_translation_has_no_infinite_numbers(shelf: Shelf) -> None:
    trace = shelf.translator(SYSTEM).force(DATE, "2021-03-05")
    never = np.array([-np.inf], np.float32)
    hypotheses = replace(trace.hypotheses, log_probs=never, scores=never)
    top = top_of(replace(trace, hypotheses=hypotheses))
    assert json.loads(json.dumps(top, allow_nan=False)) == top
    (found,) = top["hypotheses"]
    assert (found["text"], found["log_prob"], found["score"]) == ("2021-03-05", None, None)


def test_an_error_tells_no_place_on_the_server() -> None:
    file = "/srv/secret/models/de-en/mine/settings.json"
    reason = f"[Errno 13] Permission denied: '{file}'"
    told = error_json(ModelError("settings_invalid", {"file": file, "reason": reason}))["error"]
    assert "secret" not in json.dumps(told)
    assert told["facts"]["file"] == "de-en/mine/settings.json"
    assert told["facts"]["reason"] == "[Errno 13] Permission denied: 'de-en/mine/settings.json'"
    assert "'de-en/mine/settings.json'" in told["message"]
