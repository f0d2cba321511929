"""Facts from our tables about messages that a search of the mailbox has just found."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.addresses import fold
from portal.email import folder_store, identity, message_store, search_store, settings_store
from portal.email import store as email
from portal.email.matching import as_delegate, others_on, relay_of
from portal.email.models import (
    Alias,
    Decision,
    Folder,
    Header,
    Reason,
    SyncStatus,
)
from portal.email.rules import Rules, rules_for
from portal.email_why import chains, store
from portal.email_why.chains import Chain
from portal.email_why.models import CandidateMatch, Facts, HeaderAddress, Presence, Step
from portal.email_why.search import Found
from portal.outbox.feed import store as sent_mail
from portal.storage.rows import Rows

# A message that arrived shortly before the last sync may have come after its folder was read.
OVERLAP = timedelta(minutes=5)
FIELDS = {"from": "From", "to": "To", "cc": "Cc"}


@dataclass(frozen=True)
class Evidence:
    """Everything the facts rest on, read once for all messages of a page."""

    rules: Rules
    status: SyncStatus
    folders: dict[str, Folder]
    copies: dict[str, str]
    messages: dict[str, str]
    sent: dict[str, list[tuple[str, str]]]
    feeds: dict[str, list[tuple[str, str]]]
    names: dict[str, str]
    without_text: dict[str, Reason]
    is_searching: bool
    names_candidates: bool
    sent_items: str


def explain(
    rows: Rows,
    status: SyncStatus,
    found: Found,
    *,
    before: tuple[Step, ...],
    viewer: str,
    names_candidates: bool,
) -> list[Chain]:
    """Apply the rules of a sync, and what is stored, to each message."""
    if not found.headers:
        return []
    evidence = _read(rows, status, found, viewer=viewer, names_candidates=names_candidates)
    return [chains.chain_of(_facts(each, evidence), before=before) for each in found.headers]


def _read(
    rows: Rows, status: SyncStatus, found: Found, *, viewer: str, names_candidates: bool
) -> Evidence:
    headers = found.headers
    mailbox = email.mailbox(rows, status.mailbox_id)
    everybody = {one for each in headers for one in (*each.addresses, *each.hidden, *each.agents)}
    rules = rules_for(rows, mailbox, everybody)
    copies = message_store.known_copies(rows, mailbox.id, [each.graph_id for each in headers])
    known = identity.known_ids(rows, mailbox.id, headers)
    hidden = store.hidden_from(rows, {*known.values()}, viewer=viewer)
    messages = {key: own_id for key, own_id in known.items() if own_id not in hidden}
    ids = {*copies.values(), *messages.values()}
    candidates = {one for each in everybody for one in rules.candidates.owners_of(each)}
    return Evidence(
        rules=rules,
        status=status,
        folders={each.graph_id: each for each in folder_store.folders(rows, mailbox.id)},
        copies=copies,
        messages=messages,
        sent=sent_mail.feeds_of_copies(
            rows, mailbox.user_id, [each.graph_id for each in headers], viewer=viewer
        ),
        feeds=store.feeds_of(rows, ids, viewer=viewer),
        names=store.names_of(rows, candidates),
        without_text=settings_store.days_without_text(rows, mailbox.id),
        is_searching=search_store.is_searching(rows, mailbox.id),
        names_candidates=names_candidates,
        sent_items=found.sent_items,
    )


def _facts(header: Header, evidence: Evidence) -> Facts:
    folder = evidence.folders.get(header.folder_id)
    decision = _decision(header, folder, evidence.rules)
    copy = evidence.copies.get(header.graph_id)
    message_id = copy or evidence.messages.get(header.graph_id, "")
    return Facts(
        header=header,
        decision=decision,
        presence=_presence(header, folder, evidence, is_known=bool(message_id)),
        folder=folder,
        own=tuple(_own(header, evidence.rules)),
        candidates=tuple(_candidates(header, evidence)),
        alias=_alias(decision, evidence.rules),
        feeds=_feeds(header, message_id, evidence),
        last_sync_at=evidence.status.last_success_at,
        failure=evidence.status.failure or "",
        names_candidates=evidence.names_candidates,
        is_sent=_is_sent(header, evidence),
        inside=_inside(header, evidence.rules),
        principal=_principal(header, evidence.rules),
        relay=relay_of(header, evidence.rules.relays),
        never=evidence.rules.never.first_of(others_on(header, evidence.rules.owner)) or "",
    )


def _feeds(header: Header, message_id: str, evidence: Evidence) -> tuple[tuple[str, str], ...]:
    sent = evidence.sent.get(header.graph_id, [])
    return tuple(sent or evidence.feeds.get(message_id, []))


def _is_sent(header: Header, evidence: Evidence) -> bool:
    """Whether the owner sent it: their copy of one sent as a shared mailbox names only that."""
    is_there = header.folder_id == evidence.sent_items
    by = header.sent_by.address if header.sent_by else ""
    return is_there or bool(evidence.rules.owner.owners_of(by))


def _inside(header: Header, rules: Rules) -> str:
    strangers = others_on(header, rules.owner)
    return next((each for each in strangers if rules.inside.owners_of(each)), "")


def _decision(header: Header, folder: Folder | None, rules: Rules) -> Decision:
    if folder is not None and folder.is_left_out:
        return Decision(Reason.FOLDER_LEFT_OUT)
    return rules.decide(header)


def _presence(
    header: Header, folder: Folder | None, evidence: Evidence, *, is_known: bool
) -> Presence:
    if header.graph_id in evidence.sent:
        return Presence.SENT
    if header.graph_id in evidence.copies:
        return Presence.HERE
    if is_known:
        return Presence.ELSEWHERE
    if folder is None or folder.is_walking or _is_newer(header.received_at, evidence.status):
        return Presence.NOT_SYNCED_YET
    if evidence.is_searching:
        return Presence.SEARCHED_FOR
    reason = evidence.without_text.get(header.received_at.date().isoformat())
    return Presence(reason.value) if reason else Presence.MISSING


def _is_newer(received_at: datetime, status: SyncStatus) -> bool:
    last = status.last_success_at
    return last is None or status.is_first_sync or received_at > last - OVERLAP


def _own(header: Header, rules: Rules) -> Iterator[HeaderAddress]:
    for each in _visible(header):
        if rules.owner.owners_of(each.address):
            yield each
    if header.sent_by and as_delegate(header, rules.owner, rules.candidates):
        yield HeaderAddress(header.sent_by.address, "Sender")


def _principal(header: Header, rules: Rules) -> str:
    return header.sender.address if header.sender and rules.principal_of(header) else ""


def _candidates(header: Header, evidence: Evidence) -> Iterator[CandidateMatch]:
    """People are not their own candidates, and one deleted during the request no longer counts."""
    rules = evidence.rules
    hidden = (HeaderAddress(one, "Bcc") for one in header.hidden)
    for each in (*_visible(header), *_agents(header), *hidden):
        if not rules.owner.owners_of(each.address):
            for candidate_id in sorted(rules.candidates.owners_of(each.address)):
                if candidate_id in evidence.names:
                    yield CandidateMatch(candidate_id, evidence.names[candidate_id], each)


def _visible(header: Header) -> Iterator[HeaderAddress]:
    people = (header.sender, *header.recipients) if header.sender else header.recipients
    for each in people:
        if each.address:
            yield HeaderAddress(each.address, FIELDS[each.kind])


def _agents(header: Header) -> Iterator[HeaderAddress]:
    """Those in Sender and Reply-To, unless they are in From: every message names its sender so."""
    author = fold(header.sender.address) if header.sender else ""
    for place, address in enumerate(header.agents):
        is_sender = place == 0 and header.sent_by is not None
        if fold(address) != author:
            yield HeaderAddress(address, "Sender" if is_sender else "Reply-To")


def _alias(decision: Decision, rules: Rules) -> Alias | None:
    return next((each for each in rules.aliases if each.id == decision.alias_id), None)
