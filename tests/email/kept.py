"""Rows as the sync leaves them: people, mailboxes, aliases, and mail in candidates' feeds."""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlite_utils import Database

from portal import clock
from portal.candidates import editing, feed
from portal.candidates.editing import Draft

BODY = "Hi Rosa,\n\nshall we say Tuesday?\n\nOn Monday at 9:00, Rosa Ortega wrote:\n> I am free."


def person(db: Database, name: str, *, role: str = "member") -> str:
    """`Priya Kaur` becomes the user `priya`."""
    user_id = name.split()[0].lower()
    db.execute(
        "insert into users (id, tenant_id, object_id, address, display_name, role, source, "
        "is_enabled, created_at) values (?, 'northwind', ?, ?, ?, ?, 'invitation', 1, ?)",
        [
            user_id,
            f"object-{user_id}",
            f"{user_id}@northwind.example",
            name,
            role,
            "2026-01-01T00:00:00Z",
        ],
    )
    return user_id


def mailbox(db: Database, user_id: str, *, stage: str = "following", is_syncing: int = 1) -> str:
    """Its first sync is over when it follows."""
    finished = "2026-11-01T00:10:00Z" if stage == "following" else None
    db.execute(
        "insert into mailboxes (id, user_id, is_syncing, stage, due_at, poll_seconds, total_count, "
        "looked_count, kept_count, first_sync_started_at, first_sync_finished_at, last_success_at, "
        "failure_count) values (?, ?, ?, ?, '2026-11-24T14:01:00Z', 60, 1000, 250, 5, "
        "'2026-11-01T00:00:00Z', ?, '2026-11-24T13:58:00Z', 0)",
        [f"mailbox-{user_id}", user_id, is_syncing, stage, finished],
    )
    return f"mailbox-{user_id}"


def alias(
    db: Database, user_id: str, address: str, *, is_primary: int = 0, is_included: int = 0
) -> str:
    """`talent@northwind.example` becomes the alias `talent`."""
    alias_id = address.partition("@")[0]
    db.execute(
        "insert into aliases (id, user_id, address, folded, is_primary, is_included, found_at) "
        "values (?, ?, ?, ?, ?, ?, '2026-01-01T00:00:00Z')",
        [alias_id, user_id, address, address.lower(), is_primary, is_included],
    )
    return alias_id


def candidate(db: Database, name: str, addresses: str, *, now: datetime) -> str:
    """`Rosa Ortega` becomes the candidate `rosa`."""
    draft = Draft(name, "Product designer", addresses)
    candidate_id = name.split()[0].lower()
    editing.add(db, draft, candidate_id=candidate_id, by=None, now=now)
    return candidate_id


@dataclass(frozen=True)
class Letter:
    """One message, the candidates it is with, and who brought it (mailbox owner, alias or None)."""

    id: str
    candidates: tuple[str, ...] = ("rosa",)
    brought: tuple[tuple[str, str | None], ...] = (("priya", None),)
    subject: str = "Portfolio review"
    body: str = BODY
    minutes_ago: int = 0
    recipients: tuple[tuple[str, str], ...] = (("Rosa Ortega", "rosa.ortega@mail.example"),)
    sender: tuple[str, str] = ("Priya Kaur", "priya@northwind.example")
    web_link: str = "https://outlook.office365.com/owa/?ItemID=1"
    attachments: tuple[tuple[str, str, int], ...] = field(default=())


def keep(db: Database, letter: Letter, *, now: datetime) -> str:
    """As one page of a sync keeps it."""
    sent = clock.text(now - timedelta(minutes=letter.minutes_ago))
    people = [{"name": n, "address": a, "kind": "to"} for n, a in letter.recipients]
    db.execute(
        "insert into messages (id, internet_message_id, sender_address, sender_name, recipients, "
        "subject, body, is_cut, sent_at, created_at) values (?, ?, ?, ?, ?, ?, ?, 0, ?, ?)",
        [
            letter.id,
            f"<{letter.id}@mail.example>",
            *reversed(letter.sender),
            json.dumps(people),
            letter.subject,
            letter.body,
            sent,
            sent,
        ],
    )
    for user_id, alias_id in letter.brought:
        db.execute(
            "insert into message_copies (mailbox_id, graph_id, message_id, alias_id, folder_id, "
            "web_link, received_at) values (?, ?, ?, ?, 'inbox', ?, ?)",
            [
                f"mailbox-{user_id}",
                f"{letter.id}-{user_id}",
                letter.id,
                alias_id,
                f"{letter.web_link}-{user_id}",
                sent,
            ],
        )
        for name, kind, size in letter.attachments:
            db.execute(
                "insert into attachments (id, message_id, mailbox_id, graph_message_id, graph_id, "
                "name, content_type, size) values (?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    f"{letter.id}-{user_id}-{name}",
                    letter.id,
                    f"mailbox-{user_id}",
                    f"{letter.id}-{user_id}",
                    f"graph-{name}",
                    name,
                    kind,
                    size,
                ],
            )
    entries = [(candidate_id, letter.id, clock.moment(sent)) for candidate_id in letter.candidates]
    feed.add_all(db, entries, kind="email", now=clock.utc_now())
    return letter.id


def left_out(
    db: Database, user_id: str, day: str, reason: str, count: int, alias: str = ""
) -> None:
    db.execute(
        "insert into left_out (mailbox_id, day, reason, alias_id, count) values (?, ?, ?, ?, ?)",
        [f"mailbox-{user_id}", day, reason, alias, count],
    )


def ids(db: Database, table: str) -> list[str]:
    return sorted(row["id"] for row in db[table].rows)


def connection(
    db: Database, user_id: str, *, state: str = "working", scopes: str = "User.Read Mail.Read"
) -> None:
    """Without tokens: good for pages, not for calls."""
    db.execute(
        "insert into connections (id, user_id, tenant_id, object_id, address, display_name, "
        "scopes, version, state, connected_at) values (?, ?, 'northwind', ?, ?, ?, ?, 1, ?, "
        "'2026-11-01T00:00:00Z')",
        [
            f"connection-{user_id}",
            user_id,
            f"object-{user_id}",
            f"{user_id}@northwind.example",
            user_id,
            scopes,
            state,
        ],
    )
