"""Run axe-core on an open page: desktop and phone, light and dark."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests import pages

axe = Axe()
WIDTHS = (1280, 390)
# Texts of more than eight letters that stand in more lines than a third of their letters.
CRUSHED = """() => {
  const found = [];
  for (const node of document.querySelectorAll("main *")) {
    const own = [...node.childNodes].filter((each) => each.nodeType === Node.TEXT_NODE);
    const text = own.map((each) => each.data).join("").trim();
    if (text.length <= 8 || !node.checkVisibility({ visibilityProperty: true })) continue;
    const lines = new Set();
    const range = document.createRange();
    for (const each of own) {
      range.selectNodeContents(each);
      for (const box of range.getClientRects()) if (box.width > 0) lines.add(Math.round(box.top));
    }
    if (lines.size > text.length / 3) found.push(text.slice(0, 60));
  }
  return found;
}"""


def barriers_in_every_view(page: Page) -> list[str]:
    """Serious and critical findings, sideways scrolling, and text without room."""
    found: list[str] = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 844})
        found += overflow(page, width)
        found += crushed(page, width)
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


def crushed(page: Page, width: int) -> list[str]:
    """Texts of a page of this width that have room for three letters a line or less."""
    return [f"{width}: a column of letters: {text}" for text in page.evaluate(CRUSHED)]


def complaints(page: Page) -> list[str]:
    return [*pages.complaints(page.content()), *barriers_in_every_view(page)]
