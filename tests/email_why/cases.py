"""Facts about one message from Rosa to an alias of Priya's, with variations."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from portal.email.models import Alias, Correspondent, Decision, Folder, Header, Reason
from portal.email_why.models import CandidateMatch, Facts, HeaderAddress, Presence

START = datetime.fromisoformat("2026-11-01T00:00:00Z")
ROSA = "rosa.ortega@mail.example"
TALENT = "talent@northwind.example"
HEADER = Header(
    graph_id="1",
    internet_message_id="<1@mail.example>",
    subject="Portfolio review",
    sender=Correspondent("Rosa", ROSA, "from"),
    recipients=(Correspondent("", TALENT, "to"),),
    hidden=(),
    received_at=START,
    sent_at=START,
    claimed_sent_at=START,
    folder_id="inbox",
    web_link="",
    is_draft=False,
)
ALIAS = Alias(
    id="talent",
    user_id="priya",
    address=TALENT,
    folded=TALENT,
    is_primary=False,
    is_included=True,
    included_from=None,
    found_at=START,
    gone_at=None,
    seen_in_mail_at=None,
)
KNOWN = CandidateMatch("rosa", "Rosa Ortega", HeaderAddress(ROSA, "From"))
KEPT = Facts(
    header=HEADER,
    decision=Decision(Reason.KEPT, frozenset({"rosa"}), "talent"),
    presence=Presence.HERE,
    folder=Folder("inbox", None, "Inbox", 1),
    own=(HeaderAddress(TALENT, "To"),),
    candidates=(KNOWN,),
    alias=ALIAS,
    feeds=(("rosa", "Rosa Ortega"),),
    last_sync_at=START,
)


def left_out(reason: Reason, **more: Any) -> Facts:
    decision = Decision(reason, frozenset({"rosa"}), "talent")
    return replace(KEPT, decision=decision, presence=Presence.MISSING, **more)


def absent(presence: Presence, **more: Any) -> Facts:
    return replace(KEPT, presence=presence, **more)
