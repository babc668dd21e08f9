import re
from itertools import groupby
from pathlib import Path
from typing import Literal
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import settled, visit
from tests.browser.seen import assert_accessible

pytestmark = pytest.mark.browser

HOSTILE = "<img src=x onerror=alert(1)>"
RECORD = """root => {
    const status = root.querySelector("output");
    window.seen = [];
    new MutationObserver(() => window.seen.push(status.textContent))
        .observe(status, { childList: true });
}"""


def python_knows(page: Page, step: int, moves: int | None = None) -> None:
    """Python has heard of the step; of how many moves only where the test waits for each."""
    count = r"\d+" if moves is None else moves
    told = page.get_by_text(re.compile(f"Python knows step {step} after {count} moves"))
    expect(told).to_be_visible()


def stands_at(page: Page, step: int, tokens: int = 5) -> None:
    """Everything in the stepper shows that step."""
    expect(page.locator("output")).to_have_text(f"Step {step + 1} of {tokens}")
    expect(page.get_by_role("slider")).to_have_value(str(step))
    present = page.locator(".chip[aria-current=step]")
    expect(present).to_have_count(1)
    expect(present).to_have_attribute("aria-label", re.compile(f"^Step {step + 1}: "))
    expect(page.locator(".chip.coming")).to_have_count(tokens - 1 - step)
    expect(page.locator(".entropy")).to_have_text(f"Entropy {1 + step / 10:.2f} nats")


def weights_shown(page: Page) -> list[float]:
    return [float(text) for text in page.locator(".shaded .weight").all_inner_texts()]


def bars_shown(page: Page) -> list[list[str]]:
    rows = page.locator(".next tbody tr:not(.absent)")
    return [
        [row.locator(".token").inner_text(), row.locator(".value").inner_text()]
        for row in rows.all()
    ]


def token_of(page: Page, side: str, place: int) -> Locator:
    return page.locator(f".lines [data-side={side}][data-place='{place}']")


def test_buttons_move_everything_and_python_hears_after_a_rest(page: Page, components: str) -> None:
    visit(page, components)
    stands_at(page, 0)
    first = weights_shown(page)
    assert first[0] == max(first)
    page.get_by_role("button", name="Next step").click()
    stands_at(page, 1)
    assert weights_shown(page) != first
    assert bars_shown(page)[0] == [HOSTILE, "0.450"]
    python_knows(page, 1, 1)
    page.get_by_role("button", name="Previous step").click()
    stands_at(page, 0)
    python_knows(page, 0, 2)
    page.get_by_role("button", name="Step 5: .").click()
    stands_at(page, 4)
    python_knows(page, 4, 3)
    page.get_by_role("button", name="First step").click()
    stands_at(page, 0)
    python_knows(page, 0, 4)


def test_keys_and_slider_move_and_the_focus_stays(page: Page, components: str) -> None:
    visit(page, components)
    page.get_by_role("slider").focus()
    for key, step in (("ArrowRight", 1), ("ArrowUp", 2), ("End", 4), ("ArrowLeft", 3), ("Home", 0)):
        page.keyboard.press(key)
        stands_at(page, step)
    expect(page.get_by_role("slider")).to_be_focused()
    python_knows(page, 0)
    page.get_by_role("slider").fill("3")
    stands_at(page, 3)
    python_knows(page, 3)
    page.get_by_role("button", name="Step 4: <b>").focus()
    page.keyboard.press("ArrowRight")
    stands_at(page, 4)
    expect(page.get_by_role("button", name="Step 5: .")).to_be_focused()
    page.keyboard.press("ArrowRight")
    stands_at(page, 4)
    python_knows(page, 4)


def test_one_rest_is_one_message(page: Page, components: str) -> None:
    visit(page, components)
    following = page.get_by_role("button", name="Next step")
    following.evaluate("button => { for (let i = 0; i < 3; i += 1) button.click(); }")
    python_knows(page, 3, 1)


def test_tab_leaves_the_component(page: Page, components: str) -> None:
    visit(page, components)
    page.get_by_role("button", name="Play").focus()
    stops = ["Next step", "Step", "Step 1: The", "Das: weight 0.646", "Download SVG"]
    for name in stops:
        page.keyboard.press("Tab")
        label = page.evaluate(
            "(e => e.ariaLabel ?? e.textContent)(document.activeElement.shadowRoot.activeElement)"
        )
        assert label == name
    page.keyboard.press("Tab")
    assert page.evaluate("!document.activeElement.shadowRoot?.querySelector('.stepper')")


