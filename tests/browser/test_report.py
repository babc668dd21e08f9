"""The report of a test set, opened from a file with the network cut."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import Browser, Page, expect

from seqviz.inspection.compare import comparison
from seqviz.inspection.expression import columns_of, parsed
from seqviz.inspection.marot import HumanSpan, RatedSegment, Side
from seqviz.inspection.report import report_page
from seqviz.inspection.rules import known_of
from seqviz.inspection.spanned import Spans
from tests.browser.conftest import opened_file
from tests.browser.seen import assert_accessible
from tests.fixtures.inspected import inspected

pytestmark = pytest.mark.browser

FILTERS = (
    'worst3 < -1 and length_ratio >= 0.9 and "dog" in translation',
    "“Kinder” not in source and search_error = 1",
    "near_prunings ≠ 2",
    "disagreement > -5",
    "baseline_lost <= 3 and baseline_rank >= 7",
)


def test_it_sorts_filters_and_opens_rows(browser: Browser, tmp_path: Path) -> None:
    rows = inspected(150)
    rows.loc[:20, "disagreement"] = np.nan
    found = comparison(rows, language="en")
    text = report_page(rows, model="a/b", known=known_of("transformer"), comparison=found)
    with opened_file(browser, tmp_path / "r.html", text) as page:
        check_together(page)
        expect(page.locator("#told")).to_have_text("100 of 150 shown, 150 in all")
        check_filter(page, rows)
        check_sort(page, rows)
        worst = sorted(rows["worst3"])[9]  # axe looks at every cell, and rows are alike
        page.get_by_label("Filter").fill(f"worst3 < {worst:.4f}")
        expect(page.locator("#told")).to_have_text(re.compile(r"^1?\d of 1?\d shown"))
        check_words(page)
        assert_accessible(page)
        page.emulate_media(color_scheme="dark")
        assert_accessible(page)
        page.set_viewport_size({"width": 390, "height": 800})
        page.wait_for_function("document.documentElement.scrollWidth === 390")
        page.get_by_role("button", name="中文").click()
        expect(page.locator("h1")).to_have_text("a/b：150 句")


def test_it_draws_what_people_and_the_reader_marked(browser: Browser, tmp_path: Path) -> None:
    rows = inspected(3)

    def marked(side: Side, start: int, end: int, severity: str) -> HumanSpan:
        return HumanSpan(
            side=side, start=start, end=end, category="Style", severity=severity, rater="r1"
        )

    def segment(*spans: HumanSpan) -> RatedSegment:
        return RatedSegment(system="", document="", number="", source="", target="", spans=spans)

    people = segment(marked("source", 4, 8, "Minor"), marked("target", 4, 7, "Major"))
    spans = Spans(people={2: people}, own={2: segment(marked("target", 0, 7, "Minor"))})
    text = report_page(rows, model="a/b", known=known_of("transformer"), spans=spans)
    with opened_file(browser, tmp_path / "r.html", text) as page:
        for number, count in (("1", 0), ("2", 2)):
            page.locator("[data-row]", has_text=re.compile(f"^{number}$")).click()
            expect(page.locator(".opened .words [data-span]")).to_have_count(count)
        expect(page.locator(".opened [data-span=minor] bdi")).to_have_text("Hund")
        expect(page.locator(".opened .words [data-span=major]")).to_have_text("dog")
        own = page.locator(".opened mark.own")
        assert own.locator("bdi").all_inner_texts() == ["The", "dog"]
        told = own.locator(".word").first.get_attribute("title") or ""
        assert told.startswith("marked by hand: Style, minor")
        listed = ["“Hund”: r1: Style, Minor.", "“The dog”: marked by hand: Style, minor."]
        found = page.locator(".opened .spans li")
        assert found.all_inner_texts() == [*listed, "“dog”: r1: Style, Major."]
        assert_accessible(page)
        page.get_by_role("button", name="中文").click()
        expect(found.nth(1)).to_have_text("“The dog”：手工标记：风格，轻微。")
        page.emulate_media(color_scheme="dark")
        assert_accessible(page)


def check_together(page: Page) -> None:
    """Two systems together are folded away, and stay open for what follows."""
    page.get_by_text("All sentences together").click()
    expect(page.get_by_role("heading", name="Won:")).to_be_visible()
    lengths = page.locator(".together table").nth(1)
    expect(lengths.get_by_role("row")).to_have_count(3)
    expect(lengths.get_by_role("rowheader").first).to_have_text("1–4")


def check_filter(page: Page, rows: pd.DataFrame) -> None:
    """What passes on the page is what passes in the program."""
    field, told = page.get_by_label("Filter"), page.locator("#told")
    for text in FILTERS:
        field.fill(text)
        same = text.replace("search_error = 1", "search_error")
        count = int(parsed(same, columns_of(rows)).rows(rows).sum())
        assert 0 < count < 150
        expect(told).to_have_text(f"{min(count, 100)} of {count} shown, 150 in all")
    for wrong in ("worst < 1", "worst3", "worst3 < 1 and", "1 < worst3 or 2"):
        field.fill(wrong)
        expect(told).to_contain_text("This is not a filter")
    field.fill("")
    page.get_by_role("button", name="Show more").click()
    expect(told).to_have_text("150 of 150 shown, 150 in all")


def check_sort(page: Page, rows: pd.DataFrame) -> None:
    numbers = page.locator("tbody td:first-child button")
    rounded = rows.assign(worst3=[round(float(value), 3) for value in rows["worst3"]])
    for is_up in (True, False):
        ordered = rounded.sort_values(["worst3", "number"], ascending=[is_up, True])
        assert list(map(int, numbers.all_inner_texts())) == ordered["number"].tolist()
        page.locator("[data-column=worst3]").click()
    page.locator("[data-column=worst3]").click()
    expect(page.locator("th[aria-sort=descending]")).to_have_text("worst 3 ▼")
    assert page.locator("th", has_text="attention entropy").count() == 0
    page.get_by_role("switch").click()
    expect(page.get_by_role("switch")).to_be_focused()
    expect(page.locator("th", has_text="attention entropy")).to_be_visible()


def check_words(page: Page) -> None:
    button = page.locator("[data-row]").last
    button.press("Enter")
    expect(button).to_have_attribute("aria-expanded", "true")
    expect(page.locator(".opened .word").last).to_contain_text(".")
    flags = page.locator(".opened .word .flag")
    kinds = flags.evaluate_all("all => [...new Set(all.map((one) => one.classList[1]))]")
    assert "unsure" in kinds
    expect(page.locator(".legend .key")).to_have_count(len(kinds))
    word = page.locator(".opened .word:has(.unsure)").first
    assert "marked from surprisal" in (word.get_attribute("title") or "")
