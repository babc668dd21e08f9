"""The tree and what stands beside it, in a real browser: every number the trace's, every key."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from seqviz.analysis.beam import BeamNodes, beam_nodes, fate_reason, node_texts
from seqviz.analysis.tokens import next_tokens
from seqviz.analysis.words import display_text
from seqviz.export.offline import offline_page
from seqviz.figures import reason_text
from seqviz.trace import Fate, Trace
from seqviz.viewer import script
from seqviz.words import table
from tests.browser.conftest import opened_file
from tests.fixtures.attended import attended
from tests.fixtures.toy_traces import RANDOM_PIECES, greedy_trace, random_trace, rnn_trace

pytestmark = pytest.mark.browser

HOSTILE = "▁<img/src=x/onerror=document.title='x'>"
STEPS = 24
ISOLATES = str.maketrans("−", "-", "\u2068\u2069")
CLICK_ALL = """() => {
    const click = (node) => {
        node.dispatchEvent(new MouseEvent("click", {bubbles: true}));
        return [node.dataset.node, document.querySelector(".node-card").innerText];
    };
    return Object.fromEntries([...document.querySelectorAll(".column .node")].map(click));
}"""
SCROLL = """(share) => {
    const frame = document.querySelector(".tree-frame");
    frame.scrollTo({left: share * frame.scrollWidth, behavior: "instant"});
    frame.dispatchEvent(new Event("scroll"));
}"""


@pytest.fixture(scope="module")
def trace() -> Trace:
    """A search of many steps, with a token that is markup."""
    return random_trace(11, STEPS, 3, pieces=(HOSTILE, *RANDOM_PIECES))


@pytest.fixture(scope="module")
def nodes(trace: Trace) -> BeamNodes:
    """All of its nodes, in the order of the viewer's."""
    return beam_nodes(trace, pruned="all")


@pytest.fixture(scope="module")
def page(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory, trace: Trace
) -> Iterator[Page]:
    """One page for all tests; nothing may have failed on it."""
    path = tmp_path_factory.mktemp("viewer") / "tree.html"
    with opened_file(browser, path, offline_page(trace), reduced_motion="reduce") as opened:
        opened.locator(".node").first.wait_for()
        yield opened


def chosen(page: Page) -> int:
    return int(page.locator('.node[aria-pressed="true"]').get_attribute("data-node") or -1)


def click(page: Page, node: int) -> None:
    page.locator(f'[data-node="{node}"]').dispatch_event("click")


def walk_to(page: Page, step: int, trace: Trace) -> int:
    """Go to a node of the best path, as the keys do; returns which."""
    page.locator(".hypotheses button").first.click()
    page.evaluate(SCROLL, 0)
    page.locator(".node.root").focus()
    for _ in range(step + 1):
        page.keyboard.press("ArrowRight")
    return chosen(page)


def test_every_node_shows_the_numbers_of_the_trace(
    page: Page, trace: Trace, nodes: BeamNodes
) -> None:
    columns = page.locator(".boxes .column")
    assert columns.count() < STEPS  # the others are built when they come into view
    for share in (0.0, 0.3, 0.6, 1.0):
        page.evaluate(SCROLL, share)
    assert columns.count() == STEPS
    cards: dict[str, str] = page.evaluate(CLICK_ALL)
    assert len(cards) == len(nodes) - 1
    texts = node_texts(nodes, trace)
    for node, card in cards.items():
        row = int(node)
        told = card.translate(ISOLATES)
        step, candidate = int(nodes.step[row]), int(nodes.candidate[row])
        reason = fate_reason(trace, step, candidate)
        numbers = [
            f"Probability\n{np.exp(nodes.log_prob[row]):.3f}",
            f"log p\n{nodes.log_prob[row]:.3f}",
            f"Σ log p\n{nodes.cumulative[row]:.3f}",
            f"Score\n{nodes.score[row]:.3f}",
            f"To the last one kept\n{nodes.margin[row]:{'+.2f' if nodes.margin[row] else '.2f'}}",
            f"Step {step + 1}, rank {candidate + 1} of the step",
            reason_text(replace(reason, survivor=display_text(reason.survivor))),
            display_text(texts[row]) or "∅",
            *bars_of(trace, step, candidate),
        ]
        for number in numbers:
            assert number.translate(ISOLATES) in told, (row, number, told)


