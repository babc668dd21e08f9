"""A step as a spreadsheet: its formulas, evaluated, give the numbers of the step."""

import io
import math
import re
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import openpyxl
import pytest
from openpyxl.formula import Tokenizer
from openpyxl.utils import range_boundaries

from seqviz.errors import InputError
from seqviz.export import workbook
from seqviz.export.workbook import computation_workbook
from seqviz.options.intervention import Intervention
from seqviz.trace.computation import StepComputation
from seqviz.translator import Translator
from seqviz.words import table
from tests.fixtures.explained import KINDS, OPTIONS, TEXT, some_steps, tiny_translators

FUNCTIONS = {
    "EXP": math.exp,
    "TANH": math.tanh,
    "SUM": lambda cells: float(np.sum(cells)),
    "MAX": lambda cells: float(np.nanmax(cells)),
    "SUMPRODUCT": lambda left, right: float(np.sum(np.multiply(left, right))),
}


@pytest.fixture(scope="module")
def translators(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Translator]:
    return tiny_translators(tmp_path_factory.mktemp("models"))


class Calculator:
    """What a spreadsheet shows; knows the functions above, cells, ranges and arithmetic."""

    def __init__(self, content: bytes) -> None:
        self.book = openpyxl.load_workbook(io.BytesIO(content))
        self.value = cache(self._value)

    def _value(self, sheet: str, row: int, column: int) -> Any:
        found = self.book[sheet].cell(row, column)
        if found.data_type != "f":
            return math.nan if found.value is None else found.value
        tokens = Tokenizer(found.value).items
        text = "".join(
            f"cells({token.value!r}, {sheet!r})" if token.subtype == "RANGE" else token.value
            for token in tokens
        )
        return eval(text, {**FUNCTIONS, "cells": self.cells})

    def cells(self, name: str, sheet: str) -> Any:
        there, _, place = name.rpartition("!")
        left, top, right, bottom = range_boundaries(place)
        rows = [
            [
                self.value(there.strip("'") or sheet, row, column)
                for column in range(left, right + 1)
            ]
            for row in range(top, bottom + 1)
        ]
        return rows[0][0] if ":" not in place else np.array(rows, float)

    def rows(self, sheet: str) -> list[list[Any]]:
        """The numbers of every row of a sheet."""
        found = self.book[sheet]
        return [
            [
                self.value(sheet, row, column)
                for column in range(2, found.max_column + 1)
                if found.cell(row, column).value is not None
            ]
            for row in range(1, found.max_row + 1)
        ]

    def row(self, sheet: str, name: str) -> list[Any]:
        """The numbers of the last row of that name."""
        places = [row for row, cell in enumerate(self.book[sheet]["A"]) if cell.value == name]
        return self.rows(sheet)[places[-1]]


def check(found: StepComputation) -> Calculator:
    calculator = Calculator(computation_workbook(found))
    if (weighing := found.weighing) is not None:
        rows = calculator.rows("Scores and weights")[-len(weighing.scores) :]
        expected = zip(weighing.scores, weighing.exp, weighing.weights, strict=True)
        for row, numbers in zip(rows, expected, strict=True):
            np.testing.assert_allclose([row[0], *row[-2:]], numbers, atol=1e-9)
        context = calculator.row("Context", "context")
        np.testing.assert_allclose(context, weighing.context, atol=1e-9)
    if found.block is not None:
        np.testing.assert_allclose(calculator.row("Heads", "output"), found.block, atol=1e-6)
    if (prediction := found.prediction) is not None:
        last = calculator.row("Prediction", "last vector")
        np.testing.assert_allclose(last, prediction.combined, atol=1e-5)
        listed = calculator.rows("Prediction")[-len(prediction.tokens) :]
        logits, log_probs, probs = np.array([row[:3] for row in listed]).T
        np.testing.assert_allclose(logits, prediction.logits, atol=1e-4)
        np.testing.assert_allclose(log_probs, prediction.log_probs, atol=1e-4)
        np.testing.assert_allclose(probs, np.exp(prediction.log_probs), atol=1e-5)
    return calculator


