"""A portal with a real worker beside a practice tenant, and people who have connected."""

import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests

from portal.addresses import base, fold
from portal.audit.act import Act
from portal.audit.models import Actor
from portal.candidates import edits
from portal.candidates.edits import Draft
from portal.clock import utc_now
from portal.config import Config
from portal.email import aliases, mailboxes, settings_store
from portal.microsoft365 import connections
from portal.microsoft365.permissions import BASIC_FEATURES, scopes_needed
from portal.services import Services, build_services
from portal.shared_mailboxes import additions
from portal.shared_mailboxes.models import Entry
from portal.storage.ids import new_id
from portal.users import people_store
from portal.users import store as users
from portal.users.models import Role, Source, User
from tests.support import consents
from tests.support.raw_rows import raw
from tests.support.sandbox_server import (
    CLIENT_ID,
    CLIENT_SECRET,
    TENANT_ID,
    Sandbox,
    running_sandbox,
)
from tests.support.walk import Person

ROOT = Path(__file__).parents[2]
REDIRECT = "http://localhost:9/oauth/microsoft/callback"
ACTOR = Actor.system("corpus")


@dataclass(frozen=True)
class Environment:
    """Services of Portal, the tenant, and the environment of a worker for both."""

    services: Services
    sandbox: Sandbox
    variables: dict[str, str]

    def add_member(self, name: str, upn: str, addresses: Sequence[str]) -> str:
        """Add a person to the tenant and Portal, first address primary. Returns the user id."""
        oid = self._add_account(name, upn, addresses)
        user = User(
            id=new_id(),
            address=addresses[0],
            display_name=name,
            role=Role.MEMBER,
            source=Source.DIRECTORY,
            created_at=utc_now(),
            tenant_id=TENANT_ID,
            object_id=oid,
        )
        with self.services.rows.write():
            users.add(self.services.rows, user)
        return user.id

    def add_shared_mailbox(
        self, name: str, upn: str, addresses: Sequence[str], *, owner: str
    ) -> str:
        """Add a shared mailbox to the tenant, and to Portal with this owner.

        The organization's consent, which opens every mailbox, has to be given.
        """
        hints = {"accountEnabled": False, "hasMailbox": True, "purpose": "shared"}
        oid = self._add_account(name, upn, addresses, **hints)
        entry = Entry(oid, addresses[0], name, tenant_id=TENANT_ID)
        act = Act(self.services.rows, ACTOR, utc_now())
        return additions.add(act, entry, owners=[owner], is_confirmed=True).account_id

    def _add_account(self, name: str, upn: str, addresses: Sequence[str], **more: object) -> str:
        """Add an account with a mailbox to the tenant. Returns its object id."""
        proxies = [f"SMTP:{addresses[0]}", *(f"smtp:{address}" for address in addresses[1:])]
        account = {
            "userPrincipalName": upn,
            "displayName": name,
            "mail": addresses[0],
            "proxyAddresses": proxies,
            **more,
        }
        return str(self.sandbox.control("POST", "users", account)["id"])

    def consent(self) -> None:
        """Give the organization's consent, which opens every mailbox without a connection."""
        roles = ["Mail.Read", "User.Read.All"]
        self.sandbox.control("POST", "consent", {"roles": roles, "scopes": []})
        consents.prove(self.services, actor=ACTOR)

    def connect(self, user_id: str, upn: str) -> None:
        """Connect a user as they do in the browser: choose the account, accept, come back."""
        oauth = self.services.microsoft365.oauth
        verifier, nonce = secrets.token_urlsafe(64), secrets.token_urlsafe(16)
        address = oauth.authorize_address(
            redirect_uri=REDIRECT,
            scopes=scopes_needed(BASIC_FEATURES),
            state="corpus",
            nonce=nonce,
            verifier=verifier,
        )
        code = self._code(address, upn)
        token = oauth.person_token(
            code=code, verifier=verifier, nonce=nonce, redirect_uri=REDIRECT, now=utc_now()
        )
        connections.connect(
            Act(self.services.rows, ACTOR, utc_now()),
            self.services.vault,
            user_id=user_id,
            token=token,
        )

    def _code(self, address: str, upn: str) -> str:
        row = self.sandbox.state.row("select mail from users where upn = ?", (upn,))
        person = Person()
        try:
            person.open(address).press(str(row and row["mail"])).press("Accept")
        except requests.ConnectionError as gone:  # no server listens at the return address
            where = urlsplit(str(gone.request and gone.request.url))
            return parse_qs(where.query)["code"][0]
        raise AssertionError(person.html)

    def add_candidate(self, name: str, addresses: Sequence[str]) -> str:
        draft = Draft(name, "", "\n".join(addresses))
        identity = new_id()
        by = people_store.people(self.services.rows)[0].user.id
        edits.add(
            Act(self.services.rows, Actor.system("program"), utc_now()),
            draft,
            candidate_id=identity,
            by=by,
        )
        return identity

    def sync_everybody(self) -> None:
        """Let the worker sync every mailbox as soon as it can."""
        rows, now = self.services.rows, utc_now()
        for mailbox in [*raw(rows)["mailboxes"].rows]:
            mailboxes.ask(rows, mailbox["id"], now)

    def include_all_aliases(self, user_id: str) -> None:
        """Turn every alias on, including older mail."""
        for alias in settings_store.aliases_of(self.services.rows, user_id):
            aliases.set_inclusion(
                Act(self.services.rows, ACTOR, utc_now()),
                alias,
                included=True,
                from_now=False,
            )

    def is_idle(self) -> bool:
        """Whether every mailbox is followed, nothing is claimed and no search is open."""
        row = (
            raw(self.services.rows)
            .execute(
                "select (select count(*) from connections)"
                " + (select count(*) from mailbox_sources)"
                " - (select count(*) from mailboxes where stage = 'following'"
                " and claimed_by is null and failure is null and due_at > ?)"
                " + (select count(*) from searches where finished_at is null)",
                [utc_now().strftime("%Y-%m-%dT%H:%M:%SZ")],
            )
            .fetchone()
        )
        return bool(row[0] == 0)

    def feeds(self) -> dict[str, list[str]]:
        """Message ids in each candidate's feed, duplicates included."""
        found: dict[str, list[str]] = {}
        for row in raw(self.services.rows).query(
            "select f.candidate_id, m.internet_message_id as mid from feed_entries f"
            " join messages m on m.id = f.subject_id"
        ):
            found.setdefault(row["candidate_id"], []).append(row["mid"])
        return found

    def entries_without_candidate(self) -> list[str]:
        """Feed entries whose message does not bear an address of their candidate."""
        own: dict[str, set[str]] = {}
        for row in raw(self.services.rows)["candidate_addresses"].rows:
            own.setdefault(row["candidate_id"], set()).add(row["folded"])
        found = raw(self.services.rows).query(
            "select e.id, e.candidate_id, m.sender_address, m.recipients from feed_entries e"
            " left join messages m on m.id = e.subject_id where e.kind = 'email'"
        )
        return [row["id"] for row in found if own[row["candidate_id"]].isdisjoint(_written(row))]


