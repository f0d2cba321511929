"""Causes that need a person now. Mail, the page “Needs you” and Checks all tell them from here.

Texts have addresses of the team, and nothing of candidates. Names are left out: they may contain
anything, and administrators trust this mail.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta

from portal.alerts import store
from portal.alerts.models import Cause, Failing, Findings, Kind
from portal.directory import apply_store
from portal.directory import store as directory_store
from portal.group_calendars.roster import troubles
from portal.microsoft365 import consent_store
from portal.microsoft365.hindrances import GIVE_AGAIN, withdrawn
from portal.services import Services
from portal.storage import platforms
from portal.storage.platforms import Platform
from portal.wording import counted, verb

# Sync that fails is tried again; after this time it needs a person.
FAILS_FOR = timedelta(hours=3)
# Days before an expiry from which people are told. Pages warn earlier.
TOLD_DAYS = 14
MOST_NAMED = 5
MICROSOFT_365 = "/admin/integrations/microsoft-365"
APPLICATION = f"{MICROSOFT_365}/application"
USER_SYNC = f"{MICROSOFT_365}/user-sync"
GROUP_CALENDARS = f"{MICROSOFT_365}/group-calendars"
USERS = "/admin/users"
JOBS = "/admin/jobs"
INTERVIEWS = "/interviews"
OWN_CONNECTION = "/settings/microsoft-365"
OWN_EMAIL = "/settings/email"
SHARED = "/settings/mailboxes/"


def findings(services: Services, *, now: datetime) -> Findings:
    """Everything that may need a person. Nothing while Microsoft 365 is not the platform."""
    rows = services.rows
    if platforms.enabled(rows) is not Platform.MICROSOFT_365:
        return Findings(now, None, None, 0, None, (), (), None)
    doubts = apply_store.count_doubts(rows)
    return Findings(
        now=now,
        consent=consent_store.consent(rows),
        expiry=services.microsoft365.expiry,
        doubts=doubts,
        asked_at=apply_store.asked_at(rows) if doubts else None,
        lapsed=store.lapsed(rows),
        failing=store.failing(rows, since=now - FAILS_FOR),
        user_sync_failed_at=_user_sync_failed_at(services, now),
        calendars=tuple(each for each in troubles.all_troubles(rows) if not each.is_passing),
        roomless=store.roomless(rows, now=now),
    )


def _user_sync_failed_at(services: Services, now: datetime) -> datetime | None:
    state = directory_store.state(services.rows)
    failed_at = state.failed_at
    if failed_at is None or state.is_throttled or failed_at > now - FAILS_FOR:
        return None
    return failed_at if directory_store.may_sync(services.rows) else None


def of_person(found: Findings, user_id: str) -> list[Cause]:
    """Causes of one person's own: connection, mailbox, a shared one they own, interviews."""
    return [
        *_own_connection(found, user_id),
        *_own_mailboxes(found, user_id),
        *_own_rooms(found, user_id),
    ]


def of_admins(found: Findings, *, but: str = "") -> list[Cause]:
    """Causes for administrators, without those that concern the person `but` alone."""
    return [
        *_consent(found),
        *_secret(found),
        *_guard(found),
        *_connections(found, but),
        *_mailboxes(found, but),
        *_user_sync(found),
        *_calendars(found),
    ]


def _consent(found: Findings) -> Iterator[Cause]:
    given = found.consent
    if given is None:
        return
    if given.is_lost:
        yield Cause(
            Kind.CONSENT,
            given.failed_at or given.checked_at,
            withdrawn(given),
            "What Portal did by it has stopped. People who connected their own account go on.",
            f"{GIVE_AGAIN} The page for it is Integrations, Microsoft 365.",
            MICROSOFT_365,
            stops_microsoft=True,
        )
    elif given.failed_at is not None and given.failed_at <= found.now - FAILS_FOR:
        yield Cause(
            Kind.CONSENT,
            given.failed_at,
            "Microsoft has refused Portal, or not answered it, for hours.",
            "What Portal does by the organization's consent does not work.",
            "Run Checks under Integrations, Microsoft 365. They say what cures it.",
            MICROSOFT_365,
            stops_microsoft=True,
        )


def _secret(found: Findings) -> Iterator[Cause]:
    expiry = found.expiry
    left = expiry.days_left(found.now.date()) if expiry else None
    if expiry is None or expiry.on is None or left is None or left > TOLD_DAYS:
        return
    is_over = left < 0
    where = "into the settings of the server" if expiry.is_in_settings else "under Application"
    yield Cause(
        Kind.SECRET,
        _begin(expiry.on, is_over=is_over),
        f"The {expiry.proof} {'expired' if is_over else 'expires'} on {expiry.on}.",
        "Microsoft accepts Portal no longer, so sync and sending have stopped."
        if is_over
        else "After that day Microsoft refuses Portal, and sync and sending stop.",
        f"Make a new one at Microsoft and enter it {where}.",
        APPLICATION,
        stops_microsoft=is_over,
    )


