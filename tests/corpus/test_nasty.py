"""Malformed messages arrive once each and are shown as text, and no page fails."""

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest

from portal.candidates import edits
from portal.config import MicrosoftConfig
from portal.errors import Invalid
from sandbox import quirks
from sandbox.mime.parser import parse
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


@dataclass(frozen=True)
class Written:
    """A message as it is, with the addresses that Microsoft would read in it."""

    raw: bytes
    senders: frozenset[str]
    recipients: frozenset[str]
    content: tuple[str, ...]

    @property
    def everybody(self) -> frozenset[str]:
        return self.senders | self.recipients


def written(raw: bytes) -> Written:
    parsed = parse(raw)
    recipients = (each for name in ("to", "cc") for each in parsed.addresses(name))
    marks = (parsed.header("message-id") or str(raw), parsed.header("subject"))
    files = sorted(each.name for each in parsed.attachments)
    content = (*marks, " ".join(parsed.text.split()), *files)
    return Written(raw, _folded(parsed.addresses("from")[:1]), _folded(recipients), content)


def _folded(found: Iterable[tuple[str, str]]) -> frozenset[str]:
    return frozenset(address.lower() for _, address in found if is_address(address))


def is_address(text: str) -> bool:
    try:
        return bool(edits.checked_addresses(text))
    except Invalid:
        return False


def test_malformed_message_as_it_is_reaches_its_people_alone(instance: Path) -> None:
    # Some are one message with other bytes.
    messages = list({each.content: each for each in map(written, nasty.untouched())}.values())
    people = sorted({address for each in messages for address in each.senders})
    own = {address for each in messages for address in each.recipients} - {*people}
    expected = {
        person: sum(person in each.everybody and bool(own & each.everybody) for each in messages)
        for person in people
    }
    with open_environment(instance) as environment:
        quirks.turn(environment.sandbox.state, dict.fromkeys(quirks.NAMES, True))
        user_id = environment.add_member("Nora", MEMBER, [MEMBER, *sorted(own)])
        ids = {person: environment.add_candidate(person, [person]) for person in people}
        for each in messages:
            environment.sandbox.deliver(MEMBER, each.raw)
        environment.connect(user_id, MEMBER)

        with running_worker(environment, log=instance / "worker.log"):
            wait_until_idle(environment, seconds=300)
            environment.include_all_aliases(user_id)
            wait_until_idle(environment, seconds=300)

        feeds = environment.feeds()
        assert {each: len(feeds.get(ids[each], [])) for each in people} == expected
        assert sum(expected.values()) > 60
        assert environment.entries_without_candidate() == []


def page_of(browser: Visitor, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200, path
    page = answer.get_data().decode("utf-8")
    assert CONTROL.search(page) is None, path
    return page
