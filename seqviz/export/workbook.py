"""One step of a computation as a spreadsheet with live formulas, so that it can be done by hand.

Numbers that a model computed stand there as numbers; all that follows from them is a formula.
openpyxl, an optional extra, writes the file; who opens it computes it.
"""

import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib.util import find_spec
from typing import Any

import lazy_loader  # type: ignore[import-untyped]  # it ships no types

from seqviz.analysis.words import display_piece
from seqviz.errors import InputError
from seqviz.figures.words import WORDS
from seqviz.trace.computation import Numbers, Prediction, StepComputation, Weighing

openpyxl = lazy_loader.load("openpyxl", error_on_import=False)

Words = Mapping[str, str]
Row = Iterable[float | str]
"""Numbers, and formulas, which begin with "="."""
Place = Callable[[int], str]
"""The cell of a number, by its place from 0, as formulas of other sheets name it."""

_FIRST = 2
"""The column of the first number; names stand before it."""
_ROW = 4
"""Where in the table of tokens a row of the output layer begins."""
_NAMES_WIDTH = 26
_NO_XML = re.compile("[\ufffe\uffff]")
"""What ``display_piece`` leaves of the characters that XML has no place for."""


def can_write() -> bool:
    """Whether the extra is there."""
    return find_spec("openpyxl") is not None


def computation_workbook(found: StepComputation, *, words: Words = WORDS) -> bytes:
    """The content of an .xlsx file.

    Sheets, as far as the model has them: from query and keys to weights; from weights and values to
    the context; from the contexts of all heads to what they give together; from the last vector to
    probabilities. Each begins with a line that says so.

    Args:
        found: of ``Translator.explain``.
        words: of a language.

    Raises:
        InputError: ``workbook_openpyxl``: the extra is missing.
    """
    try:
        book = openpyxl.Workbook()
    except ModuleNotFoundError as error:
        raise InputError("workbook_openpyxl") from error
    book.remove(book.active)
    context: Place | None = None
    if (weighing := found.weighing) is not None:
        labels = [display_piece(piece) for piece in found.column_tokens]
        scores, values = (_Sheet(book, words, code) for code in ("scores", "values"))
        weight = _weigh(scores, weighing, labels)
        context = _sum(values, weighing, labels, weight=weight)
        if found.mixed is not None:
            _mix(_Sheet(book, words, "heads"), found, context=context)
    if found.prediction is not None:
        _predict(_Sheet(book, words, "prediction"), found.prediction, context=context)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


class _Sheet:
    """A sheet that is filled row by row, in the words of a language."""

    def __init__(self, book: Any, words: Words, code: str) -> None:
        self._words, self._sheet = words, book.create_sheet(words[f"workbook.{code}"])
        self._sheet.freeze_panes = "B1"
        self._sheet.column_dimensions["A"].width = _NAMES_WIDTH
        self.rows = 0
        self.add(words[f"workbook.{code}.about"])

    @property
    def prefix(self) -> str:
        """How formulas of other sheets name this one."""
        return f"'{self._sheet.title}'!"

    def word(self, code: str) -> str:
        """What something is called."""
        return self._words[f"workbook.{code}"]

    def add(self, label: str, numbers: Row = ()) -> int:
        """Add a row; its number."""
        self.rows += 1
        self._put(1, label)
        for column, number in enumerate(numbers, _FIRST):
            self._sheet.cell(self.rows, column, number)
        return self.rows

    def table(
        self, title: str, labels: Sequence[str], make: Callable[[int, int], Row], *, heads: str = ""
    ) -> int:
        """Add a heading and a row for each label; the number of the first of these.

        Args:
            title: the code of the heading.
            labels: of the rows.
            make: a row, given the number of the first one and its own place, from 0.
            heads: codes of the columns' names, with spaces between.
        """
        self.rows += 1
        first = self.add(self.word(title)) + 1
        for column, code in enumerate(heads.split(), _FIRST):
            self._put(column, self.word(code))
        for place, label in enumerate(labels):
            self.add(label, make(first, place))
        return first

    def _put(self, column: int, text: str) -> None:
        cell = self._sheet.cell(self.rows, column, _NO_XML.sub("\ufffd", text))
        cell.data_type = "s"  # also where it looks like a formula


def _weigh(sheet: _Sheet, found: Weighing, labels: Sequence[str]) -> Place:
    """Products, scores, exponentials, weights; where the weights stand."""
    count, width = found.keys.shape
    scaling = sheet.add(sheet.word("scaling"), [found.scaling])
    temperature = sheet.add(sheet.word("temperature"), [found.temperature])
    query = sheet.add(sheet.word("query"), found.query.tolist())
    energies = 0
    if found.energies is not None:
        energies = sheet.add(sheet.word("energies"), found.energies.tolist())
    keys = sheet.table("keys", labels, lambda _, place: found.keys[place].tolist())

    def product(place: int, column: int) -> str:
        asked, key = _at(query, column), _at(keys + place, column)
        return f"={_at(energies, column)}*TANH({asked}+{key})" if energies else f"={asked}*{key}"

    products = sheet.table(
        "products", labels, lambda _, place: [product(place, column) for column in range(width)]
    )

    def weigh(first: int, place: int) -> Row:
        at, muted = first + place, place in found.muted
        added = 0.0 if found.added is None else float(found.added[place])
        exponents, exps = (_down(first, column, count) for column in (1, 2))
        summed = _across(products + place, 0, width)
        yield f"=SUM({summed})*{_at(scaling, 0)}+({added!r})"
        yield "" if muted else f"={_at(at, 0)}/{_at(temperature, 0)}"
        yield 0.0 if muted else f"=EXP({_at(at, 1)}{f'-MAX({exponents})' * bool(found.shift)})"
        softmax = not found.rewritten and found.weights.any()
        yield f"={_at(at, 2)}/SUM({exps})" if softmax else float(found.weights[place])

    exp = "exp_shifted" if found.shift else "exp"
    first = sheet.table("weighing", labels, weigh, heads=f"score exponent {exp} weight")
    return lambda place: f"{sheet.prefix}{_at(first + place, 3)}"


