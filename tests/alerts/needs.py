"""An office in which things go wrong, and rounds that tell people of it."""

from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from portal import clock
from portal.alerts.jobs import ALERTS
from portal.audit.act import Act
from portal.audit.models import Actor
from portal.email_domain import settings
from portal.email_domain.models import Mailbox
from portal.microsoft365 import consent, consent_store
from portal.microsoft365.clients import Microsoft365
from portal.outbox import automated
from portal.outbox.jobs import EMAIL_DOMAIN
from portal.outbox.models import Mail
from sandbox.sending import ledger
from tests.email.environment import ALEX, PRIYA, EmailEnvironment, never
from tests.outbox.office import Office
from tests.support.raw_rows import raw
from tests.support.smtp_server import MailServer

LONG = timedelta(hours=4)
ALEX_ACTS = Actor(id="alex", name="Alex Berg")


class NeedsOffice(Office):
    """Automated mail goes out from jobs@. Alex administers, Priya is connected."""

    @classmethod
    def opened(cls, env: EmailEnvironment, monkeypatch: pytest.MonkeyPatch) -> "NeedsOffice":
        office = cls(env, monkeypatch)
        office.open()
        office.consent("Mail.Read", "Mail.Send", "User.Read.All")
        office.change("update users set role = 'admin' where id = ?", env.hire(ALEX))
        given = consent_store.consent(env.rows)
        assert given is not None
        office.change("update users set tenant_id = ? where id = ?", given.tenant_id, office.jobs)
        office.choose_jobs()
        return office

    def choose_jobs(self) -> None:
        services = self.env.services
        act = Act(self.env.rows, ALEX_ACTS, clock.utc_now())
        automated.choose(act, services.vault, services.config, self.jobs)

    def change(self, sql: str, *values: object) -> None:
        with self.env.rows.write():
            raw(self.env.rows).execute(sql, list(values))

    def round(self) -> None:
        """Find what needs people, and let what is queued go out."""
        services, now = self.env.services, clock.utc_now()
        self.change("update alert_rounds set due_at = ?", clock.text(now))
        claim = ALERTS.claim(services, "test", now=now)
        assert claim is not None
        ALERTS.work(services, claim, never)
        self.work()

    def pass_time(self, **time: float) -> None:
        """Let time pass here and at Microsoft."""
        self.offset += timedelta(**time)
        seconds = self.offset.total_seconds()
        self.env.sandbox.control("PATCH", "tenant", {"clockOffset": seconds})

    def told(self) -> Counter[str]:
        """How many mails each person got, in the tenant's own record."""
        found = ledger.deliveries(self.env.sandbox.state)
        return Counter(each.recipient for each in found if each.fate == ledger.DELIVERED)

    def texts_to(self, address: str) -> list[str]:
        found = ledger.deliveries(self.env.sandbox.state)
        return [each.text_body for each in found if each.recipient == address]

    def waiting(self) -> list[Mail]:
        return self.env.rows.all(
            Mail, "select * from outbox where kind = 'automated' and state = 'waiting'"
        )

    def lapse(self, user_id: str = "priya") -> None:
        """Microsoft ends a connection."""
        if not self.has_connection(user_id):
            self.env.connect(PRIYA)
        self.change(
            "update connections set state = 'lapsed', failed_at = ? where user_id = ?",
            clock.text(clock.utc_now()),
            user_id,
        )

    def has_connection(self, user_id: str) -> bool:
        sql = "select 1 from connections where user_id = ?"
        return self.env.rows.value(int, sql, [user_id]) is not None

    def reconnect(self, user_id: str = "priya") -> None:
        self.change(
            "update connections set state = 'working', failed_at = null where user_id = ?", user_id
        )

    def fail_sync(self, account_id: str = "priya", *, since: datetime | None = None) -> None:
        at = clock.text(since or clock.utc_now() - LONG)
        self.change(
            "update mailboxes set failure = 'It failed.', failed_at = ?, failure_count = 9 "
            "where user_id = ?",
            at,
            account_id,
        )

    def ask_by_guard(self) -> None:
        self.change(
            "insert into directory_doubts (user_id, left_out, asked_at) values (?, 'deleted', ?)",
            self.priya,
            clock.text(clock.utc_now()),
        )

    def fail_user_sync(self) -> None:
        self.change(
            "update directory_sync set failure = 'It failed.', failed_at = ?, syncs_users = 1",
            clock.text(clock.utc_now() - LONG),
        )

    def expire_on(self, day: date) -> None:
        """The client secret ends on that day."""
        services = self.env.services
        given = replace(services.microsoft365.settings, client_secret_expires=day)
        ending = Microsoft365(given, services.rows, services.vault)
        self.env = replace(self.env, services=replace(services, microsoft365=ending))

    def enter_domain(self, server: MailServer) -> None:
        """Automated mail goes by an email domain."""
        services = self.env.services
        act = Act(self.env.rows, ALEX_ACTS, clock.utc_now())
        to = Mailbox(ALEX)
        settings.enter(act, services.vault, services.config, server.config(), to=to)
        server.taken.clear()

    def hand_over(self) -> None:
        """Let the email domain's mail go out."""
        services, now = self.env.services, clock.utc_now()
        claim = EMAIL_DOMAIN.claim(services, "test", now=now)
        if claim is not None:
            EMAIL_DOMAIN.work(services, claim, never)

    def withdraw(self) -> None:
        """Microsoft says that the consent is withdrawn."""
        given = consent_store.consent(self.env.rows)
        assert given is not None
        self.env.withdraw_consent()
        consent.lose(self.env.rows, "It was withdrawn.", since=given.version, now=clock.utc_now())
