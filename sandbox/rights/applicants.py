"""A month in a shared mailbox: applicants, a job board, a colleague, and an answer on behalf."""

import email.message
import email.policy
import email.utils
from dataclasses import dataclass
from datetime import datetime, timedelta

from sandbox import subscriptions
from sandbox.database import Row, State
from sandbox.directory import store as directory
from sandbox.mail import delivery, folders, store
from sandbox.rights import store as rights


@dataclass(frozen=True)
class Incoming:
    """One message of the story: its writer, its subject, and its age in days."""

    name: str
    address: str
    subject: str
    age: int
    is_automatic: bool = False


APPLICANTS = (
    Incoming("Maja Holm", "maja.holm@mail.example", "Application: Backend Engineer", 2),
    Incoming("Tomas Novak", "tomas.novak@mail.example", "Application for Product Designer", 4),
    Incoming("Leila Haddad", "leila.haddad@mail.example", "Data Analyst: my application", 6),
    Incoming("Owen Price", "owen.price@post.example", "Speculative application", 9),
    Incoming("Ines Carvalho", "ines.carvalho@mail.example", "Application: Support Lead", 12),
    Incoming("Kofi Mensah", "kofi.mensah@post.example", "Application: Backend Engineer", 17),
    Incoming("Sofia Lindgren", "sofia.lindgren@post.example", "Internship in spring", 21),
    Incoming("Daniel Okoye", "daniel.okoye@mail.example", "Application for Office Manager", 27),
)
OTHERS = (
    Incoming("Kofi Mensah", "kofi.mensah@post.example", "Re: Application: Backend Engineer", 8),
    Incoming("Ruth Adler", "ruth.adler@mail.example", "Application: Sales", 60),
    Incoming(
        "Jobboard",
        "no-reply@jobboard.example",
        "Your vacancies this week",
        3,
        is_automatic=True,
    ),
)
COLLEAGUE = ("Sam Reed", "sam", "Interviews on Friday", 5)
ANSWERED = APPLICANTS[2]
# Each person's rights in the mailbox of the story.
RIGHTS = {
    "priya": (rights.FULL_ACCESS, rights.SEND_ON_BEHALF),
    "alex": (rights.FULL_ACCESS, rights.SEND_AS),
}


def seed(state: State, mailbox: Row) -> int:
    """Put the story into a mailbox, once, and give its rights. Returns the number of messages."""
    domain = state.setting("domain")
    name, local, subject, age = COLLEAGUE
    incoming = (*APPLICANTS, *OTHERS, Incoming(name, f"{local}@{domain}", subject, age))
    with state.write():
        _give_rights(state, mailbox, domain)
        if _is_there(state, mailbox):
            return 0
        folders.ensure_mailbox(state, mailbox["id"])
        rows = [_arrived(state, mailbox, one) for one in sorted(incoming, key=_age)]
        rows += _answer(state, mailbox, domain)
    for row in rows:
        subscriptions.announce(state, "created", row)
    return len(rows)


def _age(one: Incoming) -> int:
    """Sort the oldest first."""
    return -one.age


def _give_rights(state: State, mailbox: Row, domain: str) -> None:
    for local, names in RIGHTS.items():
        person = directory.person(state, f"{local}@{domain}")
        if person is None:
            continue
        for name in names:
            rights.grant(state, mailbox["id"], person["id"], name)


def _is_there(state: State, mailbox: Row) -> bool:
    found = store.of_mailbox(state, mailbox["id"], None)
    return any(message_id(ANSWERED) in row["item"] for row in found)


def message_id(one: Incoming) -> str:
    local, _, domain = one.address.partition("@")
    return f"<{local}-{one.age}@{domain}>"


def _arrived(state: State, mailbox: Row, one: Incoming) -> Row:
    at = state.now() - timedelta(days=one.age)
    message = _message(one.subject, at, message_id(one))
    message["From"] = email.utils.formataddr((one.name, one.address))
    message["To"] = _named(mailbox)
    if one.is_automatic:
        message["Auto-Submitted"] = "auto-generated"
    message.set_content(f"Hello,\n\nthis is about: {one.subject}.\n\n{one.name}\n")
    return _saved(state, mailbox, "inbox", message, at)


def _answer(state: State, mailbox: Row, domain: str) -> list[Row]:
    """Let Priya answer one applicant on behalf of the mailbox. The copy is in her Sent Items."""
    priya = directory.person(state, f"priya@{domain}")
    if priya is None or not priya["has_mailbox"]:
        return []
    at = state.now() - timedelta(days=ANSWERED.age - 1)
    message = _message(f"Re: {ANSWERED.subject}", at, f"<answer-{ANSWERED.age}@{domain}>")
    message["From"], message["Sender"] = _named(mailbox), _named(priya)
    message["To"] = email.utils.formataddr((ANSWERED.name, ANSWERED.address))
    message["In-Reply-To"] = message["References"] = message_id(ANSWERED)
    message.set_content("Hello Leila,\n\nthank you. We will read it this week.\n\nPriya\n")
    folders.ensure_mailbox(state, priya["id"])
    return [_saved(state, priya, "sentitems", message, at)]


def _message(subject: str, at: datetime, identity: str) -> email.message.EmailMessage:
    message = email.message.EmailMessage(policy=email.policy.SMTP)
    message["Subject"] = subject
    message["Date"] = email.utils.format_datetime(at)
    message["Message-ID"] = identity
    return message


def _named(row: Row) -> str:
    return email.utils.formataddr((row["display_name"], row["mail"]))


def _saved(
    state: State, owner: Row, folder: str, message: email.message.EmailMessage, at: datetime
) -> Row:
    place = folders.by_id(state, owner["id"], folder)
    if place is None:
        raise LookupError(folder)
    return delivery.save_raw(state, place, message.as_bytes(), at, is_read=folder != "inbox")
