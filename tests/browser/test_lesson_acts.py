"""What one does to a lesson's picture, in one page without a server: this test answers for it."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from seqviz.lesson import Asked
from seqviz.lesson.loaded import LoadedModels
from seqviz.translator import load
from seqviz.viewer import LESSON_STYLES, lesson_words, packed, script, style
from seqviz.views.learn import acted, tried
from tests.browser.conftest import opened_file
from tests.browser.seen import assert_accessible
from tests.fixtures.explained import OPTIONS, TEXT
from tests.fixtures.made_chapter import made_step
from tests.fixtures.tiny_models import write_tiny_models

pytestmark = pytest.mark.browser

STEPS = (
    ("mute", "dot", ["sentence", "heatmap"]),
    ("paint", "dot", ["sentence", "heatmap"]),
    ("continue", "dot", ["sentence", ["tree", "node"]]),
    ("ablate", "transformer", ["sentence", "heads"]),
    ("beam", "dot", ["sentence", "tree"]),
    ("row", "dot", ["sentence"]),
)
ROW = {
    "kind": "row",
    "step": 1,
    "columns": ["a", "b", "c"],
    "weights": [0.5, 0.25, 0.25],
    "flat": 0.2,
}
SYSTEMS = ("dot", "transformer")
HOST = """
const parentElement = document.getElementById("host").attachShadow({ mode: "open" });
const sheet = new CSSStyleSheet(), told = [];
parentElement.adoptedStyleSheets.push(sheet);
const setTriggerValue = (...one) => told.push(one);
const acts = () => told.splice(0).filter(([, facts]) => facts.name === "act");
const show = (data) => { seqviz.lesson({ data, parentElement, setTriggerValue }); };
"""


class Lesson:
    """The lesson in a page, and the models that answer it."""

    def __init__(self, page: Page, models: LoadedModels, data: dict[str, Any]) -> None:
        self.page, self.models, self.data = page, models, data
        asked = (Asked(pair="de-en", system=one, text=TEXT, options=OPTIONS) for one in SYSTEMS)
        self.among = {one.key: one for one in asked}

    def show(self, **other: Any) -> None:
        """The chapter, or another one in its place."""
        chapter = self.data["chapter"] | other
        data = self.data | {"chapter": chapter, "name": repr(other)}
        data |= {"language": chapter["language"], "words": lesson_words(chapter["language"])}
        self.page.evaluate("data => show(data)", data)
        expect(self.page.locator(".lesson h2")).to_have_text(chapter["title"])

    def go(self, step: str) -> None:
        self.page.evaluate("data => show(data)", {"at": step, "count": STEPS.index(found(step))})
        expect(self.page.locator(".lesson")).to_have_attribute("data-step", step)

    def answer(self) -> list[dict[str, Any]]:
        """Answer what was asked for last, as the page does; return what was done so far."""
        facts = self.page.evaluate("acts().at(-1)[1]")
        led_to = acted._led_to(facts, self.among, self.models)
        self.page.evaluate("data => show(data)", {"acted": {"id": facts["id"], **led_to}})
        return list(facts["acts"])

    def expect_asked(self, *sizes: int) -> None:
        """Of the last one there is no answer yet."""
        expect(self.page.locator(".acted li")).to_have_text([f"k = {size}" for size in sizes])
        expect(self.page.locator(".acted .pending")).to_have_count(1)

    def expect_told(self, *sentences: str) -> None:
        expect(self.page.locator(".acted li")).to_have_text(list(sentences))
        expect(self.page.locator(".acted .pending")).to_have_count(0)


def found(step: str) -> tuple[str, str, list[Any]]:
    return next(one for one in STEPS if one[0] == step)


@pytest.fixture(scope="module")
def lesson(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lesson]:
    folder = write_tiny_models(tmp_path_factory.mktemp("pretrained"))
    models = LoadedModels(lambda name: load(name, "cpu", folder))
    asked = {one: Asked(pair="de-en", system=one, text=TEXT, options=OPTIONS) for one in SYSTEMS}
    chapter = {
        **{"format": 1, "chapter": "made", "title": "Made", "language": "en"},
        **{"sentence": TEXT, "own": True, "computations": {}, "glossary": {}},
        "steps": [
            made_step(
                act,
                trace=asked[system].key,
                layout=layout,
                **{"bet": ROW} if act == "row" else {"needs": "action", "action": act},
            )
            for act, system, layout in STEPS
        ],
        "traces": {one.key: packed(models.decode(one)) for one in asked.values()},
    }
    data = {"name": "made", "chapter": chapter, "language": "en", "words": lesson_words("en")}
    data |= {"menu": [], "acts": ["act"]}
    program = script("lesson").replace("export default function", "function")
    text = (
        '<!doctype html><html lang="en"><title>lesson</title><main><h1>lesson</h1>'
        f'<div id="host"></div></main><script>(() => {{{program} lessonProgram(); }})();{HOST}'
        "</script>"
    )
    with opened_file(browser, folder / "lesson.html", text) as page:
        page.evaluate("text => sheet.replaceSync(text)", style(*LESSON_STYLES))
        for one in ({"at": "mute", "count": 0}, data):
            page.evaluate("data => show(data)", one)
        yield Lesson(page, models, data)


def test_words_are_muted_by_keys_and_heard_again(lesson: Lesson) -> None:
    page = lesson.page
    lesson.go("mute")
    words = page.locator(".words.output .chip")
    before = words.all_inner_texts()
    box, view = page.locator(".acted"), page.locator(".lesson")
    expect(box).to_contain_text("Choose a source word")
    for place, word in enumerate(("es", "war")):
        page.locator(".words.source .chip").nth(place).focus()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        assert [one["name"] for one in lesson.answer()] == ["mute"] * (place + 1)
        expect(box).to_be_focused()
        expect(page.locator(".acted li").last).to_have_text(f"“{word}” is muted.")
    lesson.expect_told("“es” is muted.", "“war” is muted.")
    expect(view).not_to_have_class(re.compile("waits"))
    assert page.locator(".heatmap .field").get_attribute("aria-label") is not None
    silent = page.locator(".words.source .chip small").all_inner_texts()[:2]
    assert silent == ["", ""]
    now = page.locator(".acted dd").all_inner_texts()
    assert now[0] != now[2]
    assert_accessible(page)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # all is as it was
    lesson.expect_told()
    expect(words).to_have_text(before)
    page.keyboard.press("Space")
    expect(view).to_have_attribute("data-step", "paint")


def test_a_row_is_painted_a_head_ablated_a_branch_continued(lesson: Lesson) -> None:
    page = lesson.page
    lesson.go("paint")
    page.locator(".heatmap .field").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Paint the row").click()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Translate with this row").press("Enter")
    (act,) = lesson.answer()
    assert sum(act["weights"]) == pytest.approx(1)
    expect(page.locator(".acted")).to_be_focused()
    expect(page.locator(".acted li")).to_contain_text("is yours")
    lesson.go("ablate")
    page.locator(".thumb").nth(2).click()
    page.get_by_role("button", name="Switch off head").click()
    lesson.answer()
    lesson.expect_told("Head 2 of layer 1 is switched off.")
    lesson.go("continue")
    page.locator(".node-card .go").click()
    (act,) = lesson.answer()
    expect(page.locator(".acted li")).to_contain_text("has to begin with")
    step = int(act["node"].partition(".")[0])
    expect(page.locator(".words.output [aria-current=step]")).to_be_visible()
    tokens = lesson.models.decode(
        acted.asked_with(lesson.among[next(iter(lesson.among))], [act], lesson.models)
    ).options.prefix
    assert len(tokens) == step + 1
    lesson.go("paint")  # what was done to its picture is still in force
    expect(page.locator(".acted li")).to_contain_text("is yours")


def test_a_beam_is_chosen_by_keys_and_the_last_one_counts(lesson: Lesson) -> None:
    page = lesson.page
    lesson.go("beam")
    box = page.get_by_role("radiogroup", name="Beginnings that are kept, k")
    own = box.get_by_role("radio", name=str(OPTIONS.beam_size), exact=True)
    expect(own).to_be_checked()
    own.focus()
    page.keyboard.press("ArrowRight")
    lesson.answer()
    wider = box.get_by_role("radio", name=str(OPTIONS.beam_size + 1), exact=True)
    expect(wider).to_be_checked()
    expect(wider).to_be_focused()
    lesson.expect_told(f"k = {OPTIONS.beam_size + 1}")
    for _ in range(3):  # two of them before the answer to the first one
        page.keyboard.press("ArrowRight")
    sizes = [OPTIONS.beam_size + more for more in (1, 2, 4)]
    assert [one["beam"] for one in lesson.answer()] == sizes[:2]
    lesson.expect_asked(*sizes)
    lesson.answer()
    lesson.expect_told(*(f"k = {size}" for size in sizes))
    expect(page.locator(".lesson")).not_to_have_class(re.compile("waits"))
    page.get_by_role("button", name="Reset").click()
    expect(own).to_be_checked()


def test_a_painted_row_is_told_once_it_is_revealed(lesson: Lesson) -> None:
    page = lesson.page
    lesson.go("row")
    bars = page.get_by_role("slider")
    bars.nth(2).press("ArrowUp")
    bars.nth(0).press("End")
    page.keyboard.press("Space")
    page.wait_for_function("() => told.at(-1)?.[1].bets?.length")
    ((name, facts),) = page.evaluate("told.splice(0)")
    assert name == "at"
    ((place, bet),) = filter(None, map(tried._placed, facts["bets"]))
    assert place == ("made", "row", next(iter(lesson.among)))
    assert bet == {"painted": [0.909, 0, 0.091]}


def test_a_click_beside_the_lesson_leaves_it_the_keys(lesson: Lesson) -> None:
    page = lesson.page
    lesson.go("continue")
    page.evaluate("document.querySelector('main').tabIndex = 0")  # as Streamlit's is
    page.get_by_role("heading", name="lesson", exact=True).click()
    expect(page.get_by_role("main")).to_be_focused()
    page.keyboard.press("PageUp")
    expect(page.locator(".lesson")).to_have_attribute("data-step", "paint")


def test_what_was_refused_is_said(lesson: Lesson) -> None:
    page = lesson.page
    lesson.go("ablate")
    page.get_by_role("button", name="Undo").click()
    for _ in range(2):  # the second time before an answer to the first one: it does not count
        page.get_by_role("button", name="Switch off head").click()
    ((_, facts),) = page.evaluate("acts()")
    page.evaluate("data => show(data)", {"acted": {"id": facts["id"], "refused": "Too busy."}})
    expect(page.locator(".acted")).to_have_text("Too busy.")


def test_bets_and_their_score_outlast_sentence_chapter_and_language(lesson: Lesson) -> None:
    """A lecture: bet, an own sentence, bet again, another chapter, another language, and back."""
    page = lesson.page
    lesson.go("row")
    score, view = page.locator(".score"), page.locator(".lesson")
    page.get_by_role("button", name="Clear bets").click()
    expect(score).to_be_empty()

    def bet(place: int) -> None:
        expect(view).to_have_class(re.compile("waits"))
        page.get_by_role("slider").nth(place).press("ArrowUp")
        page.keyboard.press("Space")
        expect(view).not_to_have_class(re.compile("waits"))

    bet(0)
    expect(score).to_have_text("Rows: 0.50 off (1)")
    usual, other = lesson.among
    steps = [step | {"trace": other} for step in lesson.data["chapter"]["steps"]]
    lesson.show(steps=steps)  # with an own sentence
    expect(view).to_have_attribute("data-step", "row")
    expect(score).to_have_text("Rows: 0.50 off (1)")
    bet(1)
    expect(score).to_have_text("Rows: 0.63 off (2)")
    lesson.show(chapter="next", title="Next", steps=steps[-1:])
    expect(score).to_have_text("Rows: 0.63 off (2)")
    bet(2)
    lesson.show(chapter="next", title="下一章", steps=steps[-1:], language="zh")
    expect(score).to_contain_text("0.67")
    expect(view).not_to_have_class(re.compile("waits"))
    lesson.show()
    lesson.go("row")
    expect(score).to_have_text("Rows: 0.67 off (3)")
    expect(page.locator(".told")).to_contain_text("0.50 away")
    page.wait_for_function("() => told.at(-1)?.[1].bets?.length === 3")
    told = page.evaluate("told.at(-1)[1].bets")
    assert [one[:3] for one in told] == [
        ["made", "row", usual],
        ["made", "row", other],
        ["next", "row", other],
    ]
    page.get_by_role("button", name="Clear bets").click()
    expect(score).to_be_empty()
    page.wait_for_function("() => told.at(-1)?.[1].bets?.length === 0")
    assert page.evaluate("told.splice(0).at(-1)[1].forgot") > 0
