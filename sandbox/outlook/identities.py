"""Identities that a person can write with: their own addresses, and mailboxes that let them."""

from dataclasses import dataclass

from sandbox.database import Row, State
from sandbox.directory import store as people
from sandbox.rights import store as rights
from sandbox.rights.senders import Writer

WORDS = {rights.SEND_ON_BEHALF: "On behalf of", rights.SEND_AS: "As"}


@dataclass(frozen=True)
class Identity:
    """An address to write from. In another's mailbox, `right` is the one that is used."""

    address: str
    right: str | None = None

    @property
    def value(self) -> str:
        return f"{self.right}:{self.address}" if self.right else self.address

    @property
    def label(self) -> str:
        return f"{WORDS[self.right]} {self.address}" if self.right else self.address


def identities(state: State, owner: Row, person: Row) -> list[Identity]:
    """List the identities of a person. Those of the open mailbox come first."""
    own = [Identity(address) for address in people.addresses_of(person)]
    others = rights.mailboxes_of(state, person["id"])
    lent = [one for row in others for one in _lent(state, row, person)]
    is_own = owner["id"] == person["id"]
    return own + lent if is_own else sorted(lent + own, key=lambda one: _rank(owner, one))


def _lent(state: State, mailbox: Row, person: Row) -> list[Identity]:
    address = people.addresses_of(mailbox)[0]
    held = [right for right in WORDS if rights.has(state, mailbox["id"], person["id"], right)]
    return [Identity(address, right) for right in held]


def _rank(owner: Row, identity: Identity) -> int:
    """Sort the open mailbox before the person's own addresses, and other mailboxes last."""
    if identity.right is None:
        return 1
    return 0 if identity.address == people.addresses_of(owner)[0] else 2


def chosen(state: State, owner: Row, person: Row, value: str) -> tuple[str, Writer]:
    """Read the address and the writer of a form. Any other address is left to Exchange."""
    found = (one for one in identities(state, owner, person) if one.value == value)
    identity = next(found, Identity(value))
    return identity.address, Writer(person, right=identity.right)


def opened_by(state: State, person: Row) -> list[Row]:
    """List the mailboxes of others that a person can open."""
    return [
        row
        for row in rights.mailboxes_of(state, person["id"])
        if rights.has(state, row["id"], person["id"], rights.FULL_ACCESS)
    ]