def _begin(on: date, *, is_over: bool) -> datetime:
    """Since when it needs a person: again when it expires."""
    days = -1 if is_over else TOLD_DAYS
    day = on - timedelta(days=days)
    return datetime.combine(day, time(), tzinfo=UTC)


def _guard(found: Findings) -> Iterator[Cause]:
    if found.doubts and found.asked_at is not None:
        yield Cause(
            Kind.GUARD,
            found.asked_at,
            f"User sync would disable {counted(found.doubts, 'person')}, and asks first.",
            "It applies no change of the directory before an administrator decides.",
            "Decide under Integrations, Microsoft 365, User sync.",
            USER_SYNC,
        )


def _connections(found: Findings, but: str) -> Iterator[Cause]:
    people = [each for each in found.lapsed if each.user_id != but]
    if people:
        count = len(people)
        yield Cause(
            Kind.CONNECTIONS,
            max(each.since for each in people),
            f"{counted(count, 'person')} {verb(count, 'has', 'have')} to reconnect with Microsoft.",
            f"Microsoft ended the connection of {_named([each.address for each in people])}. "
            "What Portal did by it has stopped.",
            "Ask them to press Reconnect under Microsoft 365 in their settings.",
            USERS,
            query="?show=reconnect",
        )


def _mailboxes(found: Findings, but: str) -> Iterator[Cause]:
    failing = [each for each in found.failing if each.deciders != (but,)]
    if failing:
        count = len(failing)
        yield Cause(
            Kind.SYNC,
            max(each.failed_at for each in failing),
            f"Sync of {counted(count, 'mailbox')} has failed for hours.",
            f"New mail of {_named([each.address for each in failing])} does not reach Portal.",
            "Open Jobs, which says why.",
            JOBS,
        )


def _user_sync(found: Findings) -> Iterator[Cause]:
    if found.user_sync_failed_at is not None:
        yield Cause(
            Kind.USER_SYNC,
            found.user_sync_failed_at,
            "User sync has failed for hours.",
            "Portal does not notice who joins or leaves the organization.",
            "Open Jobs, which says why.",
            JOBS,
        )


def _calendars(found: Findings) -> Iterator[Cause]:
    if found.calendars:
        count = len(found.calendars)
        told = [
            f"{each.calendar.address or 'a group without address'} ({each.summary})"
            for each in found.calendars
        ]
        yield Cause(
            Kind.GROUP_CALENDARS,
            max(each.since for each in found.calendars),
            f"{counted(count, 'group calendar')} {verb(count, 'needs', 'need')} attention.",
            f"{_named(told)}. {troubles.NOT_REMOVED}",
            "Open Group calendars, which says what cures it.",
            GROUP_CALENDARS,
        )


def _own_connection(found: Findings, user_id: str) -> Iterator[Cause]:
    for each in found.lapsed:
        if each.user_id == user_id:
            yield Cause(
                Kind.CONNECTIONS,
                each.since,
                "Your connection with Microsoft 365 has lapsed.",
                "Microsoft ended it, and what Portal did by it has stopped.",
                "Press Reconnect under Microsoft 365 in your settings.",
                OWN_CONNECTION,
            )


def _own_mailboxes(found: Findings, user_id: str) -> Iterator[Cause]:
    for each in found.failing:
        if user_id in each.deciders:
            yield Cause(
                Kind.SYNC,
                each.failed_at,
                f"Sync of {each.address} has failed for hours."
                if each.is_shared
                else "Sync of your mailbox has failed for hours.",
                "New mail does not reach Portal.",
                "Open its page, which says why.",
                _page_of(each),
            )


def _own_rooms(found: Findings, user_id: str) -> Iterator[Cause]:
    own = [each for each in found.roomless if each.user_id == user_id]
    if own:
        count = len(own)
        yield Cause(
            Kind.ROOMS,
            max(each.since for each in own),
            f"{counted(count, 'interview')} of yours {verb(count, 'has', 'have')} no room.",
            "The room declined, or it is still free at Microsoft although it was invited.",
            "Open Interviews. Each interview there offers the next free room.",
            INTERVIEWS,
            query="?when=decision",
        )


def _page_of(mailbox: Failing) -> str:
    return f"{SHARED}{mailbox.account_id}" if mailbox.is_shared else OWN_EMAIL


def _named(addresses: Sequence[str]) -> str:
    """Some of the addresses, and how many more there are."""
    more = len(addresses) - MOST_NAMED
    return ", ".join(addresses[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
