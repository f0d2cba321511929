"""The addresses that decide about a mailbox's messages, as they stand now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from portal.candidates import store as candidates
from portal.email import folder_store, settings_store
from portal.email.matching import (
    NO_RELAYS,
    NOBODY,
    NOT_HELD,
    NOTHING,
    AddressBook,
    as_delegate,
    base,
    book_of_candidates,
    book_of_owner,
    fold,
    unless_held,
    with_candidates,
)
from portal.email.models import Alias, Decision, Header, Mailbox, Reason
from portal.privacy import held_entry_store, hold_store, insiders
from portal.privacy import store as privacy
from portal.privacy.models import HeldMail, NeverSync, never_sync
from portal.storage.rows import Rows

# No included address of the owner is on such a message, and nothing else keeps it out.
OF_NO_ADDRESS = (Reason.NOT_ADDRESSED, Reason.ALIAS_OFF, Reason.ALIAS_BEFORE_START)


@dataclass(frozen=True)
class Rules:
    """The owner's addresses, and those of the candidates who may be on some messages.

    `inside` are addresses of candidates that belong to the organization, and bring nothing.
    `shared` are the rules of shared mailboxes, in whose name the owner may have sent. Without
    `is_syncing` such a mailbox keeps nothing.
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
    sent_items: str | None = None
    shared: tuple["Rules", ...] = ()
    is_syncing: bool = True

    def decide(self, message: Header) -> Decision:
        """By the shared mailbox that the owner sent it as, or else by the owner's own addresses.

        What is on the list of either, or waits for either, is not kept.
        """
        decision = self._decide(message)
        principal = self.principal_of(message)
        if principal is None or decision.reason not in (Reason.KEPT, *OF_NO_ADDRESS):
            return decision
        by_shared = principal.decide(message)
        if not principal.is_syncing or not by_shared.is_kept:
            return Decision(Reason.LEFT_BY_SHARED, by_shared.candidate_ids)
        return self._unless_held(message, by_shared)

    def principal_of(self, message: Header) -> "Rules | None":
        """The rules of the shared mailbox in From of a message that the owner sent.

        Such a message lies in the owner's Sent Items or names the owner in Sender. Of any other,
        From alone would prove nothing.
        """
        author = message.sender.address if message.sender else ""
        is_sent = message.folder_id == self.sent_items
        if not is_sent and not as_delegate(message, self.owner, self.candidates):
            return None
        return next((each for each in self.shared if each.owner.owners_of(author)), None)

    def _decide(self, message: Header) -> Decision:
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
        return self._unless_held(message, decision)

    def _unless_held(self, message: Header, decision: Decision) -> Decision:
        return unless_held(
            message, decision, owner=self.owner, candidates=self.candidates, held=self.held
        )


def rules_for(rows: Rows, mailbox: Mailbox, written: set[str]) -> Rules:
    """With the candidates among some addresses: one question for a whole page."""
    rules = _rules_of(rows, mailbox, written)
    folded = {fold(address) for address in written} if rules.wanted else set()
    shared = settings_store.shared_mailboxes_with(rows, folded, but=mailbox.id) if folded else []
    if not shared:
        return rules
    return replace(
        rules,
        sent_items=folder_store.sent_items(rows, mailbox.id),
        shared=tuple(
            replace(
                _rules_of(rows, each, written),
                is_syncing=bool(settings_store.is_syncing(rows, each.user_id)),
            )
            for each in shared
        ),
    )


def _rules_of(rows: Rows, mailbox: Mailbox, written: set[str]) -> Rules:
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
