"""A fault run in which members write, and the practice tenant's record of what arrived."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from faults.harness.fault_run import ACTOR
from faults.harness.messages import ROSA
from faults.harness.organization import OrganizationRun, organization
from portal.audit.act import Act
from portal.clock import utc_now
from portal.integrations import platforms
from portal.microsoft365 import authorizations
from portal.outbox import intake
from portal.outbox.models import Kind, Mail, Queued, Route, State
from portal.outbox.recipients import read
from portal.storage.ids import new_ordered_id
from portal.storage.platforms import Platform
from sandbox.sending import ledger

ROLES = ("Mail.Read", "Mail.Send")
LONG_AGO = "2026-01-01T00:00:00Z"
IS_UNDER_WAY = (
    "select count(*) from outbox where state in ('waiting', 'sending', 'unknown', 'accepted')"
)


@dataclass
class OutboxRun:
    """Mail of members to one candidate."""

    run: OrganizationRun

    def write(self, number: int = 0) -> Mail:
        """Queue a mail that is free to go at once."""
        rows, now = self.run.services.rows, utc_now()
        address = self.run.members[number % len(self.run.members)]
        user_id = rows.value(str, "select id from people where address = ?", [address]) or ""
        mail = Mail(
            id=new_ordered_id(),
            kind=Kind.PERSON,
            route=Route.MICROSOFT,
            author_id=user_id,
            author_name="Member",
            account_id=user_id,
            through_id=user_id,
            candidate_id=self.run.candidate,
            alias_id=self._alias(user_id),
            from_address=address,
            from_name="Member",
            answers_message_id=None,
            is_in_thread=False,
            subject=f"Mail {number}",
            text="Hello Rosa",
            signature="",
            state=State.WAITING,
            created_at=now,
            free_at=now,
            due_at=now,
        )
        return intake.queue(rows, Queued(mail, read(ROSA, "")), now=now)

    def _alias(self, user_id: str) -> str | None:
        sql = "select alias_id from sending_addresses where account_id = ? and is_primary = 1"
        return self.run.services.rows.value(str, sql, [user_id])

    def make_due(self) -> None:
        """Let the time of each wait pass, and end the claim of a killed worker."""
        self.run.end_claims()
        self.run.change("update outbox set due_at = ?", [LONG_AGO])
        self.run.change("update sending_mailboxes set due_at = ?", [LONG_AGO])

    @property
    def is_under_way(self) -> bool:
        return self.run.value(IS_UNDER_WAY) > 0

    def arrived(self) -> Counter[str]:
        """How often the candidate got each mail."""
        found = ledger.deliveries(self.run.sandbox.state)
        return Counter(each.mark for each in found if each.fate == ledger.DELIVERED)

    def wrong(self, mail_ids: Iterator[str] | list[str]) -> list[str]:
        """Sentences about mail that did not arrive once, unless its row asks a person."""
        arrived, rows = self.arrived(), self.run.services.rows
        found = []
        for mail_id in mail_ids:
            state = rows.value(str, "select state from outbox where id = ?", [mail_id])
            times = arrived[mail_id]
            is_right = times == 1 if state == State.SEEN else state == State.ASKS and times <= 1
            if not is_right:
                found.append(f"a mail that is {state} arrived {times} times")
        return found


@contextmanager
def outbox() -> Iterator[OutboxRun]:
    with organization(messages=0, roles=ROLES) as run:
        act = Act(run.services.rows, ACTOR, utc_now())
        platforms.enable(act, Platform.MICROSOFT_365)
        authorizations.set_sending(act, wanted=True)
        yield OutboxRun(run)
