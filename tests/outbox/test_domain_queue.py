"""Automated mail by the email domain: at most once, with the outcome in its row."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from portal import clock
from portal.audit.act import Act
from portal.audit.models import Actor
from portal.config import Config
from portal.email_domain import settings
from portal.email_domain.models import Mailbox
from portal.outbox import attempt_store, automated, automated_store, domain_queue, store
from portal.outbox.automated import Notice
from portal.outbox.domain_queue import DomainWork
from portal.outbox.models import Bounce, Ended, Mail, Route, State
from portal.storage.rows import Rows
from portal.vault import Vault
from tests.support.smtp_server import Faults, MailServer, running_mail_server

ROSA = "rosa.ortega@mail.example"
NOTICE = Notice(ROSA, "Rosa Ortega", "Your interview tomorrow", "Until tomorrow, Rosa.")


class Desk:
    """A portal whose automated mail goes to a server on this machine, with a moving clock."""

    def __init__(self, rows: Rows, config: Config, server: MailServer) -> None:
        self.rows, self.config, self.server = rows, config, server
        self.vault = Vault([bytes(range(32))])
        self.offset = timedelta(0)

    def queue(self, **changes: object) -> Mail:
        notice = replace(NOTICE, **changes)  # type: ignore[arg-type]  # a test names what it changes
        return automated.queue_automated(
            self.rows, self.vault, self.config, notice, now=clock.utc_now()
        )

    def work(self) -> None:
        now = clock.utc_now()
        claim = automated_store.DOMAIN_CLAIMS.claim(self.rows, "test", now=now)
        if claim is not None:
            work = DomainWork(self.rows, self.vault, self.config, claim)
            domain_queue.work_through(work, should_stop=lambda: False)

    def mail(self, mail: Mail) -> Mail:
        return store.mail(self.rows, mail.id)


@pytest.fixture
def desk(
    rows: Rows, config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Desk]:
    with running_mail_server(tmp_path) as server:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(server.bundle))
        desk = Desk(rows, config, server)
        real = clock.utc_now
        monkeypatch.setattr(clock, "utc_now", lambda: real() + desk.offset)
        act = Act(rows, Actor.system("test"), clock.utc_now())
        alex = Mailbox("alex@northwind.example")
        settings.enter(act, desk.vault, config, server.config(), to=alex)
        server.taken.clear()
        yield desk


def test_mail_goes_by_the_proven_domain(desk: Desk) -> None:
    mail = desk.queue()

    desk.work()

    sent = desk.mail(mail)
    [(recipients, message)] = desk.server.taken
    assert (mail.route, sent.state, sent.attempts) == (Route.SMTP, State.ACCEPTED, 1)
    assert sent.internet_message_id == f"<{mail.id}@mail.northwind.example>"
    assert recipients == (ROSA,)
    assert message["Message-ID"] == sent.internet_message_id
    assert message["Auto-Submitted"] == "auto-generated"


def test_answer_of_4xx_is_tried_for_24_hours(desk: Desk) -> None:
    desk.server.faults = Faults(after_mail="451 4.3.0 later")
    mail = desk.queue()
    other = desk.queue()

    desk.work()
    assert desk.mail(mail).failure == "localhost cannot take the mail at the moment (451 4.3.0)."
    desk.offset = timedelta(hours=1)
    desk.server.faults = Faults(by_recipient={ROSA: "450 4.2.1 later"})
    desk.work()
    assert desk.mail(mail).state is State.WAITING
    desk.offset = timedelta(hours=2)
    desk.server.faults = Faults()
    desk.work()
    assert desk.mail(mail).state is State.ACCEPTED
    assert desk.mail(other).state is State.ACCEPTED
    assert len(desk.server.taken) == 2


def test_mail_is_given_up_after_24_hours(desk: Desk) -> None:
    desk.server.faults = Faults(after_mail="451 4.3.0 later")
    mail = desk.queue()

    desk.work()
    desk.offset = timedelta(hours=25)
    desk.work()

    assert desk.mail(mail).state is State.REFUSED
    assert (desk.mail(mail).failure or "").startswith("It could not be sent within 24 hours.")


def test_refused_recipient_is_marked(desk: Desk) -> None:
    desk.server.faults = Faults(by_recipient={ROSA: "550 5.1.1 no such user"})
    mail = desk.queue()

    desk.work()

    [recipient] = store.recipients(desk.rows, [mail.id])[mail.id]
    assert desk.mail(mail).state is State.REFUSED
    assert (recipient.bounce, recipient.status) == (Bounce.FAILED, "550 5.1.1")


def test_cut_after_data_asks_and_is_never_sent_again(desk: Desk) -> None:
    desk.server.faults = Faults(cuts_after_data=True)
    mail = desk.queue()

    desk.work()
    desk.server.faults = Faults()
    desk.offset = timedelta(hours=1)
    desk.work()

    assert desk.mail(mail).state is State.ASKS
    assert len(desk.server.taken) == 1


@pytest.mark.parametrize(("stage", "state"), [("connect", State.ACCEPTED), ("data", State.ASKS)])
def test_worker_that_died_leaves_its_stage(desk: Desk, stage: str, state: State) -> None:
    mail = desk.queue()
    now = clock.utc_now()
    with desk.rows.write():
        sending = replace(mail, state=State.SENDING, attempts=1, handed_at=now)
        store.save(desk.rows, sending, was=State.WAITING)
        attempt_store.begin_attempt(
            desk.rows, mail.id, 1, through_id=automated_store.DOMAIN, path="connect", now=now
        )
        automated_store.save_stage(desk.rows, mail.id, 1, stage)

    desk.work()

    assert desk.mail(mail).state is state
    assert len(desk.server.taken) == (state is State.ACCEPTED)
    assert store.attempts(desk.rows, mail.id)[0].outcome == (
        Ended.UNKNOWN if stage == "data" else Ended.UNSENT
    )


def test_reminder_that_comes_too_late_is_withdrawn(desk: Desk) -> None:
    mail = desk.queue(useless_at=clock.utc_now() - timedelta(seconds=1))

    desk.work()

    assert desk.mail(mail).state is State.WITHDRAWN
    assert desk.server.taken == []


def test_domain_without_proof_takes_nothing(desk: Desk) -> None:
    mail = desk.queue()
    settings.remove(Act(desk.rows, Actor.system("test"), clock.utc_now()))

    desk.work()
    assert desk.mail(mail).failure == domain_queue.NO_DOMAIN
    automated.settle(desk.rows, desk.vault, desk.config, now=clock.utc_now())

    moved = desk.mail(mail)
    assert (moved.state, moved.route, moved.through_id) == (State.WAITING, Route.MICROSOFT, None)
    assert moved.failure == automated.NO_MAILBOX
    assert desk.server.taken == []


def test_same_form_queues_one_mail(desk: Desk) -> None:
    first = desk.queue(form_number="reminder-1")
    again = desk.queue(form_number="reminder-1")

    desk.work()

    assert first.id == again.id
    assert len(desk.server.taken) == 1
