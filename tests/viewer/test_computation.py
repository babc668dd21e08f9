"""The numbers of a step as the panel prints them: each is what the printed ones before it give."""

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from seqviz.options.intervention import Intervention
from seqviz.trace.computation import StepComputation, Weighing
from seqviz.translator import Translator
from seqviz.viewer.computation import MOST, packed_computation
from tests.fixtures.explained import KINDS, OPTIONS, TEXT, some_steps, tiny_translators
from tests.viewer.unpacked import columns

Print = Callable[[str, Any], Any]


@pytest.fixture(scope="module")
def translators(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Translator]:
    return tiny_translators(tmp_path_factory.mktemp("models"))


def printer(digits: Mapping[str, int]) -> Print:
    """Numbers as people read them, by the digits of their quantity."""

    def printed(name: str, numbers: Any) -> Any:
        return np.vectorize(lambda x: float(f"{x:.{digits[name]}g}"))(numbers)

    return printed


def check_same(found: Any, printed: Any) -> None:
    """Right to three digits."""
    pairs = zip(np.ravel(found).tolist(), np.ravel(printed).tolist(), strict=True)
    for one, other in pairs:
        half = 0.5 * 10 ** (math.floor(math.log10(abs(other))) - 2) if other else 0.0
        assert abs(one - other) <= half * (1 + 1e-9), (one, other)


def unmuted(told: Mapping[str, Any]) -> list[int]:
    return [place for place in range(len(told["columns"])) if place not in told["muted"]]


def check_weights(told: Mapping[str, Any], numbers: Mapping[str, Any], printed: Print) -> None:
    query, keys = numbers["query"], numbers["keys"].reshape(-1, told["d"])
    values = numbers.get("values", numbers["keys"]).reshape(-1, told["dv"])

    def product(of: Print) -> Any:
        if "energies" not in numbers:
            return of("query", query) * of("keys", keys)
        return of("energies", numbers["energies"]) * np.tanh(of("query", query) + of("keys", keys))

    products = product(lambda _, one: one)
    check_same(product(printed), printed("products", products))
    scores = printed("scores", numbers["scores"])
    added = printed("added", numbers["added"]) if "added" in numbers else 0.0
    check_same(printed("products", products).sum(1) * told["scaling"] + added, scores)

    shifted = np.abs(numbers["scores"] / told["temperature"])[unmuted(told)].max() > 30

    def exp(of: Any) -> Any:
        exponents = of / told["temperature"]
        exponents[told["muted"]] = -np.inf
        return np.exp(exponents - (exponents.max() if shifted else 0.0))

    exponentials = exp(numbers["scores"].copy())
    check_same(exp(scores), printed("exp", exponentials))
    total = printed("total", exponentials.sum())
    check_same(printed("exp", exponentials).sum(), total)
    weights = printed("weights", numbers["weights"])
    if not told["rewritten"]:
        check_same(printed("exp", exponentials) / total, weights)
    contributions = printed("contributions", numbers["weights"][:, None] * values)
    name = "values" if "values" in numbers else "keys"
    check_same(weights[:, None] * printed(name, values), contributions)
    check_same(contributions.sum(0), printed("context", numbers["context"]))


def check_prediction(told: Mapping[str, Any], numbers: Mapping[str, Any], printed: Print) -> None:
    width, combined = told["D"], printed("combined", numbers["combined"])
    if told["partNames"]:
        parts = printed("parts", numbers["parts"].reshape(-1, width))
        check_same(np.tanh(parts.sum(0) + printed("constant", numbers["constant"])), combined)
        assert ("maps" in numbers) == (width <= 16)
        if "maps" in numbers:
            maps = printed("maps", numbers["maps"].reshape(-1, width, width))
            vectors = printed("vectors", numbers["vectors"].reshape(-1, width))
            check_same([m @ v for m, v in zip(maps, vectors, strict=True)], parts)
    rows = printed("rows", numbers["rows"].reshape(-1, width))
    logits = printed("logits", numbers["logits"])
    check_same(rows @ combined + printed("biases", numbers["biases"]), logits)
    probabilities = np.exp(numbers["logits"] - told["logZ"])
    check_same(
        np.exp(logits - printed("logZ", told["logZ"])), printed("probabilities", probabilities)
    )
    np.testing.assert_allclose(numbers["logProbs"], numbers["logits"] - told["logZ"], atol=1e-5)


