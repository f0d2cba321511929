"""Messages that arrive for Priya in ways the portal treats differently."""

from datetime import timedelta

from portal import clock
from portal.audit.models import Actor
from portal.email import aliases, settings_store
from tests.email.office import PRIYA, TALENT, Office, raw_message
from tests.email_why.asking import SUBJECT


def turn_on(office: Office, user_id: str, address: str) -> None:
    (found,) = [a for a in settings_store.aliases_of(office.db, user_id) if a.folded == address]
    aliases.set_inclusion(
        office.db,
        found,
        included=True,
        from_now=True,
        actor=Actor.system("test"),
        now=clock.utc_now() + timedelta(minutes=1),
    )


def to_talent(office: Office, user_id: str) -> None:
    office.arrives(PRIYA, raw_message(SUBJECT, to=TALENT))


def to_talent_before_it_was_on(office: Office, user_id: str) -> None:
    office.arrives(PRIYA, raw_message(SUBJECT, to=TALENT))
    turn_on(office, user_id, TALENT)


def by_bcc(office: Office, user_id: str) -> None:
    office.arrives(PRIYA, raw_message(SUBJECT, to="team@mail.example"))


def from_nobody(office: Office, user_id: str) -> None:
    office.arrives(PRIYA, raw_message(SUBJECT, sender="news@shop.example"))


def into_junk(office: Office, user_id: str) -> None:
    office.arrives(PRIYA, raw_message(SUBJECT), folder="JunkEmail")