def test_up_and_down_walk_through_the_source(page: Page, components: str) -> None:
    visit(page, components)
    page.locator(".shaded .strongest").focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator(".shaded .chip").nth(1)).to_be_focused()
    stands_at(page, 0)


def test_play_pauses_and_only_then_tells_python(page: Page, components: str) -> None:
    visit(page, f"{components}/?step=1")
    page.get_by_role("button", name="Play").click()
    stands_at(page, 2)
    python_knows(page, 1, 0)
    page.get_by_role("button", name="Pause").click()
    rested = int(page.get_by_role("slider").input_value())  # 2, or more on a slow machine
    assert 2 <= rested < 4
    stands_at(page, rested)
    python_knows(page, rested, 1)
    page.get_by_role("slider").focus()
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    stands_at(page, 4)
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    python_knows(page, 4, 2)


def test_python_moves_it_and_the_same_step_can_be_chosen_again(page: Page, components: str) -> None:
    visit(page, f"{components}/?step=1")
    stands_at(page, 1)
    page.get_by_role("button", name="Step 5: .").click()
    python_knows(page, 4, 1)
    page.get_by_role("button", name="Python goes to step 2").click()
    python_knows(page, 2, 1)
    stands_at(page, 2)
    page.get_by_role("button", name="Step 5: .").click()
    python_knows(page, 4, 2)
    stands_at(page, 4)
    page.keyboard.press("ArrowLeft")
    stands_at(page, 3)


def test_another_sentence_starts_anew(page: Page, components: str) -> None:
    visit(page, components)
    page.get_by_role("button", name="Play").click()
    page.get_by_role("button", name="Another sentence").click()
    python_knows(page, 1, 0)
    stands_at(page, 1, tokens=6)
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    expect(page.locator(".chips.shaded")).to_have_attribute("dir", "rtl")
    expect(page.locator(".chips").first).to_have_attribute("dir", "ltr")
    expect(page.locator(".lines [data-side]")).to_have_count(10)


def test_a_stale_run_does_not_pull_the_visitor_back(page: Page, components: str) -> None:
    visit(page, f"{components}/?slow=1")
    page.locator(".stepper").evaluate(RECORD)
    button = page.get_by_role("button", name="Next step")
    button.click()
    running = page.locator("[data-testid=stApp][data-test-script-state=running]")
    expect(running).to_be_visible()
    button.click()
    page.wait_for_timeout(400)  # it rests while the first run is still going on
    button.click()
    python_knows(page, 3)
    settled(page)
    seen = [status for status, _ in groupby(page.evaluate("window.seen"))]
    assert seen == [f"Step {step} of 5" for step in (2, 3, 4)]


def test_a_step_that_python_learns_late_does_not_pull_the_visitor_back(
    page: Page, components: str
) -> None:
    visit(page, f"{components}/?late=1")
    stands_at(page, 0)
    page.locator(".stepper").evaluate(RECORD)
    for step in (1, 2, 3):
        page.get_by_role("button", name="Next step").click()
        python_knows(page, step, step)  # in this run the scrubber still got the step before
        settled(page)
    seen = [status for status, _ in groupby(page.evaluate("window.seen"))]
    assert seen == [f"Step {step} of 5" for step in (2, 3, 4)]


def test_chosen_token_beyond_the_first_ten_has_a_row_of_its_own(
    page: Page, components: str
) -> None:
    visit(page, f"{components}/?step=2")
    stands_at(page, 2)
    rows = bars_shown(page)
    assert len(rows) == 11
    assert rows[0] == ["likely", "0.400"]
    assert rows[10] == ["房子", "<0.001"]
    chosen = page.locator(".next tr.chosen")
    expect(chosen).to_have_count(1)
    expect(chosen).to_contain_text("房子")
    expect(chosen.get_by_role("img", name="chosen")).to_be_visible()
    page.get_by_role("button", name="Next step").click()
    stands_at(page, 3)
    assert len(bars_shown(page)) == 10


def test_without_attention_there_is_no_source(page: Page, components: str) -> None:
    visit(page, f"{components}/?plain=1")
    expect(page.get_by_text("This system has no attention.")).to_be_visible()
    expect(page.locator(".chips.shaded")).to_be_hidden()
    page.get_by_role("button", name="Next step").click()
    stands_at(page, 1)


def test_a_single_token_has_nowhere_to_go(page: Page, components: str) -> None:
    visit(page, f"{components}/?case=single")
    page.get_by_role("button", name="Next step").click(force=True)  # it says it is disabled
    page.get_by_role("button", name="Play").click()
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    stands_at(page, 0, tokens=1)


