"""One portal with many rows for the tests of weight and layout."""

from collections.abc import Iterator

import pytest

from tests.browser.weight.filled import Filled, running


@pytest.fixture(scope="package")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    with running(tmp_path_factory.mktemp("portal")) as filled:
        yield filled
