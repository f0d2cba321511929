"""Add and change candidates. Each of their addresses is valid and given once."""

from dataclasses import dataclass, replace
from datetime import datetime

from email_validator import EmailNotValidError

from portal.addresses import checked, fold
from portal.audit.act import Act
from portal.audit.actions import Action
from portal.audit.models import CANDIDATE, AuditedCandidate
from portal.candidates import store
from portal.candidates.models import Candidate, ClosedAs
from portal.errors import Conflict, Invalid, NotFound
from portal.privacy import holds, insiders
from portal.storage.rows import Rows
from portal.wording import counted

ADDRESSES_AT_MOST = 20
CHANGED = (
    "Somebody changed this candidate while you were writing. What they saved is on the "
    "candidate's page; your text is still here."
)


@dataclass(frozen=True)
class Draft:
    """A candidate as typed, with one address a line."""

    name: str
    headline: str
    addresses: str
    time_zone: str = ""


def add(act: Act, draft: Draft, *, candidate_id: str, by: str) -> Candidate:
    """Add a candidate. A form sent twice has the same id and adds one."""
    addresses = checked_addresses(draft.addresses)
    new = Candidate(
        id=candidate_id,
        name=draft.name,
        headline=draft.headline,
        addresses=addresses,
        created_at=act.now,
        updated_at=act.now,
        time_zone=draft.time_zone,
    )
    with act.rows.write():
        known = _known(act.rows, candidate_id)
        if known is None:
            insiders.require_outsiders(act.rows, addresses)
            store.add(act.rows, new, created_by=by)
            holds.hold_added(act, new.id, addresses)
            act.record(
                Action.CANDIDATE_ADDED,
                CANDIDATE,
                new=counted(len(addresses), "address"),
                candidate=AuditedCandidate(new.id),
            )
    return known or new


def _known(rows: Rows, candidate_id: str) -> Candidate | None:
    try:
        return store.candidate(rows, candidate_id)
    except NotFound:
        return None


def change(act: Act, candidate_id: str, draft: Draft, *, seen: datetime) -> Candidate:
    """Change a candidate. Refused if it changed since the form was opened (`seen`)."""
    addresses = checked_addresses(draft.addresses)
    with act.rows.write():
        known = store.candidate(act.rows, candidate_id)
        changed = replace(
            known,
            name=draft.name,
            headline=draft.headline,
            addresses=addresses,
            time_zone=draft.time_zone,
        )
        if changed == known:
            return known
        if known.updated_at != seen:
            raise Conflict(CHANGED)
        # An address that became the organization's later stays, and brings nothing.
        insiders.require_outsiders(act.rows, removed_addresses(changed, known))
        changed = replace(changed, updated_at=act.now)
        store.change(act.rows, changed)
        holds.hold_added(act, candidate_id, removed_addresses(changed, known))
        _record_change(
            act,
            known,
            changed,
        )
    return changed


def set_time_zone(act: Act, candidate_id: str, time_zone: str) -> None:
    """Keep a candidate's time zone, as it was chosen for an interview. Empty leaves it."""
    with act.rows.write():
        known = store.candidate(act.rows, candidate_id)
        if time_zone in ("", known.time_zone):
            return
        changed = replace(known, time_zone=time_zone, updated_at=act.now)
        store.change(act.rows, changed)
        _record_change(act, known, changed)


def close(act: Act, candidate_id: str, closed_as: ClosedAs) -> Candidate:
    """Keep no mail that arrives from now on. What is in the feed stays."""
    with act.rows.write():
        if store.close(act.rows, candidate_id, closed_as, now=act.now):
            about = AuditedCandidate(candidate_id)
            act.record(Action.CANDIDATE_CLOSED, CANDIDATE, new=closed_as.label, candidate=about)
    return store.candidate(act.rows, candidate_id)


def reopen(act: Act, candidate_id: str) -> Candidate:
    """Keep mail again, and search for what arrived while the candidate was closed."""
    with act.rows.write():
        known = store.candidate(act.rows, candidate_id)
        if known.closed_at and store.reopen(act.rows, candidate_id, now=act.now):
            holds.hold_reopened(act, known.id, known.addresses, closed_at=known.closed_at)
            act.record(Action.CANDIDATE_REOPENED, CANDIDATE, candidate=AuditedCandidate(known.id))
    return store.candidate(act.rows, candidate_id)


def _record_change(act: Act, known: Candidate, changed: Candidate) -> None:
    """Record the fields that changed. Names and addresses of candidates stay out of the log."""
    added = len(removed_addresses(changed, known))
    removed = len(removed_addresses(known, changed))
    parts = [
        known.name != changed.name and "name",
        known.headline != changed.headline and "headline",
        added and f"{counted(added, 'address')} added",
        removed and f"{counted(removed, 'address')} removed",
        known.time_zone != changed.time_zone and "time zone",
    ]
    act.record(
        Action.CANDIDATE_CHANGED,
        CANDIDATE,
        new=", ".join(each for each in parts if each) or None,
        candidate=AuditedCandidate(known.id, (known.name, *known.addresses)),
    )


def removed_addresses(before: Candidate, after: Candidate) -> tuple[str, ...]:
    """The removed addresses, whatever their spelling."""
    kept = {fold(address) for address in after.addresses}
    return tuple(address for address in before.addresses if fold(address) not in kept)


def checked_addresses(text: str) -> tuple[str, ...]:
    """Check addresses separated by lines or commas. Names invalid and repeated ones."""
    typed = [line.strip() for line in text.replace(",", "\n").replace(";", "\n").splitlines()]
    addresses = tuple(_checked(line) for line in typed if line)
    if not addresses:
        raise Invalid("Enter at least one email address.", field="addresses")
    if len(addresses) > ADDRESSES_AT_MOST:
        raise Invalid(f"Enter at most {ADDRESSES_AT_MOST} addresses.", field="addresses")
    folded = [fold(address) for address in addresses]
    twice = [address for at, address in enumerate(addresses) if folded[at] in folded[:at]]
    if twice:
        raise Invalid(f"{twice[0]} is there twice; leave one of them.", field="addresses")
    return addresses


def _checked(line: str) -> str:
    if "*" in line:
        raise Invalid(
            f"“{line[:80]}” does not name one person. Enter an address without “*”.",
            field="addresses",
        )
    try:
        return checked(line)
    except EmailNotValidError as refusal:
        raise Invalid(
            f"“{line[:80]}” is not an email address: {_reason(refusal)}", field="addresses"
        ) from refusal


def _reason(refusal: EmailNotValidError) -> str:
    reason = str(refusal)
    return reason[:1].lower() + reason[1:]
