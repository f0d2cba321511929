"""The form of a page as a browser would send it."""

import re
from html.parser import HTMLParser

from werkzeug.test import TestResponse


class Form(HTMLParser):
    """The fields of the last form of a page that has no button pressed, in their order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.fields: list[tuple[str, str]] = []
        self._select, self._textarea = "", ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.fields = []
        elif tag == "select":
            self._select = found.get("name", "")
        elif tag == "textarea":
            self._textarea = found.get("name", "")
        elif tag == "option":
            self._option(found)
        elif tag == "input" and self._is_sent(found):
            self.fields.append((found["name"], found.get("value", "")))

    def _option(self, found: dict[str, str]) -> None:
        """The first option counts unless another one is selected."""
        known = [name for name, _ in self.fields]
        if self._select not in known:
            self.fields.append((self._select, found["value"]))
        elif "selected" in found:
            self.fields[known.index(self._select)] = (self._select, found["value"])

    def _is_sent(self, found: dict[str, str]) -> bool:
        if "name" not in found or "disabled" in found:
            return False
        return found.get("type") not in ("radio", "checkbox") or "checked" in found

    def handle_data(self, data: str) -> None:
        if self._textarea:
            self.fields.append((self._textarea, data))

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._textarea = ""


def filled(answer: TestResponse, **changes: str | list[str]) -> dict[str, list[str]]:
    """The form of this page after a person changed some fields."""
    fields: dict[str, list[str]] = {}
    for name, value in Form(answer.text).fields:
        fields.setdefault(name, []).append(value)
    fields.pop("csrf_token", None)
    return fields | {
        name: [value] if isinstance(value, str) else value for name, value in changes.items()
    }


def starts(answer: TestResponse) -> dict[str, str]:
    """The verdict of each start of the grid, by its clock."""
    row = r"<b>(.*?)</b>.*?<td class=\"verdict[^>]*>(.*?)</td>"
    return dict(re.findall(row, answer.text, re.DOTALL))


def checked(answer: TestResponse, name: str) -> list[str]:
    fields = re.findall(r"<input[^>]*>", answer.text)
    found = [each for each in fields if f'name="{name}"' in each and " checked" in each]
    return [re.search(r'value="([^"]*)"', each)[1] for each in found]  # type: ignore[index]  # each has one
