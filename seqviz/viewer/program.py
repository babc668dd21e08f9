"""The viewer's ES modules as one script, and its styles as one: no build step, no request.

A module's name is that of its file; all modules share one scope in the end, so that no two of them
may declare the same name. Comments and spaces that mean nothing stay at home (rjsmin, rcssmin).
"""

import re
from collections.abc import Callable, Iterator
from functools import cache
from importlib.resources import files

from rcssmin import cssmin
from rjsmin import jsmin

from seqviz.colours import custom_properties

PARTS = ("base", "matrix", "heatmap", "tree", "compare")
"""Style sheets of the parts; who shows them may have more."""
LESSON_STYLES = (*PARTS, "computation", "lesson")

SIGNED = frozenset({"computation", "evidence"})
"""Those that paint which way a number goes, too."""

_IMPORT = re.compile(r'^import \{[^}]*\} from "\./(\w+)\.js";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?!default)", re.MULTILINE)
_WITHIN = re.compile(r"(?<=[\w\])]) :(?=\w+\()")
"""Within a rule, rcssmin cuts such a space, as in a declaration: of ``.a :is(b)``, too."""
_ZERO = re.compile(r"(?<![\w.])0(?=\.\d)")
_DECLARATION = r"let(?=[ {[])(?:[^;{}\n]|\{[^;{}\n]*\})*"
_DECLARED = re.compile(
    r"^(?:const|let|(?:async )?function|class) (\w*[a-z]\w*[A-Z]\w*|[A-Z]\w+)", re.MULTILINE
)
"""Names of several words, or with a capital."""
_TEXT = re.compile(r'"(?:[^"\\\n]|\\.)*"|`(?:[^`\\\n]|\\.)*`')
_OTHER = re.compile(r"\.(\w+)|(\w+)(?=:)|[{,](\w+)(?=[,}])")
_WORD = re.compile(r"(?<![\w$.])[A-Za-z]\w+(?![\w$])")
"""What may be the name of a variable; behind a dot stands that of a property."""
_CONSTANTS = {"true": "!0", "false": "!1", "undefined": "void 0"}
_SHORTER: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (_ZERO, ""),
    (re.compile(r"}\n(?=\w)"), "}"),  # every statement ends in a semicolon
    (re.compile(r";}"), "}"),
    (re.compile(r",(?=[]})])"), ""),
    (re.compile(r"\bconst(?=[ [{])"), "let"),
    (re.compile(r"(?<![\w$)\]])\((\w+)\)=>"), r"\1=>"),
    (re.compile(r"(?<=new Map)\(\)(?=[;,)}])"), ""),
    (
        re.compile(r"(?<=[=(,:?])(?:true|false|undefined)(?=[;),}])"),
        lambda found: _CONSTANTS[found[0]],
    ),
    (
        re.compile(rf"(?<=[;{{}}]){_DECLARATION}(?:;{_DECLARATION})+(?=[;}}])"),
        lambda found: re.sub(";let ?", ",", found[0]),
    ),
)
"""What means the same in our scripts, whose texts hold no code."""


@cache
def script(entry: str, *, short: bool = True) -> str:
    """All modules that a module needs, in the order of their imports, itself last.

    Its ``export default`` stays, for those who load it as a module.

    Args:
        entry: the module.
        short: give what modules declare for each other short names; not where others use them.

    Raises:
        ValueError: modules import each other in a circle.
    """
    texts = [_EXPORT.sub("", _IMPORT.sub("", _read(name))) for name in modules(entry)]
    text = str(jsmin("".join(texts)))
    for pattern, instead in _SHORTER:
        text = pattern.sub(instead, text)
    return _renamed(text, "".join(texts)) if short else text


def _renamed(text: str, written: str) -> str:
    """The script, in which what modules declare for each other has short names.

    Only names of several words, wherever nothing but the name of a variable can be meant: no
    property is called so, and nothing in a text.
    """
    other = {name for found in _OTHER.finditer(text) for name in found.groups() if name}
    other.update(re.findall(r"\w+", " ".join(_TEXT.findall(written))))
    names = [name for name in _DECLARED.findall(written) if name not in other]
    short = {name: f"${number:x}" for number, name in enumerate(dict.fromkeys(names))}
    return _WORD.sub(lambda found: short.get(found[0], found[0]), text)


def modules(entry: str) -> tuple[str, ...]:
    """Names of the modules that a module needs, each after those that it imports."""
    return tuple(dict.fromkeys(_ordered(entry, ())))


@cache
def style(*names: str) -> str:
    """Style sheets, one after the other; the colours stand before them."""
    sheets = "\n".join(_WITHIN.sub(" *:", _read(name, "css")) for name in names)
    colours = custom_properties(sheets, signs=not SIGNED.isdisjoint(names))
    # Streamlit takes one line for the name of a file.
    return _ZERO.sub("", f"{cssmin(colours)}\n{cssmin(sheets)}")


def _ordered(name: str, above: tuple[str, ...]) -> Iterator[str]:
    if name in above:
        raise ValueError(f"modules import each other: {' → '.join((*above, name))}")
    for needed in _IMPORT.findall(_read(name)):
        yield from _ordered(needed, (*above, name))
    yield name


@cache
def _read(name: str, ending: str = "js") -> str:
    return files(__package__).joinpath(f"{name}.{ending}").read_text("utf-8")