def bars_of(trace: Trace, step: int, candidate: int) -> list[str]:
    """Numbers of the bars: what was expected there, and where the model looked."""
    slot = int(trace.search.candidate_parents[step, candidate])
    expected = next_tokens(trace, step, slot=slot, candidate=candidate)
    assert expected.chosen_index is not None
    weights = np.sort(attended(trace, step, candidate))[::-1]
    return [
        *(f"\t{prob:.3f}" for prob in expected.probs[:6]),
        f"\t{expected.probs[expected.chosen_index]:.3f}",
        f"Entropy {expected.entropy:.2f} nats, as if among {np.exp(expected.entropy):.1f} "
        "equally likely tokens",
        *(f"\t{weight:.2f}" for weight in weights[:6] if weight >= 0.005),
    ]


def test_the_table_has_every_node(page: Page, nodes: BeamNodes) -> None:
    page.locator("#search details.table summary").click()
    rows = page.locator("#search details.table tbody tr")
    expect(rows).to_have_count(len(nodes) - 1)
    told = page.evaluate(
        "() => [...document.querySelectorAll('#search details.table tbody tr')]"
        ".map((row) => [...row.cells].map((cell) => cell.textContent))"
    )
    for row, cells in enumerate(told, 1):
        plain = [cell.translate(ISOLATES) for cell in cells]
        assert plain[:2] == [str(nodes.step[row] + 1), str(nodes.rank[row])]
        assert plain[3:6] == [
            f"{np.exp(nodes.log_prob[row]):.4f}",
            f"{nodes.cumulative[row]:.3f}",
            f"{nodes.score[row]:.3f}",
        ]
        assert plain[8] == "★" * int(nodes.on_best_path[row])
    page.locator("#search details.table summary").click()


def test_tokens_that_are_markup_stay_text(page: Page) -> None:
    assert page.title() != "x"
    assert page.locator("img").count() == 0
    assert page.locator(".node .word", has_text="<img").count() > 0


def test_arrows_walk_the_tree(page: Page, trace: Trace, nodes: BeamNodes) -> None:
    _, path = trace.path()
    best = [nodes.row_of(step, int(candidate)) for step, candidate in enumerate(path)]
    assert walk_to(page, 1, trace) == best[1]
    page.keyboard.press("ArrowLeft")
    assert chosen(page) == best[0]
    page.keyboard.press("ArrowUp")  # the best path is the first row
    assert chosen(page) == best[0]
    column = np.flatnonzero(nodes.step == 0).tolist()
    for _ in column:
        page.keyboard.press("ArrowDown")
    assert chosen(page) == column[-1]
    page.keyboard.press("End")
    assert chosen(page) == best[-1]
    page.keyboard.press("Home")
    assert chosen(page) == 0
    expect(page.locator(".node-card h3")).to_have_text("start")


def test_the_window_follows_the_step_and_can_be_paged(page: Page, trace: Trace) -> None:
    steps = page.locator(".pager .steps")
    walk_to(page, 0, trace)
    first = re.fullmatch(rf"1–(\d+) of {STEPS}", steps.inner_text())
    assert first is not None and 4 < int(first[1]) < STEPS
    walk_to(page, int(first[1]) + 1, trace)
    expect(steps).not_to_have_text(first[0])
    pages = page.locator(".pager button")
    while pages.last.is_enabled():
        before = steps.inner_text()
        pages.last.click()
        expect(steps).not_to_have_text(before)
    expect(steps).to_have_text(re.compile(rf"–{STEPS} of {STEPS}$"))
    shown = page.evaluate(
        "() => { const [a, b] = ['.tree-frame', '.boxes .column:last-child .node .box']"
        ".map((one) => document.querySelector(one).getBoundingClientRect());"
        " return b.right <= a.right + 1; }"
    )
    assert shown


def test_columns_out_of_view_are_not_laid_out_but_keep_the_focus(page: Page) -> None:
    columns = page.locator(".boxes .column")
    click(page, 0)  # in no column
    page.evaluate(SCROLL, 0)
    expect(columns.first).to_be_visible()
    page.evaluate(SCROLL, 1)
    expect(columns.first).to_be_hidden()
    assert not columns.first.locator(".node").first.evaluate("one => one.checkVisibility()")
    page.evaluate(SCROLL, 0)
    expect(columns.first).to_be_visible()
    page.locator(".node.root").focus()
    page.keyboard.press("End")
    page.evaluate(SCROLL, 0)
    expect(page.locator(".column .node:focus")).to_have_count(1)
    click(page, 0)


