from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import Serve, Watch, visit

pytestmark = pytest.mark.browser

APP = Path(__file__).parent / "apps/components_app.py"


FAULTS = {
    "fetch('http://elsewhere.invalid/').catch(() => 0)": "foreign request: http://elsewhere",
    "console.error('broken')": "console error: broken",
    "setTimeout(() => { throw new Error('torn') })": "page error: torn",
    "alert('hello')": "dialog: hello",
}


def test_a_watched_page_reports_its_faults(browser: Browser, serve: Serve) -> None:
    page, watch = browser.new_page(), Watch()
    watch.attach(page)
    visit(page, serve(APP))
    assert watch.faults == []
    for script, fault in FAULTS.items():
        watch.faults.clear()
        page.evaluate(script)
        page.wait_for_timeout(300)
        assert [found for found in watch.faults if found.startswith(fault)], watch.faults
    page.close()
