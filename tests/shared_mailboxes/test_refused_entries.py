"""Entries that are no shared mailbox are refused with a sentence, and nothing is stored."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from threading import Barrier

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.audit import store as audit
from portal.audit.models import Wanted
from portal.shared_mailboxes import store
from tests import pages
from tests.email.environment import PRIYA, EmailEnvironment
from tests.shared_mailboxes.environment import GRANTED, JOBS, LIST, entry_page
from tests.support.browser import browser, send
from tests.support.raw_rows import raw

GROUP = "recruiting@northwind.example"
PURPOSES = "MailboxSettings.Read"
OF_A_PERSON = "is a person's mailbox. Only that person decides what Portal reads."
OF_A_GROUP = "Let a shared mailbox receive its mail, or give the group a rule that forwards to one."


def refused(env: EmailEnvironment, admin: FlaskClient, path: str) -> str:
    """The page with the refusal. The form is refused too, and nothing is added."""
    shown = admin.get(path)
    sent = send(admin, path, owner="priya", confirmed="1")

    assert (shown.status_code, sent.status_code) == (422, 422)
    assert pages.complaints(shown.text) == []
    assert env.count("mailbox_sources") == 0
    return unescape(shown.text)


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("sam@northwind.example", OF_A_PERSON),
        ("frontdesk@northwind.example", OF_A_PERSON),
        ("room-aurora@northwind.example", "is a room or equipment, and has no conversations"),
    ],
)
def test_purpose_tells_people_and_rooms_from_shared_mailboxes(
    env: EmailEnvironment, admin: FlaskClient, address: str, sentence: str
) -> None:
    env.consent(*GRANTED, PURPOSES)

    assert f"{address} {sentence}" in refused(env, admin, entry_page(env, address))


def test_search_for_a_person_offers_nothing_to_choose(
    env: EmailEnvironment, admin: FlaskClient
) -> None:
    page = admin.get(LIST, query_string={"q": PRIYA}).text

    assert ">Person<" in page
    assert entry_page(env, PRIYA) not in page


def test_group_is_refused_by_its_id_too(env: EmailEnvironment, admin: FlaskClient) -> None:
    groups = env.sandbox.state.rows("select id, item from directory_groups")
    (group_id,) = [each["id"] for each in groups if GROUP in each["item"]]

    said = refused(env, admin, f"{LIST}/entries/{group_id}")

    assert "No mailbox of your organization has the address you chose." in said
    assert OF_A_GROUP in said


@pytest.mark.parametrize("address", ["desk@partner.example", "jobs@northwind.example.org"])
def test_address_of_another_tenant_is_none_of_the_organizations(
    env: EmailEnvironment, admin: FlaskClient, address: str
) -> None:
    page = admin.get(LIST, query_string={"q": address})

    assert page.status_code == 422
    assert f"No mailbox of your organization has the address {address}." in unescape(page.text)
    assert env.count("mailbox_sources") == 0


def at_once(*calls: Callable[[], TestResponse]) -> list[TestResponse]:
    """Start all calls together, each in a thread of its own. Returns their answers in order."""
    barrier = Barrier(len(calls), timeout=30)

    def begin(call: Callable[[], TestResponse]) -> TestResponse:
        barrier.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(begin, calls))


def test_two_administrators_add_it_at_once(
    env: EmailEnvironment, admin: FlaskClient, portal: Flask
) -> None:
    robin = env.hire("sam@northwind.example")
    raw(env.rows).execute("update users set role = 'admin' where id = ?", [robin])
    path, second = entry_page(env, JOBS), browser(portal, robin)

    answers = at_once(
        lambda: send(admin, path, owner="priya", confirmed="1"),
        lambda: send(second, path, owner="alex", confirmed="1"),
    )

    assert sorted(each.status_code for each in answers) == [303, 409]
    (known,) = store.mailboxes(env.rows)
    late = next(each for each in answers if each.status_code == 409)
    assert f"{JOBS} is added already, by {known.added_by}." in late.text
    (noted,) = audit.entries(env.rows, Wanted(action="shared mailbox added"))
    assert noted.actor.name == known.added_by
    owner = {"Alex Berg": "priya", "Sam Reed": "alex"}[known.added_by]
    assert [each.user_id for each in known.owners] == [owner]
