"""Checks of a mail that are repeated at the moment of sending."""

from portal.errors import Invalid
from portal.outbox import store
from portal.outbox.intake import require_allowed
from portal.outbox.models import Mail
from portal.storage.rows import Rows

NO_AUTHOR = "The person who wrote it is no longer in Portal."
NO_FILES = "Its files are no longer kept. Write it again and attach them."


def still_allowed(rows: Rows, mail: Mail) -> str | None:
    """Why a mail may not go out any more. None if it may.

    Its author may have lost the mailbox or the address, the candidate an address, and a
    recipient may be on “Never sync” since.
    """
    if mail.is_written and mail.author_id is None:
        return NO_AUTHOR
    if any(each.content is None for each in store.files(rows, mail.id)):
        return NO_FILES
    try:
        require_allowed(rows, mail, store.recipients(rows, [mail.id]).get(mail.id, []))
    except Invalid as refusal:
        return str(refusal)
    return None


def is_without_candidate(mail: Mail) -> bool:
    """Whether the candidate that a person wrote to was deleted."""
    return mail.is_written and mail.candidate_id is None
