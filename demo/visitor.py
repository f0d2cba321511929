"""A person at the pages of Portal, who follows links and presses buttons as in a browser."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TypeVar
from urllib.parse import urljoin, urlsplit

import requests

from demo.practice_tenant import TIMEOUT, Refused

T = TypeVar("T")


@dataclass
class Form:
    """A form of a page. `buttons` are the name and value of each, by its words."""

    action: str
    method: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    buttons: dict[str, tuple[str, str]] = field(default_factory=dict)


class Page(HTMLParser):
    """The links, forms and labels of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: dict[str, str] = {}
        self.forms: list[Form] = []
        self.labels: dict[str, str] = {}
        self.values: dict[str, str] = {}
        self._open: tuple[str, dict[str, str]] | None = None
        self._words = self._select = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(found.get("action", ""), found.get("method", "get")))
        elif tag == "input" and self.forms:
            self._add_input(found)
        elif tag == "select":
            self._select = found.get("name", "")
        elif tag == "option" and self.forms:
            self._add_option(found)
        elif tag in ("a", "button", "label"):
            self._open, self._words = (tag, found), ""

    def _add_input(self, found: dict[str, str]) -> None:
        self.values[found.get("id", "")] = found.get("value", "on")
        is_choice = found.get("type") in ("checkbox", "radio")
        if "name" in found and (not is_choice or "checked" in found):
            self.forms[-1].fields.append((found["name"], found.get("value", "on")))

    def _add_option(self, found: dict[str, str]) -> None:
        """The selected option counts, or else the first."""
        fields, option = self.forms[-1].fields, (self._select, found.get("value", ""))
        if not fields or fields[-1][0] != self._select:
            fields.append(option)
        elif "selected" in found:
            fields[-1] = option

    def handle_data(self, data: str) -> None:
        self._words += data

    def handle_endtag(self, tag: str) -> None:
        if self._open is None or self._open[0] != tag:
            return
        found, words = self._open[1], " ".join(self._words.split())
        self._open = None
        if tag == "a":
            self.links[words] = found.get("href", "")
        elif tag == "label":
            self.labels[found.get("for", "")] = words
        elif self.forms:
            self.forms[-1].buttons[words] = found.get("name", ""), found.get("value", "")


class Visitor:
    """One person's browser. Each step raises Refused if the page has no such link or button."""

    def __init__(self, address: str) -> None:
        self._session = requests.Session()
        self._session.trust_env = False  # all programs run on this machine
        self._at = address
        self._page = Page("")

    def open(self, path: str) -> None:
        self._show(self._session.get(urljoin(self._at, path), timeout=TIMEOUT))

    def follow(self, words: str) -> None:
        self.open(self._found(self._page.links.items(), words))

    def press(self, words: str, /, **fields: str | list[str]) -> None:
        """Press the first button that begins with these words, with other values in fields."""
        buttons = ((name, (each, name)) for each in self._page.forms for name in each.buttons)
        form, name = self._found(buttons, words)
        sent = [each for each in form.fields if each[0] not in fields] + [form.buttons[name]]
        action, method = urljoin(self._at, form.action), form.method.upper()
        site = urlsplit(self._at)
        self._show(
            self._session.request(
                method,
                action,
                data=[*sent, *_pairs(fields)],
                headers={"Origin": f"{site.scheme}://{site.netloc}"},
                timeout=TIMEOUT,
            )
        )

    def choice(self, label: str, within: str) -> str:
        """The value of the choice with this label, whose field's name its id begins with."""
        ids = ((text, each) for each, text in self._page.labels.items() if each.startswith(within))
        return self._page.values[self._found(ids, label)]

    def _show(self, answer: requests.Response) -> None:
        if not answer.ok:
            raise Refused(f"{answer.url} answered {answer.status_code}: {answer.text[:300]}")
        self._at, self._page = answer.url, Page(answer.text)

    def _found(self, several: Iterable[tuple[str, T]], words: str) -> T:
        """The first of these whose text begins with the words."""
        found = next((each for text, each in several if text.startswith(words)), None)
        if found is None:
            raise Refused(f"The demo found no “{words}” at {self._at}.")
        return found


def _pairs(fields: dict[str, str | list[str]]) -> Iterator[tuple[str, str]]:
    for name, value in fields.items():
        yield from ((name, each) for each in ([value] if isinstance(value, str) else value))
