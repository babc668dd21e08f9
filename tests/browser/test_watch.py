import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser.conftest import Watch

pytestmark = pytest.mark.browser

FAULTS = {
    "fetch('http://elsewhere.invalid/').catch(() => 0)": "foreign request: http://elsewhere",
    "console.error('broken')": "console error: broken",
    "setTimeout(() => { throw new Error('torn') })": "page error: torn at ",
    "setTimeout(() => { nobody.knows })": "page error: nobody is not defined at ",
    "void Promise.reject(new Error('broken off'))": "page error: broken off at ",
    "alert('hello')": "dialog: hello",
}


def await_fault(page: Page, watch: Watch, start: str) -> None:
    """Wait until a fault is known that begins so."""
    for _ in range(100):
        if any(fault.startswith(start) for fault in watch.faults):
            return
        page.wait_for_timeout(20)  # Playwright tells what it heard only while it is asked to wait
    pytest.fail(f"not reported: {start}; reported: {watch.faults}")


def test_a_watched_page_reports_its_faults(context: BrowserContext) -> None:
    page, watch = context.new_page(), Watch()
    watch.attach(page)
    assert watch.take_faults(page) == []
    for script, fault in FAULTS.items():
        page.evaluate(script)
        await_fault(page, watch, fault)
        assert watch.take_faults(page) != []
        assert watch.faults == []
    page.close()
