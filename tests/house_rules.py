"""The house rules of the code, read from the source: who may import whom, and how big things get.

Each rule is a function from a module to complaints; test_architecture.py applies them.
"""

import ast
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).parents[1]

# What a room of seqviz may import: other rooms of the house, and packages of the outside world.
# From the ground up: a room stands above those that it imports.
LAYERS = """
colours    |                                                 |
kinds      | colours                                         |
words      |                                                 |
aligned    |                                                 |
confidence |                                                 | numpy
errors     | words                                           |
files      | errors                                          |
shipped    |                                                 |
options    | errors                                          | numpy
trace      | aligned colours kinds words errors files options | numpy
records    | aligned kinds errors files                      | numpy
catalog    | aligned confidence kinds errors files shipped   | lazy_loader safetensors
           | trace                                           |
tasks      | errors                                          |
models     | kinds errors files options                      | safetensors torch
text       | errors options trace tasks models               | lazy_loader numpy opencc
           |                                                 | sentencepiece sentencex torch
decoding   | errors options trace models                     | numpy torch
foreign    | errors files options trace catalog models text  | safetensors torch transformers
analysis   | errors options trace records                    | numpy
translator | confidence errors options trace catalog models  | numpy torch
           | text decoding foreign analysis                  |
training   | aligned confidence kinds errors files shipped   | numpy torch
           | options trace records catalog tasks models text |
           | decoding translator analysis                    |
bench      | errors options catalog tasks models decoding    | ctranslate2 numpy safetensors
           | foreign translator                              | torch transformers
inspection | aligned words errors files options trace        | lazy_loader numpy pandas pyarrow
           | records translator analysis viewer export       | sacrebleu
figures    | aligned colours kinds words errors options trace | numpy pandas plotly
           | records                                         |
           | analysis                                        |
viewer     | colours words errors options trace analysis     | numpy rcssmin rjsmin
           | figures                                         |
lesson     | words errors options trace records tasks        | latex2mathml numpy yaml
           | decoding translator analysis viewer             |
export     | words errors files options trace analysis       | lazy_loader numpy pandas plotly
           | figures viewer                                  |
server     | errors files trace records catalog              | numpy prometheus_client
           |                                                 | starlette
api        | errors options trace records catalog translator | starlette uvicorn
           | server                                          |
views      | colours kinds words errors options trace records | numpy pandas plotly streamlit
           | catalog tasks text translator analysis figures  | starlette
           | viewer lesson export server inspection          |
cli        | aligned confidence words errors files shipped   | click
           | options trace records catalog tasks text        |
           | foreign translator analysis training bench      |
           | figures lesson export inspection api            |
app        | views                                           | streamlit
seqviz     |                                                 | lazy_loader
"""
GROUPS = ("compare", "experiment", "train", "learn", "watch", "inspect")
# Inside views, each may import those before it.
VIEWS = ("session", "components", "shell", "sidebar", *GROUPS, "page")
EXTRA = {
    "seqviz.analysis.quality": {"sacrebleu"},
    "seqviz.analysis.confidence": {"sacrebleu"},
    "seqviz.analysis.significance": {"sacrebleu"},
    "seqviz.training.vocabulary": {"sentencepiece"},
    "seqviz.models.fast.machine": {"llvmlite"},
}

# What may be imported late, within a function: what stands on an optional extra, or is much to load
# for a command that often needs none of it.
LATE = {
    "seqviz.cli.get": {"seqviz.cli.get_work.fetch"},
    "seqviz.models.fast.machine": {"llvmlite.binding"},
    "seqviz.foreign.hf.parts": {"seqviz.foreign.hf.load", "seqviz.foreign.hf.open"},
    "seqviz.bench.engines": {
        "ctranslate2",
        "ctranslate2.converters.transformers.BartLoader",
        "transformers.GenerationConfig",
        "transformers.MarianMTModel",
    },
}

