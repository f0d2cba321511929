"""Applicants of a shared mailbox: who is offered, to whom, and what is kept of them."""

from datetime import datetime, timedelta
from email import message_from_bytes

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal import clock
from portal.audit import store as audit
from portal.audit.act import Act
from portal.audit.models import Actor, Wanted
from portal.privacy import holds, never_sync
from portal.privacy import store as privacy
from portal.privacy.models import Relay
from portal.shared_mailboxes import applicants
from portal.web import time_limit
from tests import pages
from tests.email.environment import ROSA, EmailEnvironment, raw_message
from tests.shared_mailboxes.environment import JOBS, add
from tests.support.browser import browser, send
from tests.support.raw_rows import raw

NOA, SAM = "Noa Levi <noa@mail.example>", "sam@school.example"


@pytest.fixture
def page(env: EmailEnvironment, admin: FlaskClient) -> str:
    """The page of jobs@, which Priya owns and to which Noa and Sam wrote."""
    account_id = add(env, admin)
    env.arrives(JOBS, raw_message("Application", sender=NOA, to=JOBS), received_at=ago(9))
    env.arrives(JOBS, raw_message("Sorry, with my CV", sender=NOA, to=JOBS), received_at=ago(8))
    env.arrives(JOBS, raw_message("A question", sender=SAM, to=JOBS), received_at=ago(2))
    env.sync(account_id)
    return f"/settings/mailboxes/{account_id}/applicants"


@pytest.fixture
def priya(page: str, portal: Flask) -> FlaskClient:
    return browser(portal, "priya")


def ago(days: int) -> datetime:
    return clock.utc_now() - timedelta(days=days)


def test_nothing_is_read_before_it_is_asked_for(priya: FlaskClient, page: str) -> None:
    html = priya.get(page).text

    assert pages.complaints(html) == []
    assert "noa@mail.example" not in html
    assert "Nothing of it is kept but those you tick." in html


def test_senders_are_offered_with_their_first_subject(
    env: EmailEnvironment, priya: FlaskClient, page: str
) -> None:
    html = send(priya, page).text

    assert pages.complaints(html) == []
    assert html.index(SAM) < html.index("noa@mail.example")
    assert ("Noa Levi" in html, "Application" in html) == (True, True)
    assert "Sorry, with my CV" not in html
    assert (env.count("messages"), env.count("candidates")) == (0, 0)
    (noted,) = audit.entries(env.rows, Wanted(action="applicants listed"))
    assert (noted.target, noted.new) == (f"Northwind Jobs <{JOBS}>", None)


def test_ticked_senders_become_candidates_once(
    env: EmailEnvironment, priya: FlaskClient, page: str
) -> None:
    for _ in range(2):
        answer = send(
            priya,
            f"{page}/chosen",
            applicant="noa@mail.example",
            address=["noa@mail.example", SAM],
            name=["Noa Levi", SAM],
        )

    assert (answer.status_code, answer.location) == (303, "/candidates")
    found = env.rows.all(
        tuple,
        "select c.name, a.address from candidates c "
        "join candidate_addresses a on a.candidate_id = c.id",
    )
    assert found == [("Noa Levi", "noa@mail.example")]
    assert "noa@mail.example" not in send(priya, page).text


@pytest.mark.parametrize(
    ("sender", "headers"),
    [
        ("no-reply@board.example", {}),
        ("MAILER-DAEMON@mail.example", {}),
        ("ida@mail.example", {"Auto-Submitted": "auto-replied"}),
        ("list@mail.example", {"List-Id": "<jobs.list.example>"}),
        ("shop@mail.example", {"List-Unsubscribe": "<mailto:off@mail.example>"}),
        ("priya@northwind.example", {}),
        (ROSA, {}),
        ("lawyer@lawfirm.example", {}),
        ("own@lawfirm-two.example", {}),
    ],
)
def test_these_are_not_offered(
    env: EmailEnvironment, priya: FlaskClient, page: str, sender: str, headers: dict[str, str]
) -> None:
    env.candidate("Rosa Ortega", ROSA)
    act = Act(env.rows, Actor.system("test"), clock.utc_now())
    never_sync.add(act, "lawfirm.example", owner=None)
    never_sync.add(act, "lawfirm-two.example", owner=page.split("/")[3])
    message = message_from_bytes(raw_message("Hello", sender=sender, to=JOBS))
    for name, value in headers.items():
        message[name] = value
    env.arrives(JOBS, message.as_bytes())

    html = send(priya, page).text

    assert SAM in html
    assert sender not in html


def test_old_and_discarded_mail_offers_nobody(
    env: EmailEnvironment, priya: FlaskClient, page: str
) -> None:
    old, junk = "old@mail.example", "junk@mail.example"
    env.arrives(JOBS, raw_message("Old", sender=old, to=JOBS), received_at=ago(31))
    env.arrives(JOBS, raw_message("Junk", sender=junk, to=JOBS), folder="Junk Email")

    html = send(priya, page).text

    assert (old in html, junk in html, SAM in html) == (False, False, True)


