"""Take the screenshot for the README: python -m tests.browser.picture docs/portal.png."""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from tests.browser import steps
from tests.browser.conftest import ARGUMENTS
from tests.browser.demo import RunningDemo, running
from tests.support import needs


def main(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        running(Path(folder)) as demo,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=needs.chromium(), args=ARGUMENTS)
        page = browser.new_page(viewport={"width": 1280, "height": 860}, device_scale_factor=1.5)
        page.set_default_timeout(30_000)
        _walk(page, demo)
        page.screenshot(path=path)
        browser.close()
    print(f"Wrote {path}.")


def _walk(page: Page, demo: RunningDemo) -> None:
    """Open Rosa's feed once the first sync is over."""
    steps.sign_in(page, demo)
    steps.connect(page, demo)
    steps.watch_first_sync(page, demo)
    steps.open_candidate(page, demo)
    expect(steps.feed(page)).to_contain_text("Backend engineer at Northwind")


if __name__ == "__main__":
    missing = needs.without_chromium()
    if missing:
        sys.exit(f"The picture needs a browser: {missing}.")
    main(Path(sys.argv[1]))
