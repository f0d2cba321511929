"""The page numbers below a list: the first, the neighbours, the last."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class PageLink:
    """A page to go to. `follows_gap`: pages before it are left out."""

    number: int
    url: str
    is_current: bool
    follows_gap: bool


def page_links(current: int, last: int, url_of: Callable[[int], str]) -> tuple[PageLink, ...]:
    """Links to the pages around the current one. None if there is one page."""
    near = {1, current - 1, current, current + 1, last}
    shown = sorted(each for each in near if 1 <= each <= last)
    pairs = zip([0, *shown], shown, strict=False)
    links = (PageLink(each, url_of(each), each == current, each - 1 > was) for was, each in pairs)
    return tuple(links) if last > 1 else ()
