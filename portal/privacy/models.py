"""Entries of “Never sync”, and the domains of the organization."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from portal.addresses import fold, stands_for


@dataclass(frozen=True)
class Entry:
    """An address or a domain that is never synced. Without `user_id` it is everybody's."""

    id: str
    user_id: str | None
    folded: str
    is_domain: bool
    added_by: str
    added_at: datetime

    @property
    def without_name(self) -> str:
        """The entry in the audit log, which has no whole address: it may be a candidate's."""
        at = "" if self.is_domain else "an address at "
        return f"{at}{self.folded.rpartition('@')[2]}"

    @property
    def label(self) -> str:
        """For the middle of a sentence."""
        return f"everyone at {self.folded}" if self.is_domain else self.folded

    @property
    def title(self) -> str:
        return self.label[:1].upper() + self.label[1:] if self.is_domain else self.label


@dataclass(frozen=True)
class NeverSync:
    """The entries that hold for one mailbox: its owner's and the organization's."""

    addresses: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.addresses or self.domains)

    def first_of(self, written: Iterable[str]) -> str | None:
        """The first of these addresses that is on a list."""
        return next((each for each in written if self.has(each)), None)

    def has(self, address: str) -> bool:
        """Whether it is on a list: itself, its plain form, its domain or one above that."""
        if not self.addresses.isdisjoint(stands_for(address)):
            return True
        return bool(self.domains) and not self.domains.isdisjoint(_domains_of(address))


def _domains_of(address: str) -> list[str]:
    labels = fold(address).rpartition("@")[2].split(".")
    return [".".join(labels[start:]) for start in range(len(labels))]


def never_sync(entries: Iterable[Entry]) -> NeverSync:
    known = list(entries)
    return NeverSync(
        frozenset(each.folded for each in known if not each.is_domain),
        frozenset(each.folded for each in known if each.is_domain),
    )


@dataclass(frozen=True)
class Hold:
    """A candidate's address whose earlier mail stays in a mailbox until its owner brings it in.

    Earlier is what arrived before `asked_at`, and since `closed_at` if the candidate was closed.
    """

    candidate_id: str
    folded: str
    asked_at: datetime
    closed_at: datetime | None = None
    refused_at: datetime | None = None

    def covers(self, received_at: datetime) -> bool:
        is_after = self.closed_at is None or received_at >= self.closed_at
        return is_after and received_at < self.asked_at


@dataclass(frozen=True)
class HeldEntry:
    """An entry taken off the organization's list: what it kept out waits for an owner."""

    id: str
    folded: str
    is_domain: bool
    asked_at: datetime
    asked_by: str
    refused_at: datetime | None = None

    @property
    def label(self) -> str:
        return f"everyone at {self.folded}" if self.is_domain else self.folded

    @property
    def title(self) -> str:
        return f"Everyone at {self.folded}" if self.is_domain else self.folded

    @property
    def is_waiting(self) -> bool:
        return self.refused_at is None

    def covers(self, written: Iterable[str], received_at: datetime) -> bool:
        names = frozenset([self.folded])
        listed = NeverSync(domains=names) if self.is_domain else NeverSync(addresses=names)
        return received_at < self.asked_at and listed.first_of(written) is not None


@dataclass(frozen=True)
class HeldMail:
    """Everything that is held back in one mailbox."""

    holds: tuple[Hold, ...] = ()
    entries: tuple[HeldEntry, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.holds or self.entries)

    def of(self, candidate_id: str, forms: Collection[str], received_at: datetime) -> list[Hold]:
        """The holds on a message with these addresses of a candidate.

        None if one of the addresses is free: it brings the message anyway.
        """
        found = [
            [each for each in self._of_form(candidate_id, form) if each.covers(received_at)]
            for form in forms
        ]
        return [each for holds in found for each in holds] if all(found) else []

    def _of_form(self, candidate_id: str, form: str) -> list[Hold]:
        return [
            each for each in self.holds if (each.candidate_id, each.folded) == (candidate_id, form)
        ]

    def without(self, candidate_id: str) -> "HeldMail":
        """As if the owner had brought in the mail of a candidate."""
        others = tuple(each for each in self.holds if each.candidate_id != candidate_id)
        return replace(self, holds=others)

    def without_entry(self, entry_id: str) -> "HeldMail":
        return replace(self, entries=tuple(each for each in self.entries if each.id != entry_id))


@dataclass(frozen=True)
class Question:
    """A candidate about whose earlier mail an owner decides, or has decided that it stays."""

    candidate_id: str
    name: str
    asked_at: datetime
    asked_by: str
    closed_at: datetime | None
    refused_at: datetime | None
    addresses: tuple[str, ...] = ()

    @property
    def is_waiting(self) -> bool:
        return self.refused_at is None

    @property
    def is_of_reopened(self) -> bool:
        return self.closed_at is not None


@dataclass(frozen=True)
class Domain:
    """A verified domain. Taken off, its people may be candidates."""

    name: str
    taken_off_by: str | None
    taken_off_at: datetime | None

    @property
    def is_inside(self) -> bool:
        return self.taken_off_at is None


@dataclass(frozen=True)
class Relay:
    """A domain of a job board or the like, which passes on what candidates write."""

    name: str
    added_by: str
    added_at: datetime
