"""The one gate to the outbox. A mail that may not go out is refused before anything is stored."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from portal.addresses import fold, stands_for
from portal.candidates import feed
from portal.characters import complaint, missing
from portal.errors import Conflict, Invalid
from portal.outbox import automated_store, sender_store, store
from portal.outbox.models import (
    FEED_KIND,
    GIVEN_UP_AFTER,
    LONGEST_SIGNATURE,
    LONGEST_SUBJECT,
    LONGEST_TEXT,
    MOST_FILE_BYTES,
    MOST_FILES,
    MOST_REQUEST_BYTES,
    File,
    Kind,
    Mail,
    Queued,
    Recipient,
    Route,
    State,
)
from portal.outbox.recipients import checked_recipient, require_count
from portal.outbox.requests import new_mail
from portal.privacy import store as privacy
from portal.privacy.models import never_sync
from portal.storage.rows import Rows
from portal.wording import number

LONGEST_FILE_NAME = 255
LABELS = {"subject": "Subject", "sender": "From", "text": "Message", "signature": "Signature"}
TOO_LARGE = (
    "The files are too large: a mail may carry 2.9 MB of them together. Share a link instead."
)


def queue(rows: Rows, queued: Queued, *, now: datetime) -> Mail:
    """Check a mail and let it go at its `free_at`. Refused with Invalid, nothing is stored.

    A form sent twice, and a mail repeated twice, return the mail of the first time.
    """
    mail = replace(
        queued.mail,
        state=State.WAITING,
        created_at=now,
        due_at=queued.mail.free_at,
        give_up_at=queued.mail.free_at + GIVEN_UP_AFTER,
    )
    with rows.write():
        known = _known(rows, mail)
        if known is not None:
            return known
        whole = checked(replace(queued, mail=mail))
        added = _named(rows, whole)
        require_allowed(rows, mail, added.recipients)
        if mail.through_id is not None:
            store.make_due(rows, mail.through_id, at=mail.due_at)
        elif mail.route is Route.SMTP:
            automated_store.make_domain_due(rows, at=mail.due_at)
        store.add(rows, added)
        feed.add_all(rows, _entries(rows, added), kind=FEED_KIND, now=now)
    return mail


def _known(rows: Rows, mail: Mail) -> Mail | None:
    """The mail that this form, or this repetition, has made before."""
    known = store.by_form(rows, mail.form_number) if mail.form_number else None
    if known is None and mail.again_of:
        known = store.repeated_by(rows, mail.again_of)
    if known is not None and known.author_id != mail.author_id:
        raise Conflict("This form is out of date. Please open it again.")
    return known


def require_allowed(rows: Rows, mail: Mail, recipients: Iterable[Recipient]) -> None:
    """Refuse an address that is not the author's, a candidate not written to, and “Never sync”."""
    if mail.is_no_reply:
        _require_author(rows, mail)
    elif mail.account_id is not None and mail.author_id is not None:
        _require_sender(rows, mail)
    written = [each.address for each in recipients]
    if mail.is_written:
        _require_candidate(rows, mail, written)
    if not _is_for_team(mail):
        _require_syncable(rows, mail, written)


def _is_for_team(mail: Mail) -> bool:
    """Whether it goes to a person of the team about Portal itself. No feed has anything of it."""
    is_about_nobody = mail.kind is Kind.AUTOMATED and mail.candidate_id is None
    return is_about_nobody or mail.kind is Kind.ALIAS_TEST


def _require_author(rows: Rows, mail: Mail) -> None:
    """Automated mail needs no address of its author's, but an author who may write."""
    if not sender_store.may_write(rows, mail.author_id or ""):
        raise Invalid(f"{mail.author_name} may no longer write to candidates in Portal.")


def _require_sender(rows: Rows, mail: Mail) -> None:
    for each in sender_store.senders(rows, mail.author_id or ""):
        # Without an alias: it was written before the addresses of its account were read.
        is_it = each.account_id == mail.account_id and mail.alias_id in (None, each.alias_id)
        if is_it and fold(each.address) == fold(mail.from_address):
            return
    raise Invalid(f"You cannot write from {mail.from_address}.", field="sender")


