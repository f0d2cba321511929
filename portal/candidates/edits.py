"""Take a candidate in, and change one: several addresses, each a real one and given once."""

from dataclasses import dataclass, replace
from datetime import datetime

from email_validator import EmailNotValidError, validate_email

from portal.audit.actions import Action
from portal.audit.log import Actor, record
from portal.candidates import store
from portal.candidates.addresses import fold
from portal.candidates.models import Candidate
from portal.errors import Conflict, Invalid, NotFound
from portal.storage.rows import Rows

# Whoever fills a portal from a program of their own.
PROGRAM = Actor.system("program")
ADDRESSES_AT_MOST = 20
CHANGED = (
    "Somebody changed this candidate while you were writing. What they saved is on the "
    "candidate's page; your text is still here."
)


@dataclass(frozen=True)
class Draft:
    """What somebody typed about a candidate; `addresses` one to a line."""

    name: str
    headline: str
    addresses: str


def add(
    rows: Rows,
    draft: Draft,
    *,
    candidate_id: str,
    by: str,
    actor: Actor = PROGRAM,
    now: datetime,
) -> Candidate:
    """A form that is sent twice carries the same id, and adds one candidate."""
    addresses = checked_addresses(draft.addresses)
    new = Candidate(
        id=candidate_id,
        name=draft.name,
        headline=draft.headline,
        addresses=addresses,
        created_at=now,
        updated_at=now,
    )
    with rows.write():
        known = _known(rows, candidate_id)
        if known is None:
            store.add(rows, new, created_by=by)
            record(
                rows,
                actor=actor,
                action=Action.CANDIDATE_ADDED,
                target=new.name,
                new=_told(new, addresses),
                at=now,
            )
    return known or new


def _known(rows: Rows, candidate_id: str) -> Candidate | None:
    try:
        return store.candidate(rows, candidate_id)
    except NotFound:
        return None


def change(
    rows: Rows,
    candidate_id: str,
    draft: Draft,
    *,
    seen: datetime,
    actor: Actor = PROGRAM,
    now: datetime,
) -> Candidate:
    """Refused when the candidate is not what it was when the form was opened (`seen`)."""
    addresses = checked_addresses(draft.addresses)
    with rows.write():
        known = store.candidate(rows, candidate_id)
        changed = replace(known, name=draft.name, headline=draft.headline, addresses=addresses)
        if changed == known:
            return known
        if known.updated_at != seen:
            raise Conflict(CHANGED)
        changed = replace(changed, updated_at=now)
        store.change(rows, changed)
        _record_change(rows, known, changed, actor=actor, now=now)
    return changed


def _record_change(
    rows: Rows, known: Candidate, changed: Candidate, *, actor: Actor, now: datetime
) -> None:
    """Of the addresses, those that came and went alone."""
    record(
        rows,
        actor=actor,
        action=Action.CANDIDATE_CHANGED,
        target=changed.name,
        old=_told(known, removed_addresses(known, changed)),
        new=_told(changed, removed_addresses(changed, known)),
        at=now,
    )


def _told(candidate: Candidate, addresses: tuple[str, ...]) -> str:
    return "; ".join(part for part in (candidate.name, candidate.headline, *addresses) if part)


def removed_addresses(before: Candidate, after: Candidate) -> tuple[str, ...]:
    """Those that are gone, whatever their spelling."""
    kept = {fold(address) for address in after.addresses}
    return tuple(address for address in before.addresses if fold(address) not in kept)


def checked_addresses(text: str) -> tuple[str, ...]:
    """One to a line (or after a comma); a wrong one and one given twice are named."""
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
    try:
        # Nothing is asked of the network: whether a domain takes mail is not ours to find out.
        return validate_email(line, check_deliverability=False).normalized
    except EmailNotValidError as refusal:
        raise Invalid(
            f"“{line[:80]}” is not an email address: {_reason(refusal)}", field="addresses"
        ) from refusal


def _reason(refusal: EmailNotValidError) -> str:
    reason = str(refusal)
    return reason[:1].lower() + reason[1:]
