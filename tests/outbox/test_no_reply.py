"""Mail from templates marked “no reply” through Microsoft 365: counted, held, and its author's."""

from datetime import timedelta
from typing import Any

import pytest

from portal import clock
from portal.audit.act import Act
from portal.composer import no_reply
from portal.errors import Invalid
from portal.microsoft365 import authorizations
from portal.outbox import automated, removal, requests
from portal.outbox.feed import decisions
from portal.outbox.models import Kind, Mail, Route, State
from portal.outbox.recipients import read
from portal.privacy.models import Entry
from sandbox.sending import ledger
from tests.email.environment import PRIYA, ROSA, EmailEnvironment
from tests.outbox import mails
from tests.outbox.automation import choose, settle, went_before
from tests.outbox.office import BY, JOBS, Office, once
from tests.support import builders
from tests.support.raw_rows import raw
from tests.support.sandbox_server import TENANT_ID


@pytest.fixture
def office(env: EmailEnvironment, monkeypatch: pytest.MonkeyPatch) -> Office:
    """The organization consents to sending, and jobs@ is chosen for automated mail."""
    office = Office(env, monkeypatch)
    office.open()
    office.consent()
    raw(env.rows).table("users").update(office.jobs, {"tenant_id": TENANT_ID})
    choose(office, office.jobs)
    return office


def write(office: Office, **changes: Any) -> Mail:
    services, now = office.env.services, clock.utc_now()
    usual = {
        "author_id": office.priya,
        "candidate_id": office.rosa,
        "alias_id": None,
        "free_at": now,
    }
    written = mails.queued(**usual | changes)
    return automated.queue_no_reply(
        office.env.rows, services.vault, services.config, written, now=now
    )


def test_it_goes_by_the_consent_and_not_by_its_authors_connection(office: Office) -> None:
    office.connect("Mail.Send", "Mail.Send.Shared", "Mail.Read")
    mail = write(office)

    office.work()
    office.later(seconds=5)

    sent = office.mail(mail)
    assert (sent.kind, sent.route, sent.state) == (Kind.AUTOMATED, Route.MICROSOFT, State.SEEN)
    assert (sent.from_address, sent.from_seen) == (JOBS, JOBS)
    assert office.delivered() == once(mail)
    assert [each.sender for each in ledger.deliveries(office.env.sandbox.state)] == [JOBS]
    assert automated.budget(office.env.rows, now=clock.utc_now()).sent == 1


def test_without_the_consent_nothing_goes_by_its_authors_connection(office: Office) -> None:
    office.connect("Mail.Send", "Mail.Send.Shared", "Mail.Read")
    mail = write(office)
    authorizations.set_sending(Act(office.env.rows, BY, clock.utc_now()), wanted=False)

    office.work()

    assert office.mail(mail).failure == automated.NO_MAILBOX
    assert office.delivered() == {}


def test_limit_holds_it_until_the_time_that_was_said(office: Office) -> None:
    first, rows = write(office), office.env.rows
    office.work()
    now = clock.utc_now()
    went_before(rows, first, [now - timedelta(hours=20)] * 999)

    held = write(office)
    said = no_reply.held_until(rows, held, now=clock.utc_now())
    office.work()

    waiting = office.mail(held)
    assert said == waiting.due_at == now + timedelta(hours=4, seconds=1)
    assert (waiting.state, waiting.failure) == (State.WAITING, automated.FULL)
    assert office.delivered() == once(first)

    office.later(hours=4, seconds=5)

    assert office.delivered() == once(first) + once(held)


def test_route_that_is_gone_refuses_before_anything_is_stored(office: Office) -> None:
    raw(office.env.rows).table("users").update(office.jobs, {"is_enabled": 0})

    with pytest.raises(Invalid, match="no route yet"):
        write(office)

    assert raw(office.env.rows)["outbox"].count == 0


def test_it_waits_for_its_undo_and_moves_with_the_route(office: Office) -> None:
    mail = write(office, free_at=clock.utc_now() + timedelta(seconds=10))
    choose(office, office.priya)
    settle(office)

    office.work()
    assert office.delivered() == {}
    office.later(seconds=11)

    sent = office.mail(mail)
    assert (sent.from_address, sent.account_id) == (PRIYA, office.priya)
    assert office.delivered() == once(mail)


def test_its_author_decides_and_an_administrator_once_they_left(office: Office) -> None:
    rows, mail = office.env.rows, write(office)
    ben = builders.user(rows, "Ben Novak")
    who = ((office.priya, False), (ben, False), (ben, True))

    while_there = [decisions.may_decide(rows, mail, *each) for each in who]
    raw(rows).table("users").update(office.priya, {"is_enabled": 0})

    assert while_there == [True, False, False]
    assert [decisions.may_decide(rows, mail, *each) for each in who] == [False, False, True]


def test_entry_of_its_author_on_never_sync_names_it(office: Office) -> None:
    rows, mail, now = office.env.rows, write(office), clock.utc_now()

    own = Entry("never", office.priya, ROSA, False, "Priya Kaur", now)
    others = Entry("never", office.rosa, ROSA, False, "Sam Lee", now)

    assert removal.mail_on_list(rows, own) == [mail.id]
    assert removal.mail_on_list(rows, others) == []


def test_request_asks_for_no_automatic_answer() -> None:
    [recipient] = read(ROSA, "")
    automated_mail = mails.queued(kind=Kind.AUTOMATED).mail
    of_person = mails.queued().mail

    names = [
        [
            (each["name"], each["value"])
            for each in requests.new_mail(mail, [recipient], [], is_marked=True)["message"][
                "internetMessageHeaders"
            ]
        ]
        for mail in (automated_mail, of_person)
    ]

    assert names[0] == [
        ("x-portal-message", automated_mail.id),
        ("x-auto-response-suppress", "All"),
    ]
    assert names[1] == [("x-portal-message", of_person.id)]