def _sum(sheet: _Sheet, found: Weighing, labels: Sequence[str], *, weight: Place) -> Place:
    """Contributions and their sum, the context; where its numbers stand."""
    count, width = found.values.shape
    values = sheet.table("vectors", labels, lambda _, place: found.values[place].tolist())
    parts = sheet.table(
        "contributions",
        labels,
        lambda _, place: [
            f"={weight(place)}*{_at(values + place, column)}" for column in range(width)
        ],
    )
    sums = (f"=SUM({_down(parts, column, count)})" for column in range(width))
    context = sheet.add(sheet.word("context"), sums)
    return lambda column: f"{sheet.prefix}{_at(context, column)}"


def _mix(sheet: _Sheet, found: StepComputation, *, context: Place) -> None:
    """Contexts of all heads, what W_O makes of each, and their sum."""
    assert found.contexts is not None and found.mixed is not None
    contexts, mixed, bias = found.contexts.tolist(), found.mixed.tolist(), found.mixing_bias
    (count, width), size = found.contexts.shape, found.mixed.shape[1]
    names = [f"{sheet.word('head')} {head + 1}" for head in range(count)]

    def vector(_: int, head: int) -> Row:
        if head == found.head:
            return [f"={context(column)}" for column in range(width)]
        return list(contexts[head])

    vectors = sheet.table("contexts", names, vector)
    matrices = () if found.mixing is None else found.mixing
    maps = [_map(sheet, matrix, name=names[head]) for head, matrix in enumerate(matrices)]

    def part(_: int, head: int) -> Row:
        if not maps:
            return list(mixed[head])
        return _products(range(maps[head], maps[head] + size), vectors + head, width)

    parts = sheet.table("mixed", names, part)
    last = sheet.add(sheet.word("constant"), [0.0] * size if bias is None else bias.tolist())
    sums = (f"=SUM({_down(parts, column, count)})+{_at(last, column)}" for column in range(size))
    sheet.add(sheet.word("block"), sums)


def _products(matrix: range, vector: int, width: int) -> Row:
    """A matrix, in these rows, times the vector of a row."""
    read = _across(vector, 0, width)
    return [f"=SUMPRODUCT({_across(row, 0, width)},{read})" for row in matrix]


def _predict(sheet: _Sheet, found: Prediction, *, context: Place | None) -> None:
    """Combined vector, logits, probabilities."""
    width = len(found.combined)
    columns = range(width)
    combined = (
        sheet.add(sheet.word("combined"), found.combined.tolist())
        if found.parts is None
        else _combine(sheet, found, context=context)
    )
    normaliser = _at(sheet.add(sheet.word("normaliser"), [found.log_normaliser]), 0)

    def predict(first: int, place: int) -> Row:
        at = first + place
        summed = f"{_across(at, _ROW, width)},{_across(combined, 0, width)}"
        yield f"=SUMPRODUCT({summed})+{_at(at, _ROW - 1)}"
        yield f"={_at(at, 0)}-{normaliser}"
        yield f"=EXP({_at(at, 1)})"
        yield float(found.biases[place])
        yield from (float(found.rows[place, column]) for column in columns)

    labels = [display_piece(piece) for piece in found.pieces]
    sheet.table("tokens", labels, predict, heads="logit log_prob probability bias row")


def _combine(sheet: _Sheet, found: Prediction, *, context: Place | None) -> int:
    """The vector that is made of parts; its row."""
    assert found.parts is not None and found.vectors is not None and found.constant is not None
    width = len(found.combined)
    names = [sheet.word(f"part.{name}") for name in found.part_names]
    numbers, mapped = found.vectors.tolist(), found.parts.tolist()

    def vector(_: int, place: int) -> Row:
        if found.part_names[place] == "context" and context is not None:
            return [f"={context(column)}" for column in range(width)]
        return list(numbers[place])

    vectors = sheet.table("parts", names, vector)
    maps = [
        _map(sheet, matrix, name=name)
        for matrix, name in zip(() if found.weights is None else found.weights, names, strict=False)
    ]

    def part(_: int, place: int) -> Row:
        if not maps:
            return list(mapped[place])
        return _products(range(maps[place], maps[place] + width), vectors + place, width)

    parts = sheet.table("mapped", names, part)
    constant = sheet.add(sheet.word("constant"), found.constant.tolist())
    sums = (
        f"=TANH(SUM({_down(parts, column, len(names))})+{_at(constant, column)})"
        for column in range(width)
    )
    return sheet.add(sheet.word("combined"), sums)


def _map(sheet: _Sheet, matrix: Numbers, *, name: str) -> int:
    """A matrix, row by row; the number of its first row."""
    labels = [f"{name} {number + 1}" for number in range(len(matrix))]
    return sheet.table("map", labels, lambda _, row: matrix[row].tolist())


def _at(row: int, column: int) -> str:
    """A cell; columns count from the first number."""
    return f"{openpyxl.utils.get_column_letter(_FIRST + column)}{row}"


def _across(row: int, column: int, count: int) -> str:
    """Cells side by side."""
    return f"{_at(row, column)}:{_at(row, column + count - 1)}"


def _down(row: int, column: int, count: int) -> str:
    """Cells below each other."""
    return f"{_at(row, column)}:{_at(row + count - 1, column)}"