MOST_BODY_LINES = 50
MOST_MODULE_LINES = 300  # cut by sense, not by size
MOST_LINES_OF_ONE_CLASS = 400
MOST_APP_LINES = 60
MOST_COMPONENT_LINES = 200
DRAWERS = {"utils", "helpers", "common", "backend", "misc"}

Rule = Callable[["Module"], Iterator[str]]
Row = tuple[set[str], set[str]]
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Module:
    """One file of Python: its dotted name and its text."""

    name: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """Its code; read once for all rules."""
        return ast.parse(self.text)

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """All that its code consists of; walked once for all rules."""
        return tuple(ast.walk(self.tree))

    @cached_property
    def imports(self) -> tuple[str, ...]:
        return tuple(imports(self.nodes))

    @cached_property
    def names(self) -> frozenset[str]:
        return frozenset(names(self.nodes))

    @property
    def layer(self) -> str:
        return layer_of(self.name)

    @property
    def functions(self) -> Iterator[Function]:
        return (node for node in self.nodes if isinstance(node, Function))


def read_layers(table: str) -> dict[str, Row]:
    """The rooms and packages that each room may import; a row without a name goes on."""
    layers: dict[str, Row] = {}
    room = ""
    for line in table.strip().splitlines():
        name, house, world = line.split("|")
        room = name.strip() or room
        row = layers.setdefault(room, (set(), set()))
        row[0].update(house.split())
        row[1].update(world.split())
    return layers


ALLOWED = read_layers(LAYERS)


def layer_of(name: str) -> str:
    """The room of the house to which a dotted name belongs."""
    first, _, rest = name.partition(".")
    part = rest.partition(".")[0]
    if first != "seqviz" or part not in ALLOWED:
        return "cli" if part == "__main__" else first
    return part


def place_in_views(name: str) -> int:
    """Where in ``VIEWS`` a dotted name belongs."""
    part = name.removeprefix("seqviz.views.").partition(".")[0]
    return VIEWS.index(part)


