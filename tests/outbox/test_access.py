"""The token and the mailbox by which mail goes, also where Exchange keeps one closed."""

import pytest

from portal.outbox import store
from portal.outbox.access import Path
from portal.outbox.models import State
from sandbox import quirks
from tests.email.environment import PRIYA, EmailEnvironment
from tests.outbox.office import JOBS, Office, once
from tests.support.raw_rows import raw

SEND = ("Mail.Read", "Mail.Send")
SHARED = (*SEND, "Mail.Send.Shared", "Mail.Read.Shared")


@pytest.fixture
def person(env: EmailEnvironment, monkeypatch: pytest.MonkeyPatch) -> Office:
    """Priya, without any consent of the organization."""
    opened = Office(env, monkeypatch)
    opened.open()
    return opened


def test_own_connection_sends_and_reads_back(person: Office) -> None:
    person.connect(*SEND)
    mail = person.write()

    person.work()
    person.later(seconds=5)

    assert person.state(mail) is State.SEEN
    assert person.delivered() == once(mail)


def test_without_connection_mail_waits_and_goes_after_connecting(person: Office) -> None:
    mail = person.write()

    person.work()
    waits = person.mail(mail)
    person.connect(*SEND)
    person.later(seconds=61)

    assert (waits.state, "Connect" in (waits.failure or "")) == (State.WAITING, True)
    assert person.delivered() == once(mail)


def test_connection_without_mail_send_waits(person: Office) -> None:
    person.connect("Mail.Read")
    mail = person.write()

    person.work()

    assert person.state(mail) is State.WAITING
    assert "Mail.Send" in (person.mail(mail).failure or "")


def test_consent_counts_only_while_sending_is_turned_on(person: Office) -> None:
    person.env.consent(*SEND)
    mail = person.write()

    person.work()
    before = person.state(mail)
    person.consent(*SEND)
    person.later(seconds=61)

    assert (before, person.state(mail)) == (State.WAITING, State.ACCEPTED)


def test_mailbox_closed_to_consent_goes_by_own_connection(person: Office) -> None:
    person.consent(*SEND)
    person.connect(*SEND)
    person.fault(status=403, code="ErrorAccessDenied")
    mail = person.write()

    person.work()

    assert person.outcomes(mail) == ["closed", "accepted"]
    assert person.delivered() == once(mail)


def _rights(office: Office, **rights: bool) -> None:
    """Give Priya these rights in jobs@, and take all others away."""
    names = ("fullAccess", "sendAs", "sendOnBehalf")
    people = {name: [PRIYA] if rights.get(name) else [] for name in names}
    office.env.sandbox.control("PATCH", f"mailboxes/{JOBS}/rights", people)


def test_grant_of_exchange_sends_without_a_role_in_the_token(office: Office) -> None:
    office.env.sandbox.control("POST", "quirks", {quirks.RBAC_SCOPE.name: True})
    office.consent()
    mail = office.write()

    office.work()

    assert store.attempts(office.env.rows, mail.id)[0].stage == Path.CONSENT
    assert office.delivered() == once(mail)


def test_owner_with_full_access_sends_through_the_shared_mailbox(person: Office) -> None:
    person.connect(*SHARED)
    _rights(person, fullAccess=True, sendAs=True)
    mail = person.write_from_jobs()

    person.work()
    person.later(seconds=5)

    seen = person.mail(mail)
    assert (seen.state, seen.through_id, seen.from_seen) == (State.SEEN, person.jobs, JOBS)
    assert person.delivered() == once(mail)


def test_owner_without_full_access_sends_through_their_own_mailbox(person: Office) -> None:
    person.connect(*SHARED)
    _rights(person, sendAs=True)
    mail = person.write_from_jobs()

    person.work()
    person.later(seconds=5)

    seen = person.mail(mail)
    assert (seen.state, seen.through_id, seen.from_seen) == (State.SEEN, person.priya, JOBS)
    assert person.outcomes(mail) == ["closed", "accepted"]
    assert person.delivered() == once(mail)


def test_send_on_behalf_shows_the_sender(person: Office) -> None:
    person.connect(*SHARED)
    _rights(person, fullAccess=True, sendOnBehalf=True)
    mail = person.write_from_jobs()

    person.work()
    person.later(seconds=5)

    seen = person.mail(mail)
    assert (seen.state, seen.from_seen, seen.sender_seen) == (State.SEEN, JOBS, PRIYA)


def test_owner_without_any_right_is_refused_with_the_cure(person: Office) -> None:
    person.connect(*SHARED)
    _rights(person)
    mail = person.write_from_jobs()

    person.work()

    refused = person.mail(mail)
    assert (refused.state, "Delegation" in (refused.failure or "")) == (State.REFUSED, True)
    assert not person.delivered()


def test_revoked_connection_asks_about_an_unknown_mail(person: Office) -> None:
    person.connect(*SEND)
    person.fault(carriedOut=True, reset=True)
    mail = person.write()
    person.work()
    raw(person.env.rows).execute("delete from connections")

    person.look_through()

    assert person.state(mail) is State.ASKS
    assert person.delivered() == once(mail)


def test_without_permission_to_read_accepted_mail_cannot_be_checked(person: Office) -> None:
    person.connect("Mail.Send")
    mail = person.write()

    person.work()
    person.later(seconds=5)

    accepted = person.mail(mail)
    assert accepted.state is State.ACCEPTED
    assert "cannot check" in (accepted.failure or "")


@pytest.mark.parametrize("is_connected", [False, True])
def test_throttled_mail_asks_where_nothing_may_be_searched(
    person: Office, is_connected: bool
) -> None:
    if is_connected:
        person.connect("Mail.Send")
    else:
        person.consent("User.Read.All", "Mail.Send")
    person.fault(status=429, code="ApplicationThrottled", retryAfter=30)
    mail = person.write()

    person.work()
    person.later(seconds=31)

    asks = person.mail(mail)
    assert (asks.state, asks.is_throttled) == (State.ASKS, False)
    assert "may not read this mailbox" in (asks.failure or "")
    assert not person.delivered()
