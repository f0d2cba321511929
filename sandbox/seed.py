"""The initial state: Northwind, its mailboxes, rooms and groups, and the registered application."""

from sandbox.database import State
from sandbox.directory import large_seed as large_people
from sandbox.directory import seed as people_seed
from sandbox.directory import store as people
from sandbox.entra import applications
from sandbox.groups import large_seed as large_groups
from sandbox.groups import seed as groups_seed
from sandbox.mail import folders
from sandbox.places import seed as places_seed
from sandbox.rights import applicants


def populate(state: State) -> None:
    """Fill an empty tenant. Does nothing to a filled one."""
    with state.write():
        if not state.setting("id"):
            people_seed.seed(state)
            applications.seed(state)
            for person in people.people(state):
                if person["has_mailbox"]:
                    folders.create_mailbox(state, person["id"])
            places_seed.seed(state)
            groups_seed.seed(state)


def enlarge(state: State) -> bool:
    """Make it an organization of 80 people, once. Returns False if it is one already."""
    with state.write():
        if state.setting("isLarge"):
            return False
        large_people.seed(state)
        large_groups.seed(state)
        jobs = people.person(state, f"jobs@{state.setting('domain')}")
        if jobs:
            applicants.seed(state, jobs)
        state.set_setting("isLarge", True)
    return True