def _written(row: dict[str, Any]) -> set[str]:
    """The addresses on a message, as they are compared."""
    recipients = [each["address"] for each in json.loads(row["recipients"] or "[]")]
    written = [row["sender_address"] or "", *recipients]
    return {form for address in written for form in (fold(address), base(address))}


def settings_for(instance: Path, address: str) -> dict[str, str]:
    """Settings of a portal whose Microsoft 365 is the practice tenant at this address."""
    return {
        "PORTAL_INSTANCE": str(instance),
        "PORTAL_BASE_URL": "http://localhost:9",
        "PORTAL_TEST_MODE": "1",
        "MICROSOFT_CLIENT_ID": CLIENT_ID,
        "MICROSOFT_CLIENT_SECRET": CLIENT_SECRET,
        "MICROSOFT_TENANT": TENANT_ID,
        "MICROSOFT_AUTHORITY": address,
        "MICROSOFT_GRAPH": address,
    }


def own_variables(settings: dict[str, str]) -> dict[str, str]:
    """Environment variables for a program: these settings alone, and no proxy."""
    inherited = {key: value for key, value in os.environ.items() if "PORTAL" not in key}
    return {**inherited, **settings, "NO_PROXY": "localhost,127.0.0.1"}


@contextmanager
def open_environment(folder: Path) -> Iterator[Environment]:
    """Open both in this process. running_worker() starts the worker."""
    with running_sandbox() as sandbox:
        sandbox.control("PATCH", "tenant", {"redirectUris": [REDIRECT]})
        sandbox.control("POST", "quirks", {"all": True})
        variables = settings_for(folder, sandbox.url)
        services = build_services(Config.from_environment(variables))
        yield Environment(services, sandbox, variables)


@contextmanager
def running_worker(environment: Environment, *, log: Path) -> Iterator[None]:
    """Run a worker program, and stop it at the end."""
    with log.open("ab") as output:
        worker = subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "wsgi", "worker"],
            cwd=ROOT,
            env=own_variables(environment.variables),
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        yield
    finally:
        worker.terminate()
        worker.wait(30)


def wait_until_idle(environment: Environment, *, seconds: float) -> None:
    """Wait until idle twice in a row, so that follow-up work is done too."""
    deadline = time.monotonic() + seconds
    quiet = 0
    while quiet < 4:
        if time.monotonic() > deadline:
            raise TimeoutError(f"the worker was not done after {seconds} seconds")
        time.sleep(0.5)
        quiet = quiet + 1 if environment.is_idle() else 0
