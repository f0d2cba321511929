"""Another Teams link after a move: everybody is invited again, with one link, in one press."""

import json

import pytest

from portal.errors import Conflict
from portal.interviews.changes.retries import invite_again, try_again
from portal.interviews.models import State
from tests.interviews.microsoft.later import CALENDARS, moved, scheduled, state, wanted
from tests.interviews.microsoft.later import starts as starts_of
from tests.interviews.microsoft.stage import KIM, LINK, ROSA, SAM, Stage
from tests.support.visitors import visitor, words


def moved_to_another_link(stage: Stage, calendar: str = "organizer") -> None:
    """Move an interview for which Microsoft has another link than people were told."""
    stage.env.sandbox.control("PATCH", "meetings", {"groupTeams": "now"})
    scheduled(stage, place="teams", calendar=calendar)
    moved(stage)
    stage.change("update interview_events set join_url = ? where role = 'internal'", f"{LINK}old")
    stage.work()
    assert state(stage) is State.ASKS
    stage.env.sandbox.control("DELETE", "invitations")


@CALENDARS
def test_everybody_gets_one_new_invitation_with_one_link(
    stage: Stage, calendar: str, mailbox: str
) -> None:
    moved_to_another_link(stage, calendar)

    invite_again(stage.act, "first", version=stage.one.version)
    stage.work_until_done()

    assert state(stage) is State.SCHEDULED
    link = stage.one.join_url
    assert link.startswith(LINK)
    assert link != f"{LINK}old"
    events = stage.at_microsoft(mailbox)
    assert [link in json.dumps(each) for each in events] == [True, True]
    assert starts_of(stage, mailbox) == wanted(stage)
    sent = stage.mails
    assert {each: sent[each] for each in sent if each[0] in ("request", "cancel")} == {
        (kind, person): 1 for kind in ("request", "cancel") for person in (SAM, KIM, ROSA)
    }


def test_the_page_leads_there_and_not_to_another_time(stage: Stage) -> None:
    moved_to_another_link(stage)
    priya = visitor(stage.env.app, "priya")

    page = priya.get("/interviews/first")
    assert 'href="/interviews/first/invite-again">Invite everybody again' in page.text
    assert "Choose another time" not in words(page)
    assert "Try again" not in words(page)
    asked = words(priya.get("/interviews/first/invite-again"))
    assert "get a cancellation, and then a new invitation." in asked
    assert "The new invitations have a new Teams link." in asked
    values = {"version": str(stage.one.version)}
    assert priya.post("/interviews/first/invite-again", values).status_code == 303
    assert state(stage) is State.CHANGING
    assert "Portal is making the events" in words(priya.get("/interviews/first"))


def test_trying_again_would_leave_the_old_link(stage: Stage) -> None:
    moved_to_another_link(stage)
    with pytest.raises(Conflict, match="Invite everybody again instead"):
        try_again(stage.act, "first", version=stage.one.version)


def test_nobody_is_invited_again_without_a_reason(stage: Stage) -> None:
    scheduled(stage, place="teams")
    with pytest.raises(Conflict, match="Everybody has the present Teams link"):
        invite_again(stage.act, "first", version=stage.one.version)
