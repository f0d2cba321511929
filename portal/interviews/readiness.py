"""Whether each scheduler can organize an interview: on this calendar, with or without Teams."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from portal.composer.placeholders import first_name
from portal.group_calendars.models import GroupCalendar
from portal.group_calendars.roster import store, watch_store
from portal.group_calendars.roster.models import Scheduler
from portal.group_calendars.roster.models import Status as Reach
from portal.interviews.models import Place
from portal.microsoft365 import coverage
from portal.microsoft365.permissions import Feature, missing, scopes_needed
from portal.storage.rows import Rows
from portal.wording import listed

NO_CALENDAR = ""


class Standing(StrEnum):
    """Whether a person can organize, or the first thing in the way."""

    READY = "ready"
    UNCHECKED = "unchecked"
    CONNECT = "connect"
    RECONNECT = "reconnect"
    NOT_MEMBER = "not_member"
    REFUSED = "refused"
    GROUP_DELETED = "group_deleted"

    @property
    def pill(self) -> tuple[str, str]:
        """The words of a pill, and its kind."""
        return PILLS[self]


PILLS = {
    Standing.READY: ("Ready", "good"),
    Standing.UNCHECKED: ("Not checked yet", ""),
    Standing.CONNECT: ("Not connected", "warn"),
    Standing.RECONNECT: ("Has to reconnect", "warn"),
    Standing.NOT_MEMBER: ("Not a member", "warn"),
    Standing.REFUSED: ("Refused", "warn"),
    Standing.GROUP_DELETED: ("Group deleted", "bad"),
}
ABLE = (Standing.READY, Standing.UNCHECKED)
CONNECTING_HELPS = (Standing.CONNECT, Standing.RECONNECT)


@dataclass(frozen=True)
class Organizer:
    """A scheduler on one calendar: able to organize, or the reason why not with its cure."""

    user_id: str
    name: str
    address: str
    standing: Standing
    sentence: str

    @property
    def can_organize(self) -> bool:
        return self.standing in ABLE

    @property
    def can_connect(self) -> bool:
        """Whether the person's own next step is to connect or reconnect."""
        return self.standing in CONNECTING_HELPS


@dataclass(frozen=True)
class Setting:
    """The purpose of an organizer's permissions: a place, and a group's calendar or their own.

    `covered` are the people into whose calendars the organization's consent writes.
    """

    place: Place
    calendar: GroupCalendar | None = None
    is_group_gone: bool = False
    covered: Collection[str] = frozenset()

    @property
    def features(self) -> tuple[Feature, ...]:
        """The uses that an organizer's own connection has to serve."""
        calendar = Feature.SCHEDULING if self.calendar is None else Feature.GROUP_CALENDARS
        return (calendar, Feature.MEETINGS) if self.has_teams else (calendar,)

    @property
    def has_teams(self) -> bool:
        return self.place is Place.TEAMS


def organizers(rows: Rows, place: Place, calendar: GroupCalendar | None) -> list[Organizer]:
    """Everybody who schedules, by name. `calendar` is None for the organizer's own one."""
    setting = _setting(rows, place, calendar)
    found = store.schedulers(rows, calendar.id if calendar else NO_CALENDAR)
    return [_organizer(each, setting) for each in found]


def organizer(
    rows: Rows, user_id: str, place: Place, calendar: GroupCalendar | None
) -> Organizer | None:
    """One person as an organizer. None for somebody who does not schedule, or not any more."""
    found = store.scheduler(rows, calendar.id if calendar else NO_CALENDAR, user_id)
    return _organizer(found, _setting(rows, place, calendar)) if found else None


def _setting(rows: Rows, place: Place, calendar: GroupCalendar | None) -> Setting:
    if calendar is None:
        covered = coverage.covered_people(rows, Feature.SCHEDULING)
        return Setting(place, covered=covered)
    watch = watch_store.watch(rows, calendar.id)
    is_gone = watch is not None and watch.gone_since is not None
    return Setting(place, calendar, is_group_gone=is_gone)


def _organizer(one: Scheduler, setting: Setting) -> Organizer:
    standing, sentence = _judged(one, setting)
    return Organizer(one.user_id, one.name, one.address, standing, sentence)


