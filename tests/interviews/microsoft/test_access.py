"""Two routes of permission: the organization's consent where it suffices, and one's own."""

import pytest

from portal.audit.act import Act
from portal.interviews.models import State
from portal.microsoft365 import authorizations
from tests.interviews.microsoft.stage import BY, KIM, PRIYA, ROSA, SAM, Stage, once
from tests.support import consents


@pytest.fixture
def consented(stage: Stage) -> Stage:
    """The organization's consent writes, and Priya has no connection of her own."""
    stage.change("delete from connections")
    authorizations.set_scheduling(Act(stage.rows, BY, stage.now), wanted=True)
    body = {"roles": ["Calendars.ReadWrite"], "scopes": []}
    stage.env.sandbox.control("POST", "consent", body)
    consents.prove(stage.env.services)
    return stage


def test_consent_suffices_for_a_phone_call_on_an_own_calendar(consented: Stage) -> None:
    consented.schedule()

    assert consented.work() == ""

    assert consented.one.state is State.SCHEDULED
    assert consented.mails == once(SAM, KIM, ROSA)


def test_consent_does_not_suffice_for_teams(consented: Stage) -> None:
    consented.schedule(place="teams")

    consented.work()

    assert consented.one.reason == (
        "Priya Kaur is not connected to Microsoft 365. "
        "Priya Kaur can connect under Microsoft 365 in their settings."
    )


def test_consent_does_not_suffice_for_a_group_calendar(consented: Stage) -> None:
    consented.schedule(calendar="group")

    consented.work()

    assert consented.one.reason.startswith("Priya Kaur is not connected to Microsoft 365.")


def test_a_calendar_that_exchange_closes_to_the_organization_opens_to_its_owner(
    consented: Stage,
) -> None:
    consented.connect("priya", "Calendars.ReadWrite")
    consented.fault(f"/users/{consented.env.sandbox.oid(PRIYA)}/events", status=403, times=50)
    consented.schedule()

    assert consented.work() == ""

    assert consented.one.state is State.SCHEDULED


def test_a_calendar_that_exchange_closes_to_everybody_names_that_cure(consented: Stage) -> None:
    consented.fault(f"/users/{consented.env.sandbox.oid(PRIYA)}/events", status=403, times=50)
    consented.schedule()

    failure = consented.work()

    assert failure.startswith("Exchange keeps this mailbox closed to Portal.")
    assert consented.one.reason == failure
