"""The addresses that decide about a mailbox's messages, as they stand now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from portal.candidates import store as candidates
from portal.email import settings_store
from portal.email.matching import (
    NO_RELAYS,
    NOBODY,
    NOT_HELD,
    NOTHING,
    AddressBook,
    base,
    book_of_candidates,
    book_of_owner,
    fold,
    unless_held,
    with_candidates,
)
from portal.email.models import Alias, Decision, Header, Mailbox
from portal.privacy import held_entry_store, hold_store, insiders
from portal.privacy import store as privacy
from portal.privacy.models import HeldMail, NeverSync, never_sync
from portal.storage.rows import Rows


@dataclass(frozen=True)
class Rules:
    """The owner's addresses, and those of the candidates who may be on some messages.

    `inside` are addresses of candidates that belong to the organization, and bring nothing.
    """

    owner: AddressBook
    aliases: Sequence[Alias]
    candidates: AddressBook
    wanted: frozenset[str] = field(default=frozenset())
    inside: AddressBook = NOBODY
    never: NeverSync = NOTHING
    closed: Mapping[str, datetime] = field(default_factory=dict)
    relays: frozenset[str] = NO_RELAYS
    held: HeldMail = NOT_HELD

    def decide(self, message: Header) -> Decision:
        decision = with_candidates(
            message,
            owner=self.owner,
            aliases=self.aliases,
            candidates=self.candidates,
            inside=self.inside,
            never=self.never,
            closed=self.closed,
            relays=self.relays,
        )
        return unless_held(
            message, decision, owner=self.owner, candidates=self.candidates, held=self.held
        )


def rules_for(rows: Rows, mailbox: Mailbox, written: set[str]) -> Rules:
    """With the candidates among some addresses: one question for a whole page."""
    aliases = settings_store.aliases_of(rows, mailbox.user_id)
    own = {alias.folded for alias in aliases}
    strangers = {fold(address) for address in written} - own
    found = candidates.matching_addresses(rows, strangers)
    inside = set(insiders.among(rows, [each.folded for each in found]))
    return Rules(
        owner=book_of_owner(aliases),
        aliases=aliases,
        candidates=book_of_candidates(each for each in found if each.folded not in inside),
        wanted=frozenset(base(each.folded) for each in found),
        inside=book_of_candidates(each for each in found if each.folded in inside),
        never=never_sync(privacy.entries_for(rows, mailbox.user_id)) if found else NOTHING,
        closed={each.candidate_id: each.closed_at for each in found if each.closed_at},
        relays=frozenset(privacy.relay_domains(rows)) if found else NO_RELAYS,
        held=_held(rows, mailbox, {each.candidate_id for each in found}),
    )


def _held(rows: Rows, mailbox: Mailbox, candidate_ids: set[str]) -> HeldMail:
    if not candidate_ids:
        return NOT_HELD
    return HeldMail(
        holds=tuple(hold_store.holds(rows, mailbox.user_id, candidate_ids)),
        entries=tuple(held_entry_store.entries(rows, mailbox.user_id)),
    )
