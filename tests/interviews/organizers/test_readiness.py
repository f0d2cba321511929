"""Whether somebody can organize on a calendar, with or without Teams, or the reason and way on."""

from datetime import timedelta

import pytest

from portal import clock
from portal.audit.act import Act
from portal.audit.models import Actor
from portal.group_calendars import store as group_calendars
from portal.group_calendars.models import GroupCalendar
from portal.group_calendars.roster import store as roster
from portal.group_calendars.roster.models import Probe
from portal.interviews import readiness
from portal.interviews.models import Place
from portal.interviews.readiness import Organizer, Standing
from portal.microsoft365 import authorizations
from tests.microsoft365.environment import Environment
from tests.support import builders, consents
from tests.support.raw_rows import raw

OWN = "User.Read Mail.Read Calendars.ReadWrite OnlineMeetings.ReadWrite"
GROUP = "User.Read Mail.Read Group.ReadWrite.All OnlineMeetings.ReadWrite"


@pytest.fixture
def hiring(env: Environment) -> GroupCalendar:
    return group_calendars.calendar(env.rows, builders.group_calendar(env.rows, "Hiring"))


def connect(env: Environment, scopes: str, *, state: str = "working") -> str:
    """Connect Priya, with exactly these permissions. Returns her id."""
    priya = env.person("priya")
    builders.connection(env.rows, priya, scopes=scopes, state=state)
    return priya


def reach(env: Environment, calendar: GroupCalendar, user_id: str, probe: Probe) -> None:
    with env.rows.write():
        roster.save_membership(env.rows, calendar.id, {user_id: True})
        now = clock.utc_now() + timedelta(seconds=1)
        roster.save_probe(env.rows, calendar.id, user_id, probe, now=now)


def judged(
    env: Environment,
    user_id: str,
    calendar: GroupCalendar | None = None,
    place: Place = Place.TEAMS,
) -> Organizer:
    found = readiness.organizer(env.rows, user_id, place, calendar)
    assert found is not None
    (same,) = [
        each for each in readiness.organizers(env.rows, place, calendar) if each.user_id == user_id
    ]
    assert found == same
    return found


def consent(env: Environment, *, is_used: bool = True) -> None:
    env.sandbox.control("POST", "consent", {"roles": ["Calendars.ReadWrite"], "scopes": []})
    consents.prove(env.services, actor=Actor.system("Alex Berg"))
    if is_used:
        act = Act(env.rows, Actor.system("Alex Berg"), clock.utc_now())
        authorizations.set_scheduling(act, wanted=True)


def test_own_connection_with_everything_organizes_anywhere_of_one_s_own(env: Environment) -> None:
    priya = connect(env, OWN)

    assert judged(env, priya).standing is Standing.READY
    assert judged(env, priya, place=Place.ROOM).standing is Standing.READY


def test_person_without_a_connection_is_told_why_teams_needs_one(env: Environment) -> None:
    priya = env.person("priya")

    with_teams, without = judged(env, priya), judged(env, priya, place=Place.PHONE)

    assert with_teams.standing is Standing.CONNECT
    assert with_teams.sentence == (
        "Teams meetings need the organizer's own connection, and Priya has none."
    )
    assert without.sentence == (
        "This calendar needs the organizer's own connection, and Priya has none."
    )


def test_consent_is_enough_for_own_calendars_without_teams(env: Environment) -> None:
    priya = env.person("priya")
    consent(env)

    assert judged(env, priya, place=Place.PHONE).can_organize
    assert "consent writes into Priya's calendar" in judged(env, priya, place=Place.ROOM).sentence
    assert judged(env, priya).standing is Standing.CONNECT


def test_consent_that_is_not_turned_on_is_not_enough(env: Environment) -> None:
    priya = env.person("priya")
    consent(env, is_used=False)

    assert judged(env, priya, place=Place.PHONE).standing is Standing.CONNECT


def test_consent_does_not_open_a_group_calendar(env: Environment, hiring: GroupCalendar) -> None:
    priya = env.person("priya")
    consent(env)

    found = judged(env, priya, hiring, place=Place.PHONE)

    assert found.sentence == (
        "Group calendars need the organizer's own connection, and Priya has none."
    )


