"""A portal on a practice tenant, with connected people and arriving mail."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from functools import partial
from pathlib import Path

from portal import clock
from portal.audit.act import Act
from portal.audit.models import Actor
from portal.candidates import edits
from portal.candidates.edits import Draft
from portal.config import Config, MicrosoftConfig
from portal.email import store, sync
from portal.entra.models import Identity, PersonToken
from portal.graph.client import GraphClient
from portal.microsoft365 import connections
from portal.microsoft365.permissions import Feature
from portal.services import Services, build_services
from portal.storage.claims import Claim
from portal.storage.ids import new_id
from portal.storage.rows import Rows
from sandbox.database import Row
from sandbox.entra import tokens
from sandbox.mail import delivery
from sandbox.mail import store as mail
from tests.support import builders, consents
from tests.support.databases import put_database
from tests.support.raw_rows import raw
from tests.support.sandbox_server import (
    CLIENT_ID,
    CLIENT_SECRET,
    TENANT_ID,
    Sandbox,
    running_sandbox,
)

SCOPES = frozenset({"openid", "profile", "email", "offline_access", "User.Read", "Mail.Read"})
PRIYA = "priya@northwind.example"
ALEX = "alex@northwind.example"
TALENT = "talent@northwind.example"
ROSA = "rosa.ortega@mail.example"


def never() -> bool:
    return False


@dataclass(frozen=True)
class EmailEnvironment:
    """Portal's services and the practice tenant. Name people by their addresses."""

    services: Services
    sandbox: Sandbox

    @property
    def rows(self) -> Rows:
        return self.services.rows

    def connect(self, address: str) -> str:
        """Make a person of the tenant a connected user. Returns the user id."""
        person = self.sandbox.state.row("select * from users where upn = ?", (address,))
        assert person is not None, address
        identity = Identity(TENANT_ID, person["id"], address, person["display_name"])
        user_id = self._hire(identity)
        token = tokens.person_access_token(
            self.sandbox.state, person, client_id=CLIENT_ID, scopes=set(SCOPES)
        )
        connections.connect(
            Act(self.rows, Actor.system("test"), clock.utc_now()),
            self.services.vault,
            user_id=user_id,
            token=PersonToken(token, "a refresh token", _in_an_hour(), SCOPES, identity),
        )
        return user_id

    def hire(self, address: str) -> str:
        """Make a person of the tenant a user, without a connection. Returns the user id."""
        person = self.sandbox.state.row("select * from users where upn = ?", (address,))
        assert person is not None, address
        return self._hire(Identity(TENANT_ID, person["id"], address, person["display_name"]))

    def consent(self, *roles: str) -> None:
        """Consent for the organization, and prove it with a token."""
        self.sandbox.control("POST", "consent", {"roles": list(roles), "scopes": []})
        self.prove_consent()

    def prove_consent(self) -> None:
        consents.prove(self.services)

    def withdraw_consent(self) -> None:
        """Withdraw the consent at Microsoft. Portal notices at its next check."""
        self.sandbox.control("DELETE", "consent")

    def _hire(self, identity: Identity) -> str:
        known = raw(self.rows).execute(
            "select id from users where object_id = ?", [identity.object_id]
        )
        found = known.fetchone()
        if found:
            return str(found[0])
        user_id = identity.address.partition("@")[0]
        return builders.user(
            self.rows,
            identity.name,
            id=user_id,
            tenant_id=identity.tenant_id,
            object_id=identity.object_id,
            address=identity.address,
            created_at=clock.utc_now(),
        )

    def candidate(self, name: str, *addresses: str) -> str:
        """Add a candidate by Priya. Returns the candidate id."""
        draft = Draft(name, "", "\n".join(addresses))
        candidate_id = new_id()
        edits.add(
            Act(self.rows, Actor.system("program"), clock.utc_now()),
            draft,
            candidate_id=candidate_id,
            by=self.hire(PRIYA),
        )
        return candidate_id

    def arrives(
        self, at: str, raw: bytes, *, folder: str = "Inbox", received_at: datetime | None = None
    ) -> str:
        return delivery.deliver(self.sandbox.state, at, raw, folder=folder, received_at=received_at)

    def sync(self, user_id: str) -> None:
        """Sync a mailbox once, as a worker does."""
        follow(self, self.claim(user_id))

    def client(self, user_id: str) -> Callable[[], GraphClient]:
        return partial(self.services.microsoft365.client_for, Feature.EMAIL_SYNC, user_id)

    def claim(self, user_id: str) -> Claim:
        now = clock.utc_now()
        store.take_over_readable(self.rows, now=now)
        claim = store.claim_of_person(self.rows, user_id, "test", now=now)
        assert claim is not None, "it is claimed, or may not be synced"
        return claim

    def subjects(self, candidate_id: str) -> list[str]:
        """Subjects in a candidate's feed, in alphabetical order, duplicates included."""
        rows = raw(self.rows).query(
            "select m.subject from feed_entries e join messages m on m.id = e.subject_id "
            "where e.candidate_id = ? order by m.subject",
            [candidate_id],
        )
        return [row["subject"] for row in rows]

    def left_out(self) -> dict[str, int]:
        rows = raw(self.rows).query("select reason, sum(count) as n from left_out group by reason")
        return {row["reason"]: row["n"] for row in rows}

    def count(self, table: str) -> int:
        return int(raw(self.rows)[table].count)


