"""The page of a commit: how each act is done on it, and by what one sees that it is done.

A condition is an expression of JavaScript on ``clock`` (clock.js).
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page

ORDERS = ("BLEU", "agreement", "length ratio")
"""Features by whose names one finds them."""
ROW_PIXELS = 35
"""Of the table."""


@dataclass(frozen=True, kw_only=True)
class Act:
    """One act of a visitor.

    Attributes:
        event: what the browser hears when the act begins.
        do: what is done.
        holds: holds when all that the act changes is drawn; ``was`` is what ``before`` said.
        before: asked before, so that a change is seen.
    """

    event: str
    do: Callable[[Page], None]
    holds: str
    before: str = "null"


@dataclass(frozen=True, kw_only=True)
class Inspected:
    """The view of a test set that was inspected.

    Attributes:
        drawn: holds when its table is drawn.
        filter: types a filter that leaves others, each time another.
        sort: by a feature; each time another.
        row: a row of the table, to its sentence; each time another.
        search: a word of the sentence, to its recorded search.
        back: from there to the table.
    """

    drawn: str
    filter: Callable[[int], Act]
    sort: Callable[[int], Act]
    row: Callable[[int], Act]
    search: Act
    back: Act


@dataclass(frozen=True, kw_only=True)
class Probes:
    """A page: its link, and its acts in the order in which they are done.

    Attributes:
        drawn: holds when the first page is all there: translation, attention, word lines.
        translate: types and sends a sentence, with a word that no other one has.
        step: one step on, on the view of attention.
        part: from attention to the tree.
        node: a node of the tree, to its details; each time another.
        group: from there to the first screen of what one learns from.
        lesson: the link of a chapter, and what holds when it is drawn; none: it has no lesson.
        onward: one step of the lesson on, or the reveal of this one.
        inspected: the view of a test set; none: it has none.
        program: Python that puts SeqViz's own scripts and styles of the page into ``text``.
    """

    drawn: str
    translate: Callable[[str, str], Act]
    step: Act
    part: Act
    node: Callable[[int], Act]
    group: Act
    program: str
    lesson: tuple[str, str] | None = None
    onward: Act | None = None
    inspected: Inspected | None = None


def probes(tree: Path) -> Probes:
    """Those for the page that a working tree has."""
    return VIEWER if (tree / "seqviz" / "viewer").is_dir() else TEN_TABS


def _press_step(page: Page) -> None:
    page.get_by_role("slider", name="Step").first.press("ArrowRight")


def _send(page: Page, box: str, sentence: str) -> None:
    page.locator(box).fill(sentence)
    page.get_by_role("button", name="Translate", exact=True).click()


# The ten tabs until commit 3ca246d.
_TICKS = "clock.text('[class*=st-key-attention] .js-plotly-plot .xtick text')"
_OUTLINE = "clock.look('[class*=st-key-attention] .shapelayer path')[0]?.getAttribute('d')"
_DETAILS = "clock.text('.st-key-node [data-testid=stText]')"
_DRAWN = f"{_TICKS} && clock.look('.lines svg').length && clock.look('.stepper output').length"


def _choose(view: str) -> Callable[[Page], None]:
    return lambda page: page.get_by_role("radio", name=view, exact=True).click()


def _click_node(number: int) -> Callable[[Page], None]:
    name = ("old", "friend", "in")[number % 3]
    return lambda page: page.locator("svg text").filter(has_text=name).first.click()


TEN_TABS = Probes(
    drawn=f"{_DRAWN} && clock.isSettled()",
    translate=lambda sentence, word: Act(
        event="click",
        do=lambda page: _send(page, ".st-key-text textarea", sentence),
        holds=f"{_TICKS}.includes('{word}') && {_DRAWN} && clock.isSettled()",
    ),
    step=Act(
        event="keydown",
        do=_press_step,
        holds=f"clock.look('.js-plotly-plot').length && {_OUTLINE} && {_OUTLINE} !== was",
        before=_OUTLINE,
    ),
    part=Act(
        event="click",
        do=_choose("Beam tree"),
        holds="clock.look('[class*=st-key-tree-chart-] svg text').length && clock.isSettled()",
    ),
    node=lambda number: Act(
        event="click", do=_click_node(number), holds=f"{_DETAILS} !== was", before=_DETAILS
    ),
    group=Act(
        event="click",
        do=_choose("Bottleneck"),
        holds="clock.look('.js-plotly-plot .scatterlayer').length && clock.isSettled()",
    ),
    program="""
