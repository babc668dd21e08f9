"""What a Trace says of a model comes from its settings, which a person may have changed."""

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from seqviz.errors import ModelError
from seqviz.translator import load
from tests.fixtures.explained import OPTIONS, TEXT
from tests.fixtures.tiny_models import write_tiny_models
from tests.trace.test_file import ALIGNMENT


def test_the_measured_alignment_stands_in_every_trace(tmp_path: Path) -> None:
    settings = write_tiny_models(tmp_path) / "de-en/dot/settings.json"
    content = json.loads(settings.read_text(encoding="utf-8"))
    settings.write_text(json.dumps(content | {"alignment": asdict(ALIGNMENT)}), encoding="utf-8")
    trace = load("de-en/dot", "cpu", tmp_path).translate(TEXT, OPTIONS)
    assert trace.model.alignment == ALIGNMENT
    wrong = {**asdict(ALIGNMENT), "layer": 1}
    settings.write_text(json.dumps(content | {"alignment": wrong}), encoding="utf-8")
    with pytest.raises(ModelError) as caught:
        load("de-en/dot", "cpu", tmp_path)
    assert caught.value.code == "settings_invalid" and str(settings) in str(caught.value)
