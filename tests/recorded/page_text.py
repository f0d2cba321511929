"""A page as a person reads it, line by line: words, links, buttons, fields, and no markup."""

from collections.abc import Callable
from html.parser import HTMLParser

Attributes = dict[str, str]
UNSEEN = {"script", "style", "svg", "datalist"}
INLINE = {"a", "b", "bdi", "button", "code", "em", "i", "small", "span", "strong", "time", "wbr"}
# What stands in one of these is one line, however it is laid out.
ONE_LINE = {"a", "button", "nav", "tr"}
VOID = {"br", "hr", "img", "input", "link", "meta", "wbr"}
MARKS = {"a": "[", "button": "(", "h1": "# ", "h2": "## ", "h3": "### ", "time": "TIME"}
ROW = "| "


class _Reader(HTMLParser):
    """Writes words on the current line; a block begins and ends a line."""

    def __init__(self, html: str, shown: Callable[[str], str]) -> None:
        super().__init__()
        self.lines: list[str] = []
        self._shown = shown
        self._line: list[str] = []
        self._open: list[tuple[str, Attributes]] = []
        self.feed(html)
        self._end_line()

    def _is_inside(self, tags: set[str]) -> bool:
        return any(tag in tags for tag, _ in self._open)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if not self._is_inside(UNSEEN):
            self._end_block(tag)
            self._line.append(self._before(tag, attributes))
        if tag not in VOID:
            self._open.append((tag, attributes))

    def handle_data(self, data: str) -> None:
        is_unchosen = any(
            tag == "option" and "selected" not in attributes for tag, attributes in self._open
        )
        if not (is_unchosen or self._is_inside({*UNSEEN, "time"})):
            self._line.append(data)

    def handle_endtag(self, tag: str) -> None:
        while self._is_inside({tag}):
            last, attributes = self._open.pop()
            if not self._is_inside(UNSEEN):
                self._line.append(self._after(last, attributes))
                self._end_block(last)
            if last == tag:
                return

    def _before(self, tag: str, attributes: Attributes) -> str:
        if tag == "input":
            return self._field(attributes)
        if tag in ("td", "th"):
            return ROW if self._is_inside({"tbody"}) else " "
        return MARKS.get(tag, "")

    def _after(self, tag: str, attributes: Attributes) -> str:
        if tag == "a" and "href" in attributes:
            return f" {self._shown(attributes['href'])}]"
        if tag == "button":
            return f"{_name_and_state(attributes)})"
        return ""

    def _field(self, attributes: Attributes) -> str:
        kind = attributes.get("type", "text")
        if kind == "hidden":
            return ""
        if kind in ("checkbox", "radio"):
            return "<x>" if "checked" in attributes else "< >"
        value = attributes.get("value", "")
        return f"<{self._shown(value) if '://' in value else value}>"

    def _end_block(self, tag: str) -> None:
        if tag in INLINE or tag in UNSEEN:
            return
        if self._is_inside(ONE_LINE):
            self._line.append(" ")
        else:
            self._end_line()

    def _end_line(self) -> None:
        line = " ".join("".join(self._line).split())
        if line:
            self.lines.append(line)
        self._line = []


def _name_and_state(attributes: Attributes) -> str:
    """Of a button; one with text has no label, and only a switch is on or off."""
    states = {"true": ": on", "false": ": off"}
    state = states.get(attributes.get("aria-checked", ""), "")
    disabled = ", disabled" if "disabled" in attributes else ""
    return f"{attributes.get('aria-label', '')}{state}{disabled}"


def lines_of(html: str, *, shown: Callable[[str], str] = str) -> list[str]:
    """The text of a page in reading order. `shown` masks links."""
    return _Reader(html, shown).lines


def sorted_blocks(lines: list[str], start: str) -> list[str]:
    """Lines beside each other that begin so, sorted: their order on the page is not always one."""
    found: list[str] = []
    block: list[str] = []
    for line in [*lines, ""]:
        if line.startswith(start):
            block.append(line)
        else:
            found += [*sorted(block), line]
            block = []
    return found[:-1]
