"""Priya, who may write to candidates, in one running demo for all files of this folder."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page

from tests.browser import steps, writers
from tests.browser.conftest import OpenPage
from tests.browser.demo import RunningDemo, running
from tests.browser.writers import PRIYA


@pytest.fixture(scope="package")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDemo]:
    """The running programs. It starts once, so a test copes with what others did."""
    with running(tmp_path_factory.mktemp("instance")) as demo:
        yield demo


@pytest.fixture(autouse=True)
def usual_switches(demo: RunningDemo) -> Iterator[None]:
    """Put the tenant's switches back."""
    yield
    demo.control("PATCH", "tenant", sendFromAlias=True)
    demo.control("PATCH", f"mailboxes/{PRIYA}/sending", copyDelay=0)


@pytest.fixture
def priya(demo: RunningDemo, open_page: OpenPage) -> Callable[..., Page]:
    """A page of Priya's at the form for writing to Rosa. She is connected and may send."""

    def opened(*, javascript: bool = True, is_phone: bool = False) -> Page:
        page = open_page(javascript=javascript, is_phone=is_phone)
        steps.sign_in(page, demo)
        page.goto(f"{demo.portal}/settings/microsoft-365")
        if page.get_by_role("button", name="Connect with Microsoft 365").count():
            steps.connect(page, demo)
            steps.watch_first_sync(page, demo, by_reloading=not javascript)
        writers.open_composer(page, demo)
        return page

    return opened