@pytest.mark.parametrize(
    ("scopes", "state", "sentence"),
    [
        (
            "User.Read Mail.Read OnlineMeetings.ReadWrite",
            "working",
            "Priya's connection lacks Group.ReadWrite.All. After reconnecting, Priya can organize "
            "on this calendar.",
        ),
        (
            "User.Read Mail.Read",
            "working",
            "Priya's connection lacks Group.ReadWrite.All and OnlineMeetings.ReadWrite. After "
            "reconnecting, Priya can organize on this calendar.",
        ),
        (
            GROUP,
            "lapsed",
            "Priya's connection to Microsoft 365 has ended. After reconnecting, Priya can "
            "organize on this calendar.",
        ),
    ],
)
def test_connection_that_is_not_enough_is_named_with_the_way_on(
    env: Environment, hiring: GroupCalendar, scopes: str, state: str, sentence: str
) -> None:
    found = judged(env, connect(env, scopes, state=state), hiring)

    assert found.standing is Standing.RECONNECT
    assert found.sentence == sentence
    assert found.can_connect


@pytest.mark.parametrize(
    ("probe", "standing", "can_organize"),
    [
        (Probe.READY, Standing.READY, True),
        (Probe.WAITING, Standing.UNCHECKED, True),
        (Probe.UNKNOWN, Standing.UNCHECKED, True),
        (Probe.REFUSED, Standing.REFUSED, False),
    ],
)
def test_member_of_the_group_is_judged_by_the_last_read(
    env: Environment,
    hiring: GroupCalendar,
    probe: Probe,
    standing: Standing,
    can_organize: bool,
) -> None:
    priya = connect(env, GROUP)
    reach(env, hiring, priya, probe)

    found = judged(env, priya, hiring)

    assert (found.standing, found.can_organize) == (standing, can_organize)
    assert found.standing.pill[0]


def test_person_outside_the_group_needs_an_owner_of_it(
    env: Environment, hiring: GroupCalendar
) -> None:
    priya = connect(env, GROUP)
    with env.rows.write():
        roster.save_membership(env.rows, hiring.id, {priya: False})

    found = judged(env, priya, hiring)

    assert found.standing is Standing.NOT_MEMBER
    assert found.sentence == (
        "Priya is not a member of Hiring. An owner of the group can add Priya."
    )


def test_nobody_organizes_on_the_calendar_of_a_deleted_group(
    env: Environment, hiring: GroupCalendar
) -> None:
    priya = connect(env, GROUP)
    reach(env, hiring, priya, Probe.READY)
    builders.insert(
        env.rows,
        "group_calendar_watches",
        {
            "id": hiring.id,
            "due_at": builders.EARLIER,
            "next_round_at": builders.EARLIER,
            "gone_since": builders.EARLIER,
        },
    )

    assert judged(env, priya, hiring).standing is Standing.GROUP_DELETED


def test_limited_and_disabled_people_are_no_organizers(env: Environment) -> None:
    kim, priya = env.person("kim"), env.person("priya")
    raw(env.rows).execute("update users set is_enabled = 0 where id = ?", [priya])

    assert readiness.organizer(env.rows, kim, Place.PHONE, None) is None
    assert readiness.organizer(env.rows, priya, Place.PHONE, None) is None
    assert readiness.organizers(env.rows, Place.PHONE, None) == []


def test_person_who_cannot_organize_is_offered_a_ready_colleague(env: Environment) -> None:
    alex = env.person("alex")
    priya = connect(env, OWN)

    found = readiness.choice(env.rows, alex, Place.TEAMS, None)

    assert found.mine is not None
    assert not found.mine.can_organize
    assert found.proposed is not None
    assert found.proposed.user_id == priya
    assert found.instead == ""


def test_where_nobody_can_the_page_says_what_works_without_teams(env: Environment) -> None:
    priya = env.person("priya")
    consent(env)

    found = readiness.choice(env.rows, priya, Place.TEAMS, None)

    assert found.proposed is None
    assert found.connects_at == "departures.connect_to_organize"
    assert "A meeting room, a phone call or another place works now." in found.instead


def test_where_nothing_works_yet_somebody_has_to_connect(
    env: Environment, hiring: GroupCalendar
) -> None:
    priya = env.person("priya")

    own = readiness.choice(env.rows, priya, Place.PHONE, None)
    group = readiness.choice(env.rows, priya, Place.TEAMS, hiring)

    assert own.instead == "Nobody can organize an interview yet. Somebody has to connect first."
    assert group.instead.startswith("Nobody can organize on this calendar yet.")
    assert group.connects_at == "departures.connect_to_organize_on_group"
