"""How many statements each page sends, where there is little to show and where there is more."""

from pathlib import Path

from flask import Flask

from portal import clock
from tests.pages import PAGES
from tests.support import many_rows, statements
from tests.support.visitors import portal_in, stranger, visitor

FEW, MORE = 2, 20
# They ask Microsoft, which these portals do not reach.
ASKING = {"/settings/email/aliases/talent/inclusion", "/settings/email/earlier-mail"}
Counts = dict[str, tuple[int, int]]


def counts(folder: Path) -> Counts:
    few, more = (_counts_with(folder / str(count), count) for count in (FEW, MORE))
    return {path: (few[path], more[path]) for path in few}


def _counts_with(instance: Path, count: int) -> dict[str, int]:
    app = portal_in(instance)
    many_rows.fill(app.extensions["portal"].rows, count, now=clock.utc_now())
    asked = {path: user_id for path, user_id in PAGES.items() if path not in ASKING}
    return {path: _count(app, path, user_id) for path, user_id in asked.items()}


def _count(app: Flask, path: str, user_id: str | None) -> int:
    """Of the second visit: what is done once for a session or a process is done by then."""
    browser = stranger(app) if user_id is None else visitor(app, user_id)
    browser.get(path)
    with statements.heard(app) as sent:
        answer = browser.get(path)
    assert answer.status_code == (404 if path == "/no/such-page" else 200), answer.text
    return len(sent)
