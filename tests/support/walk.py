"""A browser without JavaScript: opens pages, follows links and presses buttons by name."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

import requests

Attributes = dict[str, str]


@dataclass
class Button:
    name: str
    attributes: Attributes
    form: "Form"


@dataclass
class Form:
    """A form with the initial values of its fields."""

    action: str
    method: str
    values: dict[str, str] = field(default_factory=dict)


class _Reader(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.buttons: list[Button] = []
        self.links: list[tuple[str, str]] = []
        self._texts: list[tuple[str, Attributes, list[str]]] = []
        self._select: str | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(
                Form(attributes.get("action", ""), attributes.get("method", "get").lower())
            )
        elif tag == "input":
            self._take_input(attributes)
        elif tag == "select":
            self._select = attributes.get("name")
        elif tag == "option" and self._select and self.forms:
            values = self.forms[-1].values
            if "selected" in attributes or self._select not in values:
                values[self._select] = attributes.get("value", "")
        if tag in ("a", "button", "textarea"):
            self._texts.append((tag, attributes, []))

    def _take_input(self, attributes: Attributes) -> None:
        if not self.forms:
            return
        kind = attributes.get("type", "text")
        if kind == "submit":
            self.buttons.append(Button(attributes.get("value", ""), attributes, self.forms[-1]))
        elif kind not in ("checkbox", "radio") or "checked" in attributes:
            self.forms[-1].values[attributes.get("name", "")] = attributes.get("value", "")

    def handle_data(self, data: str) -> None:
        for _, _, parts in self._texts:
            parts.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = None
        if not self._texts or self._texts[-1][0] != tag:
            return
        _, attributes, parts = self._texts.pop()
        name = attributes.get("aria-label") or " ".join("".join(parts).split())
        if tag == "a":
            self.links.append((name, attributes.get("href", "")))
        elif tag == "button" and self.forms:
            self.buttons.append(Button(name, attributes, self.forms[-1]))
        elif tag == "textarea" and self.forms:
            self.forms[-1].values[attributes.get("name", "")] = "".join(parts)


class Person:
    """One person's browser. It follows redirects and keeps cookies."""

    def __init__(self, *, verify: bool | str = True) -> None:
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.verify = verify
        self.answer = requests.Response()

    @property
    def html(self) -> str:
        return self.answer.text

    @property
    def url(self) -> str:
        return self.answer.url

    def open(self, url: str) -> "Person":
        self.answer = self.session.get(url, timeout=60)
        return self

    def follow(self, name: str) -> "Person":
        """Follow the link whose text contains `name`."""
        for text, target in _Reader(self.html).links:
            if name in text:
                return self.open(urljoin(self.url, target))
        raise AssertionError(f"no link {name!r} on {self.url}:\n{self.html}")

    def press(self, name: str, **values: str) -> "Person":
        """Fill in the form, then press the button whose text contains `name`."""
        for button in _Reader(self.html).buttons:
            if name in button.name:
                return self._submit(button, values)
        raise AssertionError(f"no button {name!r} on {self.url}:\n{self.html}")

    def _submit(self, button: Button, values: dict[str, str]) -> "Person":
        fields = {**button.form.values, **values}
        if button.attributes.get("name"):
            fields[button.attributes["name"]] = button.attributes.get("value", "")
        action = button.attributes.get("formaction") or button.form.action
        target = urljoin(self.url, action) if action else self.url
        if button.form.method == "post":
            self.answer = self.session.post(
                target, data=fields, headers={"Origin": _origin(self.url)}, timeout=60
            )
        else:
            self.answer = self.session.get(target, params=fields, timeout=60)
        return self


def _origin(url: str) -> str:
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.partition('/')[0]}"