def test_it_grows_step_by_step(page: Page, trace: Trace) -> None:
    walk_to(page, 2, trace)
    grow = page.get_by_role("button", name="Step by step")
    grow.click()
    columns = page.locator(".boxes .column")
    state = (
        "() => [...document.querySelectorAll('.boxes .column')].map((one) => one.className.baseVal)"
    )
    before = page.evaluate(state)
    assert before[:2] == ["column", "column before"] and before[2] == "column now newest"
    assert all(one.startswith("column later") for one in before[3:])  # the next one is not in view
    expect(columns.nth(3)).to_be_hidden()
    page.locator('.node[aria-pressed="true"]').focus()
    page.keyboard.press("ArrowRight")
    assert page.evaluate(state)[2:4] == ["column before", "column now newest"]
    expect(columns.nth(3)).to_be_visible()
    grow.click()
    assert "later" not in " ".join(page.evaluate(state))


@pytest.mark.parametrize("layout", ["Branch", "Rank"])
def test_no_two_nodes_lie_on_each_other_and_the_best_path_is_straight(
    page: Page, layout: str
) -> None:
    page.get_by_role("radio", name=layout).check()
    page.get_by_role("radio", name="All", exact=True).check()
    boxes = page.evaluate(
        "() => [...document.querySelectorAll('.column:not(.far) .node')].map((node) => {"
        " const {x, y, width, height} = node.querySelector('.box').getBoundingClientRect();"
        " return [x, y, x + width, y + height, node.classList.contains('is-best')]; })"
    )
    for place, one in enumerate(boxes):
        for other in boxes[place + 1 :]:
            assert (
                one[2] <= other[0]
                or other[2] <= one[0]
                or one[3] <= other[1]
                or (other[3] <= one[1])
            )
    assert len({round(box[1] + box[3]) for box in boxes if box[4]}) == 1


def test_cut_ones_can_be_left_out(page: Page, nodes: BeamNodes) -> None:
    drawn = page.locator(".node.is-pruned")
    for name, most in (("None", 0), ("Next best", 1), ("All", 6)):
        page.get_by_role("radio", name=name, exact=True).check()
        first = drawn.locator('xpath=self::*[contains(@aria-label, ", step 1,")]')
        count = int(((nodes.step == 0) & (nodes.fate == Fate.PRUNED)).sum())
        expect(first).to_have_count(min(most, count))


def test_hypotheses_are_taken_apart_and_one_is_shown_everywhere(
    page: Page, trace: Trace, nodes: BeamNodes
) -> None:
    found = trace.hypotheses
    rows = page.locator(".hypotheses tbody tr")
    for rank in range(3):
        told = rows.nth(rank).inner_text().translate(ISOLATES).split("\t")
        assert told[2:6] == [
            f"{found.log_probs[rank]:.3f}",
            f"{found.normalisers[rank]:.2f}",
            f"{found.scores[rank]:.3f}",
            str(found.lengths[rank]),
        ]
    rows.nth(1).locator("button").click()
    expect(rows.nth(1)).to_have_class("on")
    _, path = trace.path(1)
    shown = {nodes.row_of(step, int(candidate)) for step, candidate in enumerate(path)}
    page.evaluate(SCROLL, 0)
    marked = page.locator(".node.is-shown, .node.shown").evaluate_all(
        "(all) => all.map((node) => Number(node.dataset.node))"
    )
    assert marked and set(marked) <= shown
    rows.nth(0).locator("button").click()


ENDS = (
    ("won", 1.5, 0.2, "pruned"),
    ("won_by_score", -1.5, 0.2, "alive"),
    *(("lost", 1.5, -0.2, fate) for fate in ("pruned", "unseen")),
    *(("behind", 1.0, -0.2, fate) for fate in ("finished", "alive")),
)
"""Outcome, margin, margin of the scores, and greedy's fate, which parts the last two."""


