"""One server for all tests that ask it what anybody may."""

from collections.abc import Iterator

import pytest

from seqviz.api.shelf import Shelf
from tests.fixtures.api_server import serving, shelf_of_dates


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    return shelf_of_dates(tmp_path_factory.mktemp("models"))


@pytest.fixture(scope="session")
def address(shelf: Shelf) -> Iterator[str]:
    with serving(shelf) as found:
        yield found