def imports(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """Every imported name, dotted: ``from a.b import c`` is "a.b.c"."""
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = "." * node.level + (node.module or "")
            yield from (f"{start}.{alias.name}" for alias in node.names)


def names(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """Every name and attribute that is mentioned."""
    for node in nodes:
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr


def check_imports(module: Module) -> Iterator[str]:
    house, world = ALLOWED[module.layer]
    world = world | EXTRA.get(module.name, set())
    for name in module.imports:
        top = name.partition(".")[0]
        if name.startswith("."):
            yield f"relative import {name}"
        elif top in ("seqviz", "app"):
            if layer_of(name) not in house | {module.layer} or layer_of(name) == "seqviz":
                yield f"{module.layer} imports {name}"
        elif top not in world and top not in sys.stdlib_module_names:
            yield f"{module.layer} imports {top}"


def check_views(module: Module) -> Iterator[str]:
    for name in module.imports if module.name.startswith("seqviz.views.") else ():
        if name.startswith("seqviz.views.") and place_in_views(name) > place_in_views(module.name):
            yield f"{VIEWS[place_in_views(module.name)]} imports {name}"


def check_late_imports(module: Module) -> Iterator[str]:
    allowed = LATE.get(module.name, set())
    for function in module.functions:
        late = set(imports(ast.walk(function))) - allowed
        yield from (f"{function.name} imports {name}" for name in sorted(late))
    if module.layer != "cli":  # its command table loads a command's module on demand
        for name in {"import_module", "__import__"} & module.names:
            yield f"{name} outside the command table"
    if "TYPE_CHECKING" in module.names:
        yield "TYPE_CHECKING hides a circle"


def check_functions(module: Module) -> Iterator[str]:
    """Numbers of parameters and branches, and docstrings, are ruff's to check."""
    for function in module.functions:
        if function.args.kwarg:
            yield f"{function.name} takes **{function.args.kwarg.arg}"
        lines = body_lines(function)
        if lines > MOST_BODY_LINES:
            yield f"{function.name} has {lines} lines"


def body_lines(function: Function) -> int:
    """Lines of a function below its signature and docstring."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    if not body:
        return 0
    return (body[-1].end_lineno or body[-1].lineno) - body[0].lineno + 1


# "noqa: RULE" and "type: ignore[rule]" want a reason beside them.
UNREASONED = re.compile(
    r"# *noqa\b(?!: *[A-Z]+\d+(?:, *[A-Z]+\d+)* +\W*\w)|# *type: *ignore(?!\[[^]]+\] *# *\w)"
)


def check_module(module: Module) -> Iterator[str]:
    lines = len(module.text.splitlines())
    if lines > most_lines(module):
        yield f"{lines} lines"
    if module.name.rpartition(".")[2] in DRAWERS:
        yield "a name that says nothing"
    if UNREASONED.search(module.text):
        yield "noqa or type: ignore without its rule and a reason"


def most_lines(module: Module) -> int:
    """A class is not torn apart for the sake of a number."""
    if module.name == "app":
        return MOST_APP_LINES
    classes = sum(isinstance(node, ast.ClassDef) for node in module.tree.body)
    return MOST_LINES_OF_ONE_CLASS if classes == 1 else MOST_MODULE_LINES


def check_forbidden(module: Module) -> Iterator[str]:
    """What has one home, or none."""
    homes = {
        "session_state": "seqviz.views.session.state",
        "query_params": "seqviz.views.session.state",
        "cache_data": "no module: anybody may empty Streamlit's caches",
        "cache_resource": "no module: anybody may empty Streamlit's caches",
    }
    mentioned = module.names | set(module.imports)
    for name in sorted(mentioned & homes.keys()):
        if module.name != homes[name]:
            yield f"{name} belongs to {homes[name]}"
    for node in module.nodes:
        if isinstance(node, ast.Name) and node.id in ("print", "eval", "exec", "pickle"):
            yield f"{node.id} is not used here"
        if isinstance(node, ast.keyword) and (node.arg or "").startswith("unsafe_allow"):
            yield f"{node.arg} lets text be interpreted"


NOT_IN_COMPONENTS = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|\bfetch\b"
    r"|XMLHttpRequest|WebSocket|sendBeacon|\bimport\b"
    r"(?! \{[^}]*\} from \x22\./\w+\.js\x22;|\(new URL\(file, own\.src\)\.href\))"
    r"|https?:(?!//www\.w3\.org/(?:2000/svg|1998/Math/MathML)\b)"
)


FETCHES = "elsewhere"
"""The one module that may: it brings the trace that an address names."""


def check_component(text: str, name: str = "") -> Iterator[str]:
    """A component writes text as text, asks no server, and stays small.

    What it may import is a file of Streamlit's own program, beside the script that it is run by.
    """
    used = [found.group() for found in NOT_IN_COMPONENTS.finditer(text)]
    if name == f"{FETCHES}.js" and used.count("fetch") == 1:
        used.remove("fetch")
    yield from (f"uses {found}" for found in used)
    lines = len(text.splitlines())
    if lines > MOST_COMPONENT_LINES:
        yield f"{lines} lines"


def circle(modules: Mapping[str, Module]) -> list[str]:
    """Modules that import each other in a circle, each the next; empty if there is none."""

    def imported(module: Module) -> Iterator[str]:
        for name in module.imports:
            found = name
            while found and found not in modules:
                found = found.rpartition(".")[0]
            if found and found != module.name:
                yield found

    try:
        TopologicalSorter(
            {name: set(imported(module)) for name, module in modules.items()}
        ).prepare()
    except CycleError as error:
        return list(reversed(error.args[1]))
    return []


def read_modules() -> dict[str, Module]:
    """All modules of the house by name."""
    paths = [*sorted((ROOT / "seqviz").rglob("*.py")), ROOT / "app.py"]
    found = {}
    for path in paths:
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        found[name] = Module(name, path.read_text(encoding="utf-8"))
    return found


RULES: list[Rule] = [
    check_imports,
    check_views,
    check_late_imports,
    check_functions,
    check_module,
    check_forbidden,
]
