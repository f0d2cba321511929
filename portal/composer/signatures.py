"""Signatures: plain text below a mail, for one address or for all of them."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from portal.characters import complaint
from portal.composer import signature_store as store
from portal.composer.models import Signature
from portal.errors import Invalid
from portal.outbox import sender_store
from portal.outbox.models import LONGEST_SIGNATURE
from portal.outbox.senders import Sender
from portal.storage.ids import new_id
from portal.storage.rows import Rows


def first(own: Iterable[Signature], sender: Sender | None) -> str:
    """The id of the signature that is chosen first: the address's own, or the one for all."""
    listed = list(own)
    if sender is not None and sender.alias_id is not None:
        for each in listed:
            if each.alias_id == sender.alias_id:
                return each.id
    return next((each.id for each in listed if each.alias_id is None), "")


def text_of(own: Sequence[Signature], signature_id: str) -> str:
    """The text of a chosen signature. Empty for none, and for one that was deleted since."""
    return next((each.text for each in own if each.id == signature_id), "")


def save(rows: Rows, user_id: str, alias_id: str | None, text: str, *, now: datetime) -> None:
    """Save the signature for one address, or for all without one. Empty text removes it."""
    problem = complaint(text, LONGEST_SIGNATURE, is_one_line=False)
    if problem:
        raise Invalid(problem, field="text")
    with rows.write():
        if alias_id is not None:
            _require_own(rows, user_id, alias_id)
        known = next(
            (each for each in store.signatures(rows, user_id) if each.alias_id == alias_id), None
        )
        if text:
            own_id = known.id if known else new_id()
            store.save(rows, Signature(own_id, user_id, text, now, alias_id))
        elif known:
            store.delete(rows, known.id, owner=user_id)


def _require_own(rows: Rows, user_id: str, alias_id: str) -> None:
    if alias_id not in {each.alias_id for each in sender_store.senders(rows, user_id)}:
        raise Invalid("Choose one of your addresses.")
