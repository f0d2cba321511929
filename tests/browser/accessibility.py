"""Run axe-core on an open page: desktop and phone, light and dark."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests import pages

axe = Axe()
WIDTHS = (1280, 390)


def barriers_in_every_view(page: Page) -> list[str]:
    """Serious and critical findings, and sideways scrolling."""
    found: list[str] = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 844})
        found += overflow(page, width)
        page.emulate_media(color_scheme="light")
        found += _barriers(page, f"{width} light")
        page.emulate_media(color_scheme="dark")
        found += _barriers(page, f"{width} dark")
    return found


def _barriers(page: Page, look: str) -> list[str]:
    """Each finding with the broken rule and its first element."""
    violations = axe.run(page).response["violations"]
    return [
        f"{look}: {rule['id']} ({rule['impact']}): {rule['nodes'][0]['html'][:160]}"
        for rule in violations
        if rule["impact"] in ("serious", "critical")
    ]


def overflow(page: Page, width: int) -> list[str]:
    """How far a page of this width scrolls sideways. Empty if it does not."""
    script = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    pixels = int(page.evaluate(script))
    return [f"{width}: the page is {pixels} pixels too wide"] if pixels > 0 else []


def complaints(page: Page) -> list[str]:
    return [*pages.complaints(page.content()), *barriers_in_every_view(page)]
