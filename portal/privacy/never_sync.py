"""Lists of addresses and domains that are never synced: one of each owner, one of everybody."""

from email_validator import EmailNotValidError, validate_email

from portal.addresses import ascii_domain, fold
from portal.audit.act import Act
from portal.audit.actions import Action
from portal.errors import Conflict, Invalid
from portal.privacy import store
from portal.privacy.models import Entry
from portal.privacy.providers import PUBLIC
from portal.storage.ids import new_id
from portal.wording import counted, verb

MOST_ENTRIES = 500
# What an audit row says of an owner's entry: administrators read it, and the address is private.
OWN_LIST = "own list"


def add(act: Act, text: str, *, owner: str | None, counts: bool = True) -> Entry:
    """Add an address, or a domain such as `lawfirm.example`. Repeated, it changes nothing.

    Without an owner it holds for every mailbox. A public mail provider is refused, and `counts`
    tells readers who may see candidates how many it would silence.
    """
    folded, is_domain = _parsed(text)
    if is_domain and folded in PUBLIC:
        count = store.count_candidates_at(act.rows, folded) if counts else 0
        raise Invalid(_refusal(folded, count), field="address")
    new = Entry(new_id(), owner, folded, is_domain, act.actor.name, act.now)
    with act.rows.write():
        known = store.entries_of(act.rows, owner)
        if len(known) >= MOST_ENTRIES:
            raise Conflict(f"The list is full: it holds {counted(MOST_ENTRIES, 'entry')}.")
        if store.add(act.rows, new):
            act.record(Action.NEVER_SYNC_ENTRY_ADDED, _target(act, new))
            return new
    return next(each for each in known if each.folded == folded)


def remove(act: Act, entry: Entry) -> None:
    with act.rows.write():
        store.delete(act.rows, entry.id)
        act.record(Action.NEVER_SYNC_ENTRY_REMOVED, _target(act, entry))


def _target(act: Act, entry: Entry) -> str:
    if entry.user_id is None:
        return f"organization's list: {entry.without_name}"
    shared = store.address_of_shared(act.rows, entry.user_id)
    return f"list of {shared}" if shared else OWN_LIST


def _parsed(text: str) -> tuple[str, bool]:
    """The folded address or domain, and whether it is a domain."""
    local, at, domain = text.strip().rpartition("@")
    if at and local and local != "*":
        try:
            valid = validate_email(text.strip(), check_deliverability=False).normalized
        except EmailNotValidError as refusal:
            raise Invalid(f"This is not an email address: {refusal}", field="address") from refusal
        return fold(valid), False
    try:
        valid = validate_email(f"a@{domain}", check_deliverability=False).domain
    except EmailNotValidError as refusal:
        raise Invalid(
            "Enter an email address, or a domain such as lawfirm.example.", field="address"
        ) from refusal
    return ascii_domain(valid) or valid, True


def _refusal(domain: str, count: int) -> str:
    silenced = f" {counted(count, 'candidate')} {verb(count, 'writes', 'write')} from it."
    return (
        f"{domain} is a public mail provider, so it says nothing about a person."
        f"{silenced if count else ''} Enter the person's whole address."
    )
