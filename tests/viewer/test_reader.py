"""What a browser is told of trace files is what Python holds itself to."""

import json
from dataclasses import fields

from seqviz.options import MAX_BEAM_SIZE, DecodeOptions
from seqviz.trace import ModelFacts, Search
from seqviz.trace.columns import columns
from seqviz.trace.file import FORMAT, MAX_VALUES
from seqviz.viewer.reader import reader_facts


def test_it_is_json_and_names_every_column_and_fact() -> None:
    facts = json.loads(json.dumps(reader_facts(), allow_nan=False))
    assert facts["format"] == FORMAT
    assert facts["limits"]["values"] == MAX_VALUES
    assert facts["limits"]["slots"] == MAX_BEAM_SIZE
    assert facts["columns"]["search"].keys() == columns(Search).keys()
    assert facts["columns"]["search"]["candidate_ranks"] == {
        "shape": "TC",
        "dtype": "int32",
        "holds": "rank",
        "optional": True,
        "since": 2,
    }
    assert {"alignment", *facts["model"]} == {one.name for one in fields(ModelFacts)}
    assert facts["model"]["layers"] == ["whole", False]
    assert facts["model"]["revision"] == ["text", True]


def test_every_option_that_a_file_holds_is_there_with_its_range() -> None:
    found = {one["name"]: one for one in reader_facts()["options"]}
    typed = {"prefix_text", "banned_words"}
    assert found.keys() | typed == {one.name for one in fields(DecodeOptions)}
    assert found["beam_size"] | {"default": 5} == {
        "name": "beam_size",
        "kind": "whole",
        "default": 5,
        "choices": (),
        "low": 1,
        "high": MAX_BEAM_SIZE,
        "since": 1,
    }
    assert found["stop"]["choices"] == ("bound", "first", "max_length")
    assert found["rules"]["default"]["never"] == ()
