"""The start of alias tests: who may, how often, and what ends one early."""

from datetime import timedelta

import pytest

from portal import clock
from portal.audit.act import Act
from portal.errors import Conflict, Invalid, TooMany
from portal.microsoft365 import authorizations
from portal.outbox import sender_store
from portal.outbox.alias_tests import results
from portal.outbox.models import State
from portal.outbox.senders import CONNECT
from tests.email.environment import PRIYA, TALENT
from tests.outbox.alias_runs import begin, proof, run, said, sender, text
from tests.outbox.office import BY, Office
from tests.support.raw_rows import raw


def test_row_says_that_a_test_runs(office: Office) -> None:
    mail = begin(office)
    waits = text(office)
    office.work()
    on_its_way = text(office)

    assert results.is_running(office.mail(mail))
    assert waits.is_being_tested
    assert waits.before == "The test mail goes out in a moment, and the result appears here."
    assert on_its_way.is_being_tested
    assert on_its_way.before.startswith("The test mail is on its way.")


def test_second_press_returns_the_running_test(office: Office) -> None:
    first = begin(office)

    assert begin(office).id == first.id
    office.work()
    assert begin(office).id == first.id
    assert len(office.delivered()) == 1


def test_alias_turned_off_before_its_test_goes_is_not_tested(office: Office) -> None:
    begin(office)
    raw(office.env.rows).execute("update aliases set is_included = 0 where id = 'talent'")
    office.work()
    raw(office.env.rows).execute("update aliases set is_included = 1 where id = 'talent'")

    assert not office.delivered()
    assert proof(office) is None
    assert text(office).pill == "Test not sent"
    assert said(text(office)).startswith(
        f"The test mail of  did not go out. You cannot write from {TALENT}."
    )


def test_deleted_alias_ends_its_test_without_a_proof(office: Office) -> None:
    mail = begin(office)
    office.work()
    raw(office.env.rows).execute("delete from aliases where id = 'talent'")
    office.look_through()

    assert not results.is_running(office.mail(mail))
    assert proof(office) is None


def test_sixth_test_within_an_hour_waits(office: Office) -> None:
    for _ in range(5):
        run(office)
    with pytest.raises(TooMany, match=r"started 5 tests within an hour.* in 5 minutes"):
        begin(office)
    office.offset += timedelta(minutes=6)

    assert office.state(begin(office)) is State.WAITING


def test_person_without_permission_is_told_and_can_connect(office: Office) -> None:
    authorizations.set_sending(Act(office.env.rows, BY, clock.utc_now()), wanted=False)
    found = sender(office)

    assert (found.lack, found.can_connect) == (CONNECT, True)
    with pytest.raises(Conflict, match=r"cannot be tested now. Portal may not send mail for you"):
        begin(office)


def test_primary_address_is_not_tested(office: Office) -> None:
    with pytest.raises(Invalid):
        begin(office, PRIYA)


def test_test_that_cannot_go_for_an_hour_is_over(office: Office) -> None:
    office.fault(status=429, retryAfter=4000, times=99)
    begin(office)
    office.work()
    waits = text(office)
    office.later(minutes=70)

    assert waits.is_being_tested
    assert waits.before.startswith("The test mail waits. ")
    assert text(office).pill == "Test not sent"
    assert "could not be sent within an hour" in said(text(office))
    assert not office.delivered()


def test_times_of_tests(office: Office) -> None:
    run(office)
    now = clock.utc_now()
    rows = office.env.rows

    assert len(sender_store.times_of_tests(rows, office.priya, since=now - timedelta(hours=1))) == 1
    assert not sender_store.times_of_tests(rows, "ben", since=now - timedelta(hours=1))
