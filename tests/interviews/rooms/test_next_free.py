"""The room that the page of an interview offers in place of one that is not booked."""

from collections import Counter

from portal import clock
from portal.alerts import causes, openings
from portal.calendars.models import Room
from portal.interviews.changes.places import Chosen, change_place
from portal.interviews.models import Place
from tests.interviews.microsoft.stage import KIM, ROSA, SAM
from tests.interviews.rooms.conftest import AURORA, BOREALIS, CIRRUS, House
from tests.support.visitors import Visitor, visitor, words


def declined(house: House) -> None:
    house.switch(roomsDecline=True)
    house.schedule()
    house.later(minutes=1)
    house.switch(roomsDecline=False)


def page(priya: Visitor) -> str:
    return words(priya.get("/interviews/first"))


def take(house: House, room: str, **fields: object) -> str:
    """Press the button on the page of the alert, and read where that leads."""
    priya = visitor(house.stage.env.app, "priya")
    values = {"room": room, "version": str(house.stage.one.version)} | fields
    answer = priya.post("/interviews/first/room", values)
    assert answer.status_code == 303
    return page(priya)


def test_room_of_the_same_building_with_enough_seats_comes_first(house: House) -> None:
    declined(house)

    assert house.offered == "Borealis"
    found = house.alert
    assert found is not None
    assert found.said == (
        "Rosa Ortega, Kim Lund and Sam Reed get one update with the room.",
        "Aurora gets a cancellation.",
        "Borealis is invited.",
    )

    house.book(BOREALIS)
    assert house.offered == "Cirrus"
    house.book(CIRRUS)
    assert house.offered == "", "Dune has too few seats"
    said = page(visitor(house.stage.env.app, "priya"))
    assert "No other room is known to be free at this time" in said
    assert "Portal looked for 3 seats or more." in said
    assert "Choose another room or time" in said


def test_room_that_another_interview_holds_is_not_offered(house: House) -> None:
    declined(house)
    house.stage.schedule("other", panel=(), room_address=BOREALIS)
    house.stage.change(
        "insert into slot_claims select 'other', 'room', ?, starts_at, ends_at from interviews "
        "where id = 'first'",
        BOREALIS,
    )
    assert house.offered == "Cirrus"


def test_taking_it_tells_who_has_to_know_once(house: House) -> None:
    declined(house)

    said = take(house, "Borealis")
    assert "Portal now invites Borealis. Aurora gets a cancellation." in said
    assert house.alert is None, "by its state: the change is being written"
    house.stage.work()

    assert house.stage.one.room_name == "Borealis"
    assert house.stage.mails == Counter(
        [("cancel", AURORA), ("request", BOREALIS)]
        + [("update", each) for each in (SAM, KIM, ROSA)]
    )
    assert house.stage.rows.value(int, "select count(*) from slot_claims where kind = 'room'") == 1
    house.later(minutes=1)
    assert house.alert is None


def test_room_that_somebody_takes_first_is_not_invited(house: House) -> None:
    declined(house)
    house.book(BOREALIS)

    said = take(house, "Borealis")

    assert "Borealis was just taken. This page shows what is free now." in said
    assert "Cirrus is free at this time" in said
    assert house.stage.one.room_name == "Aurora"


def test_taking_it_waits_while_microsoft_365_is_not_enabled(house: House) -> None:
    declined(house)
    house.stage.change("update platforms set is_enabled = 0")

    said = take(house, "Borealis")

    assert "Nobody hears of it while Microsoft 365 is not enabled." in said
    assert "Portal now invites" not in said


def test_page_that_is_out_of_date_changes_nothing(house: House) -> None:
    declined(house)

    assert "so its room stays" in take(house, "Borealis", version="7")
    assert "so its room stays" in take(house, "Borealis", seen_state="Being changed")
    assert "This room is gone" in take(house, "no-such-room")
    assert "out of date" in take(house, "Borealis", version="x")
    assert house.stage.one.version == 1


def test_interview_without_a_room_takes_none(house: House) -> None:
    house.stage.schedule()
    assert "so its room stays" in take(house, "Borealis")
    assert house.stage.one.room_name == ""


