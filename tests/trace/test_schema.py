"""docs/trace.schema.json says what ``trace.file`` writes, of every format, and docs explain it."""

import copy
import gzip
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from seqviz.options import MAX_BEAM_SIZE, TYPED, DecodeOptions, Sampling, TargetRules
from seqviz.options.declared import Option, options_of
from seqviz.options.intervention import Intervention
from seqviz.trace import Hypotheses, ModelFacts, Search, Source, Trace, check
from seqviz.trace.columns import PACKED, columns
from seqviz.trace.file import FORMAT, trace_from_bytes, trace_to_bytes
from tests.trace.test_file import TRACES, full_trace, put

Document = dict[str, Any]
ROOT = Path(__file__).parents[2]
OLD = sorted((ROOT / "tests/data").glob("format-*"))
SCHEMA: Document = json.loads((ROOT / "docs/trace.schema.json").read_text(encoding="utf-8"))
CHECK = Draft202012Validator(SCHEMA)


def document(content: bytes) -> Document:
    found: Document = json.loads(
        gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content
    )
    return found


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["properties"]["format"]["enum"] == list(range(1, FORMAT + 1))


@pytest.mark.parametrize("half", [False, True])
@pytest.mark.parametrize("trace", TRACES.values(), ids=TRACES)
def test_what_is_written_is_valid(trace: Trace, half: bool) -> None:
    CHECK.validate(document(trace_to_bytes(trace, half_precision=half)))


@pytest.mark.parametrize("path", OLD, ids=lambda path: path.name)
def test_files_of_old_formats_are_valid(path: Path) -> None:
    CHECK.validate(document(path.read_bytes()))


def test_there_is_a_file_of_every_format_before_this_one() -> None:
    formats = {document(path.read_bytes())["format"] for path in OLD}
    assert formats == set(range(1, FORMAT))


def without(*path: str) -> Callable[[Document], None]:
    def change(content: Document) -> None:
        place = content
        for key in path[:-1]:
            place = place[key]
        del place[path[-1]]

    return change


BROKEN: dict[str, Callable[[Document], None]] = {
    "later": put("format", value=FORMAT + 1),
    "no format": without("format"),
    "more than there is": put("colour", value="red"),
    "no source": without("source"),
    "a source of no ids": put("source", "ids", value=[]),
    "a source of no pieces": put("source", "pieces", value=[]),
    "a source of no spans": put("source", "spans", value=[]),
    "a span of one": put("source", "spans", 0, value=[1]),
    "an id below 0": put("source", "ids", 0, value=-1),
    "layers of text": put("model", "layers", value="1"),
    "no revision": without("model", "revision"),
    "a wide beam": put("options", "beam_size", value=101),
    "an unknown rule to stop": put("options", "stop", value="never"),
    "no rules": without("options", "rules"),
    "half a head": put("options", "interventions", 1, "heads", value=[[0]]),
    "an edit of no kind": put("options", "interventions", 0, "kind", value="melt"),
    "no temperature": without("options", "sampling", "temperature"),
    "numbers as they are": put("search", "entropies", value=[[0.5]]),
    "axes too few": put("search", "cross_attention", "shape", value=[1, 2]),
    "axes below 0": put("search", "entropies", "shape", value=[-1, 2]),
    "integers as floats": put("search", "candidate_tokens", "dtype", value="float32"),
    "no base64": put("search", "entropies", "data", value="ab!"),
    "a needed column": put("search", "next_tokens", value=None),
    "ends of text": put("hypotheses", "finished", value=["yes"]),
    "texts of numbers": put("hypotheses", "texts", value=[1]),
    "words in the vocabulary": put("vocabulary", value={"cat": "x"}),
    "stopped by nobody": put("stopped_by", value="nobody"),
    "an unknown precision": put("precision", value="float8"),
}


@pytest.mark.parametrize("change", BROKEN.values(), ids=BROKEN)
def test_a_broken_file_is_not_valid(change: Callable[[Document], None]) -> None:
    content = document(trace_to_bytes(full_trace()))
    change(content)
    assert not CHECK.is_valid(content)


def properties(part: Mapping[str, Any]) -> Document:
    """The properties of an object that may also be null, or the items of a list."""
    found: Document = next(
        one["properties"]
        for one in (part, *part.get("anyOf", ()), part.get("items", {}))
        if "properties" in one
    )
    return found


def test_the_schema_has_the_fields_of_the_records() -> None:
    top = SCHEMA["properties"]
    options = properties(top["options"])
    records: dict[type, Document] = {
        Source: properties(top["source"]),
        ModelFacts: properties(top["model"]),
        DecodeOptions: options,
        Sampling: properties(options["sampling"]),
        TargetRules: properties(options["rules"]),
        Intervention: properties(options["interventions"]),
        Search: properties(top["search"]),
        Hypotheses: properties(top["hypotheses"]),
    }
    for record, found in records.items():
        assert set(found) == {field.name for field in fields(record)}.difference(TYPED)
    assert set(top) == {"format", *(field.name for field in fields(Trace))}


OPTIONS = properties(SCHEMA["properties"]["options"])
RECORDS: dict[type, Document] = {DecodeOptions: OPTIONS, Sampling: properties(OPTIONS["sampling"])}
BOUNDED = [
    (record, one)
    for record in RECORDS
    for one in options_of(record)
    if one.declared.since and one.declared.high is not None
]


