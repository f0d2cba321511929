"""Decide which messages are with a candidate, and why others are left out. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache

from portal import addresses
from portal.candidates.models import CandidateAddress
from portal.email.models import Alias, Decision, Header, Reason
from portal.privacy.models import HeldEntry, HeldMail, Hold, NeverSync

# Consecutive pages name the same few hundred people.
fold = lru_cache(20_000)(addresses.fold)
base = lru_cache(20_000)(addresses.base)


class AddressBook:
    """Find an address's owner: exactly, or else as the plain address of a tagged one."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Each pair is an address and the id of its owner."""
        self._owners: defaultdict[str, set[str]] = defaultdict(set)
        for address, owner in pairs:
            self._owners[fold(address)].add(owner)

    def owners_of(self, address: str) -> set[str]:
        return self.match(address)[1]

    def match(self, address: str) -> tuple[str, set[str]]:
        """The form in which an address is known, and its owners. Empty for an unknown one."""
        for form in (fold(address), base(address)):
            if owners := self._owners.get(form):
                return form, owners
        return "", set()


def book_of_candidates(known: Iterable[CandidateAddress]) -> AddressBook:
    return AddressBook((each.folded, each.candidate_id) for each in known)


def book_of_owner(aliases: Iterable[Alias]) -> AddressBook:
    return AddressBook((each.folded, each.id) for each in aliases)


NOBODY = AddressBook(())
NOTHING = NeverSync()
OPEN: Mapping[str, datetime] = {}
NO_RELAYS: frozenset[str] = frozenset()
NOT_HELD = HeldMail()


def with_candidates(
    header: Header,
    *,
    owner: AddressBook,
    aliases: Sequence[Alias],
    candidates: AddressBook,
    inside: AddressBook = NOBODY,
    never: NeverSync = NOTHING,
    closed: Mapping[str, datetime] = OPEN,
    relays: frozenset[str] = NO_RELAYS,
) -> Decision:
    """Keep a message between a candidate and an included address of the mailbox's owner.

    Both must be in From, To or Cc. The owner may be in Sender instead, and the candidate in Sender
    or Reply-To of a message whose From is at one of the domains in `relays`. The owner is never
    their own candidate. `inside` are addresses of candidates that belong to the organization.
    A message with an address of `never` is not kept, nor is one that arrived after all its
    candidates were `closed`.
    """
    if header.is_draft:
        return Decision(Reason.FOLDER_LEFT_OUT)
    own: set[str] = set()
    found: set[str] = set()
    for address in header.addresses:
        mine = owner.owners_of(address)
        own |= mine
        if not mine:
            found |= candidates.owners_of(address)
    own |= as_delegate(header, owner, candidates)
    relay = relay_of(header, relays)
    relayed = _relayed(header, owner, candidates) - found if relay else set()
    found |= relayed
    if not found:
        return Decision(_without_candidate(header, owner, candidates, inside, relay))
    open_then = {each for each in found if not _was_closed(each, header, closed)}
    if not open_then:
        return Decision(Reason.CLOSED, frozenset(found))
    if never and never.first_of(others_on(header, owner)):
        return Decision(Reason.NEVER_SYNC)
    if not own:
        return Decision(Reason.NOT_ADDRESSED)
    used = [alias for alias in aliases if alias.id in own]
    decision = _by_alias(header, used, frozenset(open_then))
    return replace(decision, through=relay) if open_then & relayed else decision


def as_delegate(header: Header, owner: AddressBook, candidates: AddressBook) -> set[str]:
    """The owner's addresses in Sender of a message in another's name, which is no candidate's."""
    principal = header.sender.address if header.sender else ""
    if header.sent_by is None or owner.owners_of(principal) or candidates.owners_of(principal):
        return set()
    return owner.owners_of(header.sent_by.address)


def relay_of(header: Header, relays: frozenset[str]) -> str:
    """The domain by which From belongs to a relay. Empty for any other message.

    Everybody can write any Reply-To, so it tells something of mail from a known relay alone.
    """
    domain = fold(header.sender.address).rpartition("@")[2] if header.sender else ""
    found = (each for each in relays if domain == each or domain.endswith(f".{each}"))
    return max(found, key=len, default="")


def _relayed(header: Header, owner: AddressBook, candidates: AddressBook) -> set[str]:
    strangers = (each for each in header.agents if not owner.owners_of(each))
    return {one for each in strangers for one in candidates.owners_of(each)}


def _was_closed(candidate_id: str, header: Header, closed: Mapping[str, datetime]) -> bool:
    return candidate_id in closed and header.received_at >= closed[candidate_id]


def unless_held(
    header: Header,
    decision: Decision,
    *,
    owner: AddressBook,
    candidates: AddressBook,
    held: HeldMail,
) -> Decision:
    """Keep a message for those of its candidates whose earlier mail is not held back.

    Keep it for none if an entry that is held covers it.
    """
    if not held or not decision.is_kept:
        return decision
    written = others_on(header, owner)
    if entries := [each for each in held.entries if each.covers(written, header.received_at)]:
        return _held_back(decision, entries)
    holds = {
        each: held.of(each, _forms_of(each, header, candidates), header.received_at)
        for each in decision.candidate_ids
    }
    free = frozenset(each for each in holds if not holds[each])
    if free:
        return replace(decision, candidate_ids=free)
    return _held_back(decision, [hold for each in holds.values() for hold in each])


def _held_back(decision: Decision, holds: Sequence[Hold | HeldEntry]) -> Decision:
    waits = any(each.refused_at is None for each in holds)
    return replace(decision, reason=Reason.WAITS_FOR_OWNER if waits else Reason.LEFT_BY_OWNER)


def _forms_of(candidate_id: str, header: Header, candidates: AddressBook) -> set[str]:
    """The addresses by which a candidate is on a message: those of a relayed one are its agents."""
    for written in (header.addresses, header.agents):
        matches = [candidates.match(each) for each in written]
        if forms := {form for form, owners in matches if candidate_id in owners}:
            return forms
    return set()


def others_on(header: Header, owner: AddressBook) -> list[str]:
    """Every address on a message, in whatever field, but those of the mailbox's owner."""
    everybody = (*header.addresses, *header.hidden, *header.agents)
    return [each for each in everybody if not owner.owners_of(each)]


def _without_candidate(
    header: Header, owner: AddressBook, candidates: AddressBook, inside: AddressBook, relay: str
) -> Reason:
    """Tell why no candidate is on it. Only the sender may learn of a candidate in Bcc."""
    counting = (*header.addresses, *(header.agents if relay else ()))
    if any(inside.owners_of(each) for each in counting if not owner.owners_of(each)):
        return Reason.INSIDE
    strangers = (address for address in header.hidden if not owner.owners_of(address))
    is_hidden = any(candidates.owners_of(address) for address in strangers)
    return Reason.NOT_ADDRESSED if is_hidden else Reason.NO_CANDIDATE


def _by_alias(header: Header, used: Sequence[Alias], found: frozenset[str]) -> Decision:
    """The included address that decided, the primary one before aliases."""
    included = [alias for alias in used if alias.is_included and not alias.is_gone]
    if not included:
        return Decision(Reason.ALIAS_OFF, found, used[0].id)
    in_time = [
        alias
        for alias in included
        if alias.included_from is None or header.received_at >= alias.included_from
    ]
    if not in_time:
        return Decision(Reason.ALIAS_BEFORE_START, found, included[0].id)
    decided = min(in_time, key=lambda alias: not alias.is_primary)
    return Decision(Reason.KEPT, found, decided.id)