def test_room_for_a_teams_meeting_is_told_to_the_panel_alone(house: House) -> None:
    house.switch(roomsDecline=True)
    house.schedule(place="teams")
    house.later(minutes=1)
    found = house.alert
    assert found is not None
    assert found.said[0] == "Kim Lund and Sam Reed get one update with the room."
    assert house.offered == "Borealis"

    room = Room("Borealis", "Borealis", BOREALIS)
    change_place(house.stage.act, "first", version=1, wanted=Chosen(Place.TEAMS, room=room))
    house.stage.work()
    assert house.stage.mails == Counter(
        [("cancel", AURORA), ("request", BOREALIS), ("update", SAM), ("update", KIM)]
    )


def test_where_nobody_may_ask_the_page_says_so(house: House) -> None:
    declined(house)
    house.stage.change("delete from connections")

    said = page(visitor(house.stage.env.app, "priya"))

    assert "It is not known which rooms are free" in said
    assert "Nobody can ask Microsoft about rooms yet." in said
    assert "Take " not in said

    house.choose_sync_user()
    assert house.offered == "Borealis"


def test_refused_room_sync_user_leaves_it_to_the_organizer(house: House) -> None:
    declined(house)
    house.choose_sync_user()
    house.stage.fault("/getSchedule", status=403)

    assert house.offered == "Borealis"
    assert house.stage.env.calls("/users/.*/getSchedule") == ["POST"]
    assert house.stage.env.calls("/me/.*getSchedule") == ["POST"]


def test_lists_name_it_first_with_the_reason(house: House) -> None:
    declined(house)
    priya = visitor(house.stage.env.app, "priya")

    listed = words(priya.get("/interviews"))
    assert "1 interview needs a decision" in listed
    assert "Aurora declined. Open the interview to take the next free room." in listed
    assert listed.count("Aurora said no") == 2, "also by day"
    assert "Aurora said no" in words(priya.get("/interviews?when=decision"))
    candidate = words(priya.get("/candidates/rosa"))
    assert candidate.count("Aurora said no") == 2, "coming up, and in the feed"

    take(house, "Borealis")
    house.stage.work()
    assert "needs a decision" not in words(priya.get("/interviews"))


def test_room_still_free_is_named_in_lists(house: House) -> None:
    house.switch(roomAnswerSeconds=None)
    house.schedule()
    house.remove_copy()
    house.after_five_minutes()
    priya = visitor(house.stage.env.app, "priya")

    assert "Aurora was invited, but is still free." in words(priya.get("/interviews"))
    assert words(priya.get("/candidates/rosa")).count("Aurora is not booked") == 2
    said = page(priya)
    assert "Meeting room. Microsoft shows it as free at this time." in said
    assert "Last checked" in said


def test_unknown_and_tentative_rooms_are_said_without_an_alert(house: House) -> None:
    house.switch(roomAnswerSeconds=None)
    house.schedule()
    house.after_five_minutes()
    priya = visitor(house.stage.env.app, "priya")
    assert "shows it as tentative at this time" in page(priya)

    house.stage.change("update room_checks set finding = 'unknown', failure = 'Ask again.'")
    said = page(priya)
    assert "Not known whether it is booked. Ask again." in said
    assert "Needs a check" not in said
    house.stage.change("update room_checks set finding = 'taken'")
    assert "taken at this time, but not by which meeting" in page(priya)


def test_organizer_and_scheduler_find_it_among_what_needs_them(house: House) -> None:
    declined(house)
    house.stage.change("update interviews set scheduled_by = 'sam'")
    found = causes.findings(house.stage.env.services, now=clock.utc_now())

    assert found.concerned >= {"priya", "sam"}
    for user_id in ("priya", "sam"):
        [cause] = causes.of_person(found, user_id)
        assert cause.title == "1 interview of yours has no room."
        assert cause.address == "/interviews?when=decision"
        assert "Rosa" not in cause.title + cause.meaning + cause.cure
    assert causes.of_person(found, "kim") == []
    assert openings.is_page(cause.path)
    needs = words(visitor(house.stage.env.app, "priya").get("/settings/needs-you"))
    assert "1 interview of yours has no room." in needs

    house.stage.pass_time(days=3)
    assert causes.findings(house.stage.env.services, now=clock.utc_now()).roomless == ()
