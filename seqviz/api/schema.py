"""The description of the API, OpenAPI 3.1, and a page that shows it; both follow from the code.

https://spec.openapis.org/oas/v3.1.1
"""

import ast
import html
import inspect
import json
import textwrap
import types
from collections.abc import Hashable, Mapping
from dataclasses import MISSING, dataclass, fields
from functools import cache
from importlib import metadata
from itertools import pairwise
from typing import Any, Literal, Union, cast, get_args, get_origin, get_type_hints

from seqviz.api import bodies
from seqviz.api.limits import Limits
from seqviz.catalog.remote import STREAM
from seqviz.options import DecodeOptions
from seqviz.options.declared import Option, options_of
from seqviz.trace.packed import packed

_PLAIN = {int: "integer", float: "number", bool: "boolean", str: "string", type(None): "null"}


@dataclass(frozen=True)
class _Post:
    """An address to which JSON is sent."""

    kind: type[bodies.OfModel]
    says: str
    gives: str
    """Kinds of answers, parted by spaces."""
    example: Mapping[str, object]


_SENTENCE = {"model": "de-en/transformer", "text": "Es war sehr kalt."}
_SENTENCES = {"model": "de-en/transformer", "texts": ["Es war sehr kalt.", "Warte."]}
_POSTS = {
    "/v1/translate": _Post(
        bodies.Translate,
        "Translates a sentence, or several, without recording the search.",
        "application/json",
        {**_SENTENCE, "beam_size": 5},
    ),
    "/v1/examine": _Post(
        bodies.Examine,
        "Translates several sentences, and looks at each translation from each side: what the "
        "search came near to cutting, the tokens with the source and without it, attention, the "
        "reference. From these, `seqviz inspect` makes its features. Numbers that JSON lacks are "
        "texts: inf, -inf, nan.",
        "application/json",
        {**_SENTENCES, "references": ["It was very cold.", ""]},
    ),
    "/v1/score": _Post(
        bodies.Pairs,
        "Looks at given translations of several sentences in the same way, without a search.",
        "application/json",
        {**_SENTENCES, "targets": ["It was very cold.", "Wait."]},
    ),
    "/v1/trace": _Post(
        bodies.Decode,
        "Translates a sentence and answers with the whole search: the trace file as on disk. "
        "The answer's ETag is of its content; If-None-Match with it is answered by 412. Whoever "
        f"accepts {STREAM} gets a line of JSON for each event: progress, several times; result, "
        "with texts and scores; and trace, with the trace file; or else error.",
        f"application/json {STREAM}",
        _SENTENCE,
    ),
    "/v1/force": _Post(
        bodies.Force,
        "Scores a given translation; answers as /v1/trace does.",
        f"application/json {STREAM}",
        {**_SENTENCE, "target": "It was freezing."},
    ),
    "/v1/shift": _Post(
        bodies.Shift,
        "What the edits of the attention among the options change along a given translation.",
        "application/json",
        {**_SENTENCE, "target_ids": [7, 9, 2], "interventions": [{"kind": "uniform"}]},
    ),
    "/v1/explain": _Post(
        bodies.Explain,
        "One step of a hypothesis, with every number. Arrays are base64 of little-endian numbers.",
        "application/json",
        {**_SENTENCE, "step": 0},
    ),
    "/v1/evidence": _Post(
        bodies.Evidence,
        "Where the words of a hypothesis come from.",
        "application/json",
        {**_SENTENCE, "part": "contributions"},
    ),
}
_GETS = {
    "/v1/models": "The models: names, languages, kind, scores, licence.",
    "/v1/models/{pair}/{system}": "Loads one model, and gives its settings and vocabularies.",
    "/v1/records": "Records of training and of measurements beside the weights, in base64.",
    "/readyz": "200 once a decoding has succeeded, 503 before.",
    "/metrics": "Counts, as Prometheus reads them.",
}
_REFUSALS = {
    "400": "the request is not a JSON object",
    "401": "the token is missing or wrong",
    "403": "the server does not answer under this host name",
    "404": "there is no such model",
    "413": "the request is too large",
    "422": "a field, an option or the sentence is refused: the code says which",
    "429": "too many ask; Retry-After says in how many seconds to come back",
}


def openapi(limits: Limits) -> dict[str, Any]:
    """The whole description."""
    return {
        "openapi": "3.1.1",
        "info": {
            "title": "SeqViz",
            "version": metadata.version("seqviz"),
            "description": "Translations with the whole search behind them. A request has at most "
            f"{limits.body_bytes} bytes and {limits.texts} texts. Log-probabilities are natural "
            "logarithms.",
        },
        "paths": {
            **{path: {"post": _post(one)} for path, one in _POSTS.items()},
            **{path: {"get": _get(path, says)} for path, says in _GETS.items()},
        },
        "components": {
            "schemas": {one.kind.__name__: _body(one.kind) for one in _POSTS.values()}
            | {"Error": _ERROR},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"token": []}] if limits.token else [],
    }


_ERROR: dict[str, Any] = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "kind", "message", "facts"],
            "properties": {
                "code": {"type": "string", "description": "Stable; for programs."},
                "kind": {"enum": ["input", "model"]},
                "message": {"type": "string", "description": "What was wrong, and what to do."},
                "facts": {"type": "object", "description": "The values that the message names."},
            },
        }
    },
}


def _post(one: _Post) -> dict[str, Any]:
    schema = {"$ref": f"#/components/schemas/{one.kind.__name__}"}
    refused = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    return {
        "summary": one.says,
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": schema, "example": one.example}},
        },
        "responses": {
            "200": {"description": "done", "content": {kind: {} for kind in one.gives.split()}},
            **{code: {"description": says, "content": refused} for code, says in _REFUSALS.items()},
        },
    }