from pathlib import Path
files = Path("seqviz/views/components").iterdir()
text = "".join(file.read_text() for file in files if file.suffix in (".js", ".css"))""",
)

# Since then: five groups, and a viewer in a shadow root.
_CHIPS = "clock.text('[data-part=sentence] .words.source')"
_BAND = "clock.look('[data-part=heatmap] .band')[0].style.transform"
_CARD = "clock.text('[data-part=node]')"
_CANVAS = "clock.look('[data-part=heatmap] canvas').some((canvas) => canvas.width > 1)"
_LESSON = "clock.look('.lesson[data-step]')[0]"
_VIEWED = f"{_CHIPS} && {_CANVAS} && clock.look('[data-part=lines] path').length"

_CANVAS_OF_TABLE = "[data-testid=stDataFrame] canvas"
_GRID = f"clock.pixels('{_CANVAS_OF_TABLE}')"
_ROWS = f"clock.look('{_CANVAS_OF_TABLE}')[0]"
"""The element in which the table is drawn: other rows have another."""
_TITLE = "clock.text('.st-key-inspect-title')"
_DETAIL = "clock.text('.st-key-inspect-detail')"
_JUDGED = "clock.look('.judged button').length"


def _enter(page: Page, box: str, text: str) -> None:
    page.locator(box).fill(text)
    page.locator(box).press("Enter")


INSPECTED = Inspected(
    drawn=f"clock.isSettled() && {_GRID}",
    filter=lambda number: Act(
        event="keydown",
        do=lambda page: _enter(
            page, ".st-key-filter input", f"worst3 < 0 and number > {100 * (number + 1)}"
        ),
        holds=f"{_TITLE} !== was[0] && {_ROWS} !== was[1] && {_GRID}",
        before=f"[{_TITLE}, {_ROWS}]",
    ),
    sort=lambda number: Act(
        event="keydown",
        do=lambda page: _enter(page, ".st-key-order input", ORDERS[number % len(ORDERS)]),
        holds=f"{_ROWS} !== was && {_GRID}",
        before=_ROWS,
    ),
    row=lambda number: Act(
        event="pointerdown",
        do=lambda page: page.locator(".dvn-scroller").click(
            position={"x": 150, "y": ROW_PIXELS * (number + 1.5)}
        ),
        holds=f"{_DETAIL} !== was && {_JUDGED} && clock.isSettled()",
        before=_DETAIL,
    ),
    search=Act(
        event="click",
        do=lambda page: page.locator(".judged button").nth(1).click(),
        holds=f"clock.look('.st-key-inspect-back').length && {_VIEWED} && clock.isSettled()",
    ),
    back=Act(
        event="click",
        do=lambda page: page.locator(".st-key-inspect-back button").click(),
        holds=f"{_JUDGED} && clock.isSettled() && {_GRID}",
    ),
)

VIEWER = Probes(
    drawn=f"{_VIEWED} && clock.isSettled()",
    translate=lambda sentence, word: Act(
        event="click",
        do=lambda page: _send(page, ".st-key-text textarea", sentence),
        holds=f"{_CHIPS}.includes('{word}') && {_VIEWED} && clock.isSettled()",
    ),
    step=Act(event="keydown", do=_press_step, holds=f"{_BAND} !== was", before=_BAND),
    part=Act(
        event="click",
        do=lambda page: page.locator(".tabs label").filter(has_text="Beam search").click(),
        holds="clock.look('[data-part=tree] g.node')[1]?.checkVisibility()",
    ),
    node=lambda number: Act(
        event="click",
        do=lambda page: page.locator("[data-part=tree] g.node.is-best").nth(number + 2).click(),
        holds=f"{_CARD} !== was",
        before=_CARD,
    ),
    group=Act(
        event="click",
        do=lambda page: page.locator(".st-key-group").get_by_text("Learn", exact=True).click(),
        holds="clock.look('.lesson[data-step] .lesson-text p').length && clock.isSettled()",
    ),
    lesson=("view=lesson&chapter=attention&lang=en", f"{_LESSON} && clock.isSettled()"),
    onward=Act(
        event="keydown",
        do=lambda page: page.keyboard.press("s" if page.locator(".lesson.waits").count() else " "),
        holds=f"{_LESSON}.dataset.step + {_LESSON}.className !== was",
        before=f"{_LESSON}.dataset.step + {_LESSON}.className",
    ),
    inspected=INSPECTED,
    program="""
from seqviz.viewer import PARTS, script, style
text = script("page") + style(*PARTS)""",
)
