"""An interview that was moved in Outlook without a word, and the mail that tells of it."""

from collections import Counter
from dataclasses import dataclass

from portal.audit.act import Act
from portal.audit.models import Actor
from portal.interviews.microsoft import work
from portal.interviews.models import Told
from portal.interviews.told import mails
from portal.interviews.told.models import Fate, Tell
from portal.microsoft365 import authorizations
from portal.outbox import automated
from portal.outbox.jobs import SENDING
from sandbox.sending import ledger
from sandbox.sending.ledger import Delivery
from tests.interviews.microsoft.later import scheduled
from tests.interviews.microsoft.stage import BY, PRIYA, Stage, never
from tests.interviews.told.moves import move, proven
from tests.support import builders, consents
from tests.support.sandbox_server import TENANT_ID

JOBS = "jobs@northwind.example"


@dataclass(frozen=True)
class Post:
    """Priya presses the button; automated mail goes out from jobs@."""

    stage: Stage

    def open(self) -> None:
        """The organization's consent sends, from the mailbox that was chosen for it."""
        stage, rows = self.stage, self.stage.rows
        authorizations.set_sending(Act(rows, BY, stage.now), wanted=True)
        granted = {"roles": ["Mail.Read", "Mail.Send", "Calendars.Read"], "scopes": []}
        stage.env.sandbox.control("POST", "consent", granted)
        consents.prove(stage.env.services)
        with rows.write():
            builders.mailbox(rows, "priya")
            builders.alias(rows, "priya", PRIYA, is_primary=1, is_included=1)
            oid = stage.env.sandbox.oid(JOBS)
            builders.shared_mailbox(
                rows, "Jobs", owners=["priya"], tenant_id=TENANT_ID, object_id=oid
            )
        services = stage.env.services
        act = Act(rows, Actor("alex", "Alex Berg"), stage.now)
        automated.choose(act, services.vault, services.config, "jobs")

    def moved(self, **columns: object) -> None:
        """A move in Outlook that nobody was told of: no calendar of the panel can be read."""
        stage = self.stage
        scheduled(stage, **columns)
        proven(stage)
        stage.change("delete from connections where user_id in ('sam', 'kim')")
        stage.env.sandbox.control("POST", "consent", {"roles": ["Mail.Send"], "scopes": []})
        consents.prove(stage.env.services)
        move(stage, send=False)
        for minutes in (2, 8):
            stage.pass_time(minutes=minutes, seconds=1)
            stage.work()

    @property
    def button(self) -> Tell:
        return mails.tell(self.stage.env.services, "first", user_id="priya")

    def press(self, *chosen: str, version: int | None = None) -> list[Told]:
        stage = self.stage
        return mails.send(
            stage.act,
            stage.env.services,
            "first",
            version=stage.one.version if version is None else version,
            chosen=set(chosen or self.button.folded.split(",")),
        )

    def send(self) -> None:
        """Let the outbox work until nothing is due."""
        services, stage = self.stage.env.services, self.stage
        for _ in range(3):
            stage.pass_time(seconds=11)
            while claim := SENDING.claim(services, "test", now=stage.now):
                SENDING.work(services, claim, never)

    @property
    def delivered(self) -> Counter[str]:
        """How many of these mails each address got, by the tenant's own record."""
        return Counter(each.recipient for each in self.arrived)

    @property
    def arrived(self) -> list[Delivery]:
        found = ledger.deliveries(self.stage.env.sandbox.state)
        return [each for each in found if each.subject.startswith("New time")]

    def fate(self, who: str) -> Fate | None:
        known = work.known(self.stage.rows, "first")
        return mails.fates(self.stage.rows, known.ledger).get(who)
