"""The panel changes at Microsoft: who joins is invited, who leaves is told, others hear nothing."""

from collections import Counter

from portal.interviews import store
from portal.interviews.changes.panels import change_panel
from portal.interviews.models import Panelist, Proof, State
from tests.interviews.microsoft.later import CALENDARS, scheduled, state
from tests.interviews.microsoft.stage import KIM, PRIYA, ROSA, SAM, Stage, addresses

ALEX = "alex@northwind.example"
JOINS_AND_LEAVES = Counter([("request", ALEX), ("cancel", KIM)])


def changed(stage: Stage) -> None:
    """Let Alex take Kim's place."""
    stage.hire("Alex Berg")
    sam = next(each for each in store.panel(stage.rows, "first") if each.user_id == "sam")
    panel = [sam, Panelist("alex", "Alex Berg", ALEX)]
    change_panel(stage.act, "first", version=stage.one.version, panel=panel)


@CALENDARS
def test_only_those_who_join_or_leave_are_told(stage: Stage, calendar: str, mailbox: str) -> None:
    scheduled(stage, calendar=calendar)
    changed(stage)

    assert stage.work() == ""

    assert state(stage) is State.SCHEDULED
    assert {SAM, ALEX} <= addresses(stage.at_microsoft(mailbox)[0])
    assert KIM not in addresses(stage.at_microsoft(mailbox)[0])
    assert stage.mails == JOINS_AND_LEAVES
    assert stage.ledger[KIM].withdrawn_at is not None
    assert {stage.ledger[each].version for each in (SAM, ALEX, ROSA)} == {2}
    assert stage.claims == 2


def test_a_lost_answer_tells_nobody_twice(stage: Stage) -> None:
    scheduled(stage)
    changed(stage)
    stage.lose("/events", "PATCH")

    stage.work_until_done()

    assert stage.mails == JOINS_AND_LEAVES
    assert state(stage) is State.SCHEDULED


def test_forwarded_people_stay_and_those_taken_off_in_outlook_too(stage: Stage) -> None:
    scheduled(stage)
    guest = {"emailAddress": {"address": "guest@partner.example", "name": "Gael"}}
    kim = {"emailAddress": {"address": KIM, "name": "Kim Lund"}}
    graph = stage.env.services.microsoft365.client_for(stage.feature, "priya")
    graph.patch(f"events/{stage.event().graph_id}", {"attendees": [guest, kim]})
    stage.env.sandbox.control("DELETE", "invitations")
    changed(stage)

    stage.work()

    assert addresses(stage.at_microsoft()[0]) == {"guest@partner.example", ALEX}
    assert stage.mails == JOINS_AND_LEAVES


def test_the_new_people_are_looked_for_on_their_calendars(stage: Stage) -> None:
    scheduled(stage)
    stage.pass_time(minutes=11)
    stage.work()
    assert stage.event().proof is Proof.SEEN
    changed(stage)

    stage.work()

    assert stage.event().proof is Proof.WAITS
    assert stage.event().proof_due_at is not None


def test_an_optional_person_is_told_nothing_new(stage: Stage) -> None:
    scheduled(stage)
    sam, kim = store.panel(stage.rows, "first")
    panel = [sam, Panelist(kim.user_id, kim.name, kim.address, is_required=False)]
    change_panel(stage.act, "first", version=1, panel=panel)

    stage.work()

    assert stage.mails == Counter()
    [found] = [
        each["type"]
        for each in stage.at_microsoft()[0]["attendees"]
        if each["emailAddress"]["address"] == KIM
    ]
    assert found == "optional"


def test_the_organizer_on_the_panel_needs_no_invitation(stage: Stage) -> None:
    scheduled(stage)
    panel = [*store.panel(stage.rows, "first"), Panelist("priya", "Priya Kaur", PRIYA)]
    change_panel(stage.act, "first", version=1, panel=panel)

    stage.work()

    assert stage.mails == Counter()
    assert stage.ledger[PRIYA].version == 2
    assert state(stage) is State.SCHEDULED
