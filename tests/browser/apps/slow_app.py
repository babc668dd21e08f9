"""The app with a rest before every step of a search, so that a visitor has time to cancel it."""

import runpy

import tests.browser.apps.slow_progress  # noqa: F401 -- importing it is the point
from tests.browser.conftest import APP

runpy.run_path(str(APP))
