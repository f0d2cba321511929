"""Mail of meetings in the Inbox of colleagues, as a quirk: invitations, changes and answers."""

import email.message
import email.policy
import email.utils
from datetime import datetime
from typing import Any

from sandbox import quirks
from sandbox.database import Row, State
from sandbox.directory import store as people
from sandbox.mail import delivery
from sandbox.mime import header_text, html_text

# For each kind of mail: the start of its subject, its method in RFC 5546, and what an answer says.
KINDS = {
    "request": ("", "REQUEST", "NEEDS-ACTION"),
    "update": ("", "REQUEST", "NEEDS-ACTION"),
    "cancel": ("Canceled: ", "CANCEL", "NEEDS-ACTION"),
    "accepted": ("Accepted: ", "REPLY", "ACCEPTED"),
    "tentative": ("Tentative: ", "REPLY", "TENTATIVE"),
    "declined": ("Declined: ", "REPLY", "DECLINED"),
    "proposal": ("New Time Proposed: ", "COUNTER", "TENTATIVE"),
}
PERSON = "user"


def deliver(state: State, mail: Row) -> None:
    """Bring the mail of a row of the record to its recipient, if that is a colleague."""
    if not quirks.EVENT_MESSAGES.is_on(state):
        return
    owner = people.owner_of(state, mail["address"])
    if owner and owner["purpose"] == PERSON and not owner["is_on_premises"]:
        delivery.deliver(state, owner["upn"], _message(state, mail))


def _message(state: State, mail: Row) -> bytes:
    start, method, _ = KINDS[mail["kind"]]
    message = email.message.EmailMessage(policy=email.policy.SMTP)
    message["From"] = email.utils.formataddr((_name(state, mail["sender"]), mail["sender"]))
    message["To"] = mail["address"]
    message["Subject"] = header_text.one_line(f"{start}{mail['subject']}")
    message["Date"] = email.utils.format_datetime(state.now())
    message["Message-ID"] = email.utils.make_msgid(domain=mail["sender"].partition("@")[2])
    # An answer has the attendee's words, and not the text of the invitation.
    is_of_organizer = method in ("REQUEST", "CANCEL")
    text = html_text.text_of(mail["body"]).strip() if is_of_organizer else ""
    message.set_content(header_text.clean("\n\n".join(filter(None, (mail["comment"], text)))))
    message.add_alternative(_calendar(mail), subtype="calendar", params={"method": method})
    return message.as_bytes()


def _name(state: State, address: str) -> str:
    person = people.owner_of(state, address)
    return str(person["display_name"]) if person else ""


def _calendar(mail: Row) -> str:
    _, method, status = KINDS[mail["kind"]]
    attendee = mail["address"] if method in ("REQUEST", "CANCEL") else mail["sender"]
    starts_at, ends_at = mail["starts_at"], mail["ends_at"]
    lines: list[tuple[str, Any]] = [
        ("BEGIN", "VCALENDAR"),
        ("VERSION", "2.0"),
        ("PRODID", "-//Practice tenant//EN"),
        ("METHOD", method),
        ("BEGIN", "VEVENT"),
        ("UID", mail["ical_uid"]),
        ("DTSTAMP", _stamp(mail["at"])),
        ("DTSTART", _stamp(mail["proposed_start"] or starts_at)),
        ("DTEND", _stamp(mail["proposed_end"] or ends_at)),
        *([("X-MS-OLK-ORIGINALSTART", _stamp(starts_at)), ("X-MS-OLK-ORIGINALEND", _stamp(ends_at))]
          if mail["proposed_start"] else ()),
        ("SUMMARY", _escaped(mail["subject"])),
        ("LOCATION", _escaped(mail["location"])),
        ("ORGANIZER", f"mailto:{mail['organizer_address']}"),
        (f"ATTENDEE;PARTSTAT={status}", f"mailto:{attendee}"),
        ("END", "VEVENT"),
        ("END", "VCALENDAR"),
    ]  # fmt: skip  # a line of the file to a line
    return "".join(f"{name}:{value}\r\n" for name, value in lines)


def _stamp(text: str) -> str:
    return f"{datetime.fromisoformat(text):%Y%m%dT%H%M%SZ}"


def _escaped(text: str) -> str:
    plain = header_text.one_line(text).replace("\\", "\\\\")
    return plain.replace(";", "\\;").replace(",", "\\,")
