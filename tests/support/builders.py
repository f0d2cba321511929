"""Build rows for tests. A required column is given its usual value here alone."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from portal import clock
from portal.addresses import fold
from portal.audit.act import Act
from portal.audit.models import Actor
from portal.candidates import edits
from portal.candidates.edits import Draft
from portal.storage.rows import Rows
from tests.interviews.rows import difference as difference
from tests.interviews.rows import interview as interview
from tests.interviews.rows import interview_event as interview_event
from tests.interviews.rows import interview_kind as interview_kind
from tests.interviews.rows import outside_move as outside_move
from tests.interviews.rows import told as told
from tests.support.raw_rows import EARLIER as EARLIER
from tests.support.raw_rows import LONG_AGO as LONG_AGO
from tests.support.raw_rows import Value as Value
from tests.support.raw_rows import insert as insert
from tests.support.raw_rows import raw


def user(rows: Rows, name: str, **columns: Value) -> str:
    """`Priya Kaur` becomes the user `priya`."""
    user_id = str(columns.get("id") or first_name(name))
    usual: dict[str, Value] = {
        "id": user_id,
        "tenant_id": "northwind",
        "object_id": f"object-{user_id}",
        "address": f"{user_id}@northwind.example",
        "display_name": name,
        "role": "member",
        "source": "invitation",
        "is_enabled": 1,
        "created_at": LONG_AGO,
    }
    row = _folding(usual | columns, "folded_address")
    if row.get("password_hash"):
        row = {"sign_in_address": row["folded_address"], **row}
    insert(rows, "users", row)
    return user_id


def shared_mailbox(rows: Rows, name: str, *, owners: Iterable[str] = (), **columns: Value) -> str:
    """`Jobs` becomes the account `jobs`, whose mailbox is followed. Its owners exist."""
    account_id = user(rows, name, **{"role": "limited", "source": "shared_mailbox"} | columns)
    mailbox(rows, account_id)
    added: dict[str, Value] = {"added_by": "Alex Berg", "added_at": EARLIER}
    insert(rows, "mailbox_sources", {"account_id": account_id, "known_by": "admin", **added})
    for each in owners:
        insert(rows, "mailbox_owners", {"account_id": account_id, "user_id": each, **added})
    return account_id


def group_calendar(rows: Rows, name: str, **columns: Value) -> str:
    """A group calendar whose id is its name, and which is not the default."""
    usual: dict[str, Value] = {
        "id": name,
        "group_id": f"group-{name}",
        "name": name,
        "address": f"{name.lower()}@northwind.example",
        "added_by": "Alex Berg",
        "added_at": EARLIER,
        "checked_at": EARLIER,
    }
    insert(rows, "group_calendars", usual | columns)
    return name


def first_name(name: str) -> str:
    return name.split()[0].lower()


def connection(rows: Rows, user_id: str, **columns: Value) -> None:
    """A connection without tokens: enough for pages, not for calls."""
    usual: dict[str, Value] = {
        "id": f"connection-{user_id}",
        "user_id": user_id,
        "tenant_id": "northwind",
        "object_id": f"object-{user_id}",
        "address": f"{user_id}@northwind.example",
        "display_name": user_id,
        "scopes": "User.Read Mail.Read",
        "version": 1,
        "state": "working",
        "connected_at": EARLIER,
    }
    insert(rows, "connections", _folding(usual | columns, "folded_address"))


def mailbox(rows: Rows, user_id: str, *, stage: str = "following", **columns: Value) -> str:
    """A mailbox. When it is following, its first sync is over."""
    mailbox_id = f"mailbox-{user_id}"
    usual: dict[str, Value] = {
        "id": mailbox_id,
        "user_id": user_id,
        "is_syncing": 1,
        "stage": stage,
        "due_at": "2026-11-24T14:01:00Z",
        "poll_seconds": 60,
        "total_count": 1000,
        "read_count": 250,
        "kept_count": 5,
        "first_sync_started_at": EARLIER,
        "first_sync_finished_at": "2026-11-01T00:10:00Z" if stage == "following" else None,
        "last_success_at": "2026-11-24T13:58:00Z",
        "failure_count": 0,
    }
    insert(rows, "mailboxes", usual | columns)
    return mailbox_id


def alias(rows: Rows, user_id: str, address: str, **columns: Value) -> str:
    """`talent@northwind.example` becomes the alias `talent`, which is off."""
    alias_id = address.partition("@")[0]
    usual: dict[str, Value] = {
        "id": alias_id,
        "user_id": user_id,
        "address": address,
        "is_primary": 0,
        "is_included": 0,
        "found_at": LONG_AGO,
    }
    insert(rows, "aliases", _folding(usual | columns, "folded"))
    return alias_id


def template(rows: Rows, name: str, *, owner: str | None = None, **columns: Value) -> str:
    """`Thanks` becomes the template `thanks`. It is the team's without an owner."""
    usual: dict[str, Value] = {
        "id": name.lower(),
        "owner_id": owner,
        "name": name,
        "folded_name": name.casefold(),
        "subject": "Thank you, {candidate_first_name}",
        "text": "Hi {candidate_first_name},\n\nthank you.\n\n{my_name}",
        "updated_at": LONG_AGO,
    }
    insert(rows, "mail_templates", usual | columns)
    return name.lower()


