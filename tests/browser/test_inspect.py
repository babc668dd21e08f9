"""Inspect in a real browser: a cell chooses its sentence, a brush filters, a word is followed."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.browser.app_page import COLD_MILLISECONDS, alerts, await_link, lead, link_of
from tests.browser.conftest import settled
from tests.browser.seen import SCREEN, assert_accessible, turn
from tests.fixtures.inspected import inspected, write_run

pytestmark = pytest.mark.browser

ROW = 35
"""Pixels."""


def test_from_the_table_to_a_search_and_back(page: Page, app: str, tmp_path: Path) -> None:
    run = write_run(tmp_path / "set", inspected(60))
    lead(page, app, {"view": "inspect", "run": str(run), "order": "worst3"})
    grid = page.locator("[data-testid=stDataFrame] canvas").first
    expect(grid).to_be_visible(timeout=COLD_MILLISECONDS)
    settled(page)
    page.locator(".st-key-filter input").fill("number <= 9 and")
    page.keyboard.press("Enter")
    expect(alerts(page).filter(has_text="character")).to_be_visible()
    page.locator(".st-key-filter input").fill("number <= 9")
    page.keyboard.press("Enter")
    expect(page.get_by_text("9 of 60 sentences")).to_be_visible()
    settled(page)
    worst = inspected(9).sort_values("worst3").number.tolist()
    page.locator(".dvn-scroller").click(
        position={"x": 150, "y": 1.5 * ROW + ROW}
    )  # below the head and the first row
    await_link(page, "row", str(worst[1]))
    page.keyboard.press("ArrowDown")
    await_link(page, "row", str(worst[2]))
    words = page.locator(".judged[role=group]").first.locator("button")
    below = page.locator(".below").bounding_box()
    words.first.focus()
    page.keyboard.press("ArrowRight")
    expect(words.nth(1)).to_be_focused()
    expect(page.locator(".said")).to_contain_text("surprisal")
    now = page.locator(".below").bounding_box()
    assert below and now and below["height"] == now["height"], "nothing below moves"
    assert_accessible(page, SCREEN)
    turn(page)
    assert_accessible(page, SCREEN)
    words.nth(1).press("Enter")  # drawn anew in the dark, it has lost the focus
    back = page.get_by_role("button", name="Back to the table")
    expect(back).to_be_visible(timeout=COLD_MILLISECONDS)
    settled(page)  # the address follows the picture
    assert link_of(page)["view"] in ("attention", "tree")
    back.click()
    expect(grid).to_be_visible()
    settled(page)
    assert link_of(page)["filter"] == "number <= 9"
    page.get_by_role("switch", name="Mark errors").check()
    page.locator("button.word[data-row=translation]").first.focus()
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("1")
    expect(page.get_by_role("button", name="Compare marks on 1 sentence")).to_be_visible()
    expect(page.locator("button.word[data-row=translation]").nth(1)).to_be_focused()
    marked = page.locator("mark.own").inner_text()
    page.reload()
    expect(page.locator("mark.own")).to_have_text(marked, timeout=COLD_MILLISECONDS)


def test_another_order_or_sentence_is_one_run_that_draws_the_list_alone(
    page: Page, app: str, tmp_path: Path
) -> None:
    run = write_run(tmp_path / "set", inspected(2_000))
    told: list[ForwardMsg] = []
    page.on(
        "websocket",
        lambda socket: socket.on(
            "framereceived", lambda frame: told.append(ForwardMsg.FromString(frame))
        ),
    )
    lead(page, app, {"view": "inspect", "run": str(run)}, anew=True)
    expect(page.locator("[class*='st-key-histograms-'] .nsewdrag").first).to_be_visible(
        timeout=COLD_MILLISECONDS
    )
    settled(page)

    def drawn() -> list[str]:
        """The kinds of elements that came in one run since the last time."""
        settled(page)
        kinds = [str(one.WhichOneof("type")) for one in told]
        elements = [one.delta.new_element.WhichOneof("type") for one in told]
        assert kinds.count("new_session") == 1
        told.clear()
        return [str(one) for one in elements if one]

    told.clear()
    page.locator(".st-key-order input").fill("BLEU")
    page.locator(".st-key-order input").press("Enter")
    await_link(page, "order", "bleu")
    ordered = drawn()
    assert ordered.count("dataframe") == 1 and len(ordered) <= 5
    page.locator(".dvn-scroller").click(position={"x": 150, "y": 1.5 * ROW + ROW})
    worst = inspected(2_000).sort_values("bleu").number.tolist()
    await_link(page, "row", str(worst[1]))
    expect(page.locator(".judged[role=group]").first).to_be_visible()
    assert not {"dataframe", "plotly_chart"} & set(drawn())
    page.get_by_role("button", name="Next", exact=True).click()
    await_link(page, "row", str(worst[2]))
    assert "plotly_chart" not in drawn()
    page.locator(".st-key-filter input").fill("number > 100")
    page.locator(".st-key-filter input").press("Enter")
    expect(page.get_by_text("1,900 of 2,000 sentences")).to_be_visible()
    filtered = drawn()
    assert filtered.index("dataframe") < filtered.index("plotly_chart")


def test_who_drags_over_a_histogram_filters(page: Page, app: str, tmp_path: Path) -> None:
    run = write_run(tmp_path / "set", inspected(60))
    lead(page, app, {"view": "inspect", "run": str(run)})
    bars = page.locator("[class*='st-key-histograms-'] .nsewdrag").first
    expect(bars).to_be_visible(timeout=COLD_MILLISECONDS)
    settled(page)
    bars.scroll_into_view_if_needed()
    box = bars.bounding_box()
    assert box is not None
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 0.2 * box["width"], middle)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.6 * box["width"], middle, steps=4)
    page.mouse.up()
    filtered = page.locator(".st-key-filter input")
    expect(filtered).to_have_value(re.compile(r"^-\d\S* <= worst3 <= -?\d\S*$"))
    expect(page.get_by_text("of 60 sentences")).to_be_visible()
    page.get_by_role("button", name="Show all").click()
    expect(filtered).to_have_value("")


def test_the_heads_are_looked_at_on_the_sentences_that_pass(
    page: Page, app: str, tmp_path: Path
) -> None:
    run = write_run(tmp_path / "set", inspected(60))
    lead(page, app, {"view": "inspect", "run": str(run), "filter": "number <= 2"})
    button = page.get_by_role("button", name="Take these sentences to the heads")
    expect(button).to_be_visible(timeout=COLD_MILLISECONDS)
    settled(page)
    button.click()
    field = page.locator("[class*='st-key-heads-text-'] textarea")
    expect(field).to_be_visible(timeout=COLD_MILLISECONDS)
    rows = "".join(f"\n{one.source}\t{one.reference}" for one in inspected(2).itertuples())
    expect(field).to_have_value(f"source\treference{rows}")
    settled(page)
    page.get_by_role("button", name="Measure all heads").click()
    expect(page.locator(".st-key-heads .js-plotly-plot")).to_be_visible(timeout=COLD_MILLISECONDS)
    page.get_by_role("button", name="Back to the table").click()
    expect(page.get_by_text("2 of 60 sentences")).to_be_visible()
