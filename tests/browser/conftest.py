"""A Chromium for all browser tests, and the running programs for each file."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    Response,
    StorageState,
    sync_playwright,
)

from tests.browser.demo import RunningDemo, running
from tests.support import needs

# The browser stays on this machine too: no other name resolves.
ARGUMENTS = [
    "--no-sandbox",  # it runs as root in containers
    "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost",
]
PATIENCE = 15_000
TOO_MANY = 429
SERVER_ERROR = 500

OpenPage = Callable[..., Page]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A Chromium for one file. While Playwright is open, its thread can run no other event loop."""
    with sync_playwright() as playwright:
        program = playwright.chromium.launch(executable_path=needs.chromium(), args=ARGUMENTS)
        yield program
        program.close()


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDemo]:
    with running(tmp_path_factory.mktemp("instance")) as demo:
        yield demo


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """Open a page in a fresh browser, signed out.

    A phone is narrow and dark. A mistake in a script, something that the content policy
    stopped, or an answer that nobody should meet fails the test, unless the test names it.
    """
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def opened(
        *,
        javascript: bool = True,
        is_phone: bool = False,
        signed_in: StorageState | None = None,
        meets: int = 0,
    ) -> Page:
        context = browser.new_context(
            java_script_enabled=javascript,
            viewport={"width": 390 if is_phone else 1280, "height": 844},
            color_scheme="dark" if is_phone else "light",
            reduced_motion="reduce",
            storage_state=signed_in,
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda fault: faults.append(str(fault)))
        page.on("response", lambda answer: faults.extend(refusals(answer, meets)))
        page.on("console", lambda line: faults.append(line.text) if is_fault(line.text) else None)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert faults == []


def refusals(answer: Response, expected: int) -> list[str]:
    """The status and address of an answer that no walk should meet, but for the expected one."""
    is_bad = answer.status == TOO_MANY or answer.status >= SERVER_ERROR
    return [f"{answer.status} {answer.url}"] if is_bad and answer.status != expected else []


def is_fault(line: str) -> bool:
    return "Content Security Policy" in line or line.startswith("Uncaught")
