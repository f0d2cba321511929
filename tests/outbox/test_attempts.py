"""One attempt and its outcomes, by the mail of each recipient in the practice tenant."""

import pytest

from portal import clock
from portal.audit.act import Act
from portal.integrations import platforms
from portal.outbox.models import Outcome, State
from portal.outbox.store import proofs
from tests.email.environment import ALEX, PRIYA, ROSA, TALENT
from tests.outbox.office import BY, JOBS, Office, once
from tests.support.raw_rows import raw


def test_mail_goes_out_once_and_its_copy_is_found(office: Office) -> None:
    mail = office.write(cc=ALEX)

    office.work()
    accepted = office.state(mail)
    office.later(seconds=5)

    seen = office.mail(mail)
    assert (accepted, seen.state, seen.failure) == (State.ACCEPTED, State.SEEN, None)
    assert (seen.from_seen, seen.sender_seen, seen.copies_found) == (TALENT, TALENT, 1)
    assert office.delivered() == once(mail, ROSA, ALEX)
    assert proofs(office.env.rows, [office.talent])[office.talent].outcome is Outcome.AS_ALIAS


def test_worker_leaves_mail_alone_until_it_is_free(office: Office) -> None:
    now = clock.utc_now()
    soon = now.replace(microsecond=0) + office.second(10)
    mail = office.write(free_at=soon, due_at=soon)

    office.work()
    before = office.state(mail)
    office.later(seconds=10)

    assert (before, office.state(mail)) == (State.WAITING, State.ACCEPTED)


def test_alias_switch_off_is_seen_on_the_copy(office: Office) -> None:
    office.env.sandbox.control("PATCH", "tenant", {"sendFromAlias": False})
    mail = office.write()

    office.work()
    office.later(seconds=5)

    assert office.mail(mail).from_seen == PRIYA
    assert proofs(office.env.rows, [office.talent])[office.talent].outcome is Outcome.AS_PRIMARY


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({"status": 403, "code": "ErrorSendAsDenied"}, "Delegation → Send as"),
        ({"status": 413, "code": "RequestEntityTooLarge"}, "Share a link"),
        ({"status": 507, "code": "ErrorQuotaExceeded"}, "mailbox is full"),
        ({"status": 404, "code": "MailboxNotEnabledForRESTAPI"}, "no mailbox"),
        ({"status": 422, "code": "Strange"}, "Microsoft refused (Strange)"),
    ],
)
def test_refusal_is_final_and_names_the_cure(
    office: Office, fault: dict[str, object], words: str
) -> None:
    office.fault(**fault)
    mail = office.write()

    office.work()
    office.later(minutes=20)

    refused = office.mail(mail)
    assert refused.state is State.REFUSED
    assert words in (refused.failure or "")
    assert not office.delivered()


def test_right_to_send_as_that_is_missing_is_kept_at_the_alias(office: Office) -> None:
    office.fault(status=403, code="ErrorSendAsDenied")
    office.write()

    office.work()

    assert proofs(office.env.rows, [office.talent])[office.talent].outcome is Outcome.REFUSED


@pytest.mark.parametrize("status", [400, 403])
def test_refused_property_is_left_out_and_remembered(office: Office, status: int) -> None:
    office.turn(propertiesRefused=status)
    first = office.write()
    office.work()
    second = office.write()

    office.work()
    office.later(seconds=5)

    assert office.outcomes(first) == ["mark refused", "accepted"]
    assert office.outcomes(second) == ["accepted"]
    assert (office.state(first), office.state(second)) == (State.SEEN, State.SEEN)
    assert office.delivered() == once(first) + once(second)


def test_refused_token_is_renewed_before_the_next_call(office: Office) -> None:
    office.fault(status=401, code="InvalidAuthenticationToken")
    mail = office.write()

    office.work()

    assert office.outcomes(mail) == ["token refused", "accepted"]
    assert office.delivered() == once(mail)


def test_unreachable_microsoft_is_tried_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail = office.write()
    monkeypatch.setattr("portal.graph.client.GraphClient.send", office.no_connection)

    office.work()
    waits = office.mail(mail)
    monkeypatch.undo()
    office.freeze()
    office.later(seconds=30)

    assert (waits.state, waits.failure) == (State.WAITING, "Microsoft 365 could not be reached.")
    assert office.outcomes(mail) == ["unsent", "accepted"]
    assert office.delivered() == once(mail)


def test_mail_that_never_could_go_is_refused_after_a_day(office: Office) -> None:
    office.env.withdraw_consent()
    raw(office.env.rows).execute("update consents set state = 'withdrawn'")
    mail = office.write()

    office.work()
    waits = office.mail(mail)
    office.later(hours=24, minutes=1)

    assert (waits.state, bool(waits.failure)) == (State.WAITING, True)
    assert office.state(mail) is State.REFUSED
    assert not office.delivered()


def test_reminder_that_is_too_late_is_withdrawn(office: Office) -> None:
    now = clock.utc_now()
    mail = office.write(free_at=now + office.second(60), useless_at=now + office.second(30))

    office.later(seconds=61)

    assert office.state(mail) is State.WITHDRAWN
    assert not office.delivered()


def test_disabled_platform_waits_with_the_reason(office: Office) -> None:
    mail = office.write()
    platforms.disable_microsoft_365(Act(office.env.rows, BY, clock.utc_now()))

    office.work()

    waits = office.mail(mail)
    assert (waits.state, "not enabled" in (waits.failure or "")) == (State.WAITING, True)


def test_owner_sends_from_shared_mailbox_by_consent(office: Office) -> None:
    mail = office.write_from_jobs()

    office.work()
    office.later(seconds=5)

    seen = office.mail(mail)
    assert (seen.state, seen.from_seen) == (State.SEEN, JOBS)
    assert office.delivered() == once(mail)


def test_search_is_off_where_sync_is_off(office: Office) -> None:
    raw(office.env.rows).execute("update mailboxes set is_syncing = 0")
    office.turn(replyDrops=[], propertiesRefused=400)
    mail = office.write()

    office.work()
    office.look_through()

    assert office.state(mail) is State.ACCEPTED
