"""Looks for copies: after a lost answer, without a copy, and where nothing may be searched."""

from datetime import timedelta
from typing import Any

import pytest

from portal import clock
from portal.graph.client import GraphClient
from portal.graph.errors import TooSlow
from portal.outbox import attempt_store, jobs, limits, looks, store
from portal.outbox.jobs import SENDING
from portal.outbox.models import File, State
from portal.storage.claims import ClaimLost
from tests.email.environment import PRIYA, ROSA
from tests.outbox.office import JOBS, Office, once
from tests.support.raw_rows import raw

LOST: tuple[dict[str, Any], ...] = (
    {"carriedOut": True, "reset": True},
    {"carriedOut": True, "status": 504},
    {"carriedOut": True, "status": 500},
    {"carriedOut": True, "status": 302},
)


@pytest.mark.parametrize("fault", LOST)
def test_mail_whose_answer_was_lost_is_found(office: Office, fault: dict[str, Any]) -> None:
    office.fault(**fault)
    mail = office.write()

    office.work()
    unknown = office.state(mail)
    office.later(seconds=5)

    assert (unknown, office.state(mail)) == (State.UNKNOWN, State.SEEN)
    assert office.delivered() == once(mail)


def test_copy_that_comes_four_minutes_late_is_found(office: Office) -> None:
    office.turn(copyDelay=240)
    office.fault(carriedOut=True, status=504)
    mail = office.write()

    office.work()
    office.look_through()

    assert office.state(mail) is State.SEEN
    assert office.delivered() == once(mail)


def test_mail_that_was_not_taken_goes_once_more_after_six_looks(office: Office) -> None:
    office.fault(status=500)
    mail = office.write()

    office.work()
    office.later(seconds=540)
    before = office.delivered()
    office.later(seconds=61)
    office.later(seconds=10)

    assert not before
    assert office.state(mail) is State.SEEN
    assert office.outcomes(mail) == ["unknown", "accepted"]
    assert office.delivered() == once(mail)


def test_second_lost_answer_asks_a_person(office: Office) -> None:
    office.fault(status=500, times=2)
    mail = office.write()

    office.work()
    office.look_through()
    office.later(minutes=2)

    assert office.state(mail) is State.ASKS
    assert office.outcomes(mail) == ["unknown", "unknown"]
    assert not office.delivered()


def test_failed_look_leaves_the_decision_to_a_person(office: Office) -> None:
    office.fault(status=500)
    office.env.sandbox.control(
        "POST", "faults", {"path": "/messages[?]", "status": 400, "times": 1}
    )
    mail = office.write()

    office.work()
    office.look_through()

    assert office.state(mail) is State.ASKS
    assert office.outcomes(mail) == ["unknown"]


def test_throttled_look_is_repeated_and_counts_for_nothing(office: Office) -> None:
    office.fault(carriedOut=True, reset=True)
    office.env.sandbox.control(
        "POST",
        "faults",
        {"path": "/messages[?]", "status": 429, "retryAfter": 40, "times": 1},
    )
    mail = office.write()

    office.work()
    office.later(seconds=5)
    after_first = office.mail(mail)
    office.later(seconds=41)

    assert (after_first.state, after_first.failed_looks) == (State.UNKNOWN, 0)
    assert office.state(mail) is State.SEEN


def test_accepted_mail_without_a_copy_is_never_sent_again(office: Office) -> None:
    office.turn(keepsCopy=False)
    mail = office.write()

    office.work()
    office.look_through()
    office.later(hours=1)
    office.later(hours=24)

    accepted = office.mail(mail)
    assert (accepted.state, accepted.looks) == (State.ACCEPTED, attempt_store.MOST_LOOKS)
    assert office.delivered() == once(mail)


@pytest.mark.parametrize("folder", ["outbox", "drafts"])
def test_copy_that_waits_elsewhere_is_found(office: Office, folder: str) -> None:
    office.turn(copyWaitsIn=folder, copyDelay=86400)
    office.fault(carriedOut=True, reset=True)
    mail = office.write()

    office.work()
    office.look_through()

    assert office.state(mail) is State.SEEN
    assert office.outcomes(mail) == ["unknown"]


def test_reply_that_drops_the_mark_is_found_by_its_header(office: Office) -> None:
    office.turn(propertiesRefused=400)
    mail = office.write()

    office.work()
    office.later(seconds=5)

    assert (office.state(mail), office.mail(mail).was_marked) == (State.SEEN, False)


def test_killed_worker_leaves_an_unknown_mail_to_the_next(office: Office) -> None:
    mail = office.write()
    _kill_in_the_call(office)

    office.later(seconds=121)
    unknown = office.state(mail)
    office.later(seconds=5)
    office.look_through()
    office.later(seconds=10)

    assert unknown is State.UNKNOWN
    assert office.outcomes(mail) == ["unknown", "accepted"]
    assert office.delivered() == once(mail)


