"""Numbers: a true minus sign, no negative zero, on the page as in the browser's own programs."""

import ast
import math
import re
from pathlib import Path

import pytest

from seqviz.words import numbers
from seqviz.words.numbers import number

PACKAGE = Path(numbers.__file__).parents[1]


@pytest.mark.parametrize(
    ("value", "form", "written"),
    [
        (-1.88, ".2f", "−1.88"),
        (-0.0004, ".3f", "0.000"),
        (-0.0, "g", "0"),
        (-0.001, "+.2f", "0.00"),
        (0.5, "+.2f", "+0.50"),
        (-1234.6, ",.0f", "−1,235"),
        (1e-9, "g", "1e−09"),
        (-0.004, ".1%", "−0.4%"),
        (-math.inf, ".2f", "−∞"),
        (math.nan, "+.2f", "–"),
    ],
)
def test_a_number_has_a_true_minus_and_no_negative_zero(
    value: float, form: str, written: str
) -> None:
    assert number(value, form) == written


@pytest.mark.parametrize("room", ["figures", "views"])
def test_pages_and_pictures_write_no_number_on_their_own(room: str) -> None:
    """What may be negative: a sum of log-probabilities, a score, a difference."""
    signed = re.compile(r"log_prob|score|sum|margin|gap|cumulative|coverage")
    found = []
    for path in sorted((PACKAGE / room).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FormattedValue) and node.format_spec is not None:
                form = ast.unparse(node.format_spec).strip("f'\"")
                if form.endswith("f") and signed.search(ast.unparse(node.value)):
                    found.append(f"{path.name}:{node.lineno}")
    assert not found


def test_the_viewer_writes_them_likewise() -> None:
    script = (PACKAGE / "viewer/text.js").read_text("utf-8")
    assert r'toFixed(digits).replace(/^-(?=[0.]*$)/, "").replace("-", "−")' in script