def _get(path: str, says: str) -> dict[str, Any]:
    names = [part.split("}")[0] for part in path.split("{")[1:]]
    return {
        "summary": says,
        "parameters": [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
            for name in names
        ],
        "responses": {"200": {"description": "done"}},
    }


def _body(kind: type[Any]) -> dict[str, Any]:
    """Of a request: its own fields, then every decoding option."""
    found = _record(kind)
    found["properties"] |= {name: _option(one) for name, one in bodies.OPTIONS.items()}
    return found


def _record(kind: type[Any]) -> dict[str, Any]:
    hints, says = get_type_hints(kind), _documented(cast(Hashable, kind))
    properties, required = {}, []
    known = {one.name: one for one in options_of(kind)}
    for one in fields(kind):
        if one.metadata.get("declared") is not None:
            properties[one.name] = _option(known[one.name])
            continue
        properties[one.name] = _type(hints[one.name]) | {"description": says.get(one.name, "")}
        if one.default is MISSING:
            required.append(one.name)
        else:
            properties[one.name]["default"] = packed(one.default)
    return {
        "type": "object",
        "additionalProperties": False,
        "required": required,
        "properties": properties,
    }


def _option(one: Option) -> dict[str, Any]:
    """A decoding option, as it is declared."""
    found, declared = _type(one.kind), one.declared
    counts = {"string": ("minLength", "maxLength"), "array": ("minItems", "maxItems")}
    names = counts.get(str(found.get("type")), ("minimum", "maximum"))
    ends = zip(names, (declared.low, declared.high), strict=True)
    found |= {name: end for name, end in ends if end is not None and not one.choices}
    says = _documented(cast(Hashable, DecodeOptions)).get(one.name, declared.help)
    return {**found, "default": packed(one.default), "description": says}


def _type(kind: Any) -> dict[str, Any]:
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Literal:
        return {"enum": list(arguments)}
    if origin in (Union, types.UnionType):
        each = [_type(one) for one in arguments]
        names = [one.get("type") for one in each]
        simple = all(set(one) == {"type"} for one in each)
        return {"type": names} if simple else {"anyOf": each}
    if origin is tuple and arguments[-1] is Ellipsis:
        return {"type": "array", "items": _type(arguments[0])}
    if origin is tuple:
        return {
            "type": "array",
            "prefixItems": [_type(one) for one in arguments],
            "minItems": len(arguments),
            "maxItems": len(arguments),
        }
    return {"type": _PLAIN[kind]} if kind in _PLAIN else _record(kind)


@cache
def _documented(kind: Any) -> dict[str, str]:
    """The text below every field of a record, and of those that it is made of."""
    found: dict[str, str] = {}
    for one in reversed(kind.__mro__[:-1]):
        body = ast.parse(textwrap.dedent(inspect.getsource(one))).body[0]
        assert isinstance(body, ast.ClassDef)
        for field, below in pairwise(body.body):
            match field, below:
                case (
                    ast.AnnAssign(target=ast.Name(id=name)),
                    ast.Expr(value=ast.Constant(value=str(says))),
                ):
                    found[name] = " ".join(says.split())
    return found


def docs_page(limits: Limits) -> str:
    """The description as a page that needs no script and no network."""
    described = openapi(limits)
    parts = [
        _PAGE,
        f"<h1>SeqViz: HTTP API</h1><p>{html.escape(described['info']['description'])}</p>",
    ]
    for path, methods in described["paths"].items():
        for method, what in methods.items():
            parts.append(
                f"<h2><code>{method.upper()} {path}</code></h2>"
                f"<p>{html.escape(what['summary'])}</p>"
            )
            if method == "post":
                content = what["requestBody"]["content"]["application/json"]
                example = html.escape(json.dumps(content["example"], ensure_ascii=False))
                parts.append(f"<pre>{example}</pre>")
                name = content["schema"]["$ref"].rpartition("/")[2]
                parts.append(_table(described["components"]["schemas"][name], own=True))
    options = {"properties": {name: _option(one) for name, one in bodies.OPTIONS.items()}}
    parts.append("<h2>Decoding options</h2><p>Of every POST, beside its own fields.</p>")
    parts.append(_table(options, own=False))
    parts.append("<p><a href='openapi.json'>openapi.json</a></p></html>")
    return "".join(parts)


_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>SeqViz: HTTP API</title>
<meta name="viewport" content="width=device-width"><style>
body{font:1rem/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
td,th{text-align:left;vertical-align:top;padding:.2rem 1rem .2rem 0}
pre{background:#eee;color:#111;padding:.6rem;overflow:auto}
</style>
"""


def _table(schema: Mapping[str, Any], *, own: bool) -> str:
    rows = "".join(
        f"<tr><td><code>{name}</code></td><td>{html.escape(_kind(one))}</td>"
        f"<td>{html.escape(one.get('description', ''))}</td></tr>"
        for name, one in schema["properties"].items()
        if not own or name not in bodies.OPTIONS
    )
    return f"<table><tr><th>Name</th><th>Value</th><th>Meaning</th></tr>{rows}</table>"


def _kind(one: Mapping[str, Any]) -> str:
    """What a value may be, in a few words."""
    kind = " or ".join(map(str, one["enum"])) if "enum" in one else str(one.get("type", "value"))
    low = next((one[name] for name in ("minimum", "minLength", "minItems") if name in one), None)
    high = next((one[name] for name in ("maximum", "maxLength", "maxItems") if name in one), None)
    span = f", {low} to {high}" if high is not None else ""
    usual = f"; default {json.dumps(one['default'])}" if "default" in one else "; required"
    return f"{kind}{span}{usual}"
