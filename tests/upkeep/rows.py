"""Rows that a backup, a restore or a rotation has to get right."""

import dataclasses
import shutil
from datetime import datetime
from pathlib import Path

from portal import clock
from portal.audit.act import Act
from portal.audit.models import Actor
from portal.config import Config
from portal.entra.models import Identity, PersonToken
from portal.flows import single_use
from portal.flows.models import FlowKind
from portal.google import workspace
from portal.google.models import Application
from portal.microsoft365 import connections
from portal.microsoft365.application import applications
from portal.microsoft365.application import store as application_store
from portal.microsoft365.models import Application as AtMicrosoft
from portal.services import Services
from portal.storage import platforms
from portal.storage.platforms import Platform
from tests.interviews import rows as interviews
from tests.support import builders
from tests.support.builders import Value
from tests.support.raw_rows import raw
from tests.users.people import TENANT, add, person

TOKENS = {"access_token": "an access token of", "refresh_token": "a refresh token of"}


def connect(services: Services, name: str, *, now: datetime) -> str:
    """Add a user with a working connection and return their id."""
    added = person(name, now=now)
    add(services.rows, added)
    identity = Identity(TENANT, added.object_id or "", added.address, name)
    connections.connect(
        Act(services.rows, Actor.system("test"), now),
        services.vault,
        user_id=added.id,
        token=PersonToken(
            f"{TOKENS['access_token']} {added.id}",
            f"{TOKENS['refresh_token']} {added.id}",
            now,
            frozenset({"Mail.Read"}),
            identity,
        ),
    )
    return added.id


def start_flow(services: Services, *, now: datetime) -> None:
    """A flow to Microsoft that a person has begun."""
    flow = single_use.new_flow(FlowKind.SIGN_IN)
    single_use.begin(services.rows, services.vault, flow, session_hash="s", now=now)


def enter_application(services: Services, client_secret: str, *, now: datetime) -> None:
    """An application at Microsoft that an administrator entered."""
    bare = AtMicrosoft("client", "northwind.example", "global", None, "Alex Berg", now)
    whole = applications.sealed(services.vault, bare, client_secret=client_secret, certificate="")
    with services.rows.write():
        application_store.save(services.rows, whole)


def switch_to_google(services: Services, application: Application, *, now: datetime) -> None:
    """Google Workspace is the platform instead of Microsoft 365."""
    actor = Actor.system("test")
    with services.rows.write():
        platforms.save(
            services.rows, Platform.MICROSOFT_365, is_enabled=False, changed_by="test", now=now
        )
    workspace.enter(
        Act(services.rows, actor, now),
        services.vault,
        application,
    )
    workspace.enable(
        Act(services.rows, actor, now),
    )


def claim_everything(services: Services, *, until: datetime) -> None:
    """As a worker leaves them when it is killed."""
    rows, at = services.rows, clock.text(until)
    claimed: dict[str, Value] = {"claimed_until": at, "claimed_by": "w"}
    with rows.write():
        mailbox_id = builders.mailbox(rows, "priya", stage="headers", due_at=at, **claimed)
        builders.search(rows, "s", mailbox_id=mailbox_id, stage="walking", at=until, **claimed)
        builders.subscription(rows, "priya", state="opening", created_at=until, **claimed)
        builders.consent(rows, state="withdrawn", at=at, **claimed)
        raw(rows).execute("update directory_sync set claimed_until = ?, claimed_by = 'w'", [at])
        raw(rows).execute(
            "insert into room_refreshes (id, due_at, claimed_until, claimed_by) "
            "values ('rooms', ?, ?, 'w')",
            [at, at],
        )
        read: dict[str, Value] = {"id": "r", "user_id": "priya", "due_at": at, **claimed}
        builders.insert(rows, "calendar_reads", {**read, "opened_at": at, "wanted_until": at})
        watch: dict[str, Value] = {"id": builders.group_calendar(rows, "Interviews"), "due_at": at}
        builders.insert(rows, "group_calendar_watches", {**watch, **claimed, "next_round_at": at})
        interviews.interview(rows, "talk", at=until, candidate_id=None)
        watched: dict[str, Value] = {"id": "own:priya", "user_id": "priya", "due_at": at, **claimed}
        builders.insert(rows, "interview_watches", watched)
        raw(rows).execute("update connections set claimed_until = ?, claimed_by = 'w'", [at])
        for table, row_id in (
            ("sending_mailboxes", "priya"),
            ("domain_queues", "email-domain"),
            ("alert_rounds", "alerts"),
            ("interview_work", "talk"),
        ):
            builders.insert(rows, table, {"id": row_id, "due_at": at, **claimed})


def sign_in_and_invite(services: Services, *, now: datetime) -> None:
    at = clock.text(now)
    with services.rows.write():
        raw(services.rows).execute(
            "insert into sessions (id_hash, user_id, content, created_at, seen_at, peer) "
            "values ('h', 'priya', '{}', ?, ?, '')",
            [at, at],
        )
        builders.invitation(services.rows, created_by="priya", created_at=at, expires_at=at)


def names(services: Services) -> list[str]:
    found = raw(services.rows).query("select display_name from users order by display_name")
    return [row["display_name"] for row in found]


def clone(config: Config, folder: Path, *, with_keys: bool = True) -> Config:
    """The folder of a new machine, with or without the keys of the old one."""
    folder.mkdir(mode=0o700)
    if with_keys:
        shutil.copy2(config.token_keys_file, folder / "token.keys")
    return dataclasses.replace(config, instance=folder, token_keys=())
