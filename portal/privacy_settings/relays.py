"""Domains of job boards and the like, in whose mail Reply-To and Sender name the candidate."""

from email_validator import EmailNotValidError, validate_email

from portal.addresses import fold_domain
from portal.audit.act import Act
from portal.audit.actions import Action
from portal.email import search_store
from portal.errors import Conflict, Invalid
from portal.privacy import store
from portal.privacy.models import Relay
from portal.privacy.providers import PUBLIC
from portal.storage.rows import Rows
from portal.wording import counted

MOST_RELAYS = 100


def add(act: Act, text: str) -> int:
    """Name a relay domain. Returns how many mailboxes are searched for its earlier mail.

    Repeated, it changes nothing. A public mail provider and an own domain are refused.
    """
    name = _domain(text)
    with act.rows.write():
        _require_relay(act.rows, name)
        if len(store.relays(act.rows)) >= MOST_RELAYS:
            raise Conflict(f"The list is full: it holds {counted(MOST_RELAYS, 'domain')}.")
        if not store.add_relay(act.rows, Relay(name, act.actor.name, act.now)):
            return 0
        act.record(Action.RELAY_DOMAIN_ADDED, name)
        return search_store.walk_everywhere(act.rows, now=act.now)


def _domain(text: str) -> str:
    typed = text.strip().removeprefix("@")
    try:
        validate_email(f"a@{typed}", check_deliverability=False)
    except EmailNotValidError as refusal:
        raise Invalid("Enter a domain such as jobboard.example.", field="domain") from refusal
    return fold_domain(typed)


def _require_relay(rows: Rows, name: str) -> None:
    """Refuse domains from which everybody writes, with those above and below them."""
    if any(_is_within(each, name) for each in PUBLIC):
        raise Invalid(
            f"{name} has mailboxes of a public mail provider. Everybody can write from there, so "
            "its mail does not tell a candidate.",
            field="domain",
        )
    for own in store.domains(rows):
        if own.is_inside and (_is_within(own.name, name) or _is_within(name, own.name)):
            raise Invalid(
                f"{own.name} belongs to your organization. Its mail passes on no candidates.",
                field="domain",
            )


def _is_within(domain: str, other: str) -> bool:
    return domain == other or domain.endswith(f".{other}")


def remove(act: Act, name: str) -> None:
    """Take a domain off the list. What it brought stays."""
    with act.rows.write():
        if store.delete_relay(act.rows, name):
            act.record(Action.RELAY_DOMAIN_REMOVED, name)
