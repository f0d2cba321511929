"""A local account and a Microsoft account become one person."""

from dataclasses import replace
from datetime import datetime

import pytest

from portal.audit.act import Act
from portal.audit.models import Actor
from portal.entra.errors import AccountTaken
from portal.entra.models import Identity
from portal.services import Services
from portal.storage.platforms import Platform
from portal.users import identities, invitation_store, invitations, people_store, sign_in, store
from portal.users.invitations import Wanted
from portal.users.models import Role
from tests.support.raw_rows import raw
from tests.users.people import LOCAL, PASSWORD, TENANT, acts

NEW = Identity(TENANT, "object-new", "new@northwind.example", "Nora New")
PRIYA = Identity(TENANT, "object-priya", "priya@northwind.example", "Priya Kaur")
MICROSOFT = Platform.MICROSOFT_365


def test_local_account_keeps_the_address_it_signs_in_with(
    services: Services, local: str, actor: Actor, now: datetime
) -> None:
    identities.bind(
        Act(services.rows, actor, now),
        local,
        NEW,
    )

    user = sign_in.arrive(services, NEW, platform=MICROSOFT, actor=actor, now=now)

    assert (user.id, user.address) == (local, NEW.address)
    again = sign_in.with_password(Act(services.rows, actor, now), LOCAL, PASSWORD)
    assert again.id == local


def test_local_account_becomes_the_person_of_its_microsoft_account(
    services: Services, local: str, actor: Actor, now: datetime
) -> None:
    rows = services.rows
    invitations.invite(Act(rows, actor, now), Wanted("open", Role.MEMBER, ""), by=local)

    user = identities.bind(Act(rows, actor, now), local, PRIYA)

    assert (user.id, user.role, user.address) == ("priya", Role.ADMIN, "priya@northwind.example")
    assert sign_in.with_password(Act(rows, actor, now), LOCAL, PASSWORD).id == "priya"
    assert sign_in.active_user(rows, local) is None
    assert local not in [listed.user.id for listed in people_store.people(rows)]
    assert invitation_store.invitation(rows, "open").created_by == "priya"
    assert (
        "local account became a person",
        "Priya Kaur <priya@northwind.example>",
        "ok",
    ) in acts(rows)


@pytest.mark.parametrize(
    "change",
    [
        "update users set password_hash = 'x', sign_in_address = 'own' where id = 'priya'",
        "update users set is_enabled = 0, kept_out = 'disabled' where id = 'priya'",
        "update users set is_enabled = 0 where id = 'priya'; "
        "update users set role = 'member' where password_hash is not null",
    ],
    ids=["has a password", "kept out by the directory", "disabled, and no administrator asks"],
)
def test_local_account_does_not_become_a_person_who_is_closed_to_it(
    services: Services, local: str, actor: Actor, now: datetime, change: str
) -> None:
    for statement in change.split("; "):
        raw(services.rows).execute(statement)

    with pytest.raises(AccountTaken):
        identities.bind(Act(services.rows, actor, now), local, PRIYA)

    assert store.user(services.rows, local).object_id is None


def test_binding_twice_changes_nothing(
    services: Services, local: str, actor: Actor, now: datetime
) -> None:
    identities.bind(
        Act(services.rows, actor, now),
        local,
        NEW,
    )

    other = replace(NEW, object_id="object-other")
    user = identities.bind(
        Act(services.rows, actor, now),
        local,
        other,
    )

    assert user.object_id == "object-new"