@pytest.mark.parametrize(("record", "one"), BOUNDED, ids=lambda part: getattr(part, "name", ""))
def test_schema_document_and_code_say_the_same_bounds(record: type, one: Option) -> None:
    part = RECORDS[record][one.name]
    said = {**part, **next(iter(part.get("anyOf", [{}])))}
    low, high = one.declared.low, one.declared.high
    names = {"array": ("minItems", "maxItems"), "string": ("minLength", "maxLength")}
    least, most = names.get(said["type"], ("minimum", "maximum"))
    assert (said.get(least, 0), said[most]) == (low, high)
    text = (ROOT / "docs/trace-file.md").read_text(encoding="utf-8")
    (row,) = (line for line in text.splitlines() if line.startswith(f"| `{one.name}` |"))
    assert f", {low:g} to {high:.10g}" in row


def test_schema_document_and_code_say_the_same_choices() -> None:
    text = (ROOT / "docs/trace-file.md").read_text(encoding="utf-8")
    for one in options_of(DecodeOptions):
        if one.choices:
            assert set(OPTIONS[one.name]["enum"]) == set(one.choices)
            (row,) = (line for line in text.splitlines() if line.startswith(f"| `{one.name}` |"))
            assert all(f'"{choice}"' in row for choice in one.choices)


def test_the_document_says_how_large_a_trace_may_be() -> None:
    text = (ROOT / "docs/trace-file.md").read_text(encoding="utf-8")
    slots, tokens, candidates = MAX_BEAM_SIZE, check.MOST_TOKENS, check.MOST_CANDIDATES
    said = (
        f"{tokens:,} source tokens, {tokens:,} steps, {slots} slots and {candidates:,} candidates"
    )
    assert said in " ".join(text.split())


def test_what_the_declaration_says_of_its_age_the_schema_says() -> None:
    for one in options_of(DecodeOptions):
        found = SINCE.match(OPTIONS[one.name]["description"]) if one.declared.since else None
        if one.declared.since:
            assert one.declared.since == (int(found[1]) if found else 1), one.name


SINCE = re.compile(r"Since format (\d)")


def described(part: Mapping[str, Any], path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The paths of everything that the schema says came later."""
    for name, one in part.get("properties", {}).items():
        if SINCE.match(one.get("description", "")):
            yield (*path, name)
        else:
            yield from described(one, (*path, name))


LATER = list(described(SCHEMA))


@pytest.mark.parametrize("path", LATER, ids=".".join)
def test_what_came_later_is_needed_since_then_and_not_before(path: tuple[str, ...]) -> None:
    part: Document = SCHEMA
    for name in path:
        part = part["properties"][name]
    (since,) = SINCE.findall(part["description"])
    content = document(trace_to_bytes(TRACES["rnn"]))
    without(*path)(content)
    for version in range(1, FORMAT + 1):
        older = copy.deepcopy(content) | {"format": version}
        assert CHECK.is_valid(older) == (version < int(since))
        if version < int(since):
            assert trace_from_bytes(json.dumps(older).encode(), name="x")


def names(part: Mapping[str, Any]) -> Iterator[str]:
    """Every key of a file that has a name of its own."""
    for name, one in part.get("properties", {}).items():
        yield name
        for inner in (one, *one.get("anyOf", ()), one.get("items", {})):
            yield from names(inner)


def test_the_document_explains_every_field() -> None:
    text = (ROOT / "docs/trace-file.md").read_text(encoding="utf-8")
    missing = {name for name in names(SCHEMA) if f"`{name}`" not in text}
    assert not missing
    assert f"Format {FORMAT}" in text


COLUMNS = {**columns(Search), **columns(Hypotheses)}


@pytest.mark.parametrize("name", COLUMNS)
def test_the_schema_has_the_columns_as_the_records_declare_them(name: str) -> None:
    column, top = COLUMNS[name], SCHEMA["properties"]
    part = (properties(top["search"]) | properties(top["hypotheses"]))[name]
    array = part["anyOf"][0] if column.optional else part
    floats = ["float16", "float32"]
    dtypes = floats if column.dtype == "float32" else [column.dtype]
    assert array["properties"]["dtype"]["enum"] == dtypes
    assert array["properties"]["shape"]["$ref"] == f"#/$defs/shape{len(column.shape)}"
    assert ("anyOf" in part) == column.optional
    since = SINCE.match(part["description"])
    assert column.since == (int(since[1]) if since else 1)


@pytest.mark.parametrize("name", COLUMNS)
def test_the_document_has_the_columns_as_the_records_declare_them(name: str) -> None:
    text = (ROOT / "docs/trace-file.md").read_text(encoding="utf-8")
    column, part = COLUMNS[name], "search" if name in columns(Search) else "hypotheses"
    section = text.partition(f"### {part}\n")[2].partition("\n#")[0]
    (row,) = (line for line in section.splitlines() if line.startswith(f"| `{name}` |"))
    _, _, since, dtype, shape, *_ = (cell.strip() for cell in row.split("|"))
    assert int(since.partition(" ")[0]) == column.since
    assert dtype == column.dtype + (" or float16" if column.half else "")
    if part == "search":
        axes = "one axis" if column.shape == PACKED else f"({', '.join(column.shape)})"
        assert shape.replace(",", "") == axes.replace(",", "") + " or null" * column.optional


def test_every_array_of_a_record_is_declared_as_a_column() -> None:
    for record, others in ((Search, set()), (Hypotheses, {"texts"})):
        assert {field.name for field in fields(record)} - others == set(columns(record))
