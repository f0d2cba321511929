"""kill -9 at each step of handing a mail to the email domain's server."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from unittest import mock

from faults.harness import fault_run, invariants
from faults.harness.fault_run import ACTOR, FaultRun
from faults.harness.messages import ROSA
from faults.harness.outcome import Faults, Outcome
from faults.kills.kill_driver import KillDriver, kill_at_each_step, kill_driver
from portal.audit.act import Act
from portal.clock import utc_now
from portal.email_domain import settings
from portal.email_domain.models import Mailbox
from portal.outbox import automated
from portal.outbox.automated import Notice
from portal.outbox.models import State
from portal.storage.copies import copy_database, overwrite_database
from tests.support.smtp_server import MailServer, running_mail_server

KIND = "email-domain"
LONG_AGO = "2026-01-01T00:00:00Z"
BUNDLE = "REQUESTS_CA_BUNDLE"
NOTICE = Notice(ROSA, "Rosa Ortega", "Your interview tomorrow", "Until tomorrow, Rosa.")
MOST_ROUNDS = 4


@dataclass
class DomainRun:
    """A portal whose automated mail goes to a server on this machine."""

    run: FaultRun
    server: MailServer

    def queue(self) -> str:
        services = self.run.services
        self.server.taken.clear()
        mail = automated.queue_automated(
            services.rows, services.vault, services.config, NOTICE, now=utc_now()
        )
        return mail.id

    def recover(self, driver: KillDriver) -> None:
        """Let others take over until nothing waits."""
        for _ in range(MOST_ROUNDS):
            self.run.end_claims()
            self.run.change("update outbox set due_at = ?", [LONG_AGO])
            self.run.change("update domain_queues set due_at = ?", [LONG_AGO])
            driver.do_due(KIND)

    def wrong(self, mail_id: str) -> list[str]:
        """Say whether the mail did not arrive once, unless its row asks a person."""
        sql = "select state from outbox where id = ?"
        state, times = self.run.services.rows.value(str, sql, [mail_id]), len(self.server.taken)
        is_right = times == 1 if state == State.ACCEPTED else state == State.ASKS and times <= 1
        return [] if is_right else [f"a mail that is {state} arrived {times} times"]


@contextmanager
def email_domain() -> Iterator[DomainRun]:
    with fault_run.one_mailbox(messages=0) as run, running_mail_server(run.folder) as server:
        run.environment.variables[BUNDLE] = str(server.bundle)
        act, alex = Act(run.services.rows, ACTOR, utc_now()), Mailbox("alex@northwind.example")
        with mock.patch.dict(os.environ, {BUNDLE: str(server.bundle)}):
            settings.enter(act, run.services.vault, run.services.config, server.config(), to=alex)
        yield DomainRun(run, server)


def killed(*, every: int = 1) -> Outcome:
    """Each mail arrives once, or its row says that only a person can tell."""
    with email_domain() as made, kill_driver(made.run) as driver:
        database, pristine = made.run.services.config.database_file, made.run.folder / "before.db"
        copy_database(database, pristine)
        mails: list[str] = []

        def before() -> None:
            overwrite_database(pristine, database)
            mails.append(made.queue())

        def after(step: int) -> None:
            made.recover(driver)
            made.run.wrong += [f"step {step}: {each}" for each in made.wrong(mails[-1])]

        steps = kill_at_each_step(
            made.run,
            lambda step: driver.do("due", kill_at=step, kind=KIND),
            before=before,
            after=after,
            every=every,
        )
        wrong = [*made.run.wrong, *made.wrong(mails[-1])]
        wrong += invariants.secrets_in(made.run.log, made.run)
        return Outcome(made.run.struck, f"all {steps} steps; each mail once", tuple(wrong))


FAULTS: Faults = {"domain-mail-killed": killed}
