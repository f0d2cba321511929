"""An administrator's decisions about user sync, and its state for the pages."""

from dataclasses import dataclass
from datetime import datetime

from portal.audit.act import Act
from portal.audit.actions import Action
from portal.directory import apply_store as settled
from portal.directory import store as directory_store
from portal.directory.group_access import GroupAccess, group_access
from portal.directory.models import Directory
from portal.errors import Conflict
from portal.microsoft365 import authorization_store, consent_store
from portal.microsoft365 import store as connections
from portal.microsoft365.next_steps import ImportNow
from portal.microsoft365.permissions import Feature, is_covered, missing_in
from portal.storage.rows import Rows
from portal.users import domain_store, store
from portal.users.models import LeftOut, User
from portal.wording import counted, number

SYNC_USERS = "syncs_users"
ENABLE_NEW = "enables_new"
SWITCHES = (SYNC_USERS, ENABLE_NEW)
TURNED = {
    (SYNC_USERS, True): Action.USER_SYNC_TURNED_ON,
    (SYNC_USERS, False): Action.USER_SYNC_TURNED_OFF,
    (ENABLE_NEW, True): Action.AUTOMATIC_ENABLING_OF_SYNCED_USERS_TURNED_ON,
    (ENABLE_NEW, False): Action.AUTOMATIC_ENABLING_OF_SYNCED_USERS_TURNED_OFF,
}
# The meaning of each combination of the two switches.
MEANINGS = {
    (True, True): "Portal imports people of your directory. They can sign in at once.",
    (True, False): (
        "Portal imports people of your directory. They wait on the Users page until an "
        "administrator enables them."
    ),
    (False, True): (
        "User sync is off. People already in Portal stay. If you turn it on again, new people can "
        "sign in at once."
    ),
    (False, False): (
        "User sync is off. People already in Portal stay. If you turn it on again, new people wait "
        "on the Users page."
    ),
}


@dataclass(frozen=True)
class Authorization:
    """The person whose authorization user sync uses, and why it may not work."""

    user: User
    since: datetime
    stopped_because: str | None


@dataclass(frozen=True)
class UserSync:
    """Everything the pages show about user sync."""

    directory: Directory
    is_covered: bool
    is_authorized: bool
    authorization: Authorization | None
    coming: int
    new: int
    new_recruits: int
    recruits: int
    left_out: tuple[tuple[LeftOut, int], ...]
    doubts: int
    waiting: int
    domains_read_at: datetime | None
    group_access: GroupAccess
    chooses_by_group: bool

    @property
    def meaning(self) -> str:
        return MEANINGS[self.directory.syncs_users, self.directory.enables_new]

    @property
    def may_run(self) -> bool:
        return self.is_covered or self.is_authorized

    @property
    def domains(self) -> str:
        """The domains people are imported from, if Microsoft tells."""
        return ", ".join(sorted(self.directory.domains)) or "your organization"

    @property
    def waits_for_import(self) -> bool:
        return self.directory.is_read and not self.directory.is_imported


def overview(rows: Rows) -> UserSync:
    directory = directory_store.state(rows)
    authorization = _authorization(rows, directory)
    counts = directory_store.counts(rows)
    return UserSync(
        directory=directory,
        is_covered=_is_covered(rows),
        is_authorized=authorization is not None and authorization.stopped_because is None,
        authorization=authorization,
        coming=counts.get("", 0),
        new=settled.count_new(rows, directory.tenant_id or ""),
        new_recruits=settled.count_new_recruits(rows, directory.tenant_id or ""),
        recruits=settled.count_recruits(rows, directory.tenant_id or ""),
        left_out=tuple((reason, counts[reason]) for reason in LeftOut if counts.get(reason)),
        doubts=settled.count_doubts(rows),
        waiting=settled.count_waiting(rows),
        domains_read_at=_domains_read_at(rows, directory),
        group_access=group_access(rows),
        chooses_by_group=authorization_store.chooses_by_group(rows),
    )


def _domains_read_at(rows: Rows, directory: Directory) -> datetime | None:
    found = domain_store.domains(rows, directory.tenant_id or "")
    return min((each.read_at for each in found), default=None)


def _is_covered(rows: Rows) -> bool:
    given = consent_store.consent(rows)
    return given is not None and given.is_working and is_covered(Feature.USER_SYNC, given.roles)


def _authorization(rows: Rows, directory: Directory) -> Authorization | None:
    if directory.authorized_by is None or directory.authorized_at is None:
        return None
    user = store.user(rows, directory.authorized_by)
    return Authorization(user, directory.authorized_at, _stopped_because(rows, user))


def _stopped_because(rows: Rows, user: User) -> str | None:
    connection = connections.connection_of(rows, user.id)
    if not user.is_enabled:
        return f"{user.display_name} is disabled here."
    if connection is None:
        return f"{user.display_name} revoked the connection with Microsoft."
    if connection.is_lapsed:
        return f"{user.display_name} has to reconnect with Microsoft."
    if missing_in(connection, (Feature.USER_SYNC,)):
        return f"{user.display_name} connected again without the permission User.Read.All."
    return None


def set_switch(act: Act, name: str, *, on: bool) -> Directory:
    """Set one of SWITCHES. Does nothing if unchanged."""
    with act.rows.write():
        before = directory_store.state(act.rows)
        if getattr(before, name) != on:
            directory_store.save_switch(act.rows, name, on=on)
            directory_store.make_due(act.rows, now=act.now)
            act.record(
                TURNED[name, on],
                "Microsoft 365",
                old="off" if on else "on",
                new="on" if on else "off",
            )
        return directory_store.state(act.rows)


def import_now(rows: Rows) -> ImportNow:
    """The import as other pages lead on to it."""
    directory = directory_store.state(rows)
    new = settled.count_new(rows, directory.tenant_id or "")
    return ImportNow(is_read=directory.is_read, is_imported=directory.is_imported, new=new)


def import_people(act: Act) -> int:
    """Confirm the preview and return how many are new. Does nothing the second time."""
    with act.rows.write():
        directory = directory_store.state(act.rows)
        if not directory.is_read:
            raise Conflict("The directory has not been read to its end yet. Please wait a moment.")
        count = settled.count_new(act.rows, directory.tenant_id or "")
        if not directory.is_imported:
            directory_store.save_import(act.rows, now=act.now)
            directory_store.make_due(act.rows, now=act.now)
            act.record(
                Action.IMPORT_OF_THE_DIRECTORY_DECIDED,
                "Microsoft 365",
                new=counted(count, "person"),
            )
    return count


def decide(act: Act, *, disables: bool, expected: int) -> int:
    """Answer the guard. Refused if the number has changed since it was shown."""
    with act.rows.write():
        count = settled.count_doubts(act.rows)
        if count == 0:
            raise Conflict("There is nothing to decide any more.")
        if count != expected:
            raise Conflict(
                f"Meanwhile it is {counted(count, 'person')}, not {number(expected)}. "
                "Please look at the list again."
            )
        settled.decide(act.rows, "disable" if disables else "keep")
        directory_store.make_due(act.rows, now=act.now)
        act.record(
            Action.DISABLING_BY_USER_SYNC_DECIDED,
            counted(count, "person"),
            new="disable them" if disables else "keep them",
        )
    return count


def ask(act: Act) -> None:
    """Make user sync due now, and have everybody read again."""
    with act.rows.write():
        directory_store.ask_whole_read(act.rows, now=act.now)
        act.record(
            Action.USER_SYNC_ASKED_FOR,
            "Microsoft 365",
        )