def _kill_in_the_call(office: Office) -> None:
    """End a worker as kill -9 does, between the committed attempt and the call."""

    def killed(*_: object) -> bytes:
        raise KeyboardInterrupt

    with office.monkeypatch.context() as patched:
        patched.setattr("portal.graph.client.GraphClient.send", killed)
        with pytest.raises(KeyboardInterrupt):
            office.work()


def test_late_worker_keeps_nothing(office: Office) -> None:
    mail = office.write()
    claim = SENDING.claim(office.env.services, "late", now=clock.utc_now())
    assert claim is not None
    office.offset += timedelta(seconds=130)
    other = SENDING.claim(office.env.services, "other", now=clock.utc_now())
    assert other is not None

    with pytest.raises(ClaimLost):
        SENDING.work(office.env.services, claim, lambda: False)

    SENDING.work(office.env.services, other, lambda: False)
    assert office.delivered() == once(mail)


def test_call_whose_time_is_over_is_not_made(office: Office) -> None:
    mail = office.write()
    with office.monkeypatch.context() as patched:
        patched.setattr("portal.graph.calls.Call.seconds_left", property(lambda _: -1.0))
        office.work()

    assert office.outcomes(mail) == ["unsent"]
    assert office.mail(mail).failure == str(TooSlow())
    assert not office.delivered()


def test_machine_that_slept_before_the_call_does_not_make_it(office: Office) -> None:
    """Another worker has taken the mail over by then, searched for it, and sent it."""
    mail = office.write()

    def slept(graph: GraphClient, *, was_refused: bool) -> str:
        patched.undo()
        office.later(seconds=121)
        office.look_through()
        office.later(seconds=10)
        return graph.token(was_refused)

    with office.monkeypatch.context() as patched:
        patched.setattr("portal.graph.once._token", slept)
        with pytest.raises(ClaimLost):
            office.work()

    assert office.outcomes(mail) == ["unknown", "accepted"]
    assert office.delivered() == once(mail)


def test_sync_looks_a_mail_up_before_it_stores_the_copy(office: Office) -> None:
    office.fault(carriedOut=True, reset=True)
    mail = office.write()
    office.work()

    looks.look_up_before_sync(office.env.rows, office.env.services.microsoft365, office.priya)

    assert office.state(mail) is State.SEEN
    assert office.delivered() == once(mail)


def test_restored_backup_sends_nothing_and_looks_once(office: Office) -> None:
    sent, waiting = office.write(), office.write(subject="Later")
    office.fault(carriedOut=True, reset=True)
    with office.monkeypatch.context() as patched:
        patched.setattr(limits, "MOST_ATTEMPTS", 1)
        office.work()
    before = office.delivered()

    with office.env.rows.write():
        attempt_store.ask_after_restore(
            office.env.rows, "Restored from a backup.", now=clock.utc_now()
        )
    office.later(seconds=1)
    office.look_through()

    assert office.delivered() == before
    assert office.state(sent) is State.SEEN
    assert office.state(waiting) in (State.SEEN, State.ASKS)


def test_old_files_are_dropped_and_the_mail_stays(office: Office) -> None:
    file = File("file", "plan.pdf", "application/pdf", 5, "aGVsbG8=")
    mail = office.write(files=[file])
    office.work()
    office.later(seconds=5)
    kept = store.files(office.env.rows, mail.id)

    jobs.drop_old(office.env.services, clock.utc_now() + timedelta(days=7, seconds=10))

    assert [each.content for each in kept] == ["aGVsbG8="]
    assert [each.content for each in store.files(office.env.rows, mail.id)] == [None]
    assert office.state(mail) is State.SEEN


def test_copies_of_two_sendings_are_counted(office: Office) -> None:
    mail = office.write()
    office.work()
    raw(office.env.rows).execute("update outbox set state = 'waiting', due_at = created_at")
    raw(office.env.rows).execute("update sending_mailboxes set due_at = '2026-01-01T00:00:00Z'")
    office.work()

    office.later(seconds=5)

    assert office.mail(mail).copies_found == 2
    assert office.delivered()[(mail.id, ROSA)] == 2


def test_mailboxes_are_worked_on_apart(office: Office) -> None:
    office.turn(PRIYA, perMinute=1)
    own, other, shared = office.write(), office.write(), office.write_from_jobs()

    office.work()

    assert office.state(shared) is State.ACCEPTED
    assert {office.state(own), office.state(other)} == {State.ACCEPTED, State.WAITING}
    assert JOBS != PRIYA
