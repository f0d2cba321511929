"""Guests of the tenant: an invited one signs in and recruits, without a mailbox."""

import pytest

from portal import clock
from portal.audit.act import Act
from portal.audit.models import Actor
from portal.email import store
from portal.entra.models import Identity
from portal.errors import NotAllowed
from portal.storage.platforms import Platform
from portal.users import invitations, sign_in
from portal.users.invitations import Wanted
from portal.users.models import Role
from tests.directory.environment import ADMIN, Environment
from tests.support.sandbox_server import TENANT_ID


def guest(env: Environment) -> Identity:
    row = env.sandbox.state.row("select * from users where user_type = 'Guest'")
    assert row is not None
    return Identity(TENANT_ID, row["id"], row["mail"] or row["upn"], row["display_name"])


def test_invited_guest_signs_in_and_has_no_mailbox(env: Environment) -> None:
    env.sync()
    admin = env.invited("alex", role="admin")
    by = Act(env.rows, Actor(id=admin, name="Alex Berg"), clock.utc_now())
    invitation, _ = invitations.invite(by, Wanted("open", Role.MEMBER, ""), by=admin)

    user = sign_in.arrive(
        env.services,
        guest(env),
        platform=Platform.MICROSOFT_365,
        invitation_id=invitation.id,
        actor=ADMIN,
        now=clock.utc_now(),
    )
    store.take_over_readable(env.rows, now=clock.utc_now())
    env.sync()

    assert (user.role, env.names(f"id = '{user.id}' and is_enabled = 1")) == (
        Role.MEMBER,
        {user.display_name},
    )
    assert store.claim_of_person(env.rows, user.id, "test", now=clock.utc_now()) is None
    made = env.sandbox.control("GET", "requests")["value"]
    assert [each["path"] for each in made if guest(env).object_id in each["path"]] == []


def test_guest_without_an_invitation_is_refused(env: Environment) -> None:
    env.import_people()

    with pytest.raises(NotAllowed):
        sign_in.arrive(
            env.services,
            guest(env),
            platform=Platform.MICROSOFT_365,
            actor=ADMIN,
            now=clock.utc_now(),
        )