PARTED = f"""([compare, ends, words]) => {{
  {script("compare", short=False)}
  const say = (key, facts) => words[key].replace(/{{(\\w+)}}/g, (_, name) => facts[name]);
  const drawn = Object.assign(Object.create(Compare.prototype), {{ stage: {{ say }} }});
  return ends.map(([, margin, scoreMargin, code]) => drawn.parted({{
    ...compare,
    lines: compare.lines.map((line, n) =>
      ({{ ...line, sums: [n * margin], score: n * scoreMargin }})),
    parting: {{ ...compare.parting, margin, scoreMargin }},
    fate: {{ code, step: 1, rank: 3, place: 3 }},
  }}).join(" "));
}}"""
"""What is told of each end; that the page shows it is seen once."""


def test_every_way_in_which_greedy_can_end_is_told(browser: Browser) -> None:
    """The texts of each pair of outcome and fate, from the same words as in Python."""
    words = table("en")
    page = browser.new_page()
    whole = offline_page(rnn_trace(), greedy=greedy_trace())
    page.set_content(whole)
    told = page.locator(".verdict").inner_text().translate(ISOLATES)
    assert "greedy decoding took “a” (p = 0.400); beam search (beam size 2) kept “the”" in told
    compare = json.loads(re.findall(r'id="data">(.*?)</script>', whole, re.S)[0])["compare"]
    assert f"{abs(compare['parting']['margin']):.2f}" in told
    for text, (outcome, margin, score, fate) in zip(
        page.evaluate(PARTED, [compare, ENDS, dict(words)]), ENDS, strict=True
    ):
        told = text.translate(ISOLATES)
        names = {"first": "greedy decoding", "second": "beam search (beam size 2)"}
        facts = {"margin": f"{abs(margin):.2f}", "score_margin": f"{abs(score):.3f}"}
        assert words[f"viewer.{outcome}"].format_map(names | facts) in told
        end = names | {"step": 2, "rank": 3, "place": 4}
        assert words[f"viewer.fate.{fate}"].format_map(end) in told
    page.close()


def test_sampling_shows_what_was_cut_off(browser: Browser) -> None:
    trace = rnn_trace()
    kept = np.array([[2, -1], [1, 3], [3, 1]], np.int32)
    search = replace(
        trace.search,
        kept_counts=kept,
        kept_mass=np.where(kept > 0, 0.75, np.nan).astype(np.float32),
    )
    page = browser.new_page()
    page.set_content(offline_page(replace(trace, search=search)))
    page.locator(".node:not(.root)").first.dispatch_event("click")
    card = page.locator(".node-card")
    assert card.locator(".bars").first.locator(".cut").count() == 1
    assert "Sampling could draw 2 of these (p = 0.750 at its temperature); ✂ cut off: 1." in (
        card.inner_text()
    )
    page.close()


def test_it_grows_in_beats_and_tells_nothing_of_later_steps(page: Page, nodes: BeamNodes) -> None:
    page.get_by_role("button", name="To the start").click()
    page.get_by_role("button", name="Step by step").click()
    page.evaluate("document.activeElement.blur()")
    columns, tree = page.locator(".boxes .column"), page.locator(".tree-frame")
    best = page.locator(".node.is-best, .node.is-lost, .node.shown, .edge.is-best")
    expect(best).to_have_count(0)
    seen = []
    for _ in range(4):
        page.keyboard.press("ArrowRight")
        newest = page.locator(".boxes .column.newest")
        cut = newest.locator(".is-pruned")
        place, snip = newest.locator(".place").last, cut.locator(".snip").first
        cut.first.evaluate("one => one.getAnimations().forEach((each) => each.finish())")
        faint = float(cut.first.evaluate("one => getComputedStyle(one).opacity")) < 1
        seen.append((place.is_visible(), snip.is_visible(), faint))
    assert seen == [(False,) * 3, (True, False, False), (True, True, False), (True,) * 3]
    expect(columns.nth(2)).to_have_class(re.compile("later"))
    order = newest.locator(".place").all_text_contents()
    assert order == [f"#{rank + 1}" for rank in range(len(order))]
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".step-name.on")).to_have_text("1")
    page.get_by_role("combobox", name="Speed").first.select_option(value="4")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    expect(tree).to_have_attribute("data-beat", "2")
    page.keyboard.press("Space")
    page.get_by_role("button", name="Step by step").click()
    expect(best).not_to_have_count(0)
