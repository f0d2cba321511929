"""Authorizations of single people, and the permissions of the organization."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from portal.audit.act import Act
from portal.audit.actions import Action
from portal.microsoft365 import authorization_store as store
from portal.microsoft365 import consent_store
from portal.microsoft365.models import Connection, GrantedRole
from portal.microsoft365.permission_texts import role_opening
from portal.microsoft365.permissions import (
    BASIC_FEATURES,
    FEATURES,
    OPTIONAL_FEATURES,
    ORGANIZATION_FEATURES,
    PERSONAL_FEATURES,
    Feature,
    broader,
    is_covered,
    missing,
    missing_in,
    permissions_of,
    roles_needed,
)
from portal.microsoft365.store import connection_of
from portal.storage.rows import Rows


def authorize(act: Act, connection: Connection) -> bool:
    """Let a person authorize user sync in place of another. False without User.Read.All."""
    if missing_in(connection, (Feature.USER_SYNC,)):
        return False
    with act.rows.write():
        store.save(act.rows, connection.user_id, now=act.now)
        act.record(
            Action.USER_SYNC_AUTHORIZED,
            connection.address,
            new="User.Read.All",
        )
    return True


def withdraw(act: Act) -> bool:
    """Withdraw the authorization. User sync stops without consent, and nobody is disabled."""
    with act.rows.write():
        if store.authorized_by(act.rows) is None:
            return False
        store.delete(act.rows)
        act.record(
            Action.USER_SYNC_AUTHORIZATION_WITHDRAWN,
            "Microsoft 365",
        )
    return True


def read_mailbox(act: Act, account_id: str, connection: Connection) -> bool:
    """Let a member read a shared mailbox in place of another. False without Mail.Read.Shared."""
    address = store.readable_shared(act.rows, account_id, connection.user_id)
    if address is None or missing_in(connection, (Feature.SHARED_MAILBOXES,)):
        return False
    with act.rows.write():
        before = store.reader_of(act.rows, account_id)
        store.save_reader(act.rows, account_id, connection.user_id, now=act.now)
        act.record(
            Action.SHARED_MAILBOX_READER_CHOSEN,
            address,
            old=before.name if before else None,
            new=f"{connection.display_name} <{connection.address}>",
        )
    return True


def end_reading(act: Act, account_id: str, address: str) -> bool:
    """Let nobody read a shared mailbox in their own name. Its mail stays."""
    with act.rows.write():
        before = store.reader_of(act.rows, account_id)
        if before is None:
            return False
        store.delete_reader(act.rows, account_id)
        act.record(Action.SHARED_MAILBOX_READER_ENDED, address, old=before.name)
    return True


def end_reading_of_former(act: Act, account_id: str, address: str) -> None:
    """Stop reading by a member who no longer decides for the mailbox. Belongs inside write()."""
    reader = store.reader_of(act.rows, account_id)
    if reader and store.readable_shared(act.rows, account_id, reader.user_id) is None:
        end_reading(act, account_id, address)


def features_in_use(rows: Rows) -> tuple[Feature, ...]:
    """The features that each member is asked for, with group calendars once one was added."""
    schedules = (Feature.GROUP_CALENDARS,) if store.calendars(rows) else ()
    return BASIC_FEATURES + schedules


def features_needed(rows: Rows, user_id: str | None) -> tuple[Feature, ...]:
    """The features that one person is asked for. Limited people do not schedule."""
    is_limited = user_id is not None and store.is_limited(rows, user_id)
    return BASIC_FEATURES if is_limited else features_in_use(rows)


def features_kept(rows: Rows, user_id: str | None) -> tuple[Feature, ...]:
    """The features that a person's connection serves besides, which a new one must not lose.

    Group calendars count while Portal schedules on some: a withdrawn permission, asked for again,
    would keep the person from reconnecting at all.
    """
    reads = (Feature.SHARED_MAILBOXES,) if store.reads_mailboxes(rows, user_id) else ()
    granted = granted_features(rows, user_id, (Feature.SHARED_MAILBOXES, *PERSONAL_FEATURES))
    schedules = Feature.GROUP_CALENDARS in features_needed(rows, user_id)
    kept = (each for each in granted if schedules or each is not Feature.GROUP_CALENDARS)
    return (*reads, *kept, *_user_sync(rows, user_id))


def granted_features(
    rows: Rows, user_id: str | None, features: Iterable[Feature] = PERSONAL_FEATURES
) -> tuple[Feature, ...]:
    """The features of these that a person granted, also of a connection that has lapsed."""
    found = connection_of(rows, user_id) if user_id is not None else None
    if found is None:
        return ()
    return tuple(each for each in features if not missing_in(found, (each,)))


def _user_sync(rows: Rows, user_id: str | None) -> tuple[Feature, ...]:
    """The features of user sync, for the person by whom the directory is read."""
    if user_id is None or store.authorized_by(rows) != user_id:
        return ()
    return user_sync_features(rows)


def user_sync_features(rows: Rows) -> tuple[Feature, ...]:
    """User sync, and groups while an administrator chooses people by them."""
    return (Feature.USER_SYNC, *((Feature.GROUPS,) if store.chooses_by_group(rows) else ()))


def delegated_features(rows: Rows) -> tuple[Feature, ...]:
    """Every feature that a connection serves or will be asked for.

    An approval for everybody has to name them all: a new one can take away what it leaves out.
    https://learn.microsoft.com/entra/identity/enterprise-apps/grant-admin-consent
    """
    granted = store.granted_scopes(rows)
    serves = (each.feature for each in FEATURES if each.delegated)
    kept = (each for each in serves if not missing(granted, permissions_of(each).delegated))
    return tuple(dict.fromkeys((*features_in_use(rows), *kept)))


def features_to_send(rows: Rows, user_id: str) -> tuple[Feature, ...]:
    """The features to ask a person for who wants to write, with those for shared mailboxes."""
    if not store.owns_shared(rows, user_id):
        return (Feature.SENDING,)
    return (Feature.SENDING, Feature.SENDING_SHARED, Feature.SHARED_MAILBOXES)


def features_asked(rows: Rows) -> tuple[Feature, ...]:
    """The features that consent is asked for, with the optional features in use."""
    return (*ORGANIZATION_FEATURES, *optional_features(rows))


def optional_features(rows: Rows) -> tuple[Feature, ...]:
    """The features of which each is asked for only while it is in use."""
    return tuple(each for each in OPTIONAL_FEATURES if is_turned_on(rows, each))


def is_turned_on(rows: Rows, feature: Feature) -> bool:
    """Whether an administrator decided on this use of the consent. True where nobody has to."""
    match feature:
        case Feature.GROUPS:
            return store.chooses_by_group(rows)
        case Feature.SENDING:
            return store.sends_by_consent(rows)
        case Feature.AVAILABILITY:
            return store.reads_calendars_by_consent(rows)
        case Feature.SCHEDULING:
            return store.schedules_by_consent(rows)
        case _:
            return True


def is_granted(rows: Rows, feature: Feature) -> bool:
    """Whether the organization's consent holds with what this feature needs."""
    given = consent_store.consent(rows)
    return given is not None and given.is_working and is_covered(feature, given.roles)


