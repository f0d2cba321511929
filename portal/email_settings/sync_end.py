"""End email sync of a mailbox, with or without the messages that it brought."""

from dataclasses import dataclass

from portal.audit.act import Act
from portal.email import mailboxes, removal, removal_store
from portal.storage.rows import Rows


@dataclass(frozen=True)
class Staying:
    """The messages of a mailbox that stay visible. Only those it brought alone may be removed.

    Those `sent_as` a shared mailbox lie in it too, and belong to that one.
    """

    count: int = 0
    removable: int = 0
    sent_as: int = 0

    @property
    def has_any(self) -> bool:
        return bool(self.count or self.sent_as)


def staying(rows: Rows, user_id: str) -> Staying:
    return Staying(
        count=removal_store.count_from_person(rows, user_id),
        removable=removal_store.count_only_from_person(rows, user_id),
        sent_as=removal_store.count_sent_as_shared(rows, user_id),
    )


def turn_off(act: Act, user_id: str, *, removes: bool) -> int | None:
    """Turn sync off in one step with the removal. Returns how many messages that removed."""
    with act.rows.write():
        mailboxes.set_syncing(act, user_id, is_syncing=False)
        return removal.remove_mailbox_mail(act, user_id) if removes else None
