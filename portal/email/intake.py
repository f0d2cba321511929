"""One page of a mailbox: looked at, decided on, and the matches kept."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from portal.candidates import feed
from portal.candidates import store as candidates
from portal.email import message_store, settings_store
from portal.email.headers import Item, addresses_in, header, received_text
from portal.email.matching import (
    AddressBook,
    base,
    book_of_candidates,
    book_of_owner,
    fold,
    with_candidates,
)
from portal.email.models import FEED_KIND, Alias, Decision, Header, Mailbox, Message, Reason
from portal.storage.rows import Rows

Counts = Counter[tuple[str, str, str]]


@dataclass(frozen=True)
class Looked:
    """What a page came to: the matches, and what was left out by day, reason and alias."""

    looked: int
    matches: tuple[Header, ...]
    known: frozenset[str]
    left_out: Counts
    seen_aliases: frozenset[str]

    @property
    def to_fetch(self) -> list[Header]:
        """Those whose text is not here yet."""
        return [each for each in self.matches if each.graph_id not in self.known]

    @property
    def here_already(self) -> list[Message]:
        return [Message(each) for each in self.matches if each.graph_id in self.known]


@dataclass(frozen=True)
class Rules:
    """Whose addresses count, as they stand now."""

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
    found = candidates.matching_addresses(rows, strangers, {base(each) for each in strangers})
    return Rules(
        owner=book_of_owner(aliases),
        aliases=aliases,
        candidates=book_of_candidates(found),
        wanted=frozenset(each.base for each in found),
    )


def look(
    rows: Rows,
    mailbox: Mailbox,
    items: Sequence[Item],
    *,
    within: frozenset[str] | None = None,
    counted_from: str = "",
) -> Looked:
    """Decide on each message. Most are with nobody we know, and are not looked at any closer.

    `within` names the folders that count, where the page is of the whole mailbox. What arrived
    before `counted_from` was counted when it was first looked at.
    """
    written = [list(addresses_in(item)) for item in items]
    everybody = {address for people in written for address in people}
    rules = rules_for(rows, mailbox, everybody)
    left_out: Counts = Counter()
    matches: list[Header] = []
    for item, people in zip(items, written, strict=True):
        if within is not None and item.get("parentFolderId") not in within:
            decision = Decision(Reason.FOLDER_LEFT_OUT)
        elif rules.wanted.isdisjoint(map(base, people)):
            decision = Decision(Reason.NO_CANDIDATE)
        else:
            closer = header(item)
            decision = rules.decide(closer)
            if decision.is_kept:
                matches.append(closer)
                continue
        received = received_text(item)
        if received >= counted_from:
            left_out[received[:10], decision.reason, _alias_off(decision)] += 1
    known = message_store.known_copies(rows, mailbox.id, [each.graph_id for each in matches])
    return Looked(
        looked=len(items),
        matches=tuple(matches),
        known=frozenset(known),
        left_out=left_out,
        seen_aliases=_newly_seen(rules, everybody),
    )


def _alias_off(decision: Decision) -> str:
    """The alias that would bring it, were it on."""
    return (decision.alias_id or "") if decision.reason is Reason.ALIAS_OFF else ""


def _newly_seen(rules: Rules, everybody: set[str]) -> frozenset[str]:
    """Aliases that stand in a header for the first time: the tenant lets them through."""
    unseen = [alias for alias in rules.aliases if alias.seen_in_mail_at is None]
    folded = {fold(address) for address in everybody} if unseen else set()
    return frozenset(alias.id for alias in unseen if alias.folded in folded)


def keep(rows: Rows, mailbox: Mailbox, messages: Sequence[Message], *, now: datetime) -> int:
    """Rows and feed entries of the matches; how many copies are new. Belongs inside write().

    Decided once more: while Microsoft was asked, somebody may have deleted the candidate or
    turned the alias off.
    """
    written = {address for each in messages for address in each.header.addresses}
    rules = rules_for(rows, mailbox, written)
    decided = [(each, rules.decide(each.header)) for each in messages]
    kept = [(each, decision) for each, decision in decided if decision.is_kept]
    known = message_store.known_copies(rows, mailbox.id, [each.header.graph_id for each, _ in kept])
    new = [each for each, _ in kept if each.header.graph_id not in known and each.text is not None]
    ids = known | message_store.save_messages(rows, mailbox.id, new, now=now)
    there = [(each, decision) for each, decision in kept if each.header.graph_id in ids]
    message_store.save_copies(rows, mailbox.id, there, ids)
    message_store.save_attachments(rows, mailbox.id, new, ids)
    feed.add_all(
        rows,
        (
            (candidate_id, ids[each.header.graph_id], each.header.sent_at)
            for each, decision in there
            for candidate_id in sorted(decision.candidate_ids)
        ),
        kind=FEED_KIND,
        now=now,
    )
    return len(new)