def set_sending(act: Act, *, wanted: bool) -> bool:
    """Send by the organization's consent, or not. False if that already holds."""
    with act.rows.write():
        if store.sends_by_consent(act.rows) == wanted:
            return False
        store.save_sending(act.rows, wanted)
        done = Action.ORGANIZATION_SENDING_TURNED_ON
        act.record(done if wanted else Action.ORGANIZATION_SENDING_TURNED_OFF, "Mail.Send")
    return True


def set_reading_calendars(act: Act, *, wanted: bool) -> bool:
    """Read people's calendars by the organization's consent, or not. False if that holds."""
    with act.rows.write():
        if store.reads_calendars_by_consent(act.rows) == wanted:
            return False
        store.save_reading_calendars(act.rows, wanted)
        done = Action.ORGANIZATION_READING_OF_CALENDARS_TURNED_ON
        undone = Action.ORGANIZATION_READING_OF_CALENDARS_TURNED_OFF
        act.record(done if wanted else undone, "Calendars.Read")
    return True


def set_scheduling(act: Act, *, wanted: bool) -> bool:
    """Write interviews by the organization's consent, or not. False if that already holds."""
    with act.rows.write():
        if store.schedules_by_consent(act.rows) == wanted:
            return False
        store.save_scheduling(act.rows, wanted)
        done = Action.ORGANIZATION_SCHEDULING_TURNED_ON
        undone = Action.ORGANIZATION_SCHEDULING_TURNED_OFF
        act.record(done if wanted else undone, "Calendars.ReadWrite")
    return True


def roles_asked(rows: Rows) -> tuple[str, ...]:
    """The application permissions that an administrator is asked to consent to."""
    return roles_needed(features_asked(rows))


@dataclass(frozen=True)
class Uses:
    """The record of used permissions. A process writes each permission once a day."""

    rows: Rows = field(repr=False)
    _written: dict[str, date] = field(default_factory=dict, repr=False)

    def note(self, path: str, today: date) -> None:
        """Record that Microsoft answered a read of this path."""
        role = role_opening(path)
        if role is None or self._written.get(role) == today:
            return
        with self.rows.write():
            store.save_use(self.rows, role, today)
        self._written[role] = today


def unused(rows: Rows, today: date) -> list[GrantedRole]:
    """The permissions of the organization's consent that nothing has used for a while.

    One that includes a permission in use is used by it.
    """
    granted = store.granted(rows)
    wholes = dict(broader(each.role for each in granted))
    return [each for each in granted if each.role not in wholes and each.is_unused(today)]


def broader_than_needed(rows: Rows) -> dict[str, str]:
    """Permissions of the organization's consent that reach further than the needed part.

    One that is asked for is needed whole.
    """
    asked = roles_asked(rows)
    return dict(broader(each.role for each in store.granted(rows) if each.role not in asked))