def _require_candidate(rows: Rows, mail: Mail, written: list[str]) -> None:
    if mail.candidate_id is None or not sender_store.is_candidate(rows, mail.candidate_id):
        raise Invalid("This candidate was deleted, so Portal sends no mail to them.")
    forms = {form for each in written for form in stands_for(each)}
    owners = {owner for owner, _, _ in sender_store.candidates_with(rows, forms)}
    if mail.candidate_id not in owners:
        raise Invalid("Write to at least one of the candidate's addresses.", field="to")


def _require_syncable(rows: Rows, mail: Mail, written: list[str]) -> None:
    accounts = dict.fromkeys(each for each in (mail.account_id, mail.author_id) if each)
    entries = [each for account in accounts for each in privacy.entries_for(rows, account)]
    listed = never_sync(entries).first_of(written)
    if listed is not None:
        raise Invalid(
            f"{listed} is on a list of “Never sync”, so Portal keeps no mail with it. "
            "Write from Outlook instead.",
            field="to",
        )


def checked(queued: Queued) -> Queued:
    """The mail with each recipient as it is compared. Raises Invalid for what no mail may have."""
    mail = queued.mail
    _require_line(mail.subject, LONGEST_SUBJECT, "subject")
    _require_line(mail.from_name, LONGEST_SUBJECT, "sender")
    _require_text(mail.text, LONGEST_TEXT, "text")
    if mail.signature:
        _require_text(mail.signature, LONGEST_SIGNATURE, "signature")
    recipients = tuple(
        replace(
            checked_recipient(each.name, each.address, each.field), candidate_id=each.candidate_id
        )
        for each in queued.recipients
    )
    require_count(recipients)
    require_files(queued.files)
    _require_request_fits(mail, queued)
    return replace(queued, recipients=recipients)


def _require_line(text: str, longest: int, field: str) -> None:
    problem = complaint(text, longest, is_one_line=True)
    if problem or not text.strip():
        raise Invalid(problem or missing(LABELS[field]), field=field)


def _require_text(text: str, longest: int, field: str) -> None:
    problem = complaint(text, longest, is_one_line=False)
    if problem or not text.strip():
        raise Invalid(problem or missing(LABELS[field]), field=field)


def require_files(files: Iterable[File]) -> None:
    """Refuse too many files, too large ones, and names that would break a header."""
    listed = list(files)
    if len(listed) > MOST_FILES:
        raise Invalid(
            f"A mail may have {number(MOST_FILES)} files. This one has {number(len(listed))}.",
            field="files",
        )
    for each in listed:
        if not each.name.strip() or complaint(each.name, LONGEST_FILE_NAME, is_one_line=True):
            raise Invalid("The name of a file cannot be used. Please rename it.", field="files")
    if sum(each.size for each in listed) > MOST_FILE_BYTES:
        raise Invalid(TOO_LARGE, field="files")


def _require_request_fits(mail: Mail, queued: Queued) -> None:
    """Measure the request that the mail becomes. Signs outside ASCII take six bytes each in it."""
    bare = [replace(each, content="") for each in queued.files]
    body = json.dumps(new_mail(mail, queued.recipients, bare, is_marked=True))
    size = len(body) + sum(len(each.content or "") for each in queued.files)
    if size > MOST_REQUEST_BYTES:
        raise Invalid(
            "Text and files together are too large for one mail. Share a link instead.",
            field="files",
        )


def _named(rows: Rows, queued: Queued) -> Queued:
    """Say of each recipient whose address it is: the candidate's first, then another's."""
    forms = {form for each in queued.recipients for form in stands_for(each.address)}
    own = queued.mail.candidate_id
    owners: dict[str, str] = {}
    for owner, folded, _ in sender_store.candidates_with(rows, forms):
        if owner == own or folded not in owners:
            owners[folded] = owner
    return replace(
        queued,
        recipients=tuple(
            replace(
                each,
                candidate_id=next(
                    (owners[form] for form in stands_for(each.address) if form in owners), None
                ),
            )
            for each in queued.recipients
        ),
    )


def _entries(rows: Rows, queued: Queued) -> Iterator[tuple[str, str, datetime]]:
    """An entry for the candidate, and for each open one among the recipients."""
    mail = queued.mail
    if _is_for_team(mail):
        return
    forms = {form for each in queued.recipients for form in stands_for(each.address)}
    others = [
        owner for owner, _, is_closed in sender_store.candidates_with(rows, forms) if not is_closed
    ]
    for candidate_id in dict.fromkeys(
        [*([mail.candidate_id] if mail.candidate_id else []), *others]
    ):
        yield candidate_id, mail.id, mail.created_at