def formulas(calculator: Calculator) -> str:
    cells = (cell for sheet in calculator.book for row in sheet.iter_rows() for cell in row)
    return " ".join(cell.value for cell in cells if cell.data_type == "f")


@pytest.mark.parametrize("kind", KINDS)
def test_the_formulas_give_the_numbers(translators: dict[str, Translator], kind: str) -> None:
    translator = translators[kind]
    for found in some_steps(translator, translator.translate(TEXT, OPTIONS)):
        live = formulas(check(found))
        assert ("TANH" in live) == (kind not in ("transformer", "none-reversed"))
        assert found.weighing is None or ("'Scores and weights'!" in live and "EXP(" in live)


def test_edits_too(translators: dict[str, Translator]) -> None:
    edits = (
        Intervention(kind="sharpen", temperature=0.4),
        Intervention(kind="mute", sources=(0,)),
    )
    translator = translators["dot"]
    row = Intervention(kind="set", weights=tuple(range(1, len(translator.read(TEXT).ids) + 1)))
    for made in (edits, (row,)):
        trace = translator.translate(TEXT, replace(OPTIONS, interventions=made))
        check(translator.explain(trace, 0))


def test_a_changed_number_changes_what_follows(translators: dict[str, Translator]) -> None:
    translator = translators["dot"]
    found = translator.explain(translator.translate(TEXT, OPTIONS), 0)
    content = computation_workbook(found)
    plain, changed = Calculator(content), Calculator(content)
    sheet = changed.book["Scores and weights"]
    query = next(row for row in range(1, 9) if sheet.cell(row, 1).value == "query")
    sheet.cell(query, 2).value += 5.0
    for name, row in (("Context", "context"), ("Prediction", "last vector")):
        before, after = (each.row(name, row) for each in (plain, changed))
        assert not np.allclose(before, after)


def test_a_token_is_no_formula_and_words_are_those_of_a_language(
    translators: dict[str, Translator],
) -> None:
    translator = translators["dot"]
    found = translator.explain(translator.translate(TEXT, OPTIONS), 0)
    names = ("=1+1", "a\x01b", *found.column_tokens[2:])
    content = computation_workbook(replace(found, column_tokens=names), words=table("zh"))
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book.sheetnames == ["得分与权重", "上下文向量", "预测"]
    cells = [cell for cell in book["上下文向量"]["A"] if cell.value in ("=1+1", "a⟨U+0001⟩b")]
    assert {cell.data_type for cell in cells} == {"s"} and len(cells) == 4
    english = [
        name for name in table() if re.fullmatch(r"workbook\.(scores|values|prediction)", name)
    ]
    for language in ("en", "zh"):
        assert all(len(table(language)[name]) <= 31 for name in english)  # Excel's limit


def test_a_token_that_xml_has_no_place_for(translators: dict[str, Translator]) -> None:
    translator = translators["dot"]
    found = translator.explain(translator.translate(TEXT, OPTIONS), 1)
    pieces = ("a\ufffe\uffff\x00", *found.column_tokens[1:])
    content = computation_workbook(replace(found, column_tokens=pieces))
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    assert "a\ufffd\ufffd⟨U+0000⟩" in {cell.value for cell in sheet["A"]}


def test_without_the_extra_it_is_said(
    translators: dict[str, Translator], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Missing:
        def __getattr__(self, name: str) -> Any:
            raise ModuleNotFoundError(name)

    monkeypatch.setattr(workbook, "openpyxl", Missing())
    translator = translators["dot"]
    found = translator.explain(translator.translate(TEXT, OPTIONS), 0)
    with pytest.raises(InputError, match=r"seqviz\[xlsx\]"):
        computation_workbook(found)