def _judged(one: Scheduler, setting: Setting) -> tuple[Standing, str]:
    """The first thing in the way, and the way on."""
    calendar, name = setting.calendar, _short(one)
    if calendar is None:
        if one.user_id in setting.covered and not setting.has_teams:
            return Standing.READY, f"The organization's consent writes into {name}'s calendar."
    elif setting.is_group_gone:
        return Standing.GROUP_DELETED, _deleted(calendar)
    elif one.is_member is False:
        return Standing.NOT_MEMBER, (
            f"{name} is not a member of {calendar.name}. An owner of the group can add {name}."
        )
    return _by_connection(one, setting) or _by_probe(one, setting)


def _short(one: Scheduler) -> str:
    return first_name(one.name) or one.name


def _deleted(calendar: GroupCalendar) -> str:
    return f"The group {calendar.name} was deleted at Microsoft. Choose another calendar."


def _by_connection(one: Scheduler, setting: Setting) -> tuple[Standing, str] | None:
    """The first lack of the person's own connection. None if it has everything."""
    name = _short(one)
    after = f"After reconnecting, {name} can organize on this calendar."
    if one.connection_state is None:
        return Standing.CONNECT, f"{_who_needs_a_connection(setting)}, and {name} has none."
    if one.connection_state != "working":
        return Standing.RECONNECT, f"{name}'s connection to Microsoft 365 has ended. {after}"
    lacking = missing(one.scopes.split(), scopes_needed(setting.features))
    if lacking:
        return Standing.RECONNECT, f"{name}'s connection lacks {listed(lacking)}. {after}"
    return None


def _who_needs_a_connection(setting: Setting) -> str:
    if setting.has_teams:
        return "Teams meetings need the organizer's own connection"
    if setting.calendar is not None:
        return "Group calendars need the organizer's own connection"
    return "This calendar needs the organizer's own connection"


def _by_probe(one: Scheduler, setting: Setting) -> tuple[Standing, str]:
    """The last read of a person whose connection has everything."""
    calendar, name = setting.calendar, _short(one)
    if calendar is None:
        return Standing.READY, "Connected."
    if one.status is Reach.READY:
        return Standing.READY, f"Connected, and a member of {calendar.name}."
    if one.status is Reach.REFUSED:
        return Standing.REFUSED, one.reason or (
            f"Microsoft does not let {name} open the calendar of {calendar.name}."
        )
    return Standing.UNCHECKED, f"Connected. Portal has not opened {calendar.name} as {name} yet."


@dataclass(frozen=True)
class Choice:
    """The people who can organize, and the way on where nobody can."""

    people: tuple[Organizer, ...]
    user_id: str
    works_without_teams: bool
    is_on_group: bool

    @property
    def mine(self) -> Organizer | None:
        return next((each for each in self.people if each.user_id == self.user_id), None)

    @property
    def able(self) -> tuple[Organizer, ...]:
        return tuple(each for each in self.people if each.can_organize)

    @property
    def proposed(self) -> Organizer | None:
        """The person at the page if they can, else the first colleague who can."""
        mine = self.mine
        return mine if mine and mine.can_organize else next(iter(self.able), None)

    @property
    def connects_at(self) -> str:
        """The endpoint of the button "Connect". Empty where that would not help."""
        mine = self.mine
        if mine is None or not mine.can_connect:
            return ""
        way = "connect_to_organize_on_group" if self.is_on_group else "connect_to_organize"
        return f"departures.{way}"

    @property
    def instead(self) -> str:
        """The ways left where nobody can organize. Empty where somebody can."""
        if self.able:
            return ""
        if self.works_without_teams:
            return (
                "Nobody can organize a Teams meeting on this calendar yet. A meeting room, a phone "
                "call or another place works now."
            )
        if self.is_on_group:
            return "Nobody can organize on this calendar yet. Another calendar may work now."
        return "Nobody can organize an interview yet. Somebody has to connect first."


def choice(rows: Rows, user_id: str, place: Place, calendar: GroupCalendar | None) -> Choice:
    """Everything that step 1 says about organizers of one place and calendar."""
    found = tuple(organizers(rows, place, calendar))
    is_able = any(each.can_organize for each in found)
    without = [] if is_able or place is not Place.TEAMS else organizers(rows, Place.PHONE, calendar)
    return Choice(
        people=found,
        user_id=user_id,
        works_without_teams=any(each.can_organize for each in without),
        is_on_group=calendar is not None,
    )
