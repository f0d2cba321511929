"""The state of a mail in one sentence, and its steps so far. Pure."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.addresses import fold
from portal.outbox.models import UNDO, Bounce, Kind, Mail, Recipient, Route, State
from portal.wording import ordinal

# A copy usually lies in Sent Items within a minute.
COPY_IS_LATE = timedelta(minutes=5)
NO_COPY_AFTER = timedelta(hours=1)
CANNOT_BE_CHECKED = "Portal may not read this mailbox, so it cannot check the copy."
# Enhanced status codes: https://www.rfc-editor.org/rfc/rfc3463
REASONS = {
    "1.1": "the address does not exist",
    "1.2": "its domain does not exist",
    "1.3": "the address is not valid",
    "1.6": "the mailbox has moved and left no new address",
    # Of an unknown recipient in Exchange, and of a domain that takes no mail elsewhere.
    "1.10": "the address does not exist",
    "2.0": "the mailbox takes no mail",
    "2.1": "the mailbox is disabled and takes no mail",
    "2.2": "the mailbox is full",
    "2.3": "the message is too large for the mailbox",
    "3.4": "the message is too large for its server",
    "4.1": "its server does not answer",
    "4.4": "no server takes mail for its domain",
    "4.6": "mail to it goes in circles",
    "4.7": "its server did not answer in time",
    "5.0": "the address does not exist",
    "7.0": "its server refused the message",
    "7.1": "its server refused the message",
    "7.23": "its server could not verify the sender",
    "7.26": "its server could not verify the sender",
}
PARTS = re.compile(r"[245]\.(\d{1,3}\.\d{1,3})")


@dataclass(frozen=True)
class Told:
    """A sentence about a mail. `at` stands behind `text`, and `after` behind that.

    `kind` is "", good, warn or bad; `icon` is a drawing that says the same.
    """

    text: str
    kind: str = ""
    icon: str = "clock"
    at: datetime | None = None
    after: str = ""


@dataclass(frozen=True)
class Step:
    """A step in the course of a mail. Without `at` it lies ahead."""

    title: str
    detail: str = ""
    at: datetime | None = None
    kind: str = "good"


@dataclass(frozen=True)
class Scene:
    """The surroundings of a sentence about a mail: the time, the reader, and the mailbox."""

    now: datetime
    viewer_id: str
    through: str = ""
    is_synced: bool = True
    is_closed: bool = False

    def sent_items(self, mail: Mail) -> str:
        own = mail.through_id == self.viewer_id and mail.author_id == self.viewer_id
        return "your Sent Items" if own or not self.through else f"Sent Items of {self.through}"


def told(mail: Mail, scene: Scene) -> Told:
    """The state of a mail as its reader sees it now."""
    match mail.state:
        case State.WAITING:
            return _waiting(mail, scene)
        case State.SENDING:
            return Told("It is going out now.", icon="send")
        case State.UNKNOWN:
            return Told(
                "Microsoft's answer was lost. Portal is searching for the copy in "
                f"{scene.sent_items(mail)}.",
                icon="question",
            )
        case State.ACCEPTED:
            return _accepted(mail, scene)
        case State.SEEN:
            return _seen(mail, scene)
        case State.ASKS:
            return _asks(mail, scene)
        case State.REFUSED:
            return Told(f"Not sent. {mail.failure or 'It was refused.'}", "bad", "warning")
        case State.WITHDRAWN:
            return _withdrawn(mail)


def _waiting(mail: Mail, scene: Scene) -> Told:
    if scene.now < mail.free_at:
        if mail.free_at - mail.created_at <= UNDO:
            return Told("Waiting to go out. It leaves in a few seconds.")
        return Told("Waiting to go out. It leaves", at=mail.free_at, after=".")
    if mail.is_throttled:
        return _until(mail, scene, mail.failure or "Microsoft takes no more mail from it for now.")
    if mail.failure:
        return _until(mail, scene, mail.failure)
    return Told("Waiting to go out.")


def _until(mail: Mail, scene: Scene, reason: str) -> Told:
    """The reason of its waiting, and the next try if that is some time away."""
    if mail.due_at > scene.now + timedelta(minutes=1):
        return Told(
            f"Waiting to go out. {reason} It is tried again", "warn", at=mail.due_at, after="."
        )
    return Told(f"Waiting to go out. {reason}", "warn")


def _accepted(mail: Mail, scene: Scene) -> Told:
    if mail.route is Route.SMTP:
        return Told("Sent. The mail server took it.", "good", "check")
    if mail.failure:
        return Told(f"Microsoft took it. {mail.failure}", icon="send")
    since = scene.now - (mail.accepted_at or scene.now)
    if since >= NO_COPY_AFTER:
        return Told(
            f"Microsoft took it, but no copy was found in {scene.sent_items(mail)}.",
            "warn",
            "warning",
        )
    if since >= COPY_IS_LATE:
        return Told(
            f"Microsoft took it. It has not shown up in {scene.sent_items(mail)} yet.",
            icon="send",
        )
    return Told(
        f"Microsoft took it. It usually shows up in {scene.sent_items(mail)} within a minute.",
        icon="send",
    )


def _seen(mail: Mail, scene: Scene) -> Told:
    place = scene.sent_items(mail)
    if fell_back(mail):
        return Told(
            f"Sent, but as {mail.from_seen} and not as {mail.from_address}. It is in {place}.",
            "warn",
            "warning",
        )
    if mail.copies_found > 1:
        return Told(
            f"Sent. {place[:1].upper()}{place[1:]} holds more than one copy.", "warn", "warning"
        )
    name = on_behalf(mail)
    if name:
        return Told(f"Sent. It is in {place}. Recipients see “{name}”.", "good", "check")
    return Told(f"Sent. It is in {place}, from {mail.from_address}.", "good", "check")


def _withdrawn(mail: Mail) -> Told:
    by = mail.ended_by
    if mail.may_have_gone:
        left = f"{by} left it." if by else "It was left."
        return Told(f"{left} It may have gone out.", "warn", "question")
    if by:
        return Told(f"{by} took it back. It did not go out.", icon="undo")
    return Told(f"It did not go out. {mail.failure or ''}".rstrip(), icon="undo")


def _asks(mail: Mail, scene: Scene) -> Told:
    """The email domain keeps no copy to check."""
    where = f"Check {scene.sent_items(mail)}, then decide."
    if mail.route is Route.SMTP:
        where = "The mail server keeps no copy."
        where += "" if mail.is_no_reply else " An administrator decides."
    return Told(f"It may have gone out, and Portal cannot tell. {where}", "warn", "question")


def fell_back(mail: Mail) -> bool:
    """Whether recipients see another address than the chosen one."""
    return bool(mail.from_seen) and fold(mail.from_seen or "") != fold(mail.from_address)


def on_behalf(mail: Mail) -> str:
    """`Priya Nair on behalf of Jobs`. Empty if the sender is the address in From."""
    sender = mail.sender_seen
    if not sender or fold(sender) == fold(mail.from_seen or mail.from_address):
        return ""
    return f"{mail.author_name} on behalf of {mail.from_name}"


def pills(mail: Mail, recipients: Collection[Recipient]) -> Iterator[tuple[str, str]]:
    """Words that stand beside the time, each with the kind of its pill."""
    if mail.kind is Kind.ALIAS_TEST:
        yield "Test", ""
    if mail.is_no_reply:
        yield "No reply", ""
    if fell_back(mail):
        yield f"Went out as {mail.from_seen}", "warn"
    if mail.state is State.REFUSED:
        yield "Not sent", "bad"
    if mail.state is State.ASKS:
        yield "Needs a decision", "warn"
    if any(each.bounce is Bounce.FAILED for each in recipients):
        yield "Not delivered", "bad"


def steps(mail: Mail, recipients: Collection[Recipient], scene: Scene) -> Iterator[Step]:
    """The steps so far, in order, and the next one."""
    you = mail.author_id == scene.viewer_id
    again = " again" if mail.again_of else ""
    if not mail.is_written and mail.kind is Kind.AUTOMATED:
        yield Step("Portal made it", at=mail.created_at)
    else:
        yield Step(f"{'You' if you else mail.author_name} pressed Send{again}", at=mail.created_at)
    taker = "the mail server" if mail.route is Route.SMTP else "Microsoft"
    if mail.handed_at and not mail.accepted_at:
        yield Step(f"Handed to {taker}", _tries(mail), mail.handed_at, "")
    if mail.accepted_at:
        yield Step(f"{taker[:1].upper()}{taker[1:]} took it", _tries(mail), mail.accepted_at)
    if mail.seen_at:
        yield _seen_step(mail, scene)
    for each in recipients:
        if each.bounce is not None:
            kind = "bad" if each.bounce is Bounce.FAILED else "warn"
            yield Step("A notice came back", told_bounce(each), each.bounced_at, kind)
    if mail.state is State.REFUSED:
        yield Step("Refused", mail.failure or "", mail.failed_at or mail.ended_at, "bad")
    elif mail.state is State.WITHDRAWN:
        yield Step("Ended", _withdrawn(mail).text, mail.ended_at, "")
    elif following := _next(mail, recipients, scene):
        yield Step("Next", following, None, "")


def _tries(mail: Mail) -> str:
    return f"at the {ordinal(mail.attempts)} try" if mail.attempts > 1 else ""


def _seen_step(mail: Mail, scene: Scene) -> Step:
    detail = f"from {mail.from_seen or mail.from_address}"
    if fell_back(mail):
        return Step(
            f"Seen in {scene.sent_items(mail)}",
            f"{detail}, not from {mail.from_address}",
            mail.seen_at,
            "warn",
        )
    return Step(f"Seen in {scene.sent_items(mail)}", f"{detail}, as chosen", mail.seen_at)


def _next(mail: Mail, recipients: Collection[Recipient], scene: Scene) -> str:
    if mail.state in (State.WAITING, State.SENDING, State.UNKNOWN, State.ASKS):
        return told(mail, scene).text if mail.state is State.ASKS else ""
    if any(each.bounce is Bounce.FAILED for each in recipients):
        return ""
    if mail.state is State.ACCEPTED and mail.route is Route.MICROSOFT and not mail.failure:
        return f"Portal searches {scene.sent_items(mail)} for the copy."
    if mail.route is Route.SMTP:
        seen = "appears in the feed" if scene.is_synced else "is not seen: no synced mailbox has it"
        return f"A notice that it did not arrive goes to {mail.from_address} and {seen}."
    if not scene.is_synced:
        return "Answers, and notices that it did not arrive, are not seen: email sync is off."
    if scene.is_closed:
        return "A notice will appear if it did not arrive. An answer will not: this feed is closed."
    return "An answer will appear in the feed, or a notice that it did not arrive."


def reason(status: str | None) -> str:
    """The meaning of a status. Empty for one without a usual meaning."""
    found = PARTS.match(status or "")
    return REASONS.get(found[1], "") if found else ""


def told_bounce(recipient: Recipient) -> str:
    """The sentence about one recipient to whom a notice refers."""
    why = reason(recipient.status)
    said = f": {why}" if why else (f" (status {recipient.status})" if recipient.status else "")
    match recipient.bounce:
        case Bounce.FAILED:
            return f"Not delivered to {recipient.address}{said}."
        case Bounce.DELAYED:
            return f"Delayed on the way to {recipient.address}{said}. Its server is tried again."
        case Bounce.UNCLEAR:
            return f"It may not have arrived at {recipient.address}."
        case None:
            return ""
