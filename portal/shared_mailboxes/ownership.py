"""The shared mailboxes of one owner: how each syncs, and the decisions that wait there."""

from dataclasses import dataclass

from portal.privacy import held_entry_store, hold_store
from portal.shared_mailboxes import store
from portal.shared_mailboxes.models import SharedMailbox
from portal.storage.rows import Rows
from portal.wording import counted

ENTRIES_WAIT = "Mail that your organization's “Never sync” list kept out waits for its owners."


@dataclass(frozen=True)
class OwnedMailbox:
    """A shared mailbox with the number of decisions that its owners have not taken yet."""

    mailbox: SharedMailbox
    waiting_candidates: int
    waiting_entries: int

    @property
    def has_decisions(self) -> bool:
        """Whether a decision waits. None matters in a mailbox that is no longer read."""
        waits = bool(self.waiting_candidates or self.waiting_entries)
        return waits and self.mailbox.is_enabled

    @property
    def decisions(self) -> str:
        """The decisions that wait, in a sentence or two. Empty without any."""
        asked = counted(self.waiting_candidates, "candidate")
        candidates = f"Earlier mail with {asked} waits for its owners."
        return " ".join(
            sentence
            for sentence, count in (
                (candidates, self.waiting_candidates),
                (ENTRIES_WAIT, self.waiting_entries),
            )
            if count
        )

    @property
    def needs_attention(self) -> bool:
        """Whether a decision waits, or Portal does not read a mailbox that it should read."""
        is_stopped = self.mailbox.is_enabled and self.mailbox.pill[1] in ("bad", "warn")
        return is_stopped or self.has_decisions


def owned(rows: Rows, user_id: str) -> list[OwnedMailbox]:
    """The mailboxes that a person decides for, by address."""
    found = store.mailboxes_decided_by(rows, user_id)
    if not found:
        return []
    ids = [each.account_id for each in found]
    candidates = hold_store.counts_waiting(rows, ids)
    entries = held_entry_store.counts_waiting(rows, ids)
    return [
        OwnedMailbox(each, candidates.get(each.account_id, 0), entries.get(each.account_id, 0))
        for each in found
    ]


def paths_needing_attention(rows: Rows, user_id: str) -> set[str]:
    """The Email page, while a shared mailbox needs this owner."""
    waits = any(each.needs_attention for each in owned(rows, user_id))
    return {"/settings/email"} if waits else set()
