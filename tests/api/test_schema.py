"""The description of the API holds what the API takes, and the page shows it without a network."""

import json
import re
from typing import Any

import jsonschema
import pytest

from seqviz.api import bodies
from seqviz.api.limits import Limits
from seqviz.api.schema import openapi
from seqviz.errors import InputError
from seqviz.options import DecodeOptions
from seqviz.options.declared import options_of
from tests.fixtures.api_server import ask

DESCRIBED = openapi(Limits())
SCHEMAS: dict[str, Any] = DESCRIBED["components"]["schemas"]
POSTS = {path: one["post"] for path, one in DESCRIBED["paths"].items() if "post" in one}


def schema_of(path: str) -> dict[str, Any]:
    content = POSTS[path]["requestBody"]["content"]["application/json"]
    found: dict[str, Any] = SCHEMAS[content["schema"]["$ref"].rpartition("/")[2]]
    return found


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_schema_is_one(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMAS[name])


@pytest.mark.parametrize("path", POSTS)
def test_every_example_is_taken(path: str) -> None:
    example = POSTS[path]["requestBody"]["content"]["application/json"]["example"]
    jsonschema.validate(example, schema_of(path))
    kinds = {kind.__name__: kind for kind in _kinds(bodies.OfModel)}
    name = POSTS[path]["requestBody"]["content"]["application/json"]["schema"]["$ref"]
    bodies.read_body(kinds[name.rpartition("/")[2]], json.dumps(example).encode())


def _kinds(kind: type[bodies.OfModel]) -> list[type[bodies.OfModel]]:
    return [kind, *(one for below in kind.__subclasses__() for one in _kinds(below))]


def test_every_option_is_described_with_its_default_and_meaning() -> None:
    schema = schema_of("/v1/translate")
    for one in options_of(DecodeOptions):
        if one.name == "rules":
            assert one.name not in schema["properties"]
            continue
        found = schema["properties"][one.name]
        assert found["description"], one.name
        body, options = bodies.read_body(
            bodies.Translate, json.dumps({"model": "a/b", one.name: found["default"]}).encode()
        )
        assert (body.model, getattr(options, one.name)) == ("a/b", one.default)


@pytest.mark.parametrize(
    "body",
    [
        {"beam_size": 0},
        {"beam_size": 65},
        {"stop": "never"},
        {"alpha": "1"},
        {"prefix": ["a"]},
        {"interventions": [{"kind": "none"}]},
        {"interventions": [{"kind": "mute", "more": 1}]},
        {"sampling": {"top_p": 2}},
        {"unheard": 1},
    ],
)
def test_schema_and_server_refuse_the_same(body: dict[str, object]) -> None:
    asked = {"model": "a/b", "text": "x", **body}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(asked, schema_of("/v1/trace"))
    with pytest.raises(InputError):
        bodies.read_body(bodies.Decode, json.dumps(asked).encode())


def test_a_token_is_told() -> None:
    assert openapi(Limits(token="x"))["security"] == [{"token": []}]
    assert DESCRIBED["security"] == []


def test_the_page_shows_every_address_and_asks_for_nothing(address: str) -> None:
    assert ask(address, "/openapi.json").json["paths"].keys() == DESCRIBED["paths"].keys()
    page = ask(address, "/docs")
    text = page.plain.decode()
    assert all(f" {path}</code>" in text for path in DESCRIBED["paths"])
    assert all(f"<code>{name}</code>" in text for name in bodies.OPTIONS)
    assert not re.search(r"<script|src=|https?://", text)
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
