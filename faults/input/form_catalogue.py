"""Forms that the pages of a portal offer, for each route, and ids that exist."""

import inspect
import sys
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import islice
from urllib.parse import urlsplit

from flask import Flask
from flask_wtf import FlaskForm
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect, Rule
from wtforms import Form

from tests.pages import PAGES
from tests.support.visitors import visitor

PEOPLE = {"alex": "admin", "priya": "member", "kim": "limited"}
PAGES_AT_MOST = 250
# Each field with the values that its page offers.
Fields = dict[str, list[str]]


@dataclass(frozen=True)
class Sample:
    """One form of a page: the ids in its address and its fields."""

    arguments: dict[str, str]
    fields: Fields


@dataclass
class Catalogue:
    """Per rule the forms that pages show, and per argument the ids in their links."""

    samples: dict[str, list[Sample]] = field(default_factory=lambda: defaultdict(list))
    ids: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))


class _Page(HTMLParser):
    """Forms and links of one page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[tuple[str, Fields]] = []
        self._select = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a":
            self.links.append(given.get("href", ""))
        elif tag == "form":
            self.forms.append((given.get("action", ""), {}))
        elif self.forms:
            self._field(tag, given)

    def _field(self, tag: str, given: dict[str, str]) -> None:
        if tag == "select":
            self._select = given.get("name", "")
        name = self._select if tag == "option" else given.get("name", "")
        if not name or name == "csrf_token":
            return
        values = self.forms[-1][1].setdefault(name, [])
        if tag in ("input", "option", "button"):
            values.append(given.get("value", ""))


def read(app: Flask, *, at_most: int = PAGES_AT_MOST) -> Catalogue:
    """Open the pages of each person, and those they lead to."""
    catalogue = Catalogue()
    for user_id in PEOPLE:
        browser = visitor(app, user_id)
        waiting = list(PAGES)
        for path in islice(waiting, at_most):  # each page adds more
            answer = browser.get(path)
            if answer.mimetype == "text/html":
                page = _Page(answer.text)
                _learn(app, catalogue, page, path)
                known = set(waiting)
                waiting += [each for each in page.links if each[:1] == "/" and each not in known]
    _add_declared(app, catalogue)
    return catalogue


def _learn(app: Flask, catalogue: Catalogue, page: _Page, path: str) -> None:
    for link in page.links:
        if found := _match(app, link, "GET"):
            _note_ids(catalogue, found[1])
    for action, fields in page.forms:
        for method in ("POST", "GET"):
            if found := _match(app, action or path, method):
                rule, arguments = found
                _note_ids(catalogue, arguments)
                known = catalogue.samples[key(rule)]
                if len(known) < 20:
                    known.append(Sample(arguments, fields))
                break


def _match(app: Flask, link: str, method: str) -> tuple[Rule, dict[str, str]] | None:
    try:
        rule, arguments = app.url_map.bind("localhost").match(
            urlsplit(link).path, method=method, return_rule=True
        )
    except (HTTPException, RequestRedirect):
        return None
    return rule, {name: str(value) for name, value in arguments.items()}


def _note_ids(catalogue: Catalogue, arguments: dict[str, str]) -> None:
    for name, value in arguments.items():
        catalogue.ids[name].add(value)


def _add_declared(app: Flask, catalogue: Catalogue) -> None:
    """For a route that no page offers: the fields of the forms that its module names."""
    for rule in app.url_map.iter_rules():
        view = inspect.unwrap(app.view_functions[rule.endpoint])
        module = sys.modules[view.__module__]
        fields: Fields = {name: [] for form in _forms(module) for name in names(form)}
        if fields and not catalogue.samples.get(key(rule)):
            catalogue.samples[key(rule)].append(Sample({}, fields))


def _forms(module: object) -> Iterable[type[Form]]:
    found = (value for value in vars(module).values() if inspect.isclass(value))
    return [each for each in found if issubclass(each, Form) and each not in (Form, FlaskForm)]


def names(form: type[Form]) -> list[str]:
    """The names of a form's fields."""
    return [name for name in dir(form) if hasattr(getattr(form, name), "field_class")]


def key(rule: Rule) -> str:
    method = "POST" if "POST" in (rule.methods or ()) else "GET"
    return f"{method} {rule}"
