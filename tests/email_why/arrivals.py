"""Messages that arrive for Priya in ways Portal treats differently."""

from datetime import timedelta

from portal import clock
from portal.audit.act import Act
from portal.audit.models import Actor
from portal.email import aliases, settings_store
from tests.email.environment import PRIYA, ROSA, TALENT, EmailEnvironment, raw_message
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


def sent_as_shared_mailbox(env: EmailEnvironment, user_id: str) -> None:
    env.arrives(
        PRIYA, raw_message(SUBJECT, sender="jobs@mail.example", to=ROSA), folder="SentItems"
    )


def sent_on_behalf(env: EmailEnvironment, user_id: str) -> None:
    """A rule of the delegate has moved the copy out of Sent Items."""
    sent = raw_message(SUBJECT, sender="chief@mail.example", to=ROSA)
    env.arrives(PRIYA, f"Sender: {PRIYA}\r\n".encode() + sent)


def through_unknown_relay(env: EmailEnvironment, user_id: str) -> None:
    sent = raw_message(SUBJECT, sender="a1@jobboard.example")
    env.arrives(PRIYA, f"Reply-To: {ROSA}\r\n".encode() + sent)
