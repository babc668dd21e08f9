"""Texts become trees of known tags; formulas become MathML; nothing that is put in is markup."""

from typing import Any

import pytest

from seqviz.lesson.formula import formula
from seqviz.lesson.markup import ENTRY, LIGHT, filled, found, parsed, spoken


def test_marks_become_nodes() -> None:
    assert parsed("**a** *b* `c*` \\*d") == [
        ["p", {}, ["strong", {}, "a"], " ", ["em", {}, "b"], " ", ["code", {}, "c*"], " ", "*", "d"]
    ]
    assert parsed("[the row](#heatmap.row) [key](?key)\n\nx") == [
        [
            *("p", {}, ["span", {LIGHT: "heatmap.row"}, "the row"], " "),
            ["dfn", {ENTRY: "key"}, "key"],
        ],
        ["p", {}, "x"],
    ]
    assert parsed("**[{p}](#next)**")[0][2] == [
        *("strong", {}, ["span", {LIGHT: "next"}, ["fact", {"name": "p"}]])
    ]


def test_lines_of_chinese_are_joined_without_a_space() -> None:
    assert parsed("得分，\n然后 softmax\n之后“{p}”。\n好")[0][2] == "得分，然后 softmax 之后“"
    assert parsed("a “b”\n“c” d")[0][2] == "a “b” “c” d"


@pytest.mark.parametrize("text", ["a $ b", "**a", "*a", "`a", "[a](b)", "{A}", "{a", "$\\frac{a$"])
def test_a_mark_without_its_partner_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parsed(text)


def test_facts_are_put_in_as_text() -> None:
    def say(name: str, in_formula: bool) -> Any:
        return ["mn", {}, "1"] if in_formula else f"**<b>{name}</b>**"

    tree = [filled(node, say) for node in parsed(r"{word} $\frac{\fact{p_top@none-reversed}}{2}$")]
    assert tree[0][2] == "**<b>word</b>**"
    assert ["mfrac", {}, ["mrow", {}, ["mn", {}, "1"]], ["mrow", {}, ["mn", {}, "2"]]] in tree[0][
        4
    ][2]
    assert list(found(parsed("{a} $\\fact{b@c}$"), "name")) == ["a", "b@c"]


def test_formulas_and_facts_count_as_words() -> None:
    assert len(spoken(parsed("one {p} $a + b$ **two**")).split()) == 4


def row(*children: object) -> list[object]:
    return ["mrow", {}, *children]


SPACE = ["mspace", {"width": "0.167em"}]
TIGHT = {"lspace": "0", "rspace": "0"}
H_I = ["msub", {}, ["mi", {}, "h"], ["mi", {}, "i"]]


@pytest.mark.parametrize(
    ("latex", "expected"),
    [
        (r"\frac{a}{2}", row(["mfrac", {}, row(["mi", {}, "a"]), row(["mn", {}, "2"])])),
        (r"\sqrt{d}", row(["msqrt", {}, row(["mi", {}, "d"])])),
        (r"h_i", row(H_I)),
        (r"\tanh x", row(["mi", {}, "tanh"], SPACE, ["mi", {}, "x"])),
        (r"\tanh(", row(["mi", {}, "tanh"], ["mo", {"stretchy": "false"}, "("])),
        (r"y_{<t}", row(["msub", {}, ["mi", {}, "y"], row(["mo", TIGHT, "<"], ["mi", {}, "t"])])),
        (r"\nabla_y", row(["msub", {}, ["mo", {}, "∇"], ["mi", {}, "y"]])),
        (r"\max_y", row(["munder", {}, ["mo", {}, "max"], ["mi", {}, "y"]])),
        (r"\term{computation.keys}{h_i}", row(["mrow", {LIGHT: "computation.keys"}, H_I])),
        (r"\fact{p}", row(["fact", {"name": "p"}])),
        (r"\text{for } p\{a\}", None),
    ],
)
def test_formulas_become_mathml(latex: str, expected: list[object] | None) -> None:
    tree = formula(latex)
    assert tree[:2] == ["math", {"display": "inline"}]
    assert expected is None or tree[2] == expected


def test_a_sum_has_its_limits_below_and_above_on_a_line_of_its_own() -> None:
    tree = formula(r"\sum_{i=1}^{S} \alpha_{ti} h_i", display="block")
    over = tree[2][2]
    assert (over[0], over[2][2]) == ("munderover", "∑")
    assert [part[0] for part in over[3:]] == ["mrow", "mrow"]


@pytest.mark.parametrize(
    "latex", [r"\nothing{a}", r"\frac{a", "a_", "a & b", r"\begin{array}", r"\text{<script>}"]
)
def test_what_is_no_formula_is_refused(latex: str) -> None:
    with pytest.raises(ValueError, match=r"^\$"):
        formula(latex)


def test_no_address_and_no_handler_comes_through() -> None:
    tree = str(formula(r"\href{javascript:alert(1)}{a} \style{onclick}{b}"))
    assert "javascript" not in tree
    assert "onclick" not in tree
