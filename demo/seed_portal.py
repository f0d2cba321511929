"""Add the first users and candidates of the demo to Portal."""

from collections.abc import Mapping
from typing import Any

from demo.people import ALEX, CANDIDATES, KIM, PRIYA, Person
from demo.practice_tenant import person
from portal.audit.act import Act
from portal.audit.models import Actor
from portal.candidates import edits
from portal.candidates.edits import Draft
from portal.clock import utc_now
from portal.config import Config
from portal.services import Services, build_services
from portal.storage.ids import new_id
from portal.users import people_store, store
from portal.users.models import Role, Source, User

ROLES = ((ALEX, Role.ADMIN), (PRIYA, Role.MEMBER), (KIM, Role.LIMITED))


def seed_people(settings: Mapping[str, str], state: dict[str, Any]) -> bool:
    """Add three colleagues and the candidates. False for a portal that has users, which stays."""
    services = build_services(Config.from_environment(settings))
    if people_store.people(services.rows):
        return False
    for colleague, role in ROLES:
        _add_user(services, colleague, role, state)
    for candidate in CANDIDATES:
        draft = Draft(candidate.name, candidate.headline, candidate.address)
        by = people_store.people(services.rows, search=PRIYA.address)[0].user.id
        edits.add(
            Act(services.rows, Actor.system("program"), utc_now()),
            draft,
            candidate_id=new_id(),
            by=by,
        )
    return True


def _add_user(services: Services, colleague: Person, role: Role, state: dict[str, Any]) -> None:
    """Add a user with tenant and object id, as if imported from the directory."""
    user = User(
        id=new_id(),
        address=colleague.address,
        display_name=colleague.name,
        role=role,
        source=Source.DIRECTORY,
        created_at=utc_now(),
        tenant_id=state["tenant"]["id"],
        object_id=person(state, colleague.address)["id"],
    )
    with services.rows.write():
        store.add(services.rows, user)
