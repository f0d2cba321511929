"""Groups of the large Northwind: departments, more than a hundred teams, and a long newsletter."""

from collections.abc import Iterator
from itertools import product
from typing import Any

from sandbox.database import State
from sandbox.directory import large_seed as people
from sandbox.directory.seed import DOMAIN
from sandbox.groups import references, resource, store
from sandbox.groups.seed import SECURITY, UNIFIED

CONTACTS = 130
DEVICES = 12
TOPICS = (
    "Audit", "Budget", "Hackathon", "Inventory", "Launch", "Migration", "Offsite",
    "Onboarding", "Roadmap", "Survey", "Training", "Website",
)  # fmt: skip  # one to a line says no more
TEAMS = ("Data", "Design", "Finance", "Legal", "Payments", "Platform", "Sales", "Support", "Web")
# A team has this many members, chosen in turn.
TEAM_SIZE = 3
# One group for interviews that is good, and one that is bad for each reason.
INTERVIEWS: tuple[dict[str, Any], ...] = (
    {"displayName": "Interviews"},
    {"displayName": "Interviews private", "visibility": "Private"},
    {"displayName": "Interviews unlisted", "hideFromAddressLists": True},
    {"displayName": "Interviews without Teams", "resourceProvisioningOptions": []},
    {"displayName": "Interviews list", "groupTypes": []},
    {"displayName": "Interviews security", "groupTypes": [], "securityEnabled": True},
)
Facts = tuple[dict[str, Any], list[str]]


def seed(state: State) -> None:
    """Add the groups, and fill those of the small organization that grow."""
    _add_newsletter(state)
    for number in range(2, DEVICES + 2):
        facts = {"displayName": f"NW-LAPTOP-{number:02}"}
        store.add_object(state, "device", resource.device(facts))
    for facts, members in (*_departments(), *_recruiting(), *_teams()):
        store.add_group(state, facts, references.ids_of(state, members))
    _grow_recruiting(state)
    _own_interviews(state)


def _add_newsletter(state: State) -> None:
    """Add a distribution list with more members than a page has, all of them outside."""
    readers = []
    for number in range(1, CONTACTS + 1):
        facts = {"displayName": f"Reader {number}", "mail": f"reader{number}@readers.example"}
        reader = store.add_object(state, "orgContact", resource.contact(facts))
        readers.append(reader["id"])
    newsletter = {"displayName": "Newsletter", "mail": f"newsletter@{DOMAIN}"}
    store.add_group(state, newsletter, readers)


def _departments() -> Iterator[Facts]:
    everyone = list(people.people())
    for department in (*people.DEPARTMENTS, "People", "Warehouse"):
        members = [one["upn"] for one in everyone if one["department"] == department]
        yield {"displayName": department, "description": "Department", **SECURITY}, members


def _recruiting() -> Iterator[Facts]:
    """Yield a guest's group, and the groups for interviews."""
    guest = people.guest_address(people.GUESTS[0])
    yield {"displayName": "Agency recruiters", **SECURITY}, [guest]
    for facts in INTERVIEWS:
        address = facts["displayName"].lower().replace(" ", "-")
        usual = {"visibility": "Public", "resourceProvisioningOptions": ["Team"], **UNIFIED}
        yield {"mail": f"{address}@{DOMAIN}", **usual, **facts}, people.recruiters()


def _teams() -> Iterator[Facts]:
    addresses = [one["upn"] for one in people.people()]
    for number, (topic, team) in enumerate(product(TOPICS, TEAMS)):
        first = number * TEAM_SIZE % (len(addresses) - TEAM_SIZE)
        facts = {
            "displayName": f"{topic} {team}",
            "mail": f"{topic}-{team}@{DOMAIN}".lower(),
            "visibility": ("Public", "Private")[number % 2],
            **UNIFIED,
        }
        yield facts, addresses[first : first + TEAM_SIZE]


def _grow_recruiting(state: State) -> None:
    """Make it six who recruit, and put the agency's guest into the nested group."""
    for name, more in (("Recruiting", people.recruiters()), ("Hiring", ["Agency recruiters"])):
        group = references.group(state, name)
        if group:
            members = store.direct_members(state, group["id"])
            store.set_members(state, group["id"], members + references.ids_of(state, more))


def _own_interviews(state: State) -> None:
    """Give the groups for interviews an owner."""
    owner = references.ids_of(state, [f"alex@{DOMAIN}"])
    for facts in INTERVIEWS:
        group = references.group(state, facts["displayName"])
        if group:
            store.set_owners(state, group["id"], owner)
