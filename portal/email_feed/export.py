"""Everything about one candidate in a ZIP file: what is known of them as JSON, and each text."""

import base64
import json
import zipfile
from collections.abc import Iterator
from datetime import datetime
from typing import IO, Any

from portal import clock
from portal.audit.act import Act
from portal.audit.actions import Action
from portal.audit.models import CANDIDATE, AuditedCandidate
from portal.candidates.models import Candidate
from portal.email_feed import store
from portal.email_feed.models import EmailEntry, Participant
from portal.outbox import store as outbox
from portal.outbox.feed import store as sent_mail
from portal.outbox.models import Mail
from portal.storage.rows import Rows
from portal.wording import counted

AT_ONCE = 200


def record_export(act: Act, candidate: Candidate, *, viewer: str) -> None:
    """Audit the export before the first byte leaves."""
    with act.rows.write():
        received = store.message_ids(act.rows, candidate.id, viewer=viewer)
        sent = sent_mail.mail_ids(act.rows, candidate.id, viewer=viewer)
        told = counted(len(received) + len(sent), "message")
        hidden = store.count_hidden(act.rows, candidate.id, viewer=viewer)[0]
        if hidden:
            told = f"{told}, {counted(hidden, 'hidden message')} left out"
        about = AuditedCandidate(candidate.id)
        act.record(Action.CANDIDATE_EXPORTED, CANDIDATE, new=told, candidate=about)


def write_archive(rows: Rows, candidate: Candidate, target: IO[bytes], *, viewer: str) -> None:
    """Write `candidate.json` and a text file for each message, the oldest first.

    Mail that was written in Portal follows what sync brought, with the files that are still kept.

    Conversations that a colleague hid from the viewer are left out and counted.
    """
    listed, sent = [], []
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, entry in enumerate(_entries(rows, candidate.id, viewer), 1):
            name = f"messages/{number:05}.txt"
            archive.writestr(name, entry.body)
            listed.append(_message(entry, name))
        for number, mail in enumerate(_sent(rows, candidate.id, viewer), 1):
            sent.append(_write_sent(rows, archive, f"sent/{number:05}", mail))
        messages, conversations = store.count_hidden(rows, candidate.id, viewer=viewer)
        whole = _candidate(candidate) | {
            "messages": listed,
            "sent_from_portal": sent,
            "hidden_messages_left_out": messages,
            "hidden_conversations_left_out": conversations,
        }
        archive.writestr("candidate.json", json.dumps(whole, ensure_ascii=False, indent=2))


def _entries(rows: Rows, candidate_id: str, viewer: str) -> Iterator[EmailEntry]:
    ids = store.message_ids(rows, candidate_id, viewer=viewer)
    for start in range(0, len(ids), AT_ONCE):
        some = ids[start : start + AT_ONCE]
        found = store.entries_by_id(rows, some, viewer=viewer)
        yield from (found[each] for each in some if each in found)


def _sent(rows: Rows, candidate_id: str, viewer: str) -> Iterator[Mail]:
    ids = sent_mail.mail_ids(rows, candidate_id, viewer=viewer)
    for start in range(0, len(ids), AT_ONCE):
        some = ids[start : start + AT_ONCE]
        found = {each.id: each for each in sent_mail.mails(rows, some, viewer=viewer)}
        yield from (found[each] for each in some if each in found)


def _write_sent(rows: Rows, archive: zipfile.ZipFile, name: str, mail: Mail) -> dict[str, Any]:
    """Write text and files of a sent mail. Returns what is known of it besides."""
    archive.writestr(f"{name}.txt", mail.whole_text)
    files = []
    for number, each in enumerate(outbox.files(rows, mail.id), 1):
        place = f"{name}-{number}" if each.content is not None else None
        if place and each.content is not None:
            archive.writestr(place, base64.b64decode(each.content))
        files.append({"name": each.name, "size": each.size, "file": place})
    recipients = outbox.recipients(rows, [mail.id]).get(mail.id, [])
    return {
        "subject": mail.subject,
        "from": {"name": mail.from_name, "address": mail.from_address},
        "went_out_as": mail.from_seen,
        "sent_by": mail.author_name,
        "to": [
            {"name": each.name, "address": each.address, "not_delivered": each.bounce}
            for each in recipients
        ],
        "state": mail.state,
        "written_at": clock.text(mail.created_at),
        "accepted_at": _text(mail.accepted_at),
        "text": f"{name}.txt",
        "attachments": files,
    }


def _candidate(candidate: Candidate) -> dict[str, Any]:
    return {
        "name": candidate.name,
        "headline": candidate.headline,
        "time_zone": candidate.time_zone,
        "addresses": list(candidate.addresses),
        "added_at": clock.text(candidate.created_at),
        "closed_at": _text(candidate.closed_at),
        "closed_as": candidate.closed_as.label if candidate.closed_as else None,
    }


def _text(at: datetime | None) -> str | None:
    return clock.text(at) if at else None


def _message(entry: EmailEntry, text: str) -> dict[str, Any]:
    """A message without its text. Attachments stay in the mailboxes and are named only."""
    return {
        "subject": entry.subject,
        "from": _person(entry.sender),
        "sent_by": _person(entry.sent_by) if entry.sent_by else None,
        "through": entry.through or None,
        "to": [_person(each) for each in entry.recipients],
        "sent_at": clock.text(entry.sent_at),
        "text": text,
        "text_is_cut": entry.is_cut,
        "attachments": [{"name": each.name, "size": each.size} for each in entry.attachments],
    }


def _person(found: Participant) -> dict[str, str]:
    return {"name": found.name, "address": found.address}
