"""Messages that arrive for Priya in ways the portal treats differently."""

from datetime import timedelta

from portal import clock
from portal.audit.act import Act
from portal.audit.models import Actor
from portal.email import aliases, settings_store
from tests.email.environment import PRIYA, TALENT, EmailEnvironment, raw_message
from tests.email_why.answers import SUBJECT


def turn_on(env: EmailEnvironment, user_id: str, address: str) -> None:
    (found,) = [a for a in settings_store.aliases_of(env.rows, user_id) if a.folded == address]
    aliases.set_inclusion(
        Act(env.rows, Actor.system("test"), clock.utc_now() + timedelta(minutes=1)),
        found,
        included=True,
        from_now=True,
    )


def to_talent(env: EmailEnvironment, user_id: str) -> None:
    env.arrives(PRIYA, raw_message(SUBJECT, to=TALENT))


def to_talent_before_inclusion(env: EmailEnvironment, user_id: str) -> None:
    env.arrives(PRIYA, raw_message(SUBJECT, to=TALENT))
    turn_on(env, user_id, TALENT)


def by_bcc(env: EmailEnvironment, user_id: str) -> None:
    env.arrives(PRIYA, raw_message(SUBJECT, to="team@mail.example"))


def from_stranger(env: EmailEnvironment, user_id: str) -> None:
    env.arrives(PRIYA, raw_message(SUBJECT, sender="news@shop.example"))


def into_junk(env: EmailEnvironment, user_id: str) -> None:
    env.arrives(PRIYA, raw_message(SUBJECT), folder="JunkEmail")
