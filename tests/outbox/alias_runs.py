"""Tests of aliases in an office, and the proof of each alias afterwards."""

from portal import clock
from portal.audit.act import Act
from portal.audit.models import Actor
from portal.outbox import store
from portal.outbox.alias_tests.start import start
from portal.outbox.alias_tests.texts import SenderText, sender_text
from portal.outbox.models import AliasProof, Mail
from portal.outbox.senders import Sender, senders_of
from tests.email.environment import TALENT
from tests.outbox.office import Office

JOBS_ALIAS = "careers@northwind.example"


def sender(office: Office, address: str = TALENT) -> Sender:
    services = office.env.services
    found = senders_of(services.rows, services.microsoft365, office.priya)
    return next(each for each in found if each.address == address)


def begin(office: Office, address: str = TALENT) -> Mail:
    by = Actor(office.priya, "Priya Kaur")
    return start(Act(office.env.rows, by, clock.utc_now()), sender(office, address))


def run(office: Office, address: str = TALENT) -> Mail:
    """A test from its start to ten minutes later."""
    mail = begin(office, address)
    office.work()
    office.look_through()
    office.later(minutes=1)
    return office.mail(mail)


def proof(office: Office, alias_id: str = "talent") -> AliasProof | None:
    return store.proofs(office.env.rows, [alias_id]).get(alias_id)


def text(office: Office, address: str = TALENT) -> SenderText:
    return sender_text(sender(office, address))


def said(told: SenderText) -> str:
    return f"{told.before} {told.after} {told.cure}"


def switch(office: Office, *, is_on: bool) -> None:
    office.env.sandbox.control("PATCH", "tenant", {"sendFromAlias": is_on})
