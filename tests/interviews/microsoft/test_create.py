"""From the row of an interview to one event a role, and one invitation a person."""

from portal.interviews.microsoft import settle
from portal.interviews.microsoft.models import Do, Next
from portal.interviews.microsoft.work import Work
from portal.interviews.models import Certainty, Reply, Role, State, Step
from tests.interviews.microsoft.stage import (
    GROUP,
    KIM,
    ROOM,
    ROSA,
    SAM,
    Stage,
    addresses,
    once,
)


def test_two_events_are_made_and_each_person_is_invited(stage: Stage) -> None:
    stage.schedule()

    assert stage.work() == ""

    internal, candidates = stage.at_microsoft()
    assert stage.one.state is State.SCHEDULED
    assert (internal["subject"], candidates["subject"]) == ("Interview: Rosa Ortega", "Interview")
    assert (addresses(internal), addresses(candidates)) == ({SAM, KIM}, {ROSA})
    assert "Hi Rosa" in candidates["body"]["content"]
    assert "Hi Rosa" not in internal["body"]["content"]
    assert "/interviews/first" in internal["body"]["content"]
    assert "/interviews/" not in candidates["body"]["content"]
    assert {each.certainty for each in stage.ledger.values()} == {Certainty.ASKED}
    assert set(stage.ledger) == {SAM, KIM, ROSA}
    assert stage.event().step is stage.event(Role.CANDIDATE).step is Step.INVITED
    assert stage.is_due, "the proof is left"


def test_one_event_for_all_has_no_link_into_portal(stage: Stage) -> None:
    stage.schedule(is_one_event=1)

    stage.work()

    [event] = stage.at_microsoft()
    assert addresses(event) == {SAM, KIM, ROSA}
    assert stage.mails == once(SAM, KIM, ROSA)
    assert "Hi Rosa" in event["body"]["content"]
    assert "/interviews/" not in event["body"]["content"]


def test_a_room_is_invited_as_a_resource(stage: Stage) -> None:
    room = {"room_id": "aurora", "room_name": "Aurora", "room_address": ROOM}
    stage.schedule(place="room", **room)

    stage.work()

    internal, candidates = stage.at_microsoft()
    types = {each["emailAddress"]["address"]: each["type"] for each in internal["attendees"]}
    assert types == {SAM: "required", KIM: "required", ROOM: "resource"}
    assert internal["location"]["displayName"] == "Aurora"
    assert internal["location"]["locationEmailAddress"] == ROOM
    assert candidates["location"]["displayName"] == "Aurora"


def test_an_optional_person_is_optional(stage: Stage) -> None:
    stage.schedule()
    stage.change("update interview_panel set is_required = 0 where user_id = 'kim'")

    stage.work()

    internal, _ = stage.at_microsoft()
    types = {each["emailAddress"]["address"]: each["type"] for each in internal["attendees"]}
    assert types == {SAM: "required", KIM: "optional"}


def test_an_organizer_on_the_panel_is_not_invited_to_their_own_event(stage: Stage) -> None:
    stage.schedule(panel=("priya", "sam"))

    stage.work()

    internal, _ = stage.at_microsoft()
    organizer = stage.ledger["priya@northwind.example"]
    assert addresses(internal) == {SAM}
    assert (organizer.certainty, organizer.reply) == (Certainty.SEEN, Reply.ACCEPTED)


def test_a_panel_of_the_organizer_alone_needs_no_invitation(stage: Stage) -> None:
    stage.schedule(panel=("priya",))

    stage.work()

    internal, candidates = stage.at_microsoft()
    assert (addresses(internal), addresses(candidates)) == (set(), {ROSA})
    assert stage.one.state is State.SCHEDULED


def test_a_group_calendar_says_the_kind_and_not_the_title(stage: Stage) -> None:
    stage.schedule(calendar="group", title="Salary talk")

    stage.work()

    internal, candidates = stage.at_microsoft(GROUP)
    assert (internal["subject"], candidates["subject"]) == ("Interview: Rosa Ortega", "Interview")
    assert {SAM, KIM} <= addresses(internal)
    assert ROSA in addresses(candidates)
    assert stage.ledger[ROSA].reply is Reply.UNKNOWN
    assert stage.at_microsoft() == []


def test_times_are_in_the_zone_of_the_interview(stage: Stage) -> None:
    stage.schedule(zone="Europe/Stockholm")

    stage.work()

    internal, _ = stage.at_microsoft()
    assert internal["start"]["timeZone"] == "W. Europe Standard Time"
    event = stage.event()
    assert (event.agreed_starts_at, event.agreed_ends_at) == (
        stage.one.starts_at,
        stage.one.ends_at,
    )


def test_the_candidate_has_it_in_the_feed_once(stage: Stage) -> None:
    stage.schedule()

    stage.work()
    stage.pass_time(minutes=2)
    stage.work()

    assert stage.rows.all(tuple, "select candidate_id, kind, subject_id from feed_entries") == [
        ("rosa", "interview", "first")
    ]


def test_an_interview_whose_time_passed_invites_nobody(stage: Stage) -> None:
    stage.schedule()
    stage.pass_time(days=2, minutes=1)

    stage.work()

    assert stage.one.state is State.FAILED
    assert stage.one.reason == "Its time passed before Portal could send the invitations."
    assert (stage.at_microsoft(), stage.claims, stage.is_due) == ([], 0, False)


def test_a_change_by_a_page_during_the_last_step_is_not_settled(stage: Stage) -> None:
    stage.schedule()
    claim = stage.claim()
    assert claim is not None
    work = Work(stage.env.services, claim)
    before = work.known
    stage.change("update interviews set version = version + 1")

    settle.settle(work, before, Next(Do.SETTLE))

    assert stage.one.state is State.WRITING
