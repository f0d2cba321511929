"""The addresses that decide about a mailbox's messages, as they stand now."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from portal.candidates import store as candidates
from portal.email import settings_store
from portal.email.matching import (
    AddressBook,
    base,
    book_of_candidates,
    book_of_owner,
    fold,
    with_candidates,
)
from portal.email.models import Alias, Decision, Header, Mailbox
from portal.storage.rows import Rows


@dataclass(frozen=True)
class Rules:
    """The owner's addresses, and those of the candidates who may be on some messages."""

    owner: AddressBook
    aliases: Sequence[Alias]
    candidates: AddressBook
    wanted: frozenset[str] = field(default=frozenset())

    def decide(self, message: Header) -> Decision:
        return with_candidates(
            message, owner=self.owner, aliases=self.aliases, candidates=self.candidates
        )


def rules_for(rows: Rows, mailbox: Mailbox, written: set[str]) -> Rules:
    """With the candidates among some addresses: one question for a whole page."""
    aliases = settings_store.aliases_of(rows, mailbox.user_id)
    own = {alias.folded for alias in aliases}
    strangers = {fold(address) for address in written} - own
    found = candidates.matching_addresses(rows, strangers)
    return Rules(
        owner=book_of_owner(aliases),
        aliases=aliases,
        candidates=book_of_candidates(found),
        wanted=frozenset(base(each.folded) for each in found),
    )