def candidate(rows: Rows, name: str, addresses: str, *, now: datetime, by: str = "priya") -> str:
    """`Rosa Ortega` becomes the candidate `rosa`, added by an existing user."""
    candidate_id = first_name(name)
    draft = Draft(name, "Product designer", addresses)
    edits.add(
        Act(rows, Actor.system("program"), now),
        draft,
        candidate_id=candidate_id,
        by=by,
    )
    return candidate_id


def search(rows: Rows, search_id: str, *, mailbox_id: str, at: datetime, **columns: Value) -> None:
    """A search for earlier correspondence, requested and due at that time."""
    usual: dict[str, Value] = {
        "id": search_id,
        "mailbox_id": mailbox_id,
        "address": "rosa.ortega@mail.example",
        "stage": "searching",
        "read_count": 0,
        "kept_count": 0,
        "asked_at": at,
        "due_at": at,
        "failure_count": 0,
    }
    insert(rows, "searches", _folding(usual | columns, "folded"))


def calendar_read(rows: Rows, user_id: str, *, at: datetime, **columns: Value) -> None:
    """A calendar that was read at that time by the organization's consent."""
    usual: dict[str, Value] = {
        "id": f"calendar-{user_id}",
        "user_id": user_id,
        "opened_at": at,
        "wanted_until": at + timedelta(days=1),
        "due_at": at + timedelta(minutes=15),
        "last_attempt_at": at,
        "last_success_at": at,
        "source": "organization",
    }
    insert(rows, "calendar_reads", usual | columns)


def calendar_time(
    rows: Rows, user_id: str, event_id: str, *, at: datetime, **columns: Value
) -> None:
    """An event of an hour that begins at that time."""
    usual: dict[str, Value] = {
        "user_id": user_id,
        "event_id": event_id,
        "starts_at": at,
        "ends_at": at + timedelta(hours=1),
        "zone": "UTC",
        "show_as": "busy",
        "is_all_day": 0,
        "is_cancelled": 0,
        "is_declined": 0,
    }
    insert(rows, "calendar_times", usual | columns)


def calendar_series(rows: Rows, user_id: str, series_id: str, **columns: Value) -> None:
    """A series that was checked and is Gregorian."""
    usual: dict[str, Value] = {
        "user_id": user_id,
        "series_id": series_id,
        "change_key": "",
        "calendar": "gregorian",
        "checked_at": EARLIER,
    }
    insert(rows, "calendar_series", usual | columns)


def subscription(rows: Rows, user_id: str, *, created_at: datetime, **columns: Value) -> None:
    """An open subscription that does not exist at Microsoft."""
    usual: dict[str, Value] = {
        "id": "subscription",
        "user_id": user_id,
        "wakes": "email",
        "resource": "me/messages",
        "tenant_id": "northwind",
        "client_state_hash": "",
        "state": "open",
        "created_at": created_at,
    }
    insert(rows, "subscriptions", usual | columns)


def consent(rows: Rows, *, at: datetime | str, **columns: Value) -> None:
    """The organization's consent, granted and checked at that time."""
    usual: dict[str, Value] = {
        "id": "organization",
        "tenant_id": "northwind",
        "state": "working",
        "asked_by": "",
        "route": "here",
        "granted_at": at,
        "checked_at": at,
        "due_at": at,
    }
    insert(rows, "consents", usual | columns)


def invitation(rows: Rows, *, created_by: str, **columns: Value) -> None:
    usual: dict[str, Value] = {
        "id": "invitation",
        "token_hash": "hash",
        "role": "admin",
        "note": "",
        "created_by": created_by,
        "created_at": LONG_AGO,
        "expires_at": "2099-01-01T00:00:00Z",
    }
    insert(rows, "invitations", usual | columns)


def left_out(
    rows: Rows, user_id: str, day: str, reason: str, count: int, alias: str = "", **columns: Value
) -> None:
    """The number of messages that a mailbox left out on a day, for one reason."""
    usual: dict[str, Value] = {
        "mailbox_id": f"mailbox-{user_id}",
        "day": day,
        "reason": reason,
        "alias_id": alias,
        "count": count,
    }
    insert(rows, "left_out", usual | columns)


def text_failures(rows: Rows, user_id: str, graph_id: str, count: int) -> None:
    """Microsoft has failed this often to hand over the text of a message."""
    raw(rows).execute(
        "insert into text_failures (mailbox_id, graph_id, count, last_failed_at) "
        "select id, ?, ?, ? from mailboxes where user_id = ?",
        [graph_id, count, clock.text(clock.utc_now()), user_id],
    )


def _folding(row: Mapping[str, Value], column: str) -> dict[str, Value]:
    """The row with its address as Portal compares it."""
    return {**row, column: fold(str(row["address"]))}


def ids(rows: Rows, table: str) -> list[str]:
    return sorted(row["id"] for row in raw(rows)[table].rows)
