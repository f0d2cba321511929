"""Automated mail through Microsoft 365: its limit, its hold, and its chosen mailbox."""

from datetime import timedelta

import pytest

from portal import clock
from portal.errors import Invalid
from portal.microsoft365 import consent_store
from portal.outbox import automated, automated_store, store
from portal.outbox.automated import Notice
from portal.outbox.models import Mail, Route, State
from tests.email.environment import ROSA, EmailEnvironment
from tests.outbox.automation import choose, settle, went_before
from tests.outbox.office import JOBS, Office
from tests.support.raw_rows import raw


@pytest.fixture
def office(env: EmailEnvironment, monkeypatch: pytest.MonkeyPatch) -> Office:
    """The organization consents to sending, and jobs@ is chosen for automated mail."""
    office = Office(env, monkeypatch)
    office.open()
    office.consent()
    given = consent_store.consent(env.rows)
    assert given is not None
    raw(env.rows).table("users").update(office.jobs, {"tenant_id": given.tenant_id})
    choose(office, office.jobs)
    return office


def queue(office: Office, subject: str = "Thank you for applying", **changes: object) -> Mail:
    services = office.env.services
    return automated.queue_automated(
        office.env.rows,
        services.vault,
        services.config,
        Notice(ROSA, "Rosa Ortega", subject, "We have your application.", **changes),  # type: ignore[arg-type]  # a test names what it adds
        now=clock.utc_now(),
    )


def test_mail_goes_from_the_chosen_mailbox(office: Office) -> None:
    mail = queue(office)

    office.work()
    office.later(seconds=5)

    sent = office.mail(mail)
    assert (sent.route, sent.state) == (Route.MICROSOFT, State.SEEN)
    assert (sent.from_address, sent.from_seen) == (JOBS, JOBS)


def test_thousandth_is_the_last_of_any_24_hours(office: Office) -> None:
    first = queue(office)
    office.work()
    now = clock.utc_now()
    went_before(office.env.rows, first, [now - timedelta(hours=20)] * 998)
    last, held = queue(office), queue(office)

    office.later(seconds=1)
    office.later(seconds=60)

    budget = automated.budget(office.env.rows, now=clock.utc_now())
    waiting = office.mail(held)
    assert office.mail(last).state in (State.ACCEPTED, State.SEEN)
    assert (waiting.state, waiting.failure) == (State.WAITING, automated.FULL)
    assert budget.sent == 1000
    assert waiting.due_at == budget.next_at == now + timedelta(hours=4, seconds=1)
    assert (waiting.give_up_at or now) == waiting.due_at + timedelta(hours=24)
    [group] = automated_store.waiting(office.env.rows, now=clock.utc_now())
    assert (group.subject, group.count) == ("Thank you for applying", 1)

    office.later(hours=4, seconds=5)

    assert office.mail(held).state in (State.ACCEPTED, State.SEEN)


def test_refused_calls_do_not_count(office: Office) -> None:
    mail = queue(office)
    recent = [clock.utc_now() - timedelta(hours=1)]
    went_before(office.env.rows, mail, recent * 999, outcome="refused")

    assert automated.budget(office.env.rows, now=clock.utc_now()) == automated.Budget(0, None)


def test_people_write_while_automated_mail_is_held(office: Office) -> None:
    first = queue(office)
    office.work()
    went_before(office.env.rows, first, [clock.utc_now() - timedelta(hours=20)] * 999)
    held = queue(office)

    written = office.write_from_jobs()
    office.work()

    assert office.state(held) is State.WAITING
    assert office.state(written) is State.ACCEPTED


def test_mail_of_a_person_goes_first(office: Office) -> None:
    mails = [queue(office) for _ in range(30)]
    written = office.write_from_jobs()

    office.work()

    states = [office.state(each) for each in mails]
    assert office.state(written) is State.ACCEPTED
    assert states.count(State.ACCEPTED) == 24


def test_mail_is_held_until_another_mailbox_is_chosen(office: Office) -> None:
    raw(office.env.rows).table("users").update(office.jobs, {"is_enabled": 0})
    mail = queue(office)
    settle(office)

    office.work()
    held = office.mail(mail)
    choose(office, office.priya)
    office.work()

    assert (held.state, held.account_id) == (State.WAITING, None)
    sent = office.mail(mail)
    assert (sent.state, sent.account_id) == (State.ACCEPTED, office.priya)


def test_waiting_mail_leaves_a_mailbox_that_is_gone(office: Office) -> None:
    mail = queue(office)
    raw(office.env.rows).table("users").update(office.jobs, {"is_enabled": 0})

    office.work()
    assert office.mail(mail).failure == automated.NO_MAILBOX
    settle(office)
    assert office.mail(mail).through_id is None

    raw(office.env.rows).table("users").update(office.jobs, {"is_enabled": 1})
    settle(office)
    office.work()

    assert office.state(mail) is State.ACCEPTED


def test_late_reminder_is_withdrawn_while_it_is_held(office: Office) -> None:
    raw(office.env.rows).table("users").update(office.jobs, {"is_enabled": 0})
    mail = queue(office, useless_at=clock.utc_now() + timedelta(minutes=2))

    settle(office)
    assert office.state(mail) is State.WAITING
    office.offset = timedelta(minutes=3)
    settle(office)

    ended = store.mail(office.env.rows, mail.id)
    since = clock.utc_now() - timedelta(days=1)
    assert (ended.state, ended.failure) == (State.WITHDRAWN, automated.USELESS)
    assert automated_store.count_useless(office.env.rows, since=since) == 1


def test_mailbox_without_consent_is_not_chosen(office: Office) -> None:
    raw(office.env.rows).table("users").update(office.priya, {"is_enabled": 0})

    with pytest.raises(Invalid):
        choose(office, office.priya)
    with pytest.raises(Invalid):
        choose(office, "nobody")
