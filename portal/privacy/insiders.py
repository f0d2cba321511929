"""Addresses of the organization, which are never a candidate's."""

from collections.abc import Iterable

from portal.addresses import fold, stands_for
from portal.errors import Invalid
from portal.privacy import store
from portal.storage.rows import Rows


def among(rows: Rows, addresses: Iterable[str]) -> list[str]:
    """Those of these addresses that belong to the organization.

    An address does if it is in a verified domain, if the directory lists it (but not for a guest),
    or if a group, a mailbox or a user of Portal has it.
    """
    forms = {each: stands_for(each) for each in addresses}
    if not forms:
        return []
    known = store.addresses_inside(rows, {form for all_of in forms.values() for form in all_of})
    domains = store.domains_inside(rows, {_domain(each) for each in forms})
    return [
        each
        for each, all_of in forms.items()
        if _domain(each) in domains or not known.isdisjoint(all_of)
    ]


def _domain(address: str) -> str:
    return fold(address).rpartition("@")[2]


def require_outsiders(rows: Rows, addresses: Iterable[str]) -> None:
    """Refuse addresses of the organization: a colleague's mail is not to be opened this way."""
    for address in among(rows, addresses):
        raise Invalid(refusal(address), field="addresses")


def refusal(address: str) -> str:
    return f"{address} belongs to your organization. Its own addresses are never candidates."