@pytest.mark.parametrize("relay", ["no-reply@board.example", "no-reply@mail.board.example"])
def test_person_behind_a_relay_is_offered(
    env: EmailEnvironment, priya: FlaskClient, page: str, relay: str
) -> None:
    with env.rows.write():
        privacy.add_relay(env.rows, Relay("board.example", "Alex Berg", clock.utc_now()))
    message = message_from_bytes(raw_message("Via", sender=relay, to=JOBS))
    message["Reply-To"] = "lea@mail.example"
    env.arrives(JOBS, message.as_bytes())

    html = send(priya, page).text

    assert ('value="lea@mail.example"' in html, f'value="{relay}"' in html) == (True, False)


def test_nobody_ticked_adds_nobody(env: EmailEnvironment, priya: FlaskClient, page: str) -> None:
    answer = send(priya, f"{page}/chosen")

    assert (answer.status_code, env.count("candidates")) == (422, 0)
    assert "Nobody is ticked, so nobody was added." in answer.text


def test_forged_addresses_are_refused(env: EmailEnvironment, priya: FlaskClient, page: str) -> None:
    for address in ("priya@northwind.example", "no address"):
        send(priya, f"{page}/chosen", applicant=address, address=address, name="Someone")

    assert env.count("candidates") == 0


def test_mailbox_that_is_off_says_so(env: EmailEnvironment, priya: FlaskClient, page: str) -> None:
    send(priya, page.replace("applicants", "sync"), on="0")

    answer = send(priya, page)

    assert answer.status_code == 409
    assert "Portal does not read this mailbox at the moment" in answer.text


def test_microsoft_that_does_not_answer(
    env: EmailEnvironment, priya: FlaskClient, page: str
) -> None:
    env.sandbox.control("PATCH", f"users/{JOBS}", {"fenced": True})

    answer = send(priya, page)

    assert answer.status_code == 403
    assert "Exchange keeps this mailbox closed to Portal" in answer.text


def test_mailbox_that_was_never_read_says_so(
    env: EmailEnvironment, admin: FlaskClient, portal: Flask
) -> None:
    page = f"/settings/mailboxes/{add(env, admin)}/applicants"

    answer = send(browser(portal, "priya"), page)

    assert answer.status_code == 409
    assert "waits for its first sync" in answer.text


def test_wait_ends_with_the_time_of_a_page(
    env: EmailEnvironment, priya: FlaskClient, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In two seconds instead of ten, so that a slow machine cannot reach what the fault takes."""
    monkeypatch.setattr(time_limit, "PAGE_SECONDS", 2.0)
    env.sandbox.control("POST", "faults", {"path": "messages", "delayMs": 20_000, "times": 20})
    begun = clock.monotonic()

    answer = send(priya, page)

    assert clock.monotonic() - begun < 18
    assert answer.status_code == 503
    assert "Microsoft did not answer within 10 seconds." in answer.text


def test_part_that_was_read_is_named_as_a_part(
    env: EmailEnvironment, priya: FlaskClient, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(applicants, "ON_A_PAGE", 1)
    monkeypatch.setattr(applicants, "MOST_READ", 1)

    html = send(priya, page).text

    assert (SAM in html, "noa@mail.example" in html) == (True, False)
    assert "There may be more: Portal read the newest messages only." in html


def test_mailbox_that_nobody_reads_names_both_cures(
    env: EmailEnvironment, priya: FlaskClient, page: str
) -> None:
    raw(env.rows).execute("delete from consents")

    answer = send(priya, page)

    assert answer.status_code == 409
    assert "consent does not open this mailbox, and no member reads it" in answer.text
    assert "A member with Full Access to it can read it for Portal." in answer.text


def test_where_owners_are_asked_earlier_mail_waits(
    env: EmailEnvironment, priya: FlaskClient, page: str
) -> None:
    asking = Act(env.rows, Actor.system("test"), clock.utc_now())
    holds.set_asking(asking, page.split("/")[3], asks=True)

    send(priya, f"{page}/chosen", applicant=SAM, address=SAM, name="Sam Ray")

    said = priya.get("/candidates").text
    assert "1 candidate is added. Their earlier mail in jobs@northwind.example waits until" in said


@pytest.mark.parametrize("person", ["alex", "kim"])
def test_only_owners_see_them(env: EmailEnvironment, page: str, portal: Flask, person: str) -> None:
    env.hire("kim@northwind.example")
    client = browser(portal, person)

    found = [client.get(page).status_code, send(client, page).status_code]
    found.append(send(client, f"{page}/chosen", applicant="noa@mail.example").status_code)

    assert found == [404, 404, 404]
    assert env.count("candidates") == 0
