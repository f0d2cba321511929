"""The product doing the same work: connected people, synced by a worker."""

import resource
import secrets
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

import orjson

from portal.audit.act import Act
from portal.audit.models import Actor
from portal.candidates import edits
from portal.candidates.edits import Draft
from portal.clock import text, utc_now
from portal.config import Config
from portal.email import aliases, settings_store
from portal.entra.models import Identity, PersonToken
from portal.microsoft365 import connections
from portal.microsoft365.permissions import BASIC_FEATURES, scopes_needed
from portal.services import Services, build_services
from portal.storage.ids import new_id
from portal.storage.rows import Rows
from portal.subscriptions import store as subscription_store
from portal.users import people_store
from portal.users import store as users
from portal.users.models import Role, Source, User
from portal.vault import hash_token
from portal.worker.loop import Worker

SUBSCRIPTION = "5f000000-0000-4000-8000-000000000001"
TENANT = "7c3c0d5e-0000-4000-8000-0000000000bb"
ACTOR = Actor.system("benchmark")


def settings_for(folder: Path, root: str) -> dict[str, str]:
    """Settings of a portal that uses a canned Graph."""
    return {
        "PORTAL_INSTANCE": str(folder),
        "PORTAL_BASE_URL": "http://localhost:9",
        "PORTAL_TEST_MODE": "1",
        "MICROSOFT_CLIENT_ID": "bench",
        "MICROSOFT_CLIENT_SECRET": "bench",
        "MICROSOFT_TENANT": TENANT,
        "MICROSOFT_AUTHORITY": root,
        "MICROSOFT_GRAPH": root,
    }


def services_for(folder: Path, root: str, settings: dict[str, str] | None = None) -> Services:
    return build_services(Config.from_environment(settings or settings_for(folder, root)))


def add_mailbox(services: Services, number: int) -> str:
    """Add a person whose access token names their canned mailbox."""
    now = utc_now()
    oid = f"00000000-0000-4000-8000-{number:012d}"
    user = User(
        id=new_id(),
        address="owner@bench.example",
        display_name=f"Owner {number}",
        role=Role.MEMBER,
        source=Source.DIRECTORY,
        created_at=now,
        tenant_id=TENANT,
        object_id=oid,
    )
    with services.rows.write():
        users.add(services.rows, user)
    token = PersonToken(
        access_token=f"mailbox-{number}",
        refresh_token="none",
        expires_at=now + timedelta(hours=12),
        scopes=frozenset(scopes_needed(BASIC_FEATURES)),
        identity=Identity(TENANT, oid, "owner@bench.example", "Owner"),
    )
    connections.connect(
        Act(services.rows, ACTOR, now),
        services.vault,
        user_id=user.id,
        token=token,
    )
    return user.id


def add_candidates(services: Services, count: int = 100) -> None:
    by = people_store.people(services.rows)[0].user.id
    for number in range(count):
        draft = Draft(f"Candidate {number}", "", f"candidate{number}@mail.example")
        edits.add(
            Act(services.rows, Actor.system("program"), utc_now()),
            draft,
            candidate_id=new_id(),
            by=by,
        )


def add_alias(services: Services, user_id: str) -> str:
    """Add an alias for this person and return its id."""
    proxies = ("SMTP:owner@bench.example", "smtp:alias@bench.example")
    aliases.refresh(services.rows, user_id, proxies, "owner@bench.example", utc_now())
    found = settings_store.aliases_of(services.rows, user_id)
    return next(alias.id for alias in found if not alias.is_primary)


def only_mailbox(rows: Rows) -> str:
    """The id of the mailbox, where there is one."""
    [found] = rows.all(str, "select id from mailboxes")
    return found


def add_subscription(services: Services, user_id: str, name: str = SUBSCRIPTION) -> str:
    """Add an open subscription, as a worker does, and return its clientState."""
    secret, now = secrets.token_urlsafe(32), utc_now()
    with services.rows.write():
        subscription_store.add(
            services.rows,
            user_id=user_id,
            wakes="email",
            resource="me/messages",
            tenant_id=TENANT,
            now=now,
        )
        services.rows.execute(
            "update subscriptions set state = 'open', microsoft_id = ?, client_state_hash = ?,"
            " expires_at = ?, due_at = ? where user_id = ?",
            [name, hash_token(secret), *[text(now + timedelta(days=2))] * 2, user_id],
        )
    return secret


def first_syncs(services: Services, mailboxes: int) -> None:
    """Run a worker's loop and threads until every mailbox has finished its first sync."""
    worker = Worker(services)
    thread = threading.Thread(target=worker.run)
    thread.start()
    try:
        while done(services)["following"] < mailboxes:
            time.sleep(0.02)
    finally:
        worker.stop()
        thread.join()


def done(services: Services) -> dict[str, int]:
    [row] = services.rows.all(
        dict,
        "select coalesce(sum(stage = 'following'), 0) as following,"
        " coalesce(sum(read_count), 0) as looked, coalesce(sum(kept_count), 0) as kept"
        " from mailboxes",
    )
    return row


def main() -> None:
    """Take ROOT FOLDER NEW [ALL]; add NEW mailboxes and sync until ALL have finished."""
    root, folder, new = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    services = services_for(folder, root)
    for number in range(new):
        add_mailbox(services, number + 1)
    if new:
        add_candidates(services)
    started = time.perf_counter()
    first_syncs(services, int(sys.argv[4]) if len(sys.argv) > 4 else new)
    seconds = time.perf_counter() - started
    copies = services.rows.value(int, "select count(*) from message_copies")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    found = done(services) | {"entries": copies, "seconds": seconds, "peak_mb": peak, "threads": 4}
    print(orjson.dumps(found).decode())


if __name__ == "__main__":
    main()
