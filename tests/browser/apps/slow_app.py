"""The app halting in what a test cancels, so that there is time for it."""

import runpy

import tests.browser.apps.slow_progress  # noqa: F401 -- importing it is the point
from tests.browser.conftest import APP

runpy.run_path(str(APP))
