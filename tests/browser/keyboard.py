"""Keyboard use of a page: where Tab leads, and whether the focus is visible."""

from playwright.sync_api import Page

STOPS_AT_MOST = 200
# Every control a mouse can use on this page now, each marked for later.
# Tab reaches one radio button of a group, the chosen one.
MARK = """
() => {
  const isOtherChoice = (one) => one.type === "radio" && !one.checked
    && document.querySelector(`input[name="${one.name}"]:checked`) !== null;
  return [...document.querySelectorAll(
    "a[href], button, input, select, textarea, summary, [tabindex='0']"
  )].filter((one) => !one.disabled && one.type !== "hidden" && one.checkVisibility()
    && !one.closest("[inert], [aria-hidden='true']") && !isOtherChoice(one))
  .map((one, number) => {
    one.dataset.stop = number;
    return (one.getAttribute("aria-label") || one.textContent.trim() || one.name || one.tagName);
  });
}
"""
FOCUSED = """
() => {
  const one = document.activeElement;
  if (one === document.body || one === document.documentElement) return null;
  const style = getComputedStyle(one);
  const around = one.closest("label, .search, .row") ?? one;
  return {
    stop: Number(one.dataset.stop),
    isSeen: style.outlineStyle !== "none" || style.boxShadow !== "none"
      || getComputedStyle(around).outlineStyle !== "none",
  };
}
"""


def unreachable(page: Page) -> list[str]:
    """Controls that Tab does not reach, or reaches without a visible focus."""
    names: list[str] = page.evaluate(MARK)
    reached: set[int] = set()
    unseen: list[str] = []
    page.evaluate("document.activeElement.blur()")
    for _ in range(STOPS_AT_MOST):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        if focused is None or focused["stop"] in reached:
            break
        if focused["stop"] is None:
            continue
        reached.add(focused["stop"])
        if not focused["isSeen"]:
            unseen.append(f"no focus is seen on {names[focused['stop']]!r}")
    missed = [name for stop, name in enumerate(names) if stop not in reached]
    return [f"Tab does not reach {name!r}" for name in missed] + unseen


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the control with this name has the focus."""
    for _ in range(STOPS_AT_MOST):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            "() => { const one = document.activeElement;"
            " return one.getAttribute('aria-label') || one.textContent.trim(); }"
        )
        if name in focused:
            return
    raise AssertionError(f"Tab never reached {name!r} on {page.url}.")
