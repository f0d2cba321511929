"""Who is known to the portal when the demo begins: three colleagues and some candidates."""

from collections.abc import Mapping
from typing import Any

from demo.people import ALEX, CANDIDATES, KIM, PRIYA, Person
from demo.practice_tenant import person
from portal.candidates import editing
from portal.candidates.editing import Draft
from portal.clock import utc_now
from portal.config import Config
from portal.services import Services, build_services
from portal.storage.database import write
from portal.storage.ids import new_id
from portal.users import people_store, store
from portal.users.models import Role, Source, User

ROLES = ((ALEX, Role.ADMIN), (PRIYA, Role.MEMBER), (KIM, Role.LIMITED))


def seed_people(settings: Mapping[str, str], state: dict[str, Any]) -> None:
    """A portal that knows somebody is left as it is: the demo goes on where it stopped."""
    services = build_services(Config.from_environment(settings))
    if people_store.people(services.db):
        return
    for colleague, role in ROLES:
        _let_in(services, colleague, role, state)
    for candidate in CANDIDATES:
        draft = Draft(candidate.name, candidate.headline, candidate.address)
        by = people_store.people(services.db, search=PRIYA.address)[0].user.id
        editing.add(services.db, draft, candidate_id=new_id(), by=by, now=utc_now())


def _let_in(services: Services, colleague: Person, role: Role, state: dict[str, Any]) -> None:
    """Known by tenant and object id, as if a directory had named them."""
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
    with write(services.db):
        store.add(services.db, user)
