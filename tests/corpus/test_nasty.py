"""Malformed messages arrive once each and are shown as text, and no page fails."""

import html
import re
from pathlib import Path

import pytest

from portal.config import MicrosoftConfig
from tests.corpus import nasty
from tests.corpus.environment import open_environment, running_worker, wait_until_idle
from tests.support.raw_rows import raw
from tests.support.visitors import Visitor, portal_in, visitor

pytestmark = pytest.mark.corpus
ROSA = "rosa.ortega@mail.example"
MEMBER = "nora@northwind.example"
OLDER = re.compile(r'href="([^"]+)"\s+rel="next"')
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def test_malformed_message_arrives_once_and_is_shown(instance: Path) -> None:
    with open_environment(instance) as environment:
        user_id = environment.add_member("Nora", MEMBER, [MEMBER])
        candidate = environment.add_candidate("Rosa Ortega", [ROSA])
        mids = []
        for mid, sent in nasty.messages(sender=ROSA, to=MEMBER):
            environment.sandbox.deliver(MEMBER, sent)
            mids.append(mid)
        environment.connect(user_id, MEMBER)

        with running_worker(environment, log=instance / "worker.log"):
            wait_until_idle(environment, seconds=300)

        assert sorted(environment.feeds()[candidate]) == sorted(mids)
        assert len(mids) == 150
        app = portal_in(instance, microsoft=MicrosoftConfig())
        nora = visitor(app, user_id)
        shown, path = 0, f"/candidates/{candidate}"
        while path:
            page = page_of(nora, path)
            shown += page.count('<h3 class="title">')
            older = OLDER.search(page)
            path = html.unescape(older[1]) if older else ""
        assert shown == 150
        for row in raw(app.extensions["portal"].rows)["messages"].rows:
            page_of(nora, f"/candidates/{candidate}/messages/{row['id']}")


def page_of(browser: Visitor, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200, path
    page = answer.get_data().decode("utf-8")
    assert CONTROL.search(page) is None, path
    return page
