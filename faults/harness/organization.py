"""A fault run in an organization whose consent opens several mailboxes."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from faults.harness.fault_run import ACTOR, FaultRun
from faults.harness.messages import ROSA, raw_message
from portal.clock import utc_now
from portal.directory import store as directory_store
from portal.email import store as mailboxes
from portal.microsoft365 import consent, consent_verification
from portal.microsoft365.models import ConsentRoute
from sandbox.mail import delivery
from tests.corpus.environment import Environment, open_environment
from tests.support.sandbox_server import CLIENT_ID

MEMBERS = tuple(f"member{number}@northwind.example" for number in range(4))
CHECKED = "each once in all mailboxes, consent or its loss told, log clean"


class OrganizationEnvironment(Environment):
    """Has no connections: idle once every mailbox and the directory are followed."""

    def is_idle(self) -> bool:
        mailboxes.take_over_readable(self.services.rows, now=utc_now())
        unfinished = self.services.rows.value(
            int,
            "select (select count(*) from mailboxes where stage <> 'following'"
            " or claimed_by is not null or failure is not null or due_at <= ?)"
            " + (select count(*) from searches where finished_at is null)"
            " + (select count(*) from consents where state <> 'working')",
            [utc_now()],
        )
        return unfinished == 0 and not self.is_directory_behind()

    def is_directory_behind(self) -> bool:
        rows = self.services.rows
        state = directory_store.state(rows)
        is_done = state.stage == "following" and not state.is_claimed and state.failure is None
        return directory_store.may_sync(rows) and not (is_done and state.due_at > utc_now())


@dataclass
class OrganizationRun(FaultRun):
    """Delivers messages to all members in turn, every third one to two of them."""

    environment: OrganizationEnvironment
    members: tuple[str, ...] = MEMBERS

    def deliver(self, count: int, *, folder: str = "Inbox", **how: str) -> list[str]:
        state = self.sandbox.state
        made: list[str] = []
        for number in range(self.delivered, self.delivered + count):
            turns = range(number, number + 1 + (number % 3 == 0))
            members = [self.members[turn % len(self.members)] for turn in turns]
            raw = raw_message(number, to=">, <".join(members), **how)
            made += [delivery.deliver(state, upn, raw, folder=folder) for upn in members]
        self.delivered += count
        return made

    def consent(self, *roles: str) -> None:
        """Consent at Microsoft only; without names, to every role the registration asks for."""
        body = {"roles": list(roles), "scopes": []} if roles else None
        self.sandbox.control("POST", "consent", body)

    def withdraw(self) -> None:
        self.sandbox.control("DELETE", f"consent/{CLIENT_ID}")

    def record_consent(self) -> None:
        """Record the consent as the page does that Microsoft returns an administrator to."""
        services = self.services
        consent_verification.prove(
            services.rows,
            services.microsoft365,
            route=ConsentRoute.HERE,
            actor=ACTOR,
            is_patient=False,
        )

    def make_due(self, *, is_dead: bool = False, offset: int = 0) -> None:
        super().make_due(is_dead=is_dead, offset=offset)
        rows = self.services.rows
        with rows.write():
            directory_store.make_due(rows, now=utc_now())
        consent.ask_again(rows, now=utc_now())


@contextmanager
def organization(
    *, messages: int, roles: tuple[str, ...] = ("Mail.Read",)
) -> Iterator[OrganizationRun]:
    with tempfile.TemporaryDirectory() as name, open_environment(Path(name) / "i") as plain:
        environment = OrganizationEnvironment(**vars(plain))
        # These faults tell a consent by the roles of its token, which a fence of Exchange hides.
        environment.sandbox.control("POST", "quirks", {"rbacScope": False})
        people = [environment.add_member(f"Member {upn[:7]}", upn, [upn]) for upn in MEMBERS]
        made = OrganizationRun(
            environment,
            Path(name),
            people[0],
            environment.add_candidate("Rosa Ortega", [ROSA]),
        )
        made.deliver(messages)
        made.consent(*roles)
        made.record_consent()
        yield made