def check_heads(
    found: StepComputation, told: Mapping[str, Any], numbers: Mapping[str, Any], printed: Print
) -> None:
    width, block = len(numbers["block"]), printed("block", numbers["block"])
    mixed = printed("mixed", numbers["mixed"].reshape(-1, width))
    bias = printed("mixingBias", numbers["mixingBias"]) if "mixingBias" in numbers else 0.0
    check_same(mixed.sum(0) + bias, block)
    contexts = numbers["contexts"].reshape(len(mixed), -1)
    np.testing.assert_allclose(contexts[told["head"]], numbers["context"], atol=1e-6)
    assert ("mixing" in numbers) == (width <= 16) == (found.mixing is not None)
    if "mixing" in numbers:
        mixing = printed("mixing", numbers["mixing"]).reshape(*mixed.shape, -1)
        check_same(np.matvec(mixing, printed("contexts", contexts)), mixed)


def check(found: StepComputation) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(json.dumps(packed_computation(found), allow_nan=False))
    numbers = {name: one.astype(float) for name, one in columns(told["numbers"]).items()}
    printed = printer(told["digits"])
    if found.weighing is not None:
        check_weights(told, numbers, printed)
    if found.block is not None:
        check_heads(found, told, numbers, printed)
    if found.prediction is not None:
        check_prediction(told, numbers, printed)
    return told


@pytest.mark.parametrize("kind", KINDS)
def test_every_printed_number_follows_from_printed_ones(
    translators: dict[str, Translator], kind: str
) -> None:
    translator = translators[kind]
    for found in some_steps(translator, translator.translate(TEXT, OPTIONS)):
        told = check(found)
        assert told["kind"] == found.kind
        assert ("values" in told["numbers"]["sizes"]) == (found.kind not in ("none", "dot"))
        assert len(told["columns"]) == len(found.column_tokens)
        assert ("source" in told["numbers"]["sizes"]) == (found.kind == "none")
        if found.prediction is not None:
            assert told["top"][told["chosen"]] == told["row"]


def test_edits_and_temperature_too(translators: dict[str, Translator]) -> None:
    edits = (
        Intervention(kind="sharpen", temperature=0.3),
        Intervention(kind="mute", sources=(1,)),
    )
    for kind in ("additive", "transformer"):
        for made in (edits, (*edits, Intervention(kind="uniform"))):
            options = replace(OPTIONS, interventions=made)
            found = translators[kind].explain(translators[kind].translate(TEXT, options), 0)
            told = check(found)
            assert (told["temperature"], told["muted"]) == (0.3, [1])
            assert told["rewritten"] == (made is not edits)


def weighing(query: Any, keys: Any) -> Weighing:
    products = np.array(query) * np.array(keys)
    shift = float(products.sum(1).max()) if np.abs(products.sum(1)).max() > 30 else 0.0
    exp = np.exp(products.sum(1) - shift)
    contributions = (exp / exp.sum())[:, None] * np.array(keys)
    return Weighing(
        query=np.array(query),
        keys=np.array(keys),
        values=np.array(keys),
        energies=None,
        scaling=1.0,
        added=None,
        products=products,
        scores=products.sum(1),
        temperature=1.0,
        muted=(),
        shift=shift,
        exp=exp,
        weights=exp / exp.sum(),
        rewritten=False,
        contributions=contributions,
        context=contributions.sum(0),
    )


@pytest.mark.parametrize("size", [25.123456, 35.123456])
def test_large_exponents_are_shifted(translators: dict[str, Translator], size: float) -> None:
    dot = translators["dot"]
    found = dot.explain(dot.translate(TEXT, OPTIONS), 0)
    large = weighing([size, 0.0], [[1.0, 2.0], [0.97, 0.5]])
    told = check(replace(found, weighing=large, column_tokens=("a", "b"), prediction=None))
    assert told["digits"]["scores"] > 4  # e^score asks for its place behind the point


@pytest.mark.parametrize(("rest", "kind"), [(0.5, "f"), (2**-12, "f"), (2**-22, "d")])
def test_the_more_two_terms_cancel_the_more_digits_are_printed(
    translators: dict[str, Translator], rest: float, kind: str
) -> None:
    dot = translators["dot"]
    found = dot.explain(dot.translate(TEXT, OPTIONS), 0)
    hard = weighing([1.0, 1.0], [[3.0, rest - 3.0], [1.0, 0.5]])
    told = check(replace(found, weighing=hard, column_tokens=("a", "b"), prediction=None))
    assert {one for one, _ in told["numbers"]["sizes"].values()} == {kind}
    assert 4 <= told["digits"]["products"] <= MOST[kind]
    assert (told["digits"]["products"] > 4) == (rest < 0.5)


def test_what_a_weaker_promise_would_print_is_caught() -> None:
    """The check above can fail."""
    with pytest.raises(AssertionError):
        check_same([1.006], [1.0])
    check_same([1.0049], [1.0])
