"""The house rules hold; and every rule is seen failing on a small bad snippet."""

import pytest

from tests.house_rules import (
    ROOT,
    RULES,
    Module,
    Rule,
    check_component,
    check_forbidden,
    check_functions,
    check_imports,
    check_late_imports,
    check_module,
    check_views,
    circle,
    read_modules,
)

MODULES = read_modules()
COMPONENTS = {path.name: path.read_text() for path in sorted((ROOT / "seqviz").rglob("*.js"))}
BROKEN: list[tuple[Rule, str, str]] = [
    (check_imports, "seqviz.trace", "import torch"),
    (check_imports, "seqviz.analysis.tokens", "from seqviz.figures import theme"),
    (check_imports, "seqviz.analysis.tokens", "from sacrebleu import corpus_bleu"),
    (check_imports, "seqviz.figures.beam", "import streamlit as st"),
    (check_imports, "seqviz.models.rnn", "from plotly import graph_objects"),
    (check_imports, "seqviz.models.rnn", "from seqviz import decoding"),
    (check_imports, "seqviz.catalog", "import seqviz.translator"),
    (check_imports, "seqviz.views.page", "from seqviz import Trace"),
    (check_imports, "seqviz.views.page", "import torch"),
    (check_imports, "seqviz.cli", "from seqviz.views import page"),
    (check_imports, "seqviz.decoding.beam", "from . import greedy"),
    (check_imports, "app", "from seqviz.translator import load"),
    (check_views, "seqviz.views.session.state", "from seqviz.views.shell import chart"),
    (check_views, "seqviz.views.shell.chart", "from seqviz.views.sidebar import sidebar"),
    (check_views, "seqviz.views.sidebar.sidebar", "import seqviz.views.watch.attention"),
    (check_views, "seqviz.views.watch.attention", "from seqviz.views import page"),
    (check_late_imports, "seqviz.catalog", "def f():\n    import json"),
    (check_late_imports, "seqviz.foreign.hf.parts", "def f():\n    import transformers"),
    (check_late_imports, "seqviz.catalog", "async def f():\n    from a import b"),
    (check_late_imports, "seqviz.views.page", "import importlib\nimportlib.import_module('x')"),
    (check_late_imports, "seqviz.trace", "import typing\nif typing.TYPE_CHECKING:\n    pass"),
    (check_functions, "seqviz.trace", "def f(**options): ..."),
    (check_functions, "seqviz.trace", "class C:\n    def f(self, **more): ..."),
    (check_functions, "seqviz.trace", "def f():\n" + "    pass\n" * 51),
    (check_module, "seqviz.trace", "\n" * 301),
    (check_module, "seqviz.trace", "class A: ...\n" + "\n" * 400),
    (check_module, "seqviz.trace", "class A: ...\nclass B: ...\n" + "\n" * 300),
    (check_module, "app", "\n" * 61),
    (check_module, "seqviz.figures.utils", ""),
    (check_module, "seqviz.trace", "f()  # noqa"),
    (check_module, "seqviz.trace", "f()  # noqa: E501"),
    (check_module, "seqviz.trace", "f()  # type: ignore[misc]"),
    (check_forbidden, "seqviz.views.page", "import streamlit as st\nst.session_state['a'] = 1"),
    (check_forbidden, "seqviz.views.page", "import streamlit as st\nst.cache_data(max_entries=1)"),
    (
        check_forbidden,
        "seqviz.views.session.cache",
        "import streamlit as st\nst.query_params.clear()",
    ),
    (check_forbidden, "seqviz.models.checkpoint", "import pickle\npickle.loads(x)"),
    (check_forbidden, "seqviz.cli", "print('x')"),
    (check_forbidden, "seqviz.views.page", "st.markdown(x, unsafe_allow_html=True)"),
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_house_keeps_the_rule(rule: Rule) -> None:
    complaints = [f"{name}: {words}" for name, module in MODULES.items() for words in rule(module)]
    assert complaints == []


@pytest.mark.parametrize(("rule", "name", "text"), BROKEN)
def test_the_rule_can_fail(rule: Rule, name: str, text: str) -> None:
    assert list(rule(Module(name, text)))


def test_one_class_may_have_more_lines_than_others() -> None:
    assert not list(check_module(Module("seqviz.trace", "class A: ...\n" + "\n" * 350)))


def test_no_modules_import_each_other_in_a_circle() -> None:
    assert circle(MODULES) == []


def test_a_circle_is_found() -> None:
    texts = {
        "seqviz.a": "from seqviz import b",
        "seqviz.b": "from seqviz.c import x\nimport seqviz.d",
        "seqviz.c": "import seqviz.a",
        "seqviz.d": "",
    }
    found = circle({name: Module(name, text) for name, text in texts.items()})
    assert set(found) == {"seqviz.a", "seqviz.b", "seqviz.c"}


def test_components_are_small_and_harmless() -> None:
    complaints = [
        f"{name}: {words}"
        for name, text in COMPONENTS.items()
        for words in check_component(text, name)
    ]
    assert complaints == []


@pytest.mark.parametrize(
    "text",
    [
        "node.innerHTML = token",
        "node.insertAdjacentHTML('beforeend', token)",
        "eval(token)",
        "fetch('/x')",
        "const x = 'https://example.org/a.js'",
        "import x from './y.js'",
        "\n" * 201,
    ],
)
def test_a_harmful_component_is_found(text: str) -> None:
    assert list(check_component(text))


def test_one_module_may_ask_a_server_in_one_place() -> None:
    asking = "const answer = await fetch(url);"
    assert not list(check_component(asking, "elsewhere.js"))
    assert list(check_component(asking * 2, "elsewhere.js"))


def test_svg_may_name_its_namespace() -> None:
    assert not list(check_component("document.createElementNS('http://www.w3.org/2000/svg', 'g')"))
