"""Make text of an HTML body, for a server that answers HTML although text was asked for. Pure.

Takes time in proportion to the length, whatever stands in it: the sender chooses that.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

from portal.web_addresses import web_address

NAME = re.compile(r"(/?)([a-z][a-z0-9:-]*+)", re.IGNORECASE)
# A quotation mark counts only behind "=", as in browsers: <p it's> ends at its ">".
ATTRIBUTES = re.compile(r"""((?:[^>=]++|=\s*+(?:"[^"]*"|'[^']*')?+)*+)>""")
HREF = re.compile(r"""\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
LONGEST_ADDRESS = 2_000
MOST_ADDRESSES = 1_000
WEB = re.compile(r"(?:https?://|mailto:)\S+\Z", re.IGNORECASE)
SPACES = re.compile(r"[ \t\r\n\f]+")
BLOCKS = {
    "address", "article", "aside", "blockquote", "dd", "div", "dl", "dt", "fieldset", "footer",
    "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p",
    "pre", "section", "table", "tbody", "tfoot", "thead", "tr", "ul",
}  # fmt: skip  # one to a line says no more
HIDDEN = {"script", "style", "title", "head"}


@dataclass(frozen=True)
class Tag:
    """A tag without its brackets."""

    name: str
    attributes: str = ""
    is_end: bool = False


def text_of(page: str) -> str:
    """Lines of blocks, cells parted by tabs, and the address of each link behind its words.

    Of an endless number of links, and of those whose address is endless, the words alone.
    """
    out: list[str] = []
    links: list[tuple[str, int]] = []
    told = 0
    for token in Scanner(page).tokens():
        if isinstance(token, str):
            _add_text(out, token)
        elif token.name == "a":
            told += _add_link(out, links, token, may_tell=told < MOST_ADDRESSES)
        else:
            _add_break(out, token)
    return "\n".join(line.strip() for line in "".join(out).split("\n")).strip()


def _add_text(out: list[str], text: str) -> None:
    plain = SPACES.sub(" ", unescape(text)).replace("\xa0", " ")
    if not out or out[-1].endswith(("\n", "\t", " ")):
        plain = plain.lstrip(" ")
    if plain:
        out.append(plain)


def _add_link(out: list[str], links: list[tuple[str, int]], tag: Tag, *, may_tell: bool) -> bool:
    """Whether an address was added."""
    if not tag.is_end:
        links.append((_address(tag.attributes) if may_tell else "", len(out)))
        return False
    address, start = links.pop() if links else ("", len(out))
    is_told = len(out) - start == 1 and out[start].strip() == address.removeprefix("mailto:")
    if not address or len(out) <= start or is_told:
        return False
    out.append(f" <{address}>")
    return True


def _address(attributes: str) -> str:
    found = HREF.search(attributes)
    address = unescape(next(filter(None, found.groups()), "")).strip() if found else ""
    if len(address) > LONGEST_ADDRESS or not WEB.match(address):
        return ""
    is_mail = address[:7].lower() == "mailto:"
    return address if is_mail or web_address(address) is not None else ""


def _add_break(out: list[str], tag: Tag) -> None:
    if tag.name == "br":
        out.append("\n")
    elif tag.name in ("td", "th") and tag.is_end:
        out.append("\t")
    elif tag.name in BLOCKS:
        if out and not out[-1].endswith("\n"):
            out.append("\n")
        if tag.name == "li" and not tag.is_end:
            out.append("* ")


class Scanner:
    """Texts and tags of a page in order. What is searched for in vain is not searched for again."""

    def __init__(self, page: str) -> None:
        self._page = page
        self._end = -1  # of the ">" found last
        self._trusts_quotes = True
        self._unclosed: set[str] = set()

    def tokens(self) -> Iterator[Tag | str]:
        place = 0
        while (start := self._page.find("<", place)) >= 0 and self._has_end(start):
            yield self._page[place:start]
            tag, place = self._tag(start)
            if tag is None and place == start:
                yield "<"
                place += 1
            elif tag is not None and tag.name in HIDDEN:
                place = self._after_hidden(tag, place)
            elif tag is not None:
                yield tag
        yield self._page[place:]

    def _has_end(self, start: int) -> bool:
        if 0 <= self._end < start or self._end < 0:
            self._end = self._page.find(">", start)
        return self._end >= 0

    def _tag(self, start: int) -> tuple[Tag | None, int]:
        """The tag and the place behind it. No tag: a comment ends there, or there is none."""
        if self._page.startswith("<!--", start):
            end = self._closing("-->", start)
            return None, start + len("<!--") if end < 0 else end + len("-->")
        named = NAME.match(self._page, start + 1)
        if named is None:
            is_declaration = self._page.startswith(("<!", "</", "<?"), start)
            return None, self._end + 1 if is_declaration else start
        attributes, place = self._attributes(named.end())
        return Tag(named[2].lower(), attributes, is_end=bool(named[1])), place

    def _attributes(self, start: int) -> tuple[str, int]:
        found = ATTRIBUTES.match(self._page, start) if self._trusts_quotes else None
        if found is not None:
            return found[1], found.end()
        # A quoted ">" was the last one of the page.
        self._trusts_quotes = False
        return self._page[start : self._end], max(self._end + 1, start)

    def _closing(self, mark: str, start: int) -> int:
        end = -1 if mark in self._unclosed else self._page.find(mark, start)
        if end < 0:
            self._unclosed.add(mark)
        return end

    def _after_hidden(self, tag: Tag, place: int) -> int:
        """Skip to the end tag, or without one to the next tag: the text behind it is the mail's."""
        if tag.is_end:
            return place
        if tag.name not in self._unclosed:
            found = re.compile(f"</{tag.name}", re.IGNORECASE).search(self._page, place)
            if found is not None:
                return found.start()
            self._unclosed.add(tag.name)
        if tag.name == "head":
            return place
        following = self._page.find("<", place)
        return len(self._page) if following < 0 else following
