"""An office whose mail really goes out: portal, worker and practice tenant, with a moving clock."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from portal import clock
from portal.audit.act import Act
from portal.audit.models import Actor
from portal.graph.errors import Unavailable
from portal.graph.once import unsent
from portal.integrations import platforms
from portal.microsoft365 import authorizations
from portal.outbox import intake, store
from portal.outbox.jobs import SENDING
from portal.outbox.models import Mail, Queued, State
from portal.outbox.recipients import read
from portal.storage.ids import new_ordered_id
from portal.storage.platforms import Platform
from portal.worker.retry import setback
from sandbox.sending import ledger
from tests.email.environment import PRIYA, ROSA, TALENT, EmailEnvironment, never
from tests.outbox import mails
from tests.support import builders
from tests.support.sandbox_server import TENANT_ID

NOW = clock.utc_now
JOBS = "jobs@northwind.example"
BY = Actor.system("test")


@dataclass
class Office:
    """Priya, connected, with talent@ and as owner of jobs@, writes to Rosa."""

    env: EmailEnvironment
    monkeypatch: pytest.MonkeyPatch
    offset: timedelta = timedelta(0)
    priya: str = ""
    jobs: str = ""
    rosa: str = ""
    talent: str = ""
    accounts: dict[str, str] = field(default_factory=dict)

    @staticmethod
    def second(count: float) -> timedelta:
        return timedelta(seconds=count)

    @staticmethod
    def no_connection(*_: object) -> bytes:
        raise unsent(Unavailable("Microsoft 365 could not be reached."))

    def freeze(self) -> None:
        """Let Portal read this office's clock."""
        self.monkeypatch.setattr(clock, "utc_now", lambda: NOW() + self.offset)

    def open(self) -> None:
        self.freeze()
        rows = self.env.rows
        platforms.enable(Act(rows, BY, clock.utc_now()), Platform.MICROSOFT_365)
        self.rosa = self.env.candidate("Rosa Ortega", ROSA)
        self.priya = self.env.hire(PRIYA)
        with rows.write():
            builders.mailbox(rows, self.priya)
            builders.alias(rows, self.priya, PRIYA, is_primary=1, is_included=1)
            self.talent = builders.alias(rows, self.priya, TALENT, is_included=1)
            self.jobs = builders.shared_mailbox(
                rows,
                "Jobs",
                owners=[self.priya],
                tenant_id=TENANT_ID,
                object_id=self.env.sandbox.oid(JOBS),
            )

    def consent(self, *roles: str) -> None:
        """The organization consents, and an administrator turns sending on."""
        authorizations.set_sending(Act(self.env.rows, BY, clock.utc_now()), wanted=True)
        self.env.consent(*(roles or ("Mail.Read", "Mail.Send")))

    def connect(self, *scopes: str) -> None:
        """Priya connects with these permissions."""
        from tests.email import environment  # its constant is replaced

        usual = {"openid", "profile", "email", "offline_access", "User.Read"}
        self.monkeypatch.setattr(environment, "SCOPES", frozenset(usual | set(scopes)))
        self.env.connect(PRIYA)

    def write(self, **changes: Any) -> Mail:
        """Queue a mail of Priya's from talent@ to Rosa. It is free to go at once."""
        now = clock.utc_now()
        to, cc, files = changes.pop("to", ROSA), changes.pop("cc", ""), changes.pop("files", ())
        usual: dict[str, Any] = {
            "author_id": self.priya,
            "account_id": self.priya,
            "through_id": self.priya,
            "candidate_id": self.rosa,
            "alias_id": self.talent,
            "free_at": now,
            "due_at": now,
        }
        mail = mails.from_priya(new_ordered_id(), at=now, **usual | changes)
        return intake.queue(self.env.rows, Queued(mail, read(to, cc), tuple(files)), now=now)

    def write_from_jobs(self, **changes: Any) -> Mail:
        usual = {
            "account_id": self.jobs,
            "through_id": self.jobs,
            "alias_id": None,
            "from_address": JOBS,
            "from_name": "Northwind Jobs",
        }
        return self.write(**usual | changes)

    def work(self, *, should_stop: Callable[[], bool] = never) -> int:
        """Do the work that is due now, as a worker does. Returns how many mailboxes had some."""
        count = 0
        services = self.env.services
        while claim := SENDING.claim(services, "test", now=clock.utc_now()):
            count += 1
            try:
                SENDING.work(services, claim, should_stop)
            except Exception as error:
                SENDING.fail(services, claim, setback(error), now=clock.utc_now())
                raise
        return count

    def later(self, **time: float) -> None:
        """Let time pass in Portal and at Microsoft, and do the work that is due then."""
        self.offset += timedelta(**time)
        seconds = self.offset.total_seconds()
        self.env.sandbox.control("PATCH", "tenant", {"clockOffset": seconds})
        self.work()

    def look_through(self) -> None:
        """Let the six searches pass."""
        for seconds in (5, 10, 45, 60, 180, 300):
            self.later(seconds=seconds)

    def mail(self, mail: Mail) -> Mail:
        return store.mail(self.env.rows, mail.id)

    def state(self, mail: Mail) -> State:
        return self.mail(mail).state

    def outcomes(self, mail: Mail) -> list[str | None]:
        return [each.outcome for each in store.attempts(self.env.rows, mail.id)]

    def delivered(self) -> Counter[tuple[str, str]]:
        """How many mails each recipient got, by mark, in the tenant's own record."""
        found = ledger.deliveries(self.env.sandbox.state)
        return Counter((each.mark, each.recipient) for each in found if each.fate == "delivered")

    def turn(self, mailbox: str | None = PRIYA, **switches: Any) -> None:
        path = f"mailboxes/{mailbox}/sending" if mailbox else "sending"
        self.env.sandbox.control("PATCH", path, switches)

    def fault(self, **fault: Any) -> None:
        self.env.sandbox.control("POST", "faults", {"path": "/sendMail", "times": 1, **fault})


def once(mail: Mail, *recipients: str) -> Counter[tuple[str, str]]:
    """One mail at each recipient."""
    return Counter({(mail.id, each): 1 for each in recipients or (ROSA,)})