def test_hostile_tokens_are_shown_as_text(page: Page, components: str) -> None:
    visit(page, components)
    expect(page.locator(".chips .token", has_text=HOSTILE)).to_have_count(2)
    expect(page.locator(".lines text", has_text=HOSTILE)).to_have_count(2)
    expect(page.locator(".lines .title")).to_have_text("Word to word <i>attention</i>")
    assert page.locator("img[src=x], .stepper b, .lines b, .lines i").count() == 0


def test_pointing_at_a_token_brings_out_its_lines(page: Page, components: str) -> None:
    visit(page, components)
    lines = page.locator(".lines svg[role=group] > g").first
    expect(lines).to_have_attribute("opacity", "1")
    token_of(page, "target", 2).hover()
    expect(lines).to_have_attribute("opacity", "0.12")
    expect(token_of(page, "target", 0)).to_have_attribute("opacity", "0.35")
    expect(token_of(page, "target", 2)).to_have_attribute("opacity", "1")
    numbers = page.locator(".lines svg[role=group] > g").nth(2).locator("text")
    assert sum(float(text) for text in numbers.all_text_contents()) == pytest.approx(1, abs=0.1)
    page.get_by_text("Python knows").hover()
    expect(lines).to_have_attribute("opacity", "1")
    expect(numbers).to_have_count(0)


def test_click_and_enter_pin_and_escape_unpins(page: Page, components: str) -> None:
    visit(page, components)
    lines = page.locator(".lines svg[role=group] > g").first
    token_of(page, "source", 0).click()
    page.get_by_text("Python knows").hover()
    expect(token_of(page, "source", 0)).to_have_attribute("aria-pressed", "true")
    expect(lines).to_have_attribute("opacity", "0.12")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    expect(token_of(page, "target", 1)).to_be_focused()
    page.keyboard.press("Enter")
    expect(token_of(page, "target", 1)).to_have_attribute("aria-pressed", "true")
    expect(token_of(page, "source", 0)).to_have_attribute("aria-pressed", "false")
    page.keyboard.press("Escape")
    expect(page.locator(".lines [aria-pressed=true]")).to_have_count(0)
    page.locator(".lines .title").click()
    expect(lines).to_have_attribute("opacity", "1")


def test_hundred_tokens_scroll_inside(page: Page, components: str) -> None:
    visit(page, f"{components}/?case=huge")
    scroll = page.locator(".lines .scroll")
    assert scroll.evaluate("box => box.scrollHeight > 2000 && box.clientHeight < 700")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def saved(page: Page, button: Locator) -> tuple[str, ElementTree.Element]:
    with page.expect_download() as download:
        button.click()
    text = Path(download.value.path()).read_text("utf-8")
    return download.value.suggested_filename, ElementTree.fromstring(text)


def test_bars_can_be_saved(page: Page, components: str) -> None:
    visit(page, f"{components}/?step=1")
    name, picture = saved(page, page.locator(".stepper .text-button"))
    assert name == "seqviz-step-2.svg"
    texts = [element.text for element in picture.iter("{http://www.w3.org/2000/svg}text")]
    assert texts[0] == f"Most probable next tokens · Step 2: {HOSTILE}"
    assert texts[1] == "Entropy 1.10 nats"
    assert texts[2:4] == [f"✓ {HOSTILE}", "0.450"]
    assert len(picture.findall(".//{*}rect")) == 1 + 10
    assert picture.find(".//{*}img") is None


def test_lines_can_be_saved_with_what_is_pinned(page: Page, components: str) -> None:
    visit(page, components)
    button = page.locator(".lines .text-button")
    name, picture = saved(page, button)
    assert name == "seqviz-lines.svg"
    texts = [element.text for element in picture.iter("{http://www.w3.org/2000/svg}text")]
    assert texts[0] == "Word to word <i>attention</i>"
    assert {"Das", "房子", HOSTILE, "<b>", "</s>"} <= set(texts)
    assert "0.40" not in texts
    assert "var(" not in ElementTree.tostring(picture, "unicode")
    token_of(page, "target", 2).click()
    _, picture = saved(page, button)
    assert "0.40" in [element.text for element in picture.iter("{http://www.w3.org/2000/svg}text")]


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
def test_axe_finds_nothing(
    page: Page, components: str, color_scheme: Literal["light", "dark"]
) -> None:
    page.emulate_media(color_scheme=color_scheme)
    for case, tokens in (("mixed", 5), ("long", 60)):
        visit(page, f"{components}/?case={case}&step=2")
        stands_at(page, 2, tokens=tokens)
        token_of(page, "target", 2).click()
        assert_accessible(page)
