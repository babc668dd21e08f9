"""The viewer's modules in one script: all of them, each name once, nothing unread."""

import re
from collections import Counter
from importlib.resources import files

import pytest

from seqviz.viewer import program
from seqviz.viewer.program import LESSON_STYLES, PARTS, modules, script, style
from tests.house_rules import FETCHES

ENTRIES = (
    *("offline", "page", "replay", "card", "live", "lesson", "handout", "numbers"),
    *("judged", "report", "evidence", "gallery"),
)
DECLARED = re.compile(r"^(?:export )?(?:const|let|async function|function|class) (\w+)", re.M)
DESTRUCTURED = re.compile(r"^const [\[{]", re.M)
IMPORT = re.compile(r'^import \{([^}]*)\} from "\./(\w+)\.js";$', re.M)
FOLDER = files("seqviz.viewer")
NAMES = sorted(path.name[:-3] for path in FOLDER.iterdir() if path.name.endswith(".js"))


def read(name: str) -> str:
    return FOLDER.joinpath(f"{name}.js").read_text("utf-8")


def test_every_module_is_needed_by_some_entry() -> None:
    assert {name for entry in ENTRIES for name in modules(entry)} == set(NAMES)


def test_no_two_modules_declare_one_name() -> None:
    declared = [name for module in NAMES for name in DECLARED.findall(read(module))]
    assert [name for name, count in Counter(declared).items() if count > 1] == []
    assert not [module for module in NAMES if DESTRUCTURED.search(read(module))]


def test_what_is_imported_is_exported_there_and_used_here() -> None:
    for module in NAMES:
        text = read(module)
        for found, source in IMPORT.findall(text):
            exported = set(re.findall(r"^export (?:async )?\w+ (\w+)", read(source), re.M))
            for name in filter(None, (part.strip() for part in found.split(","))):
                assert name in exported, f"{source}.js does not export {name} to {module}.js"
                assert len(re.findall(rf"\b{name}\b", text)) > 1, f"{module}.js: {name} is unused"


def test_only_the_gallery_has_the_module_that_asks_servers() -> None:
    assert [entry for entry in ENTRIES if FETCHES in modules(entry)] == ["gallery"]


def test_the_script_is_no_module_any_more() -> None:
    exports = {
        entry: re.findall(r"\b(?:import|export)\b[^{(]*", script(entry)) for entry in ENTRIES
    }
    assert exports == {
        "offline": [],
        "page": ["export default function program"],
        "replay": ["export default function replay"],
        "live": ["export default function live"],
        "card": [],
        "lesson": ["export default function lessonProgram"],
        "handout": [],
        "numbers": ["export default function numbers"],
        "judged": ["export default function show"],
        "report": [],
        "evidence": ["export default function evidence"],
        "gallery": [],
    }


def test_no_text_of_a_script_goes_over_lines() -> None:
    """Indentation is cut off, and what looks like a comment: not so within a text."""
    odd = [
        f"{name}: {line}"
        for name in NAMES
        for line in read(name).splitlines()
        if line.replace("\\`", "").count("`") % 2
    ]
    assert odd == []


def test_what_stands_in_something_is_no_state_of_it() -> None:
    """Rules in rules: the space before a colon means something."""
    within = re.compile(r"[\w\])] \*?:(?:is|not|has)\(")
    for path in FOLDER.iterdir():
        if path.name.endswith(".css"):
            texts = style(path.name[:-4]), path.read_text("utf-8")
            kept, written = (len(within.findall(text)) for text in texts)
            assert kept == written, path.name


def test_only_names_of_variables_are_shortened(monkeypatch: pytest.MonkeyPatch) -> None:
    made = {
        "a": """import { rowNames, spare } from "./b.js";
export default function pageProgram(page) {
  const { columnNames } = page;
  page.rowName = rowNames(columnNames, SHADES);
  const all = [page.asFile, asFile, { titleOf, key: rowNames }, titleOf(page), spare];
  return ["titleOf", ...all, ...listed()];
}
""",
        "b": """const SHADES = 64;
function titleOf(page) { return page; }
function asFile() { return 1; }
async function columnNames() { return 2; }
export function rowNames(names, most) { return `${names} rows` + most; }
export const spare = () => SHADES, listed = () => [];
""",
    }
    monkeypatch.setattr(program, "_read", made.__getitem__)
    text = program.script.__wrapped__("a")
    assert "let $0=64;" in text and "page.rowName=$1(columnNames,$0)" in text
    assert "[page.asFile,asFile,{titleOf,key:$1},titleOf(page),spare]" in text
    assert '["titleOf",...all,...listed()]' in text
    assert "function titleOf(page)" in text and "async function columnNames()" in text
    assert "export default function pageProgram(page)" in text
    assert "$1(names,most){return`${names} rows`+most}" in text


def test_modules_in_a_circle_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    circle = {
        "a": 'import { b } from "./b.js";\n',
        "b": 'import { a } from "./a.js";\n',
    }
    monkeypatch.setattr(program, "_read", circle.__getitem__)
    with pytest.raises(ValueError, match="a → b → a"):
        modules("a")


def test_script_and_style_stay_small() -> None:
    more = {
        "page": (),
        "offline": ("page", "facts", "print"),
        "replay": ("replay",),
        "card": ("facts", "card"),
        "live": ("live",),
        "numbers": ("computation",),
        "judged": ("flags", "judged"),
        "report": ("page", "flags", "report"),
        "evidence": ("flags", "evidence"),
        "gallery": (*LESSON_STYLES[len(PARTS) :], "page", "facts", "print", "handout", "gallery"),
    }
    more |= {"lesson": LESSON_STYLES[len(PARTS) :], "handout": LESSON_STYLES[len(PARTS) :]}
    sizes = {
        entry: len(script(entry).encode()) + len(style(*PARTS, *more[entry]).encode())
        for entry in ENTRIES
    }
    print(f"script and style: {sizes} bytes")
    assert sizes["page"] <= 120_000
    assert sizes.pop("gallery") <= 265_000  # once a site
    lessons = ("lesson", "handout")
    assert max(size for entry, size in sizes.items() if entry not in lessons) <= 122_500
    assert max(sizes.values()) <= 218_500  # the lesson draws nine pictures that no screen has