def follow(env: EmailEnvironment, claim: Claim, *, should_stop: Callable[[], bool] = never) -> None:
    user_id = store.mailbox(env.rows, claim.row_id).user_id
    sync.follow_mailbox(env.rows, env.client(user_id), claim, should_stop=should_stop)


def skip_searches(env: EmailEnvironment, *, until: str = "2100-01-01T00:00:00Z") -> None:
    """Mark all candidates as searched for, so that no search starts for them."""
    raw(env.rows).execute("update mailboxes set candidates_seen_at = ?", [until])


def let_retry(env: EmailEnvironment) -> None:
    """Let the time pass that Portal waits before it asks for a text again."""
    raw(env.rows).execute("update text_failures set last_failed_at = '2026-01-01T00:00:00Z'")


def move_message(env: EmailEnvironment, graph_id: str, to: Row) -> None:
    state, oid = env.sandbox.state, env.sandbox.oid(PRIYA)
    row = mail.message(state, oid, graph_id)
    assert row is not None
    with state.write():
        mail.change_message(state, row, folder_id=to["id"])
        mail.note_change(state, row["folder_id"], row["immutable_id"], "deleted")
        mail.note_change(state, to["id"], row["immutable_id"], "created")


def _in_an_hour() -> datetime:
    return clock.utc_now() + timedelta(hours=1)


@contextmanager
def open_environment(instance: Path) -> Iterator[EmailEnvironment]:
    put_database(instance)
    with running_sandbox() as sandbox:
        yield EmailEnvironment(build_services(config(instance, sandbox)), sandbox)


def config(instance: Path, sandbox: Sandbox) -> Config:
    return Config(
        instance=instance,
        base_url="http://localhost:8000",
        secret_key=bytes(range(64)),
        test_mode=True,
        microsoft=MicrosoftConfig(
            client_id=CLIENT_ID,
            client_secret=CLIENT_SECRET,
            tenant=TENANT_ID,
            authority=sandbox.url,
            graph=sandbox.url,
        ),
    )


def settings(instance: Path, sandbox: Sandbox) -> dict[str, str]:
    """The settings of config() as environment variables."""
    return {
        "PORTAL_INSTANCE": str(instance),
        "PORTAL_TEST_MODE": "1",
        "MICROSOFT_CLIENT_ID": CLIENT_ID,
        "MICROSOFT_CLIENT_SECRET": CLIENT_SECRET,
        "MICROSOFT_TENANT": TENANT_ID,
        "MICROSOFT_AUTHORITY": sandbox.url,
        "MICROSOFT_GRAPH": sandbox.url,
    }


def raw_message(
    subject: str,
    *,
    sender: str = ROSA,
    to: str = PRIYA,
    cc: str = "",
    text: str = "Hello, this is a message.",
    message_id: str | None = None,
    sent_at: datetime | None = None,
    attachment: tuple[str, bytes] | None = None,
) -> bytes:
    """One raw message. Commas separate several addresses."""
    message = EmailMessage()
    message["Subject"] = subject
    message["From"] = sender
    message["To"] = to
    if cc:
        message["Cc"] = cc
    message["Date"] = format_datetime(sent_at or clock.utc_now())
    message["Message-ID"] = message_id or make_msgid(domain="mail.example")
    message.set_content(text)
    if attachment:
        name, content = attachment
        message.add_attachment(content, maintype="application", subtype="pdf", filename=name)
    return message.as_bytes()
