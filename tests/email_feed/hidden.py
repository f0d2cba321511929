"""A team in which Priya hid a conversation with Rosa, and what each of them sees of it."""

from datetime import datetime

from portal import clock
from portal.audit.act import Act
from portal.audit.models import Actor, AuditedCandidate
from portal.conversations import store, visibility
from portal.storage.rows import Rows
from tests.email import messages
from tests.email.messages import Message
from tests.support import builders
from tests.support.visitors import Visitor

CV = ("cv.pdf", "application/pdf", 1200)
SECRET = "Salary talk"
OTHER = "Portfolio review"


def message_id(own_id: str) -> str:
    return f"<{own_id}@mail.example>"


def hire(rows: Rows, now: datetime) -> None:
    """Priya and Ben recruit, Alex administers, Kim is limited."""
    for name, role in (("Priya Kaur", "member"), ("Ben Roth", "member"), ("Alex Berg", "admin")):
        builders.mailbox(rows, builders.user(rows, name, role=role))
    builders.mailbox(rows, builders.user(rows, "Kim Lund", role="limited"))
    builders.candidate(rows, "Rosa Ortega", "rosa.ortega@mail.example", now=now)
    builders.candidate(rows, "Mei Tan", "mei@mail.example", now=now)


def keep_mail(rows: Rows, now: datetime) -> None:
    """Two secret messages of one conversation, the later one with a file, and another message."""
    messages.keep(rows, Message("first", subject=SECRET, minutes_ago=30), now=now)
    messages.keep(
        rows, Message("answer", subject=SECRET, minutes_ago=20, attachments=(CV,)), now=now
    )
    messages.keep(rows, Message("open", subject=OTHER, minutes_ago=10), now=now)
    with rows.write():
        store.add_links(rows, {message_id("answer"): [message_id("first")]})


def act(rows: Rows, now: datetime, name: str = "priya") -> Act:
    return Act(rows, Actor(name, name.title()), now)


def hide(rows: Rows, now: datetime, by: str = "priya", own_id: str = "first") -> int:
    return visibility.hide(
        act(rows, now, by), [message_id(own_id)], by=by, candidate=AuditedCandidate("rosa")
    )


def copy_for(rows: Rows, own_id: str, user_id: str) -> None:
    """A copy of the same message in another mailbox, without files."""
    builders.insert(
        rows,
        "message_copies",
        {
            "mailbox_id": f"mailbox-{user_id}",
            "graph_id": f"{own_id}-{user_id}",
            "message_id": own_id,
            "folder_id": "inbox",
            "web_link": "",
            "received_at": clock.utc_now(),
            "account_id": user_id,
        },
    )


def reads_secret(who: Visitor, candidate: str = "rosa") -> bool:
    """Whether any of the pages and files shows something of the secret conversation."""
    pages = [who.get(f"/candidates/{candidate}").text]
    for own_id in ("first", "answer"):
        page = f"/candidates/{candidate}/messages/{own_id}"
        pages += [who.get(page).text, who.get(f"{page}/attachments/answer-priya-cv.pdf").text]
    return any(SECRET in page or "cv.pdf" in page for page in pages)
